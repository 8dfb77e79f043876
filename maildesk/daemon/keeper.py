"""Keep the policy that decisions use: load it, watch its files, and replace it only with one that is wholly good.

A bad edit changes nothing but three things: it is logged, `maildesk status` is red, and the admins get one mail.
"""

import asyncio
import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from maildesk.daemon.broken import letters_about
from maildesk.daemon.loop import TURN
from maildesk.decide import Desk
from maildesk.desk import voice
from maildesk.proof import Proof, prove
from maildesk.rules.compiled import compiled
from maildesk.rules.load import SETTINGS, BadTexts, digest_of, load_policy_texts, read_texts
from maildesk.rules.policy import Policy
from maildesk.rules.schema import FOLDER as SCHEMAS
from maildesk.rules.schema import write_schemas
from maildesk.settings import Auth, Settings, ensure_secret_file, load_settings
from maildesk.store import recall
from maildesk.store.db import Store, StoreUnavailable, Tx
from maildesk.store.read import POLICY_PROBLEMS
from maildesk.tokens import Keys
from maildesk.yaml_file import Problem, Problems

log = structlog.get_logger("maildesk.policy")
_REMEMBERED = 8
_SECOND_LOOK = 0.4
_SHARE = 0.0002
_LOOKS = 5
# What a running desk cannot change: it is bound, connected, or stands in tokens and Message-IDs that are out already.
_NEED_A_START = ("database", "secret_file", "mailboxes", "listen", "relay", "web", "limits", "templates")


