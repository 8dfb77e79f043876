"""What mail by machines does: it may be filed and may be news, but it is never answered and never changes a status."""

from maildesk import tokens
from maildesk.decide.author import Author
from maildesk.decide.customer import open_ticket, park
from maildesk.decide.draft import Draft
from maildesk.decide.known import adopt_parked, know_mail, may_invite
from maildesk.decide.rights import find_rights
from maildesk.decide.routing import facts
from maildesk.decide.tell import of, tell
from maildesk.model.decision import AddEntry, Decision, Event, KnownKind, Merge, Suppress
from maildesk.model.mail import NULL_PATH, Bounce, Kind
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind, TicketState
from maildesk.model.why import Why
from maildesk.outbound.notices import is_machine_address
from maildesk.rules.evaluate import evaluate
from maildesk.threading.link import Link
from maildesk.tokens import TokenKind


def file_automatic(draft: Draft, found: Link, author: Author) -> Decision:
    """File an automatic mail as a silent line of the ticket it belongs to, else park it."""
    if found.ticket is None:
        if draft.mail.kind is Kind.AUTOMATIC and _rule_wants_ticket(draft, author):
            return open_ticket(draft, author, found)
        if draft.mail.kind is Kind.CALENDAR and _is_invitation(draft):
            return open_ticket(draft, author, found)
        if _may_be_a_persons(draft, author):
            return open_ticket(draft, author, found)
        return park(draft, author)
    home = _file(draft, found, author)
    if draft.mail.bounce and draft.mail.kind is Kind.AUTOMATIC:
        _complained(draft, found)
    elif _has_nothing_but_a_null_path(draft, author) and not author.agent:
        _show(draft, author, home)
    return draft.done(home)


def _may_be_a_persons(draft: Draft, author: Author) -> bool:
    """Tell whether a mail that begins a conversation may be a person's; then it gets a ticket, and no automatic answer."""
    mail = draft.mail
    answers = mail.in_reply_to or mail.references or tokens.subject_numbers(mail.subject)
    return not answers and _has_nothing_but_a_null_path(draft, author)


def _has_nothing_but_a_null_path(draft: Draft, author: Author) -> bool:
    """Tell whether only the empty return path speaks for a machine: forms and programs of others send people's words so.

    What a person wrote must not lie unseen, and an absence note that nothing else gives away costs its readers a glance.
    """
    mail = draft.mail
    only = mail.kind is Kind.AUTOMATIC and [why.text for why in mail.kind_why[:1]] == [NULL_PATH]
    return only and author.known and not is_machine_address(author.who.address)


def _show(draft: Draft, author: Author, number: int) -> None:
    """Tell the people of a ticket what one who takes part seems to have written; the ticket stays as it is."""
    state = draft.snapshot.ticket(number)
    if state and state.participant(author.who.address):
        by = author.who.name or author.who.address
        tell(draft, Event.CUSTOMER_MAIL, number, of(state.ticket), text=draft.mail.shown, by=by, files=True)


def _complained(draft: Draft, found: Link) -> None:
    """Send no more automatic mail to whom a returned mail of ours went, if he called it spam (RFC 5965)."""
    state = draft.snapshot.ticket(found.ticket or 0)
    if state is None or not _returns_ours(draft, found):
        return
    for address in sorted(_sent_to(draft)):
        if state.participant(address) and not draft.desk.find_agent(address):
            draft.because(Why(Reason.COMPLAINED, address))
            draft.do(Suppress(address, reason="complained about spam"))


def decide_bounce(draft: Draft, found: Link, author: Author) -> Decision:
    """Tie a bounce to the mail of ours that it returns; mark who could not be reached and tell the agents once."""
    bounce = draft.mail.bounce or Bounce()
    if found.ticket is None or not _returns_ours(draft, found):
        draft.because(Why(Reason.BOUNCE_UNTIED))
        return file_automatic(draft, found, author) if found.ticket else park(draft, author)
    state = draft.snapshot.ticket(found.ticket)
    assert state is not None
    home = _file(draft, found, author)
    for address in bounce.delayed:
        draft.because(Why(Reason.RECIPIENT_DELAYED, address))
    for address in bounce.failed:
        draft.because(Why(Reason.RECIPIENT_FAILED, f"{address} {bounce.status}".strip()))
        _undelivered(draft, state, address, bounce.status)
    return draft.done(home)


