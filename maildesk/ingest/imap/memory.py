"""What a poller wants to know of the journal: stated here, answered by whoever runs the desk."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

from maildesk.model.mail import Arrival


class JournalAway(Exception):
    """The journal cannot be asked now: trouble of ours, not the server's."""


class Memory(Protocol):
    """Answers about the mails of one source; keys are those of `Account.key`."""

    def seen_keys(self, source: str, keys: list[str], /) -> set[str]:
        """Tell which of these keys stand in the journal."""
        ...

    def has_other_epochs(self, source: str, epoch: str, /) -> bool:
        """Tell whether the journal knows mails of the source from before its folder was numbered anew."""
        ...

    def recognise(self, arrivals: Sequence[Arrival], epoch: str, /) -> set[str]:
        """Give the keys of mails that the journal has byte for byte, named otherwise; with an `epoch` they get the new names."""
        ...

    def message_ids(self, source: str, keys: list[str], /) -> dict[str, str]:
        """Give the message ids of mails by key."""
        ...

    def known_contents(self, source: str, ids: list[str], /) -> set[tuple[str, int]]:
        """Give message id and size of all mails that have one of these message ids."""
        ...

    def quarantined(self, source: str, keys: list[str], /) -> set[str]:
        """Tell which of these mails are in quarantine."""
        ...

    def done_before(self, source: str, keys: list[str], moment: dt.datetime, /) -> set[str]:
        """Tell which of these mails were decided, and accepted before a moment."""
        ...


Remember = Callable[[str], str]
"""Give what was remembered under a name, "" if nothing was."""
Keep = Callable[[str, str], None]
"""Remember something under a name, for good."""
