"""What every decision of one desk may rely on: settings, policy and keys, as values."""

from typing import NamedTuple

from maildesk import tokens
from maildesk.model.people import Agent
from maildesk.rules.policy import Policy
from maildesk.settings import Settings
from maildesk.tokens import Keys


class Desk(NamedTuple):
    """One desk: how this machine is set up, what its admins want, and the keys that prove its tokens."""

    settings: Settings
    policy: Policy
    keys: Keys

    @property
    def own_addresses(self) -> frozenset[str]:
        """List every address that is ours, folded."""
        boxes = self.settings.mailboxes
        return frozenset(a.casefold() for box in boxes for a in (box.address, *box.aliases))

    def is_own(self, address: str) -> bool:
        """Tell whether an address, with or without a subaddress, is one of our mailboxes."""
        return tokens.split_subaddress(address)[0].casefold() in self.own_addresses

    def mailbox_team(self, mailbox: str) -> str:
        """Give the team that a mailbox belongs to, else the first team there is."""
        for box in self.settings.mailboxes:
            if box.address.casefold() == mailbox.casefold() and box.team:
                return box.team
        return next(iter(self.policy.people.teams), "")

    def find_agent(self, address: str) -> Agent | None:
        """Find the agent an address is registered to."""
        return self.policy.people.find_agent(address)
