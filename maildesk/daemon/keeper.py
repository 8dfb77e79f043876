"""Keep the policy that decisions use: load it, watch its files, and replace it only with one that is wholly good."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from maildesk.decide import Desk
from maildesk.rules.load import load_policy, load_policy_texts
from maildesk.rules.policy import Policy
from maildesk.settings import Settings
from maildesk.store.db import Store, Tx
from maildesk.tokens import Keys
from maildesk.yaml_file import Problem

log = structlog.get_logger("maildesk.policy")
_REMEMBERED = 8


class BadPolicy(Exception):
    """The files in the configuration directory do not make a policy; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Keeper:
    """Hold the good policies by digest; the database says which one is active, so that all daemons switch together."""

    def __init__(self, settings: Settings, keys: Keys, store: Store, config_dir: Path, templates_dir: Path) -> None:
        """Remember where policies come from; `load` reads the first one."""
        self._settings, self._keys, self._store = settings, keys, store
        self._config_dir, self._templates_dir = config_dir, templates_dir
        self._policies: dict[str, Policy] = {}
        self.current = ""
        self.problems: tuple[Problem, ...] = ()

    def load(self, activate: bool = True) -> Policy:
        """Read the files and make them the active policy; raises BadPolicy and changes nothing if they are not good."""
        policy, problems = load_policy(self._config_dir, self._templates_dir, self._settings)
        errors = tuple(p for p in problems if p.severity == "error")
        if policy is None or errors:
            self.problems = errors or problems
            raise BadPolicy(self.problems)
        self.problems = ()
        self._remember(policy)
        self._store.save_policy(policy.digest, policy.texts, "files")
        if activate or not self._store.active_policy():
            self._store.activate(policy.digest, "files")
        return policy

    def desk(self, tx: Tx) -> Desk:
        """Give the desk as the transaction sees it: with the policy that is active in it."""
        return self.desk_with(tx.active_policy() or self.current)

    def desk_with(self, digest: str) -> Desk:
        """Give the desk with a stored policy; raises KeyError for a digest nobody stored."""
        policy = self._policies.get(digest)
        if policy is None:
            policy = self._remember(load_policy_texts(self._store.policy_texts(digest), self._settings))
        return Desk(self._settings, policy, self._keys)

    def _remember(self, policy: Policy) -> Policy:
        self.current = policy.digest
        self._policies[policy.digest] = policy
        while len(self._policies) > _REMEMBERED:
            self._policies.pop(next(iter(self._policies)))
        return policy

    async def watch(self, changed: Callable[[], None] = lambda: None) -> None:
        """Reload whenever a file changes, until cancelled; a bad edit is logged and changes nothing."""
        from watchfiles import awatch

        folders = {p for p in (self._config_dir, self._templates_dir) if p.is_dir()}
        async for _ in awatch(*folders, debounce=200, step=50, recursive=True):
            await self.reload()
            changed()

    async def reload(self) -> bool:
        """Load in a thread; tells whether the new policy is good."""
        before = self.current
        try:
            policy = await asyncio.to_thread(self.load)
        except BadPolicy as bad:
            log.error("policy refused, the old one stays", problems=len(bad.problems), first=str(bad.problems[0]))
            return False
        if policy.digest != before:
            log.info("policy active", digest=policy.digest[:12])
        return True
