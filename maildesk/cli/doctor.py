"""`maildesk doctor`: look for trouble around the desk."""

import secrets
import smtplib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, say, say_json, tell

if TYPE_CHECKING:
    from maildesk.cli.forgeries import Forgery
    from maildesk.daemon import Office
    from maildesk.settings import Settings
    from maildesk.store.db import Tx
    from maildesk.store.engines.connection import Connection
    from maildesk.store.probes import Probe

_STEP = 0.2
_MARKS = {"refused": "✓", "unbelieved": "✓", "believed": "✗", "unknown": "?"}


@click.group(name="doctor")
def command() -> None:
    """Look for trouble around the desk."""


@command.command(name="auth")
@click.option(
    "--via",
    metavar="HOST:PORT",
    default="",
    help="The mail server that the world sends to. [default: our own listener]",
)
@click.option("--mailbox", default="", metavar="ADDRESS", help="The mailbox to write to. [default: the first]")
@click.option(
    "--wait", "seconds", type=float, default=90.0, show_default=True, help="Seconds to wait for what was sent."
)
@click.option("--json", "as_json", is_flag=True, help="Print the stable JSON form, one object a line.")
@desk_options
def auth(via: str, mailbox: str, seconds: float, *, as_json: bool, config_dir: Path, data_dir: Path) -> None:
    """Send forgeries of an agent's mail the way strangers' mail comes, and say which of them would have been believed.

    \b
    Example: maildesk doctor auth --via mx.firma.hr:25

    The desk must be running. The forgeries open no ticket, are answered by nobody, and are removed afterwards, from an IMAP
    mailbox, too. Run it from outside the mail server's machine, or by its public name: it must not take us for its own.
    Status 1 if one was believed, or its fate is not known.
    """
    import datetime as dt

    from maildesk.cli.forgeries import forgeries
    from maildesk.cli.opening import open_or_complain

    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        desk = office.keeper.desk_with(office.keeper.current)
        to = mailbox or office.settings.mailboxes[0].address
        agents = list(desk.policy.people.agents.values())
        if not agents:
            fail("teams.yaml names no agent whose mail could be forged", Exit.USAGE)
        host, port = _server(via, office.settings)
        made = forgeries(desk, agents[0].addresses[0], to, secrets.token_hex(6), dt.datetime.now(dt.UTC))
        results = _try(made, (host, port), to, office, seconds)
    finally:
        office.store.close()
    for one, (outcome, text) in zip(made, results, strict=True):
        if as_json:
            say_json({"pretends": one.pretends, "outcome": outcome, "why": text})
        else:
            say(f"{_MARKS[outcome]} {one.pretends}: {text}")
    _conclude({outcome for outcome, _ in results}, office.settings)


def _server(via: str, settings: "Settings") -> tuple[str, int]:
    """Say where strangers' mail goes to."""
    host, _, port = via.rpartition(":")
    if via and host and port.isdigit():
        return host.strip("[]"), int(port)
    if via:
        fail("--via is written like mx.firma.hr:25", Exit.USAGE)
    listen = settings.listen.smtp
    if listen is None or not listen.port:
        fail("mail reaches this desk through another server: name it with --via HOST:PORT", Exit.USAGE)
    return (listen.host or "127.0.0.1").replace("0.0.0.0", "127.0.0.1"), listen.port  # noqa: S104 - read, not bound


def _try(
    made: "tuple[Forgery, ...]", server: tuple[str, int], to: str, office: "Office", seconds: float
) -> list[tuple[str, str]]:
    """Send every forgery, wait for those that were taken, weigh them, clean up."""
    refused = {one.message_id: _send(one, server, to) for one in made}
    waiting = [one for one in made if not refused[one.message_id]]
    until = time.monotonic() + seconds
    arrived: dict[str, Probe] = {}
    while len(arrived) < len(waiting) and time.monotonic() < until:
        arrived |= _arrived([one for one in waiting if one.message_id not in arrived], office)
        time.sleep(_STEP)
    results = [_weigh(one, refused[one.message_id], arrived.get(one.message_id), office) for one in made]
    _clean_up(list(arrived.values()), office)
    return results


