import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maildesk.cli import cli, database, hold, journal, outbox, status, ticket
from maildesk.model.decision import AddEntry, Decision, HoldKind, MailArrived
from maildesk.model.snapshot import Lookup
from maildesk.model.ticket import EntryKind
from maildesk.store import Store, Tx
from maildesk.store.engines.lanes import Lane
from maildesk.store.verify import verify
from tests.integration.store.standin import NOW, handle, look_up, make_arrival, make_mail, take_in

SETTINGS = """
desk: {name: Firma, domain: firma.hr, languages: [en], timezone: Europe/Zagreb, admins: [it@firma.hr]}
database: %s
secret_file: secret.key
mailboxes: [{address: podrska@firma.hr}]
relay: {host: 127.0.0.1, port: 2526, tls: none}
"""


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE journal SET digest = journal_raw.raw FROM journal_raw WHERE journal.id = 1", "its bytes have changed"),
        ("DELETE FROM journal_raw WHERE id = 1", "mails without their bytes: 1"),
        ("DELETE FROM outbox_raw WHERE id = 2", "letters without their bytes: 2"),
        (
            "UPDATE entry SET journal_id = NULL; UPDATE journal SET note = ''; UPDATE decision SET cause = 'x'",
            "stated reason: 1",
        ),
        ("UPDATE ticket SET requester_key = 'x', requester = 'x'", "requester takes no part: 1001"),
        ("UPDATE outbox SET state = 'sending', owner = NULL WHERE id = 1", "sending, but nobody's: 1"),
        ("UPDATE outbox SET ticket = NULL WHERE id = 1", "belong to no ticket: 1"),
        ("UPDATE outbox SET kind = 'acknowledgement'", "acknowledged twice: 1001"),
        ("UPDATE entry SET ticket = NULL", "tickets without an entry: 1001"),
        ("UPDATE decision SET ticket = 77", "tickets that do not exist: 1"),
    ],
)
def test_what_does_not_fit_together_is_named(store: Store, damage: str, sentence: str) -> None:
    """Each promise of the tables, broken by hand, is found and says which row breaks it (P7)."""
    take_in(store, make_mail(1))
    assert store.read(verify) == []
    for statement in damage.split("; "):
        store._engine.submit(Lane.QUICK, lambda db, sql=statement: db.run(sql)).result()  # type: ignore[misc]
    assert any(sentence in line for line in store.read(verify)), store.read(verify)