class BadPolicy(Exception):
    """The files in the configuration directory do not make a policy; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Keeper:
    """Hold the good policies by digest; the database says which one is active, so that all daemons switch together."""

    def __init__(self, settings: Settings, keys: Keys, store: Store, config_dir: Path, templates_dir: Path) -> None:
        """Remember where policies come from; `load` or `use_active` gets the first one."""
        self._settings, self._keys, self._store = settings, keys, store
        self._config_dir, self._templates_dir = config_dir, templates_dir
        self._policies: dict[str, Policy] = {}
        self._turn = asyncio.Lock()
        self.current = ""
        self._used = ""
        self._fetching: set[str] = set()
        self.key_file: Path | None = None
        self.problems: tuple[Problem, ...] = ()

    @property
    def auth(self) -> Auth:
        """Say how authors are proven, by the maildesk.yaml that holds now."""
        return self._settings.auth

    def load(self) -> Policy:
        """Prove the files and make them the active policy; raises BadPolicy and changes nothing if they are not good."""
        proof = prove(self._config_dir, _now())
        if proof.policy is None:
            raise BadPolicy(proof.errors)
        self._take(proof.policy)
        return proof.policy

    def use_active(self) -> None:
        """Use the policy that is active already, whatever the files say by now; without one, load them. Raises BadPolicy."""
        digest = self._store.active_policy()
        try:
            if digest:
                self.desk_with(digest)
                return
        except BadTexts:  # a revision of old that this version cannot read
            log.warning("the active policy cannot be read any more, its files are", digest=digest[:12])
        self.load()

    def desk(self, tx: Tx) -> Desk:
        """Give the desk as the transaction sees it: with the policy that is active in it.

        One that another daemon, or the command line, has made active is read beside the work; until it is at hand, a blink of
        an eye later, mails are decided by the one before, and say so: nobody waits for it.
        """
        active = tx.active_policy() or self.current
        if active == self._used:
            return self.desk_with(active)
        if active not in self._policies and self._used in self._policies:
            self._fetch(active)
            return self.desk_with(self._used)
        began = time.perf_counter()
        desk = self.desk_with(active)
        compiled(desk.policy)
        if self._used:  # the first one is no news, and a command that takes mail in has no log
            log.info("policy in use", digest=active[:12], waited_ms=round(1000 * (time.perf_counter() - began), 1))
        self._used = active
        return desk

    def _fetch(self, digest: str) -> None:
        """Read a stored policy in a thread of its own, once."""
        if digest not in self._fetching:
            self._fetching.add(digest)
            threading.Thread(target=self._read_stored, args=(digest,), name="policy", daemon=True).start()

    def _read_stored(self, digest: str) -> None:
        try:
            compiled(self.desk_with(digest).policy)
            log.info("policy taken over", digest=digest[:12])
        except (BadTexts, KeyError, StoreUnavailable) as problem:  # the next mail asks again
            log.error(
                "the active policy cannot be read, the one before stays", digest=digest[:12], problem=str(problem)
            )
            time.sleep(_SECOND_LOOK)
        finally:
            self._fetching.discard(digest)

    def desk_with(self, digest: str) -> Desk:
        """Give the desk with a stored policy; raises KeyError for a digest nobody stored."""
        policy = self._policies.get(digest)
        if policy is None:
            policy = self._remember(load_policy_texts(self._store.policy_texts(digest), self._settings))
        return Desk(self._settings, policy, self._keys)

    async def watch(self, changed: Callable[[], None] = lambda: None) -> None:
        """Reload whenever a file changes, until cancelled; a bad edit is told and changes nothing."""
        from watchfiles import DefaultFilter, awatch

        ours = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, SCHEMAS))
        folders = {p for p in (self._config_dir, self._templates_dir) if p.is_dir()}
        async for _ in awatch(*folders, watch_filter=ours, debounce=200, step=50, recursive=True):
            await self.reload()
            changed()

    async def reload(self) -> bool:
        """Read the files again, one reload at a time; tells whether they are good and now hold."""
        async with self._turn:
            await asyncio.to_thread(self._read_keys)
            proof = await asyncio.to_thread(self._prove)
            if proof.policy is None:
                # An editor may be half way through saving: what is wrong is wrong only if it stays so.
                await asyncio.sleep(_SECOND_LOOK)
                proof = await asyncio.to_thread(self._prove)
            if proof.policy is None:
                await asyncio.to_thread(self._refuse, proof.errors)
                return False
            await asyncio.to_thread(self._accept, proof)
            return True

    def _prove(self) -> Proof:
        """Prove the files while mail flows: whoever decides gets the interpreter back after a fifth of a millisecond."""
        sys.setswitchinterval(_SHARE)
        try:
            proof = prove(self._config_dir, _now())
            for _ in range(_LOOKS):
                # A slow daemon must not bring back what another one has replaced meanwhile.
                if proof.policy is None or digest_of(self._texts()) == proof.policy.digest:
                    break
                proof = prove(self._config_dir, _now())
            return proof
        finally:
            sys.setswitchinterval(TURN)

    def _texts(self) -> dict[str, str]:
        """Read the files as they are now."""
        settings, _ = load_settings(self._config_dir / SETTINGS)
        return read_texts(self._config_dir, self._templates_dir, settings or self._settings, Problems())

    def _read_keys(self) -> None:
        """Take over rotated keys; a file that cannot be used changes nothing."""
        if self.key_file is None:
            return
        try:
            keys = Keys.from_secret(ensure_secret_file(self.key_file), site=self._keys.site)
        except (OSError, ValueError) as problem:
            log.error("the key file cannot be used, the old keys stay", problem=str(problem))
            return
        if keys.ring != self._keys.ring:
            self._keys = keys
            log.info("keys taken over", newest=keys.newest_id, kept=len(keys.ring) - 1)

    def _accept(self, proof: Proof) -> None:
        assert proof.policy is not None
        before = self.current
        if proof.settings is not None:
            self._adopt(proof.settings)
        self._take(proof.policy)
        if proof.policy.digest != before:
            log.info("policy active", digest=proof.policy.digest[:12])
        try:
            write_schemas(proof.policy, self._config_dir)  # for the admin's editor
        except OSError as trouble:
            log.info("no schemas for editors: the folder cannot be written", trouble=str(trouble))

    def _take(self, policy: Policy) -> None:
        """Store a good policy and let it hold, unless it does so already and all is green."""
        self._remember(policy)
        red = self._store.meta(POLICY_PROBLEMS).get(POLICY_PROBLEMS, "[]") != "[]"
        if red or self._store.active_policy() != policy.digest:
            self._store.save_policy(policy.digest, policy.texts, "files")
            self._store.activate(policy.digest, "files")
            self._store.set_meta(POLICY_PROBLEMS, "[]").result()
        self.problems = ()

    def _adopt(self, new: Settings) -> None:
        """Decide by the new maildesk.yaml from now on; what needs a start stays as it was, and is named."""
        old = self._settings
        kept = {name: getattr(old, name) for name in _NEED_A_START if getattr(old, name) != getattr(new, name)}
        if old.desk.domain != new.desk.domain:
            kept["desk"] = msgspec.structs.replace(new.desk, domain=old.desk.domain)
        if kept:
            log.warning("maildesk.yaml has changed: start the desk again for what stands here", keys=sorted(kept))
        self._settings = msgspec.structs.replace(new, **kept)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Keep the old policy; say so in the log, in the status, and once to the admins."""
        self.problems = problems
        log.error("policy refused, the old one stays", problems=len(problems))
        for problem in problems:
            log.error(
                "problem", at=f"{problem.file}:{problem.line}:{problem.col}", text=problem.text, hint=problem.hint
            )
        since = self._store.read(recall.policy_since)
        speaker = voice(self.desk_with(self._store.active_policy() or self.current), _now())
        letters = letters_about(problems, since, self._settings.desk.admins, speaker)
        self._store.transact(lambda tx: tx.queue(letters)).result()
        told = [{name: getattr(p, name) for name in ("file", "line", "col", "text", "hint")} for p in problems]
        self._store.set_meta(POLICY_PROBLEMS, json.dumps(told)).result()

    def _remember(self, policy: Policy) -> Policy:
        self.current = policy.digest
        policies = {digest: known for digest, known in self._policies.items() if digest != policy.digest}
        for digest in list(policies)[: max(0, len(policies) - _REMEMBERED + 1)]:
            if digest != self._used:
                del policies[digest]
        self._policies = {**policies, policy.digest: policy}  # at once: others look into it meanwhile
        return policy


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
