"""The kinds of mail that programs send, as robots that answer everything they get: rows L1 to L46.

Each robot answers where a naive program would, to Reply-To, also where the letter says that it must not be answered.
"""

import email.utils
import itertools
from collections.abc import Callable
from typing import NamedTuple

from tests.pingpong.world import Got, Mail

HOME = "ivana@peer.example"
_serial = itertools.count(1)


class Robot(NamedTuple):
    """One kind: how its mails look, and whether the desk may take them for a person's (`person`).

    `wakes` is True where a mail of this kind may put a solved ticket back into people's hands, for a person may have written it.
    """

    kind: str
    title: str
    answer: "Callable[[Robot, Got], list[Mail]]"
    fields: tuple[str, ...] = ()
    subject: str = "Re: {subject}"
    body: str = "This is an automatic answer."
    sender: str = HOME
    null: bool = False
    wakes: bool = False

    def answers(self, got: Got) -> list[Mail]:
        """Answer a letter of ours."""
        return self.answer(self, got)

    def writes(self, to: str) -> list[Mail]:
        """Write without being asked."""
        if self.answer not in (plain, forgetful, quoting, amplifying, changing) or self.sender.endswith("@demo.test"):
            return []  # it only ever speaks about a letter of ours
        return [_mail(self, to, f"Case {next(_serial)}")]


def plain(robot: Robot, got: Got) -> list[Mail]:
    """Answer in one text part, with references to the letter."""
    fields = [f"In-Reply-To: {got.message_id}", f"References: {got.message_id}"]
    return [_mail(robot, got.back, got.subject, *fields)]


def forgetful(robot: Robot, got: Got) -> list[Mail]:
    """Answer without a word about what is answered, to the plain address."""
    return [_mail(robot, _unkeyed(got.back), got.subject)]


def quoting(robot: Robot, got: Got) -> list[Mail]:
    """Answer with the whole letter below, and its header fields copied."""
    quote = "\n".join(f"> {line}" for line in got.text.splitlines())
    fields = [f"In-Reply-To: {got.message_id}", f"References: {got.message['References']} {got.message_id}"]
    return [_mail(robot._replace(body=f"{robot.body}\n\n{quote}"), got.back, got.subject, *fields)]


def amplifying(robot: Robot, got: Got) -> list[Mail]:
    """Answer three times."""
    return [mail for _ in range(3) for mail in plain(robot, got)]


def changing(robot: Robot, got: Got) -> list[Mail]:
    """Answer from another address each time, as a new conversation."""
    return forgetful(robot._replace(sender=f"case{next(_serial)}@peer.example"), got)


def scattering(robot: Robot, got: Got) -> list[Mail]:
    """Answer twice, from another domain each time, as new conversations."""
    return [
        mail for _ in range(2) for mail in forgetful(robot._replace(sender=f"ivana@peer{next(_serial)}.example"), got)
    ]


def report(robot: Robot, got: Got) -> list[Mail]:
    """Answer with a report in a part of its own (`body` is "TYPE|FIELDS"), to the return path if there is one."""
    kind, _, said = robot.body.partition("|")
    said = said.replace("{to}", got.to)
    back = got.envelope_from or got.back
    part = "feedback-report" if kind == "feedback-report" else kind
    lines = [
        "--=_b", "Content-Type: text/plain", "", "A report about your mail.", "",
        "--=_b", f"Content-Type: message/{part}", "", *said.split("|"), "",
        "--=_b", "Content-Type: text/rfc822-headers", "", f"Message-ID: {got.message_id}", f"To: {got.to}", "", "--=_b--", "",
    ]  # fmt: skip
    fields = ["MIME-Version: 1.0", f'Content-Type: multipart/report; report-type={kind}; boundary="=_b"']
    return [_mail(robot._replace(body="\n".join(lines)), back, got.subject, *fields)]


def old_bounce(robot: Robot, got: Got) -> list[Mail]:
    """Return a letter in plain words, its header below."""
    header = got.raw.decode("ascii", "replace").replace("\r\n", "\n").partition("\n\n")[0]
    text = robot.body.replace("{to}", got.to)
    return [
        _mail(
            robot._replace(body=f"{text}\n\n--- Below this line is a copy of the message.\n\n{header}\n"),
            got.envelope_from or got.back,
            got.subject,
        )
    ]


def calendar(robot: Robot, got: Got) -> list[Mail]:
    """Answer with a calendar part of the method in `body`."""
    event = f"BEGIN:VCALENDAR\nMETHOD:{robot.body}\nBEGIN:VEVENT\nUID:1\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"
    fields = [
        "MIME-Version: 1.0",
        f"Content-Type: text/calendar; method={robot.body}; charset=utf-8",
        f"In-Reply-To: {got.message_id}",
    ]
    return [_mail(robot._replace(body=event), got.back, got.subject, *fields)]


def returning(robot: Robot, got: Got) -> list[Mail]:
    """Send our own letter back, without the fields that `body` names."""
    lost = tuple(f"{name.lower()}:" for name in robot.body.split())
    head, _, body = got.raw.decode("ascii", "replace").replace("\r\n", "\n").partition("\n\n")
    kept, dropping = [], False
    for line in head.split("\n"):
        dropping = line.lower().startswith(lost) if lost and line[:1] not in " \t" else dropping and line[:1] in " \t"
        kept += [] if dropping else [line]
    hops = [
        f"Received: from a{n}.example by b{n}.example; Tue, 24 Nov 2026 10:00:00 +0000"
        for n in range(2 if lost else 60 if robot.kind == "L43" else 3)
    ]
    raw = "\n".join([*hops, *robot.fields, *kept, "", body]).encode()
    return [Mail(robot.sender, _unkeyed(got.back), raw)]


def _mail(robot: Robot, to: str, subject: str, *fields: str) -> Mail:
    number = next(_serial)
    head = [
        f"From: {robot.sender}",
        f"To: {to}",
        f"Subject: {robot.subject.format(subject=subject, n=number)}",
        f"Message-ID: <{number}.{robot.kind.lower()}@peer.example>",
        f"Date: {email.utils.formatdate(1795514400 + number)}",
        *(field.replace("{n}", str(number)) for field in robot.fields),
        *fields,
    ]
    return Mail("" if robot.null else robot.sender, to, "\n".join([*head, "", robot.body, ""]).encode())


def _unkeyed(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"
