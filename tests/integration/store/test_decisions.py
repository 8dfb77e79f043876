import datetime as dt

import msgspec
import pytest

from maildesk.model.decision import (
    AddEntry,
    AddParticipant,
    CancelTimers,
    ChangeTicket,
    CommandGiven,
    Decision,
    HoldKind,
    KnowMessage,
    KnownKind,
    MailArrived,
    Merge,
    OpenTicket,
    Rate,
    Rotate,
    SetTimer,
    SettleEntry,
    Suppress,
    TimerDue,
    TimerKind,
)
from maildesk.model.mail import Address, Kind
from maildesk.model.snapshot import Lookup, Snapshot, Written
from maildesk.model.ticket import EntryKind, Priority, Role, Status
from maildesk.model.value import from_json
from maildesk.store import Store, Tx, read, recall
from maildesk.store.apply import Content
from maildesk.store.codec import unpack
from maildesk.store.verify import verify
from tests.integration.store.standin import (
    BOX,
    NOW,
    handle,
    look_up,
    make_arrival,
    make_letter,
    make_mail,
    number_of,
    take_in,
)

HOUR = dt.timedelta(hours=1)
JANA = Address("Jana@Firma.cz", "Jana")
_serial = iter(range(1_000_000))


def command(
    store: Store, *actions: object, ticket: int = 0, now: dt.datetime = NOW, lookup: Lookup | None = None
) -> Written:
    """Apply actions under a cause of their own."""
    cause = CommandGiven(f"c{next(_serial)}", "test", ticket)
    decision = Decision(
        tuple(actions), ticket=ticket if ticket or any(isinstance(a, OpenTicket) for a in actions) else None
    )  # type: ignore[arg-type]
    return store.transact(lambda tx: tx.apply(decision, tx.snapshot(cause, lookup or Lookup(), now))).result()


def look(store: Store, lookup: Lookup, now: dt.datetime = NOW, cause: object = None) -> Snapshot:
    """Take a snapshot and do nothing."""
    wanted = cause or CommandGiven("look", "look")
    return store.transact(lambda tx: tx.snapshot(wanted, lookup, now, mailbox=BOX)).result()  # type: ignore[arg-type]


def open_one(store: Store, requester: Address = JANA, **more: object) -> int:
    """Open a ticket."""
    return number_of(command(store, OpenTicket("Upit", BOX, requester, "hr", **more)))  # type: ignore[arg-type]


def test_numbers_begin_at_1001_and_rise_by_one(store: Store) -> None:
    """Tickets are numbered in the order in which they are opened."""
    assert [number_of(take_in(store, make_mail(n))) for n in range(3)] == [1001, 1002, 1003]


def test_a_new_ticket_comes_back_whole(store: Store) -> None:
    """What a mail opens can be read back: the ticket, its people, its timeline, its References and what was said."""
    written = take_in(store, make_mail(1, text="Ne radi\0 printer \ud800"))
    assert written.ticket is not None
    state = written.ticket
    assert (state.ticket.subject, state.ticket.team, state.ticket.assignee) == ("mail 1", "l1", "ana")
    assert (state.ticket.requester, state.ticket.version, state.ticket.status) == ("jana@firma.cz", 1, Status.NEW)
    assert [(p.address, p.role, p.wrote) for p in state.participants] == [("jana@firma.cz", Role.REQUESTER, True)]
    assert state.chain == ("m1@x",)
    assert state.last_from_customer == "m1@x"
    assert state.last_text == "Ne radi\ufffd printer ?"
    assert state.salts == {1001: state.ticket.salt}
    assert len(state.ticket.salt) == 16
    (seen,) = look(store, Lookup(tickets=(1001,))).tickets
    unsaid = msgspec.structs.replace(seen, said=(), said_at=())
    assert unsaid == msgspec.structs.replace(state, chain=seen.chain, said=(), said_at=())
    assert seen.said == ("ack:ticket:1001",), "letters to agents are not notices"
    assert seen.chain == ("m1@x", "md1.ack.ticket.1001@firma.hr")
    assert store.read(verify) == []