@pytest.fixture
def run(store: Store, database_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Run a verb on a desk with two merged tickets, a held, a parked and a quarantined mail."""
    (tmp_path / "maildesk.yaml").write_text(SETTINGS % json.dumps(database_url), encoding="utf-8")
    take_in(store, make_mail(1, text="Ne radi \x1b[31mprinter"))
    take_in(store, make_mail(2))
    take_in(store, make_mail(3, [1, 2]))
    held = store.accept(make_arrival("h"), lease=True).result().journal_id
    entry = AddEntry(1001, EntryKind.MAIL, "eva@x.cz", "Let me in", "mh@x", public=False, hold=HoldKind.STRANGER)

    def file_held(tx: Tx) -> None:
        tx.apply(Decision((entry,), ticket=1001), tx.snapshot(MailArrived(held), Lookup(tickets=(1001,)), NOW))
        tx.finish_mail(held)

    store.transact(file_held).result()
    broken = store.accept(make_arrival("b"), lease=True).result().journal_id
    store.transact(lambda tx: tx.quarantine(broken, "ParseFailed: too deep")).result()

    def invoke(command: Any, *words: str) -> Result:
        given = [*words, "--config", str(tmp_path), "--data", str(tmp_path)]
        return CliRunner().invoke(command, given, **cli.context_settings)

    return invoke


def test_tickets_are_listed_and_shown_in_their_stable_form(run: Callable[..., Result]) -> None:
    """Scripts read the same keys for ever; merged numbers are listed and show who lives."""
    listed = json.loads(run(ticket.command, "list", "--json").stdout)
    keys = [
        "number",
        "subject",
        "status",
        "team",
        "assignee",
        "priority",
        "requester",
        "language",
        "tags",
        "created",
        "updated",
    ]
    assert list(listed[0])[:13] == [*keys, "mails", "merged_into"]
    assert [(t["number"], t["merged_into"], t["mails"]) for t in listed] == [(1001, None, 4), (1002, 1001, 0)]
    lines = run(ticket.command, "show", "1002", "#1001", "--json").stdout.splitlines()
    shown, again = map(json.loads, lines)
    assert shown == again
    assert shown["number"] == 1001
    assert shown["participants"][0].items() >= {"address": "jana@firma.cz", "role": "requester"}.items()
    assert [(e["kind"], e["held"], e["message_id"]) for e in shown["entries"]] == [
        ("mail", False, "m1@x"), ("mail", False, "m2@x"), ("mail", False, "m3@x"), ("mail", True, "mh@x"),
    ]  # fmt: skip
    entry_keys = {"id", "at", "kind", "author", "text", "message_id", "trust", "held", "attachments", "reasons"}
    assert entry_keys <= set(shown["entries"][0])
    assert shown["timers"] == []
    assert shown["created"] == "2026-11-22T09:00:00+00:00"
    assert run(ticket.command, "show", "4711").exit_code == 3
    text = run(ticket.command, "show", "1001").stdout
    assert "\x1b" not in text
    assert "HELD (stranger)" in text
    assert [t["number"] for t in json.loads(run(ticket.command, "list", "--limit", "1", "--json").stdout)] == [1002]
    assert json.loads(run(ticket.command, "list", "--status", "waiting", "--json").stdout) == []


def test_queues_are_listed_in_their_stable_form(run: Callable[..., Result]) -> None:
    """Outbox, held mail and journal answer in the agreed keys."""
    letters = json.loads(run(outbox.command, "list", "--json").stdout)
    assert list(letters[0])[:8] == ["id", "kind", "ticket", "to", "state", "attempts", "next", "last_reply"]
    (held,) = json.loads(run(hold.command, "list", "--json").stdout)
    assert held.items() >= {"ticket": 1001, "from": "eva@x.cz", "why": "stranger"}.items()
    assert {"id", "at"} <= set(held)
    mails = json.loads(run(journal.command, "list", "--json").stdout)
    assert [mail["state"] for mail in mails] == ["done", "done", "done", "done", "quarantined"]
    (broken,) = json.loads(run(journal.command, "list", "--state", "quarantined", "--json").stdout)
    assert broken["problem"] == "ParseFailed: too deep"
    assert run(journal.command, "show", str(broken["id"]), "--raw").stdout_bytes == make_arrival("b").raw
    assert run(journal.command, "retry", str(broken["id"])).exit_code == 0
    assert run(journal.command, "retry", "1").exit_code == 1
    assert run(journal.command, "show", "999").exit_code == 1
    for verb in ("drop", "retry", "hold"):
        done = run(outbox.command, verb, str(letters[0]["id"]))
        assert done.exit_code == 0, done.output
    assert run(outbox.command, "drop", "999").exit_code == 1
    for command in (outbox.command, hold.command, journal.command, ticket.command):
        assert run(command, "list").exit_code == 0


def test_the_screen_of_numbers_marks_what_somebody_should_see(run: Callable[..., Result]) -> None:
    """`status` counts everything that waits, and marks held and quarantined mail."""
    found = json.loads(run(status.command, "--json").stdout)
    assert found["tickets"] == {"new": 1, "open": 0, "waiting": 0, "resolved": 0, "closed": 0}
    assert (found["journal"], found["held"]) == ({"waiting": 0, "done": 4, "quarantined": 1}, 1)
    text = run(status.command).stdout
    assert "! held        1" in text
    assert "! quarantined 1" in text


def test_verify_says_so_by_its_status(run: Callable[..., Result], store: Store) -> None:
    """`database verify` ends with 0 when everything fits, with 1 and a line for each thing that does not."""
    assert run(database.command, "verify").exit_code == 0
    store._engine.submit(Lane.QUICK, lambda db: db.run("DELETE FROM outbox_raw WHERE id = 1")).result()
    broken = run(database.command, "verify")
    assert (broken.exit_code, broken.stdout) == (1, "letters without their bytes: 1\n")


def test_reading_does_not_wait_for_a_writer(store: Store) -> None:
    """A long decision does not keep the command line from looking."""
    journal_id = store.accept(make_arrival(1), lease=True).result().journal_id
    mail = make_mail(1)

    def slow(tx: Tx) -> int:
        handle(tx, journal_id, mail)
        return len(store.read(lambda db: db.all("SELECT number FROM ticket")))

    assert store.transact(slow, look_up(mail, journal_id)).result() == 0
    assert len(store.read(lambda db: db.all("SELECT number FROM ticket"))) == 1
