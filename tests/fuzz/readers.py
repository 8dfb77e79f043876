"""What must hold when the readers of mail are given anything; each raises what is wrong, and nothing else may be raised."""

import datetime as dt
import hashlib
from pathlib import Path

from ruamel.yaml import YAML

from maildesk.commands import read_answer, read_commands, read_rating, read_requester
from maildesk.ingest.arrival import find_message_id
from maildesk.ingest.authentication import verdict
from maildesk.ingest.envelope import is_address, parse_path
from maildesk.ingest.headers import decoded_headers, read_headers
from maildesk.ingest.html_text import html_to_text
from maildesk.ingest.mime.addresses import parse_addresses
from maildesk.ingest.mime.limits import ADDRESSES, ATTACHMENTS, MESSAGE_ID, SUBJECT
from maildesk.ingest.parse import attachment_bytes, parse_mail
from maildesk.ingest.reply_text import read_reply
from maildesk.ingest.sender import Ok, sender
from maildesk.model.mail import Mail
from maildesk.model.people import Agent, People, Team
from maildesk.model.phrases import phrases_from_mapping
from maildesk.model.value import from_json, to_json
from maildesk.tokens import (
    Keys,
    Master,
    TokenKind,
    is_own_loop,
    mint,
    proves,
    read,
    read_message_id,
    split_subaddress,
    strip_subject,
    subject_numbers,
)

_PHRASES = phrases_from_mapping(YAML(typ="safe").load(Path("config/phrases.yaml").read_text(encoding="utf-8")))[0]
_PEOPLE = People({"billing": Team("billing")}, {"ana": Agent("ana", "Ana Horvat", ("ana@firma.hr",))})
_KEYS = Keys("firma.hr", ((5, Master(b"k" * 32)),))
_TODAY = dt.date(2026, 11, 22)
ISSUED = mint(_KEYS, TokenKind.AGENT_PUBLIC, ticket=1042, agent="ana", expires=_TODAY, salt="s", epoch=1)


def try_mail(data: bytes) -> None:
    """Any bytes are a mail that can be stored, is within its limits, and whose files are what is said of them."""
    mail = parse_mail(data, "")
    text = to_json(mail)
    assert from_json(text, Mail) == mail
    failed = [defect for defect in mail.defects if "unreadable" in defect or "could not be read" in defect]
    assert not failed, failed
    assert b"\\u0000" not in text
    assert len(mail.subject) <= SUBJECT
    assert len(mail.message_id) <= MESSAGE_ID
    assert max(len(mail.to), len(mail.cc), len(mail.reply_to)) <= ADDRESSES
    assert len(mail.attachments) <= ATTACHMENTS
    assert find_message_id(data) == mail.message_id
    files = attachment_bytes(data, tuple(attachment.index for attachment in mail.attachments))
    said = [(a.name, a.content_type, a.size, a.sha256) for a in mail.attachments]
    assert said == [(name, kind, len(content), hashlib.sha256(content).hexdigest()) for name, kind, content in files]


def try_report(data: bytes) -> None:
    """Whatever a bounce says, those it names are plain addresses, and it is a bounce only if a machine sent it."""
    mail = parse_mail(data, "")
    assert not [defect for defect in mail.defects if "could not be read" in defect], mail.defects
    for address in (*mail.bounce.failed, *mail.bounce.delayed) if mail.bounce else ():
        assert not set(address) & set("<> \t\r\n\0"), address


def try_reply(data: bytes) -> None:
    """Each line of what somebody newly wrote is a line of the mail, or its beginning."""
    text = data.decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in read_reply(text).text.split("\n"):
        assert any(given.startswith(line) or line in given for given in lines), line
    read_reply(text, text)
    html_to_text(text)


def try_sender(data: bytes) -> None:
    """An author beyond doubt is one plain address that stands in the field."""
    value = data.replace(b"\n", b" ").replace(b"\r", b" ")
    parse_addresses(value)
    found = sender(read_headers(b"From: " + value + b"\n\n"))
    if isinstance(found, Ok):
        address = found.author.address
        local, at, domain = address.rpartition("@")
        assert at
        assert local
        assert not set(local) & set('<>(),;:@" \t\r\n\0')
        assert domain.isascii()
        assert domain == domain.lower()
        assert value.count(b"@") >= 1 or b"=?" in value
    else:
        assert found.reason


def try_path(data: bytes) -> None:
    """What gets into an envelope is the null path or an address without anything a server could misread."""
    found = parse_path(data.decode("utf-8", "surrogateescape"))
    if found is not None and found[0] != "<>":
        assert is_address(found[0])
        assert not set(found[0]) & set("<>\r\n\0 ") or '"' in found[0]


def try_results(data: bytes) -> None:
    """A trusted server's verdict is pass, fail or none, whatever stands in the fields; without trust it is none."""
    fields = decoded_headers(read_headers(data), "")
    answer, why = verdict(fields, ("mx.demo.test", "*.in.demo.test", "mx.google.com", "m365"), "b.cz")
    assert answer in ("pass", "fail", "none")
    assert why.reason
    assert verdict(fields, (), "b.cz")[0] == "none"
    if answer == "pass":
        assert b"pass" in data.lower() or b"internal" in data.lower() or b"=?" in data


def try_commands(data: bytes) -> None:
    """Whatever an agent or a customer writes is read as commands, answer and rating; each mistake has words."""
    text = data.decode("utf-8", "replace")
    asked = read_commands(text, _PHRASES, _PEOPLE)
    assert all(problem.text for problem in asked.problems)
    assert len(asked.commands) <= 100
    score, comment = read_rating(text, _PHRASES)
    assert score in (None, 1, 2, 3, 4, 5)
    assert score or not comment
    read_answer(text, _PHRASES)
    read_requester(text, _PHRASES)


def try_tokens(data: bytes) -> None:
    """Nothing but the token that was issued proves anything, whatever its letters' case."""
    text = data.decode("utf-8", "replace")
    for detail in {text, text[:32], split_subaddress(text)[1]}:
        read(detail)
        for kind in TokenKind:
            proven = proves(_KEYS, detail, kind=kind, agent="ana", salt="s", epoch=1, today=_TODAY)[0]
            assert not proven or (detail.lower() == ISSUED and kind is TokenKind.AGENT_PUBLIC), detail
    assert read_message_id(_KEYS, text) is None
    assert not is_own_loop(_KEYS, text)
    assert len(subject_numbers(text)) <= 5
    assert strip_subject(strip_subject(text)) == strip_subject(text)