def test_applying_a_cause_twice_is_applying_it_once(store: Store) -> None:
    """A mail decided again (released, crashed between commit and answer) changes nothing and gets the first result."""
    arrival, mail = make_arrival(1), make_mail(1)
    journal_id = store.accept(arrival, lease=True).result().journal_id
    first = store.transact(lambda tx: handle(tx, journal_id, mail, arrival)).result()
    before = store.read(lambda db: (read.list_tickets(db), read.list_outbox(db)))
    again = store.transact(lambda tx: handle(tx, journal_id, mail, arrival)).result()
    assert (first.repeated, again.repeated) == (False, True)
    assert again.entries == first.entries
    assert number_of(again) == number_of(first)
    assert store.read(lambda db: (read.list_tickets(db), read.list_outbox(db))) == before
    assert store.transact(lambda tx: tx.earlier(MailArrived(journal_id))).result() == again
    assert store.transact(lambda tx: tx.earlier(MailArrived(journal_id + 1))).result() is None


def test_an_effect_key_is_queued_once_for_ever(store: Store) -> None:
    """The second acknowledgement of a ticket cannot be queued, whoever asks for it."""
    letter = make_letter("ack:ticket:1001", open_one(store))
    assert len(store.transact(lambda tx: tx.queue((letter,))).result()) == 1
    assert store.transact(lambda tx: tx.queue((letter,))).result() == ()


def test_what_raises_leaves_nothing(store: Store) -> None:
    """A decision that fails half way leaves no ticket, no letter and no used-up cause."""

    def work(tx: Tx) -> None:
        handle(tx, journal_id, make_mail(1))
        raise RuntimeError("no template")

    journal_id = store.accept(make_arrival(1), lease=True).result().journal_id
    with pytest.raises(RuntimeError, match="no template"):
        store.transact(work).result()
    assert store.read(read.list_tickets) == []
    assert store.read(read.list_outbox) == []
    written = store.transact(lambda tx: handle(tx, journal_id, make_mail(1))).result()
    assert not written.repeated
    assert store.read(verify) == []


def test_an_answer_joins_by_any_known_id(store: Store) -> None:
    """References to what we received and to what we sent both find the ticket (B1, B2)."""
    take_in(store, make_mail(1))
    assert number_of(take_in(store, make_mail(2, [1]))) == 1001
    answer = msgspec.structs.replace(make_mail(3), in_reply_to=("md1.ack.ticket.1001@firma.hr",))
    snapshot = look(store, msgspec.structs.replace(look_up(answer, 0), ids=("md1.ack.ticket.1001@firma.hr",)))
    assert [(k.kind, k.ticket, k.what) for k in snapshot.known] == [(KnownKind.SENT, 1001, "acknowledgement")]
    assert snapshot.tickets[0].aliases == ()


def test_a_merge_leaves_one_ticket_and_moves_what_hung_on_the_other(store: Store) -> None:
    """The lowest number survives; timeline and ids move, timers end, people do not get rights (B11)."""
    for number in (1, 2, 3):
        take_in(store, make_mail(number, author=f"p{number}@x.cz"))
    command(store, SetTimer(1003, TimerKind.REMIND, NOW + HOUR), ticket=1003, lookup=Lookup(tickets=(1003,)))
    bridge = take_in(store, make_mail(4, [3, 2], author="p2@x.cz"))
    assert number_of(bridge) == 1002
    both = take_in(store, make_mail(5, [3, 1], author="p1@x.cz"))
    assert number_of(both) == 1001
    assert both.ticket is not None
    assert both.ticket.aliases == (1002, 1003)
    assert set(both.ticket.salts) == {1001, 1002, 1003}
    assert both.ticket.timers == ()
    assert {p.address for p in both.ticket.participants} == {"p1@x.cz"}
    assert {number: read_back(store, number)["number"] for number in (1001, 1002, 1003)} == {
        1001: 1001,
        1002: 1001,
        1003: 1001,
    }
    assert [t["merged_into"] for t in store.read(read.list_tickets)] == [None, 1001, 1001]
    assert read_back(store, 1003)["mails"] == 5
    known = look(store, Lookup(ids=("m3@x", "md1.ack.ticket.1003@firma.hr"))).known
    assert {k.ticket for k in known} == {1001}
    assert [s.ticket.number for s in look(store, Lookup(tickets=(1003, 1002))).tickets] == [1001]
    assert store.read(verify) == []


