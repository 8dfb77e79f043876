"""Which ticket a mail belongs to: weigh the evidence, name it, fear the eager link.

Strong to weak: a genuine token in the recipient address; an id of a mail we sent; an id of a mail we received;
the subject token, from people of that ticket only; a shared ghost (a parent nobody sent us). The first that holds
says where the mail is filed. What its author may do there is another question, asked in `decide`.

Among mails whose references are trusted the answer does not depend on the order of arrival: it is the connected
component of the reference graph, found here as one survivor and the tickets that turn out to be the same.
"""

import datetime as dt

import msgspec

from maildesk import tokens
from maildesk.model.decision import KnownKind
from maildesk.model.reason import Reason
from maildesk.model.snapshot import KnownMessage, Snapshot
from maildesk.model.ticket import Status, TicketState
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.threading.lookup import linking_ids, token_details
from maildesk.tokens import Keys, TokenKind

SPLIT = "split"  # the channel of a ticket that people split off another one
_WHOLE_TICKET = (TokenKind.AGENT_PUBLIC, TokenKind.AGENT_NOTE, TokenKind.REQUESTER, TokenKind.FEEDBACK, TokenKind.VERP)


class Token(Value, frozen=True):
    """A genuine token the mail was sent to."""

    kind: TokenKind
    detail: str
    ticket: int
    whose: str = ""


class Found(Value, frozen=True):
    """One piece of evidence: which ticket, how strong (0 is strongest), what showed it."""

    ticket: int
    rank: int
    why: Why
    invited: tuple[str, ...] = ()
    message_id: str = ""


class Link(Value, frozen=True):
    """Where a mail is filed: `ticket` (None: nowhere yet), the live tickets that are `same`, or the closed one it `continues`.

    `invited` are people (folded) whom answers to this very mail, here before it, were addressed to, each with the ticket.
    """

    ticket: int | None = None
    by: Reason = Reason.LINK_NONE
    same: tuple[int, ...] = ()
    continues: int | None = None
    parked: tuple[int, ...] = ()
    invited: tuple[tuple[int, str], ...] = ()
    why: tuple[Why, ...] = ()


class Terms(Value, frozen=True):
    """The settings that linking obeys."""

    reopen: dt.timedelta
    ghosts: dt.timedelta
    trusting: bool = False


def link(snapshot: Snapshot, token: Token | None, keys: Keys, terms: Terms, may_quote_number: frozenset[int]) -> Link:
    """Say where the mail of this snapshot is filed, and list all evidence found.

    `may_quote_number` holds the tickets on which the author is a participant or an agent: only there does a subject count.
    """
    found = _gather(snapshot, token, keys, terms, may_quote_number)
    whys = tuple(dict.fromkeys(f.why for f in found))
    found = _apart(found, snapshot)
    parked = tuple(p.journal_id for p in snapshot.parked)
    live = [f for f in found if f.ticket and not _past(snapshot, f.ticket, terms)]
    if not live:
        old = next((f.ticket for f in found if f.ticket), None)
        return Link(continues=old, parked=parked, why=whys or (Why(Reason.LINK_NONE),))
    # Where references are trusted nothing that depends on the order of arrival may be stronger: numbers in subjects do.
    number_last = _trusts(snapshot, terms)
    best = min(live, key=lambda f: (number_last and f.rank == _SUBJECT, f.rank, f.ticket))
    same = _same(live, best)
    home = min({best.ticket, *same}) if best.rank in _BY_REFERENCE else best.ticket
    return Link(
        ticket=home,
        by=best.why.reason,
        same=tuple(sorted({best.ticket, *same} - {home})),
        parked=parked,
        invited=tuple(dict.fromkeys((f.ticket, who.casefold()) for f in live for who in f.invited)),
        why=whys + _conflict(live, best, same),
    )


_TOKEN, _OURS, _KNOWN, _SUBJECT, _GHOST = range(5)
_BY_REFERENCE = (_OURS, _KNOWN, _GHOST)


