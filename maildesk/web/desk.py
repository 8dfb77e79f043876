"""What pages ask of the desk."""

from typing import NamedTuple, Protocol

from maildesk.rules.policy import Policy


class Unsubscribing(NamedTuple):
    """Whom a link lets go of, and in which language to say so."""

    ticket: int
    address: str
    language: str


class WebDesk(Protocol):
    """The desk behind the pages; what a token does not prove is None."""

    def policy(self) -> Policy:
        """Give the policy that holds now."""

    async def find_file(self, token: str, place: str) -> tuple[str, bytes] | None:
        """Give the name and the bytes of the file that a link leads to."""

    async def find_unsubscribing(self, token: str) -> Unsubscribing | None:
        """Say whose status mails a link ends."""

    async def unsubscribe(self, who: Unsubscribing) -> None:
        """Send that address no more status mails; once is as good as twice."""