def read_back(store: Store, number: int) -> dict[str, object]:
    """Read a ticket that is there."""
    found = store.read(lambda db: read.find_ticket(db, number))
    assert found is not None
    return found


def test_a_merge_asked_for_upside_down_or_twice_is_the_same_merge(store: Store) -> None:
    """Whichever way round two numbers are named, aliases cannot run in a circle (B11)."""
    for number in (1, 2, 3):
        take_in(store, make_mail(number))
    all_three = Lookup(tickets=(1001, 1002, 1003))
    command(store, Merge(1003, 1002), ticket=1002, lookup=all_three)
    command(store, Merge(1003, 1001), Merge(1002, 1003), Merge(1001, 1002), ticket=1001, lookup=all_three)
    assert [t["merged_into"] for t in store.read(read.list_tickets)] == [None, 1001, 1001]
    assert store.read(verify) == []


def test_parked_mail_is_found_by_way_of_other_parked_mail(store: Store) -> None:
    """Automatic mails that matched nothing wait; one that links the first takes all that hang together along."""
    for number, refers in ((1, []), (2, [1]), (3, [2]), (9, [])):
        written = take_in(store, make_mail(number, refers, kind=Kind.AUTOMATIC))
        assert written.ticket is None
    parked = look(store, look_up(make_mail(4, [3]), 0)).parked
    assert [(p.message_id, p.automatic) for p in parked] == [("m1@x", True), ("m2@x", True), ("m3@x", True)]
    number = number_of(take_in(store, make_mail(4, [3])))
    ticket = read_back(store, number)
    assert [entry["message_id"] for entry in ticket["entries"]] == ["m1@x", "m2@x", "m3@x", "m4@x"]  # type: ignore[attr-defined]
    assert number_of(take_in(store, make_mail(5, [1]))) == number, "their ids moved along"
    journal = {mail["message_id"]: mail["parked"] for mail in store.read(read.list_journal)}
    assert journal == {"m1@x": False, "m2@x": False, "m3@x": False, "m9@x": True, "m4@x": False, "m5@x": False}
    assert store.read(verify) == []


def test_a_parked_parent_that_a_mail_names_and_one_that_names_it(store: Store) -> None:
    """A parked mail is found by its own id, and by ids it refers to, but a shared stranger counts in one mailbox only."""
    take_in(store, make_mail(1, [7], kind=Kind.AUTOMATIC))
    assert len(look(store, look_up(make_mail(7), 0)).parked) == 1, "the parent it referred to arrives"
    assert len(look(store, look_up(make_mail(8, [7]), 0)).parked) == 1, "a sibling in the same mailbox"
    elsewhere = store.transact(
        lambda tx: tx.snapshot(
            CommandGiven("look", "look"), look_up(make_mail(8, [7]), 0), NOW, mailbox="other@firma.hr"
        )
    ).result()
    assert elsewhere.parked == ()


