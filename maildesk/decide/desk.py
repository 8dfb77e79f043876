"""What every decision of one desk may rely on: settings, policy and keys, as values."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

import msgspec

from maildesk import tokens
from maildesk.model.people import Agent
from maildesk.rules.policy import Policy
from maildesk.settings import Settings
from maildesk.settings.values import Mailbox
from maildesk.threading.link import Terms
from maildesk.tokens import Keys


class Desk(NamedTuple):
    """One desk: how this machine is set up, what its admins want, and the keys that prove its tokens.

    `thorough`: every rule that did not match says why not, however many rules there are.
    """

    settings: Settings
    policy: Policy
    keys: Keys
    thorough: bool = False

    @property
    def own_addresses(self) -> frozenset[str]:
        """List every address that is ours, folded."""
        return _ours(self.settings.mailboxes)[1]

    @property
    def terms(self) -> Terms:
        """Give the settings that linking obeys."""
        settings = self.settings.threading
        return Terms(settings.reopen, settings.ghosts, settings.references == "trusting")

    def is_own(self, address: str) -> bool:
        """Tell whether an address, with or without a subaddress, is one of our mailboxes."""
        return tokens.split_subaddress(address)[0].casefold() in self.own_addresses

    def mailbox_team(self, mailbox: str) -> str:
        """Give the team that a mailbox belongs to, "" if it belongs to none."""
        same = (box.team for box in self.settings.mailboxes if box.address.casefold() == mailbox.casefold())
        return next(same, "")

    def mailbox_of(self, address: str) -> str:
        """Give the mailbox that an address of ours belongs to, with or without a subaddress; "" if it is not ours."""
        wanted = tokens.split_subaddress(address.strip())[0].casefold()
        return _ours(self.settings.mailboxes)[0].get(wanted, "")

    @property
    def first_team(self) -> str:
        """Give the team that gets what nobody else does."""
        return next(iter(self.policy.people.teams), "")

    def without(self, away: Collection[str]) -> "Desk":
        """Give the same desk while these agents are away."""
        people = self.policy.people.without(away)
        if people is self.policy.people:
            return self
        return self._replace(policy=msgspec.structs.replace(self.policy, people=people))

    def find_agent(self, address: str) -> Agent | None:
        """Find the agent an address is registered to."""
        return self.policy.people.find_agent(address)


@lru_cache(maxsize=16)
def _ours(boxes: tuple[Mailbox, ...]) -> tuple[dict[str, str], frozenset[str]]:
    """Give each folded address of ours with its mailbox, the first that has it, and all of them."""
    found: dict[str, str] = {}
    for box in boxes:
        for address in (box.address, *box.aliases):
            found.setdefault(address.casefold(), box.address)
    return found, frozenset(found)