def _undelivered(draft: Draft, state: TicketState, address: str, status: str) -> None:
    """Stop automatic mail to a participant who cannot be reached; say so to the people of the ticket."""
    if draft.snapshot.history(address).suppressed:
        return  # told before
    failing, sent_to = draft.desk.find_agent(address), _sent_to(draft)
    # Who takes part knows addresses of ours, and might forge a bounce about somebody else: it must return that one's mail.
    muted = bool(state.participant(address)) and not failing and (not sent_to or address.casefold() in sent_to)
    if muted:
        draft.do(Suppress(address, reason=f"bounced: {status}"[:200]))
    tell(
        draft,
        Event.UNDELIVERED,
        state.ticket.number,
        of(state.ticket),
        text=draft.mail.new_text[:2000],
        by=address,
        never=failing.login if failing else "",
        note_address=True,
        data={"address": address, "reply": status, "muted": "yes" if muted else ""},
    )


def _sent_to(draft: Draft) -> frozenset[str]:
    """List whom the mails of ours that a report returns were sent to; nobody, if it names none that we still know."""
    ids = draft.mail.bounce.original_ids if draft.mail.bounce else ()
    known = (k for k in draft.snapshot.known if k.kind is KnownKind.SENT and k.message_id in ids)
    return frozenset(address.casefold() for k in known for address in k.addressed)


def _returns_ours(draft: Draft, found: Link) -> bool:
    """Believe a bounce only if it came to our keyed return path or quotes an id that only we can make."""
    if draft.snapshot.trusted:
        return False
    if any(w.reason is Reason.LINK_TOKEN and f"our {TokenKind.VERP.name.lower()} address" in w.text for w in found.why):
        return True
    bounce = draft.mail.bounce
    ids = (*(bounce.original_ids if bounce else ()), *draft.mail.references, *draft.mail.in_reply_to)
    sent = {k.message_id for k in draft.snapshot.known if k.kind is KnownKind.SENT}
    return any(i in sent or tokens.read_message_id(draft.desk.keys, i) is not None for i in ids)


def _file(draft: Draft, found: Link, author: Author) -> int:
    """Write the silent line; give its ticket. Where its author is believed, even a machine's mail shows that tickets are one."""
    assert found.ticket is not None
    mail = draft.mail
    rights = find_rights(draft.snapshot, author, found, draft.desk.terms)
    for absorbed in rights.merge:
        draft.because(Why(Reason.MERGED_BY_REFERENCE, f"#{absorbed} into #{rights.home}"))
        draft.do(Merge(rights.home, absorbed))
    draft.because(*(why for why in rights.why if why.reason is Reason.MERGE_PROPOSED))
    draft.do(
        AddEntry(
            rights.home,
            EntryKind.MAIL,
            author.who.address,
            mail.shown if mail.event else mail.new_text,
            mail.message_id,
            author.trust,
            public=False,
            attachments=tuple(a.name for a in mail.files),
            why=tuple(dict.fromkeys(draft.whys)),
        )
    )
    know_mail(draft, rights.home, invites=may_invite(draft, author.who.address, rights.home))
    adopt_parked(draft, found, rights.home, author)
    return rights.home


def _rule_wants_ticket(draft: Draft, author: Author) -> bool:
    """Tell whether a rule says `ticket: yes` outright; a rule that merely routes does not make machines customers."""
    routing = evaluate(draft.desk.policy, facts(draft, author, "new", ""), misses=False)
    return routing.ticket and "ticket" in routing.origin


def _is_invitation(draft: Draft) -> bool:
    return any("REQUEST" in why.text.upper() for why in draft.mail.kind_why)