def test_a_ghost_tells_the_first_and_the_last_day_it_was_named(store: Store) -> None:
    """Mails of several days, to several people, may refer to one parent nobody sent us: the window is held against both ends."""
    days = [NOW - dt.timedelta(days=300), NOW, NOW - dt.timedelta(days=20)]
    people = ["Petr@X.cz", "eva@x.cz", "petr@x.cz"]
    for number, (day, person) in enumerate(zip(days, people, strict=True)):
        take_in(store, make_mail(number, ["ghost"], date=day, cc=(person,)))
    [ghost] = [k for k in look(store, Lookup(ids=("mghost@x",))).known if k.kind is KnownKind.GHOST]
    assert (ghost.date, ghost.date_last) == (days[0], days[1])
    assert set(ghost.addressed) == {BOX, "petr@x.cz", "eva@x.cz"}


@pytest.mark.parametrize("dates", [(None, NOW), (NOW, None)], ids=["first", "last"])
def test_a_ghost_that_an_undated_mail_names_is_of_any_day(store: Store, dates: tuple[dt.datetime | None, ...]) -> None:
    """A mail without a Date may be of any day, whether it comes before or after the others."""
    for number, day in enumerate(dates):
        take_in(store, make_mail(number, ["ghost"], date=day))
    [ghost] = [k for k in look(store, Lookup(ids=("mghost@x",))).known if k.kind is KnownKind.GHOST]
    assert (ghost.date, ghost.date_last) == (None, None)


@pytest.mark.parametrize(
    ("change", "is_duplicate"),
    [
        ({}, True),
        ({"author": "eva@x.cz"}, False),
        ({"date": NOW + HOUR}, False),
        ({"date": None}, False),
        ({"text": "x"}, True),
    ],
)
def test_a_duplicate_needs_the_same_id_author_date_and_body(
    store: Store, change: dict[str, object], is_duplicate: bool
) -> None:
    """The same Message-ID alone proves nothing: ids can be squatted."""
    first = store.accept(make_arrival(1), lease=True).result().journal_id
    store.transact(lambda tx: handle(tx, first, make_mail(1))).result()
    again = make_mail(1, **change)  # type: ignore[arg-type]
    assert look(store, look_up(again, first + 1), cause=MailArrived(first + 1)).duplicate_of == (
        first if is_duplicate else 0
    )
    assert look(store, look_up(make_mail(1), first), cause=MailArrived(first)).duplicate_of == 0, (
        "a mail is not its own copy"
    )


@pytest.mark.parametrize(
    ("source", "dated", "is_duplicate"),
    [("imap", True, True), ("imap", False, True), ("smtp", True, True), ("smtp", False, False)],
)
def test_without_an_id_the_same_bytes_are_a_duplicate(
    store: Store, source: str, dated: bool, is_duplicate: bool
) -> None:
    """A mail without Message-ID fetched again after a change of UIDVALIDITY, or out of another mailbox, is known by its bytes;
    what comes undated to our door on two days may be an alarm that says the same again (B17, B18)."""
    raw = b"Subject: x\r\n\r\nhello"
    boxes = [f"imap:{BOX}", "imap:shop@firma.hr"] if source == "imap" else [source, source]
    days = [NOW - dt.timedelta(days=3), NOW]
    arrivals = [
        msgspec.structs.replace(make_arrival(key, box, at), raw=raw, source_key=key)
        for key, box, at in zip(("1/1", "2/1"), boxes, days, strict=True)
    ]
    first, second = (store.accept(arrival, lease=True).result().journal_id for arrival in arrivals)
    assert first != second
    mail = msgspec.structs.replace(make_mail(1, date=NOW if dated else None), message_id="")
    store.transact(lambda tx: handle(tx, first, mail, arrivals[0])).result()

    def ask(tx: Tx) -> int:
        return tx.snapshot(MailArrived(second), look_up(mail, second), NOW, mail, arrivals[1]).duplicate_of

    assert store.transact(ask).result() == (first if is_duplicate else 0)


