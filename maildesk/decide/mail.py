"""The story of a mail: what kind, whose, on which ticket, with which rights; then who acts on it."""

from maildesk import tokens
from maildesk.decide.agent import decide_agent_mail, hold_unproven
from maildesk.decide.answer import decide_answer
from maildesk.decide.apart import answer_desk, asks_desk
from maildesk.decide.author import Author, find_author
from maildesk.decide.behalf import decide_on_behalf
from maildesk.decide.customer import append_mail, hold_stranger, open_ticket
from maildesk.decide.desk import Desk
from maildesk.decide.draft import Draft
from maildesk.decide.machine import decide_bounce, file_automatic
from maildesk.decide.rating import decide_rating, is_about_rating
from maildesk.decide.rights import Rights, find_rights
from maildesk.model.decision import Decision
from maildesk.model.mail import Kind
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.why import Why
from maildesk.threading.link import Link, link

_NO_PERSON = {
    Kind.AUTOMATIC: Reason.KIND_AUTOMATIC,
    Kind.RECEIPT: Reason.KIND_RECEIPT,
    Kind.CALENDAR: Reason.KIND_CALENDAR,
    Kind.LOOP: Reason.KIND_AUTOMATIC,
}


def decide_mail(snapshot: Snapshot, desk: Desk) -> Decision:
    """Say what one received mail means."""
    draft = Draft(snapshot, desk)
    mail = draft.mail
    draft.because(*mail.kind_why)
    if snapshot.waiting_parent:
        return Decision(wait_for=snapshot.waiting_parent)
    if snapshot.duplicate_of:
        draft.because(Why(Reason.DUPLICATE, f"of journal {snapshot.duplicate_of}"))
        return draft.done()
    if why := _own_mail(draft):
        draft.because(why)
        return draft.done()
    author = find_author(snapshot, mail, desk)
    draft.trust = author.trust
    draft.doubt = author.doubt
    draft.because(*author.why)
    found = link(snapshot, author.token, desk.keys, desk.terms, _may_quote(snapshot, author))
    draft.because(*found.why)
    return _by_author(draft, author, found)


def _by_author(draft: Draft, author: Author, found: Link) -> Decision:
    """Hand the mail to whoever deals with its kind and author."""
    mail, snapshot = draft.mail, draft.snapshot
    if mail.kind is Kind.BOUNCE:
        return decide_bounce(draft, found, author)
    if mail.kind in _NO_PERSON:
        draft.because(Why(_NO_PERSON[mail.kind]))
        return file_automatic(draft, found, author)
    if author.token and author.token.kind is tokens.TokenKind.CONFIRM and snapshot.hold and not author.refuted:
        return decide_answer(draft, author)
    if author.agent and not snapshot.trusted and (decision := decide_on_behalf(draft, author, found)):
        return decision
    if author.agent and not snapshot.trusted and found.ticket and not _is_requester(draft, found.ticket):
        if author.proven:
            return decide_agent_mail(draft, author, found)
        return hold_unproven(draft, author, found)
    if author.proven and found.ticket is None and not snapshot.trusted and asks_desk(draft, author):
        return answer_desk(draft, author)
    return _by_customer(draft, author, found)


def _by_customer(draft: Draft, author: Author, found: Link) -> Decision:
    """Open, append or hold, as the author's rights on the linked ticket say."""
    if found.ticket is None:
        return open_ticket(draft, author, found)
    rights: Rights = find_rights(draft.snapshot, author, found, draft.desk.terms)
    draft.because(*rights.why)
    if not rights.may_write:
        return hold_stranger(draft, author, rights)
    if is_about_rating(draft, author) and (decision := decide_rating(draft, author, rights.home)):
        return decision
    return append_mail(draft, author, found, rights)


def _own_mail(draft: Draft) -> Why | None:
    """Tell whether a mail of ours came back; it is kept in the journal and answered by nobody."""
    mail, keys = draft.mail, draft.desk.keys
    if any(tokens.is_own_loop(keys, value) for value in mail.header("X-Maildesk-Loop")):
        return Why(Reason.KIND_OWN_LOOP, "our own loop mark")
    if tokens.read_message_id(keys, mail.message_id) is not None:
        return Why(Reason.KIND_OWN_LOOP, "our own message id")
    if mail.author and draft.desk.is_own(mail.author.address):
        return Why(Reason.KIND_OWN_LOOP, f"from our own address {mail.author.address}")
    return None


def _may_quote(snapshot: Snapshot, author: Author) -> frozenset[int]:
    """List the tickets on which this author's subject token counts."""
    return frozenset(
        state.ticket.number for state in snapshot.tickets if author.agent or state.participant(author.who.address)
    )


def _is_requester(draft: Draft, number: int) -> bool:
    """Tell whether this agent asked for help himself here; then he is a customer on that ticket."""
    state = draft.snapshot.ticket(number)
    author = draft.mail.author
    same = bool(state and author and state.ticket.requester.casefold() == author.address.casefold())
    if same:
        draft.because(Why(Reason.AGENT_IS_REQUESTER, f"#{number}"))
    return same
