"""What a filed mail teaches about message ids."""

from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.model.decision import FileParked, KnowMessage, KnownKind
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.threading.link import Link
from maildesk.threading.lookup import linking_ids


def know_mail(draft: Draft, ticket: int | None, *, ghosts: bool = True, invites: bool = True) -> None:
    """Remember the mail's own id, and its parents that nobody sent us.

    A held mail leaves no ghosts: a stranger must not lay claim to ids that other people's mails will name.
    """
    mail = draft.mail
    if mail.message_id:
        draft.do(KnowMessage(ticket, mail.message_id, KnownKind.SEEN, mail.date))
    if not ghosts:
        return
    here = {
        k.message_id for k in draft.snapshot.known if k.kind is not KnownKind.GHOST and k.ticket and k.ticket == ticket
    }
    for message_id in linking_ids(mail, draft.snapshot.mailbox):
        if message_id != mail.message_id and message_id not in here:
            draft.do(KnowMessage(ticket, message_id, KnownKind.GHOST, mail.date, invites=invites))


def may_invite(draft: Draft, address: str, ticket: int) -> bool:
    """Tell whether those whom this author addresses may come in by a mail of theirs that his refers to.

    Not if he takes no part: else a machine's mail, which is filed unasked, could name an id that its sender uses later.
    """
    if draft.snapshot.trusted or draft.desk.terms.trusting:
        return True
    state = draft.snapshot.ticket(ticket)
    return bool(address and state and state.participant(address))


def adopt_parked(draft: Draft, found: Link, ticket: int, author: Author) -> None:
    """File the parked mails that this one turns out to belong to."""
    writers = {parked.journal_id: parked.author for parked in draft.snapshot.parked}
    for journal_id in found.parked:
        draft.because(Why(Reason.UNPARKED, f"journal {journal_id}"))
        writer = writers.get(journal_id, "")
        same = bool(writer) and writer == author.who.address.casefold()
        draft.do(FileParked(journal_id, ticket, invites=same or may_invite(draft, writer, ticket)))