def test_a_mail_waits_for_its_parent_but_not_for_ever(store: Store) -> None:
    """A journaled parent that is still waiting is decided first; two mails that name each other get out of it."""
    parent = store.accept(make_arrival("p")).result().journal_id
    child = store.accept(make_arrival("c")).result().journal_id
    store.claim_mails(10, NOW)
    lookup = look_up(make_mail("c", ["p"]), child)
    assert look(store, lookup, cause=MailArrived(child)).waiting_parent == "mp@x"
    for _ in range(20):
        store.transact(lambda tx: tx.defer_mail(child, NOW, "after <mp@x>", count_attempt=False)).result()
    assert look(store, lookup, cause=MailArrived(child)).waiting_parent == ""
    store.transact(lambda tx: tx.quarantine(parent, "broken")).result()
    other = store.accept(make_arrival("d")).result().journal_id
    assert look(store, look_up(make_mail("d", ["p"]), other), cause=MailArrived(other)).waiting_parent == ""


def test_a_held_mail_is_shown_to_agents_and_moves_when_it_is_settled(store: Store) -> None:
    """A stranger's mail stands held; let in it becomes public and part of the References."""
    number = open_one(store)
    mail = make_mail("stranger", author="eva@x.cz")
    journal_id = store.accept(make_arrival("stranger"), lease=True).result().journal_id
    held = Decision(
        (
            AddEntry(
                number, EntryKind.MAIL, "eva@x.cz", "Let me in", mail.message_id, public=False, hold=HoldKind.STRANGER
            ),
            KnowMessage(number, mail.message_id, KnownKind.SEEN, mail.date),
        ),
        ticket=number,
    )

    def hold(tx: Tx) -> Written:
        lookup = Lookup(tickets=(number,))
        return tx.apply(held, tx.snapshot(MailArrived(journal_id), lookup, NOW, mail, mailbox=BOX))

    written = store.transact(hold).result()
    assert written.ticket is not None
    assert (written.ticket.chain, written.ticket.last_text) == ((), "")
    (listed,) = store.read(read.list_held)
    assert (listed["id"], listed["ticket"], listed["from"], listed["why"]) == (
        written.entries[0],
        number,
        "eva@x.cz",
        "stranger",
    )
    question = look(store, Lookup(hold=written.entries[0])).hold
    assert question is not None
    assert (question.journal_id, question.author_name, question.text, question.settled) == (
        journal_id,
        "Jana",
        "Let me in",
        False,
    )
    let_in = command(
        store, SettleEntry(written.entries[0], released=True), ticket=number, lookup=Lookup(tickets=(number,))
    )
    assert let_in.ticket is not None
    assert (let_in.ticket.chain, let_in.ticket.last_text) == (("mstranger@x",), "Let me in")
    assert store.read(read.list_held) == []
    answered = look(store, Lookup(hold=written.entries[0])).hold
    assert answered is not None
    assert answered.settled
    assert store.read(lambda db: recall.held_raw(db, written.entries[0])) == make_arrival("stranger").raw


def test_changes_add_up_and_resolved_follows_the_status(store: Store) -> None:
    """A change touches what it names; when a ticket was resolved is set and cleared by its status."""
    number = open_one(store, tags=("a", "b"), team="l1")
    there = Lookup(tickets=(number,))
    one = command(
        store, ChangeTicket(number, status=Status.RESOLVED, priority=Priority.HIGH, add_tags=("c", "a"), drop_tags=("b",)),
        ticket=number, lookup=there, now=NOW + HOUR,
    )  # fmt: skip
    assert one.ticket is not None
    ticket = one.ticket.ticket
    assert (ticket.tags, ticket.priority, ticket.team, ticket.resolved) == (("a", "c"), Priority.HIGH, "l1", NOW + HOUR)
    assert (ticket.version, ticket.updated) == (2, NOW + HOUR)
    closed = command(store, ChangeTicket(number, status=Status.CLOSED), ticket=number, lookup=there, now=NOW + 2 * HOUR)
    assert closed.ticket is not None
    assert closed.ticket.ticket.resolved == NOW + HOUR
    again = command(store, ChangeTicket(number, status=Status.OPEN, assignee=""), ticket=number, lookup=there)
    assert again.ticket is not None
    assert (again.ticket.ticket.resolved, again.ticket.ticket.version) == (None, 4)
    assert look(store, there).tickets[0].ticket == again.ticket.ticket