def _send(one: "Forgery", server: tuple[str, int], to: str) -> str:
    """Hand a forgery over; gives the words with which it was refused, or "". Leaves if there is no server."""
    try:
        with smtplib.SMTP(*server, timeout=30) as client:
            client.ehlo_or_helo_if_needed()
            for code, said in (client.mail(""), client.rcpt(to), client.data(one.raw)):
                if code >= 400:
                    return f"{code} {said.decode('utf-8', 'replace')}"
    except smtplib.SMTPResponseException as problem:
        return f"{problem.smtp_code} {problem.smtp_error!r}"
    except (OSError, smtplib.SMTPException) as problem:
        fail(f"{server[0]}:{server[1]}: {problem}", Exit.NO)
    return ""


def _arrived(wanted: "list[Forgery]", office: "Office") -> "dict[str, Probe]":
    from maildesk.store.probes import find_probe

    def look(db: "Connection") -> "list[Probe | None]":
        return [find_probe(db, one.message_id) for one in wanted]

    found = zip(wanted, office.store.read(look), strict=True)
    return {one.message_id: probe for one, probe in found if probe is not None}


def _weigh(one: "Forgery", refused: str, probe: "Probe | None", office: "Office") -> tuple[str, str]:
    """Say what came of a forgery, in a word and in a sentence."""
    import datetime as dt

    from maildesk.cli.forgeries import MOST_BELIEVED, believed, came_from_here

    if refused:
        if refused.startswith("4"):
            return "unknown", f"refused for now: {refused}"
        return "refused", f"refused at the door: {refused}"
    if probe is None and one.broken:
        return "refused", "taken, and thrown away on the way"
    if probe is None:
        return "unknown", "taken, but it did not arrive in time; does the desk run?"
    author = believed(probe, office.keeper.desk_with(office.keeper.current), dt.datetime.now(dt.UTC))
    why = author.why[0].text if author.why else ""
    if author.level > MOST_BELIEVED:
        hint = "; the server took us for its own machine: try again from elsewhere" if came_from_here(probe) else ""
        return "believed", f"level {author.level}: {why}{hint}"
    return "unbelieved", f"level {author.level}: {why}"


def _clean_up(probes: "list[Probe]", office: "Office") -> None:
    """Take the probes out of mailbox and journal; say what stays."""
    stays = 0
    for probe in probes:
        taken = not probe.source.startswith("imap:") or _delete_from_mailbox(probe, office)
        stays += not (taken and _forget(probe.journal_id, office))
    if stays:
        tell(f"{stays} of the forgeries stay in the mailbox and the journal; their subject is “maildesk doctor auth”.")


def _forget(journal_id: int, office: "Office") -> bool:
    def forget(tx: "Tx") -> bool:
        return tx.forget_probe(journal_id)

    return office.store.transact(forget).result()


def _delete_from_mailbox(probe: "Probe", office: "Office") -> bool:
    """Delete a probe at the IMAP server; False where it was moved or deleted by now, or the server does not let us."""
    from maildesk.ingest.imap.account import account_of, bearer_of, password_of
    from maildesk.ingest.imap.connect import Refused, open_session
    from maildesk.ingest.imap.session import TROUBLE

    box = next(box for box in office.settings.mailboxes if box.imap and f"imap:{box.address}" == probe.source)
    assert box.imap is not None
    account, source = account_of(box), office.token_source(box.imap)
    login = bearer_of(box, source) if source else password_of(box, office.base_of(box.imap.password_file))
    try:
        session = open_session(account, login(refused=False), largest=1 << 20)
    except (Refused, *TROUBLE):
        return False
    try:
        uid = probe.source_key.removeprefix(account.epoch(session.uidvalidity))
        return uid.isdigit() and not session.delete([int(uid)])
    except TROUBLE:
        return False
    finally:
        session.close(politely=True)


def _conclude(outcomes: set[str], settings: "Settings") -> None:
    """Say in a line what follows, and leave with the status."""
    if "believed" in outcomes:
        tell(
            "A forgery was believed: take the server out of auth.trusted_authserv_ids, or have it remove such fields from"
            " mail that comes from outside, and make sure that nobody reaches our listener but that server."
        )
    elif "unknown" in outcomes:
        tell("The fate of some forgeries is not known: nothing is proven.")
    elif not settings.auth.checks:
        tell(
            "No forgery was believed. No server is trusted to check senders: agents act by their reply addresses alone."
        )
    else:
        tell("No forgery was believed.")
    sys.exit(int(Exit.NO if outcomes & {"believed", "unknown"} else Exit.FINE))