def _gather(
    snapshot: Snapshot, token: Token | None, keys: Keys, terms: Terms, may_quote_number: frozenset[int]
) -> list[Found]:
    mail = snapshot.mail
    if mail is None:
        return []
    found: list[Found] = []
    if token and (state := snapshot.ticket(token.ticket)):
        found.append(
            _found(state, _TOKEN, Reason.LINK_TOKEN, f"sent to our {token.kind.name.lower().replace('_', '-')} address")
        )
    for message_id in linking_ids(mail, snapshot.mailbox):
        number = tokens.read_message_id(keys, message_id)
        if number and (state := snapshot.ticket(number)):
            found.append(_found(state, _OURS, Reason.LINK_OUR_ID, f"<{message_id}> is ours", message_id))
    # What hangs on it by parked mail only is no word of its author's.
    said = None if _trusts(snapshot, terms) else {*linking_ids(mail, snapshot.mailbox, own=True)}
    known = [k for k in snapshot.known if said is None or k.message_id in said]
    found += [piece for k in known if (piece := _weigh(k, snapshot, terms))]
    for number in tokens.subject_numbers(mail.subject):
        state = snapshot.ticket(number)
        if state and state.ticket.number in may_quote_number:
            found.append(_found(state, _SUBJECT, Reason.LINK_SUBJECT, f"[#{number}] in the subject"))
        elif state:
            found.append(Found(0, _SUBJECT, Why(Reason.SUBJECT_TOKEN_BY_STRANGER, f"[#{number}]")))
    return found


def _found(state: TicketState, rank: int, reason: Reason, text: str, message_id: str = "") -> Found:
    return Found(state.ticket.number, rank, Why(reason, f"{text}: #{state.ticket.number}"), message_id=message_id)


def _apart(found: list[Found], snapshot: Snapshot) -> list[Found]:
    """Keep apart what people split: of a ticket and the one it came from, the one whose mail is answered counts.

    The References of an answer name the mails of both; its direct parent stands in In-Reply-To, else last.
    """
    split = {s.ticket.number: s.ticket.continues for s in snapshot.tickets if s.ticket.channel == SPLIT}
    named = {piece.ticket for piece in found}
    for young, old in split.items():
        home = snapshot.ticket(old) if old else None
        if home is None or not {young, home.ticket.number} <= named:
            continue
        loser = home.ticket.number if _parent(found, snapshot, {young, home.ticket.number}) == young else young
        found = [piece for piece in found if piece.ticket != loser or not piece.message_id]
    return found


def _parent(found: list[Found], snapshot: Snapshot, numbers: set[int]) -> int:
    """Say to which of these tickets the mail belongs that is answered directly."""
    mail = snapshot.mail
    ids = [*mail.in_reply_to, *reversed(mail.references)] if mail else []
    where = {piece.message_id: piece.ticket for piece in found if piece.ticket in numbers}
    return next((where[message_id] for message_id in ids if message_id in where), min(numbers))


def _trusts(snapshot: Snapshot, terms: Terms) -> bool:
    """Tell whether references alone give rights: in history, and on a desk that says so."""
    return terms.trusting or snapshot.trusted


def _weigh(known: KnownMessage, snapshot: Snapshot, terms: Terms) -> Found | None:
    """Judge one id we have met; a parked mail (no ticket) is no evidence by itself."""
    mail = snapshot.mail
    state = snapshot.ticket(known.ticket) if known.ticket else None
    if mail is None or state is None:
        return None
    own = known.message_id == mail.message_id
    if own and known.kind is not KnownKind.GHOST and not _trusts(snapshot, terms):
        # Somebody used this id before: that alone proves nothing (ids can be guessed and squatted).
        return Found(0, _KNOWN, Why(Reason.SAME_ID_OTHER_MAIL, f"<{known.message_id}> also on #{known.ticket}"))
    if known.kind is KnownKind.SENT:
        return _found(state, _OURS, Reason.LINK_OUR_ID, f"<{known.message_id}> was sent by us", known.message_id)
    if known.kind is KnownKind.SEEN:
        return _found(state, _KNOWN, Reason.LINK_KNOWN_ID, f"<{known.message_id}> was received", known.message_id)
    return _weigh_ghost(known, state, snapshot, terms, own)