def test_people_gain_and_a_new_requester_takes_the_old_ones_place(store: Store) -> None:
    """Roles rise and never fall by taking part again; there is one requester at a time (B89)."""
    number = open_one(store)
    there = Lookup(tickets=(number,))
    command(
        store, AddParticipant(number, Address("petr@x.cz", "Petr"), Role.CC),
        AddParticipant(number, Address("jana@firma.cz"), Role.CC, wrote=True), ticket=number, lookup=there,
    )  # fmt: skip
    written = command(
        store, AddParticipant(number, Address("PETR@x.cz"), Role.JOINED, wrote=True),
        AddParticipant(number, Address("petr@x.cz"), Role.CC), ticket=number, lookup=there,
    )  # fmt: skip
    assert written.ticket is not None
    people = {(p.address, p.name, p.role, p.wrote) for p in written.ticket.participants}
    assert people == {("Jana@Firma.cz", "Jana", Role.REQUESTER, True), ("petr@x.cz", "Petr", Role.JOINED, True)}
    moved = command(
        store, AddParticipant(number, Address("petr@x.cz", "Petr"), Role.REQUESTER), ticket=number, lookup=there
    )
    assert moved.ticket is not None
    assert moved.ticket.ticket.requester == "petr@x.cz"
    assert {p.address: p.role for p in moved.ticket.participants} == {
        "Jana@Firma.cz": Role.JOINED,
        "petr@x.cz": Role.REQUESTER,
    }


def test_a_timer_is_set_once_claimed_when_due_and_ended_by_its_decision(store: Store) -> None:
    """A timer with one key is one timer; cancelled ones never fall due; a decision on it happens once."""
    number = open_one(store)
    there = Lookup(tickets=(number,))
    actions = (
        SetTimer(number, TimerKind.CLOSE, NOW + HOUR, "close:{ticket}:1"),
        SetTimer(number, TimerKind.CLOSE, NOW + 9 * HOUR, f"close:{number}:1"),
        SetTimer(number, TimerKind.REMIND, NOW + HOUR),
    )
    written = command(store, *actions, ticket=number, lookup=there)
    assert written.ticket is not None
    assert written.ticket.timers == ("close", "remind")
    command(store, CancelTimers(number, (TimerKind.REMIND,)), ticket=number, lookup=there)
    assert store.claim_timers(10, NOW) == []
    (due,) = store.claim_timers(10, NOW + 2 * HOUR)
    assert (due.ticket, due.kind, due.due) == (number, TimerKind.CLOSE, NOW + HOUR)
    assert store.claim_timers(10, NOW + 2 * HOUR) == [], "it is in our hands"
    store.transact(lambda tx: tx.defer_timer(due.id, NOW + 3 * HOUR, "database busy")).result()
    (due,) = store.claim_timers(10, NOW + 3 * HOUR)
    cause = TimerDue(due.id, number, due.kind)
    decision = Decision((ChangeTicket(number, status=Status.CLOSED),), ticket=number)

    def fire(tx: Tx) -> Written:
        return tx.apply(decision, tx.snapshot(cause, Lookup(), NOW + 3 * HOUR))

    assert not store.transact(fire).result().repeated
    assert store.transact(fire).result().repeated
    assert store.claim_timers(10, NOW + 99 * HOUR) == []
    assert look(store, there).tickets[0].timers == ()


