"""What else is done when a mail can be read for which a ticket had to say that it cannot."""

import msgspec

from maildesk.model.decision import NEW, AddEntry, ChangeTicket, Decision, OpenTicket
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import EntryKind, Status

_HERE = "maildesk"


def settle_unreadable(decision: Decision, snapshot: Snapshot) -> Decision:
    """Close the ticket that stood in for the mail, and let it and the mail's own ticket name each other."""
    unreadable = snapshot.unreadable
    opened = any(isinstance(action, OpenTicket) for action in decision.actions)
    home = NEW if opened else decision.ticket
    told = f"The mail can be read now. It was decided like any other: maildesk explain {snapshot.journal_id}"
    actions = [
        *decision.actions,
        AddEntry(unreadable, EntryKind.NOTE, _HERE, told, public=False),
        ChangeTicket(unreadable, status=Status.RESOLVED),
    ]
    if home is not None and home != unreadable:
        told = f"This mail could not be read at first: #{unreadable} said so."
        actions.append(AddEntry(home, EntryKind.NOTE, _HERE, told, public=False))
    return msgspec.structs.replace(decision, actions=tuple(actions))