def _weigh_ghost(known: KnownMessage, state: TicketState, snapshot: Snapshot, terms: Terms, own: bool) -> Found | None:
    """Judge an id that was referred to before anybody sent us such a mail.

    A mail that comes after its answers is as good as one that came before them. Two mails that only share a parent
    nobody sent us must be of one mailbox and of days not too far apart, unless references are trusted anyway.
    """
    if not own and not _trusts(snapshot, terms) and not _near(known, snapshot, terms):
        return None
    if known.message_id in (snapshot.mail.external if snapshot.mail else ()):
        return _found(state, _GHOST, Reason.LINK_EXTERNAL, known.message_id)
    what = "was referred to before it came" if own else "is a parent nobody sent us"
    piece = _found(state, _GHOST, Reason.LINK_GHOST, f"<{known.message_id}> {what}", known.message_id)
    return msgspec.structs.replace(piece, invited=known.addressed) if own else piece


def _near(known: KnownMessage, snapshot: Snapshot, terms: Terms) -> bool:
    """Tell whether a mail is of the same mailbox and time as those that refer to a ghost; one without a Date is near."""
    mail = snapshot.mail
    if mail is None or known.mailbox != snapshot.mailbox:
        return False
    if known.date is None or mail.date is None:
        return True
    return known.date - terms.ghosts <= mail.date <= (known.date_last or known.date) + terms.ghosts


def _past(snapshot: Snapshot, number: int, terms: Terms) -> bool:
    """Tell whether a ticket is beyond reopening; history from before its end belongs to it nevertheless."""
    state = snapshot.ticket(number)
    if state is None:
        return True
    resolved = state.ticket.resolved
    if snapshot.trusted and resolved is not None and snapshot.now <= resolved:
        return False
    if state.ticket.status is Status.CLOSED:
        return True
    return state.ticket.status is Status.RESOLVED and resolved is not None and snapshot.now - resolved > terms.reopen


def _same(live: list[Found], best: Found) -> set[int]:
    """List the other live tickets that references tie to this one; a token or a subject ties nothing."""
    if best.rank not in _BY_REFERENCE:
        return set()
    return {f.ticket for f in live if f.rank in _BY_REFERENCE} - {best.ticket}


def _conflict(live: list[Found], best: Found, same: set[int]) -> tuple[Why, ...]:
    others = sorted({f.ticket for f in live} - {best.ticket} - same)
    return tuple(Why(Reason.LINK_CONFLICT, f"#{n} is named too; {best.why.text} is stronger") for n in others)


def find_token(snapshot: Snapshot, keys: Keys, agent: str, epoch: int) -> tuple[Token | None, tuple[Why, ...]]:
    """Find the first genuine token among the addresses the mail was sent to; `agent` is the author's login or "".

    An altered token behaves exactly like none, but for the trace.
    """
    whys: list[Why] = []
    if snapshot.mail is None:
        return None, ()
    for detail in token_details(snapshot.mail, snapshot.envelope, snapshot.source):
        claims = tokens.read(detail)
        if claims is None or claims.kind not in (*_WHOLE_TICKET, TokenKind.CONFIRM):
            continue
        number = snapshot.hold.ticket if snapshot.hold and claims.kind is TokenKind.CONFIRM else claims.ticket
        state = snapshot.ticket(number)
        if state is None:
            whys.append(Why(Reason.TOKEN_INVALID, "names no ticket of ours"))
            continue
        personal = claims.kind in (TokenKind.AGENT_PUBLIC, TokenKind.AGENT_NOTE, TokenKind.CONFIRM)
        name = agent if personal else _returned(snapshot, state, claims.agent_mark)
        genuine, why = tokens.proves(
            keys,
            detail,
            kind=claims.kind,
            agent=name,
            salt=state.salts.get(number, state.ticket.salt),
            epoch=epoch if personal else 0,
            today=snapshot.now.date(),
        )
        whys.append(why)
        if genuine:
            return Token(claims.kind, detail, state.ticket.number, name), tuple(whys)
    return None, tuple(whys)


def _returned(snapshot: Snapshot, state: TicketState, mark: int) -> str:
    """Find whose address a token was made for, among the people it can have been made for; "" for a token of nobody's."""
    if not mark or snapshot.mail is None:
        return ""
    bounce = snapshot.mail.bounce
    people = [*(bounce.failed if bounce else ()), *(bounce.delayed if bounce else ())]
    people += [state.ticket.requester, *(p.address for p in state.participants), *snapshot.histories]
    return next((name for name in people if tokens.mark_of(name) == mark), "")