def test_a_timer_cancelled_in_our_hands_counts_as_decided(store: Store) -> None:
    """Between claim and decision a customer's mail may cancel the timer: then it must not fire."""
    number = open_one(store)
    there = Lookup(tickets=(number,))
    command(store, SetTimer(number, TimerKind.REMIND, NOW), ticket=number, lookup=there)
    (due,) = store.claim_timers(10, NOW)
    command(store, CancelTimers(number, (TimerKind.REMIND,)), ticket=number, lookup=there)
    earlier = store.transact(lambda tx: tx.earlier(TimerDue(due.id, number, due.kind))).result()
    assert earlier is not None
    assert earlier.repeated


def test_what_is_remembered_of_an_address(store: Store) -> None:
    """Tickets, language, team, automatic mail of the day and the domain's hour, feedback and suppression are counted."""
    number = open_one(store, Address("Jana@Firma.cz"), team="l2")
    open_one(store, Address("eva@firma.cz"))
    letters = [
        make_letter("a", number, to="jana@FIRMA.cz"),
        make_letter("b", number, "status", to="jana@firma.cz"),
        make_letter("c", number, "closing", to="jana@firma.cz"),
        make_letter("d", number, "feedback", to="jana@firma.cz"),
        make_letter("e", number, "agent:note", to="jana@firma.cz"),
        make_letter("f", number, "acknowledgement", to="eva@firma.cz"),
    ]

    def send(tx: Tx) -> None:
        tx.snapshot(CommandGiven("s", "s"), Lookup(), NOW)
        tx.queue(letters)

    store.transact(send).result()
    command(store, Suppress("Jana@firma.cz", "5.1.1 no such user"))
    jana = look(store, Lookup(addresses=("jana@firma.cz", "new@x.cz")), NOW + HOUR / 2).histories
    assert jana["new@x.cz"].tickets == 0
    history = jana["jana@firma.cz"]
    assert (history.tickets, history.last_language, history.team) == (1, "hr", "l2")
    assert (history.automatic_day, history.domain_hour) == (2, 3), "closing, feedback and mail to agents were asked for"
    assert (history.last_feedback, history.suppressed) == (NOW, "5.1.1 no such user")
    later = look(store, Lookup(tickets=(number,)), NOW + 25 * HOUR).histories["jana@firma.cz"]
    assert (later.automatic_day, later.domain_hour) == (0, 0), (
        "the requester of a ticket that is looked at is known too"
    )
    command(store, Suppress("jana@firma.cz", lift=True))
    assert look(store, Lookup(addresses=("jana@firma.cz",))).histories["jana@firma.cz"].suppressed == ""


def test_ratings_and_turns(store: Store) -> None:
    """The last rating counts; the turn of a team is passed on."""
    number = open_one(store)
    there = Lookup(tickets=(number,))
    command(store, Rate(number, 2, "slow"), ticket=number, lookup=there)
    assert command(store, Rate(number, 4), ticket=number, lookup=there).ticket.rating == 4  # type: ignore[union-attr]
    command(store, Rotate("l1", "ana"), lookup=there)
    command(store, Rotate("l1", "petr"), Rotate("l1", "eva"), lookup=there)
    assert look(store, there).rotation == {"l1": "eva"}


def test_loads_follow_every_change(store: Store) -> None:
    """Open tickets of an agent are counted through opening, handing over, closing, merging and what is undone."""
    one, two, three = (open_one(store, assignee=login) for login in ("ana", "ana", "petr"))
    assert look(store, Lookup()).loads == {"ana": 2, "petr": 1}
    command(store, ChangeTicket(one, assignee="petr"), lookup=Lookup(tickets=(one,)))
    assert look(store, Lookup()).loads == {"ana": 1, "petr": 2}
    command(store, ChangeTicket(one, status=Status.RESOLVED), lookup=Lookup(tickets=(one,)))
    assert look(store, Lookup()).loads == {"ana": 1, "petr": 1}

    def undone(tx: Tx) -> None:
        decision = Decision((ChangeTicket(two, assignee="eva"),))
        tx.apply(decision, tx.snapshot(CommandGiven("undone", "x"), Lookup(tickets=(two,)), NOW))
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        store.transact(undone).result()
    assert look(store, Lookup()).loads == {"ana": 1, "petr": 1}
    command(store, Merge(two, three), lookup=Lookup(tickets=(two, three)))
    assert look(store, Lookup()).loads == {"ana": 1}


