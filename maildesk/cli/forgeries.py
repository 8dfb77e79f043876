"""Mails that pretend to be an agent's, and what the desk would have believed of each, once it has come in by the real way.

They bear our loop mark, so a running desk takes each for its own mail: it opens no ticket and answers nobody.
"""

import datetime as dt
from email.utils import format_datetime
from typing import NamedTuple

from maildesk import tokens
from maildesk.decide import Desk
from maildesk.decide.author import Author, find_author
from maildesk.ingest.authentication import GOOGLE, MICROSOFT
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import MailArrived
from maildesk.model.snapshot import Snapshot
from maildesk.store.probes import Probe

MOST_BELIEVED = 1  # the level of an address that stands in From, and nothing else


class Forgery(NamedTuple):
    """One attempt: what it pretends, its message id, and the mail; servers on the way may throw a `broken` one away."""

    pretends: str
    message_id: str
    raw: bytes
    broken: bool = False


def forgeries(desk: Desk, agent: str, to: str, nonce: str, now: dt.datetime) -> tuple[Forgery, ...]:
    """Write the attempts: the bare name, results of each trusted server in three disguises, and providers' own marks."""
    domain = agent.rpartition("@")[2]
    made: list[tuple[str, tuple[str, ...]]] = [("the agent's name in From", ())]
    for server in desk.settings.auth.trusted_authserv_ids:
        name = server.removeprefix("*.")
        word = f"dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
        result = f"Authentication-Results: {word}" if name == MICROSOFT else f"Authentication-Results: {name}; {word}"
        hop = f"Received: from mail.{domain} (mail.{domain} [192.0.2.77]) by {name} with ESMTPS id forged; {format_datetime(now)}"
        if name == MICROSOFT:
            hop = hop.replace(f"by {name}", "by A.mail.protection.outlook.com")
            made.append(
                (
                    "Microsoft's mark for mail of the same organisation",
                    ("X-MS-Exchange-Organization-AuthAs: Internal", hop),
                )
            )
        made.append((f"a pass of {name}", (result,)))
        made.append((f"a pass of {name}, with its Received", (hop, result) if name == GOOGLE else (result, hop)))
        made.append((f"a pass of {name} behind a bare CR", (f"X-Note: a\r{result}",)))
    return tuple(
        _forgery(desk, (pretends, fields), f"{nonce}.{number}", (agent, to), now)
        for number, (pretends, fields) in enumerate(made)
    )


def _forgery(
    desk: Desk, attempt: tuple[str, tuple[str, ...]], mark: str, people: tuple[str, str], now: dt.datetime
) -> Forgery:
    pretends, fields = attempt
    message_id = f"doctor-auth.{mark}@maildesk.invalid"
    lines = (
        *fields,
        f"From: {people[0]}",
        f"To: {people[1]}",
        "Subject: maildesk doctor auth",
        f"Message-ID: <{message_id}>",
        f"Date: {format_datetime(now)}",
        f"X-Maildesk-Loop: {tokens.loop_mark(desk.keys, message_id)}",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "A forgery that maildesk sent to itself, to see whether it would be believed. Delete it.",
        "",
    )
    broken = any("\r" in field for field in fields)
    return Forgery(pretends, message_id, "\r\n".join(lines).encode(), broken)


def believed(probe: Probe, desk: Desk, now: dt.datetime) -> Author:
    """Say what the desk would have made of the author, had the mail not borne our mark."""
    mail = parse_mail(probe.raw, probe.envelope.mail_from)
    snapshot = Snapshot(MailArrived(probe.journal_id), now, mail=mail, envelope=probe.envelope, source=probe.source)
    return find_author(snapshot, mail, desk)


def came_from_here(probe: Probe) -> bool:
    """Tell whether the mail server saw the probe come from its own machine: then it proves nothing about strangers."""
    received = parse_mail(probe.raw, probe.envelope.mail_from).header("Received")
    return bool(received) and ("[127." in received[0] or "[IPv6:::1]" in received[0] or "[::1]" in received[0])