def test_history_is_told_by_the_date_of_the_mails(store: Store) -> None:
    """Two mails of one thread that came in reverse order stand in the order in which they were written (B122)."""
    take_in(store, make_mail(2, [1], date=NOW - HOUR, text="second"))
    take_in(store, make_mail(1, date=NOW - 2 * HOUR, text="first"))
    ticket = read_back(store, 1001)
    assert [entry["text"] for entry in ticket["entries"]] == ["first", "second"]  # type: ignore[attr-defined]
    state = look(store, Lookup(tickets=(1001,))).tickets[0]
    assert (state.last_text, state.last_from_customer) == ("second", "m2@x")


def test_a_mail_may_not_claim_another_week(store: Store) -> None:
    """The Date of a mail received now moves it by a day at most; history keeps its dates."""
    arrival = make_arrival(1)
    mail = make_mail(1, date=NOW - dt.timedelta(days=900))
    journal_id = store.accept(arrival, lease=True).result().journal_id
    store.transact(lambda tx: handle(tx, journal_id, mail, arrival)).result()
    (entry,) = read_back(store, 1001)["entries"]  # type: ignore[misc]
    assert entry["at"] == (NOW - dt.timedelta(days=1)).isoformat()


def test_a_decision_is_stored_with_what_was_known_but_not_with_the_mails_text(store: Store) -> None:
    """Explaining needs no mail text: it stands in the raw mail and the timeline."""
    secret = "the customer's very words " * 300
    take_in(store, make_mail(1))
    written = take_in(store, make_mail(2, [1], text=secret))
    (found,) = store.read(lambda db: recall.find_stored(db, "<m2@x>"))
    assert found.ticket == found.decision.ticket == number_of(written)
    assert len(store.read(lambda db: recall.find_stored(db, "#1001"))) == 2
    content = store.read(lambda db: db.one("SELECT content, packed FROM decision ORDER BY id DESC LIMIT 1"))
    assert content is not None
    stored = from_json(unpack(*content), Content).snapshot
    assert stored.mail is not None
    assert (stored.mail.text, stored.mail.new_text, stored.mail.subject) == ("", "", "mail 2")
    assert stored.tickets[0].public_texts == ()


def test_decisions_name_the_policy_that_was_active(store: Store) -> None:
    """A revision is stored whole, once, and switched between two transactions; each decision names the one it used."""
    assert store.active_policy() == ""
    texts = {"rules/10.yaml": "rules: []\n" * 900, "teams.yaml": "ř"}
    for _ in range(2):
        store.save_policy("d1", texts, "files")
    store.save_policy("d2", {}, "files")
    store.activate("d1", "eva")
    assert store.policy_texts("d1") == texts
    with pytest.raises(KeyError):
        store.policy_texts("d9")
    take_in(store, make_mail(1))
    store.activate("d2")
    assert store.active_policy() == store.transact(lambda tx: tx.active_policy()).result() == "d2"
    take_in(store, make_mail(2))
    assert store.read(lambda db: db.all("SELECT cause, policy FROM decision ORDER BY id")) == [
        ("mail:1", "d1"),
        ("mail:2", "d2"),
    ]
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.activate("d9")


def test_small_facts_are_kept(store: Store) -> None:
    """The daemon notes what `status` shows, such as when a mailbox was last seen."""
    store.set_meta("seen:podrska@firma.hr", "2026-11-22").result()
    store.set_meta("seen:podrska@firma.hr", "2026-11-23").result()
    store.set_meta("other", "x").result()
    assert store.meta("seen:") == {"seen:podrska@firma.hr": "2026-11-23"}
