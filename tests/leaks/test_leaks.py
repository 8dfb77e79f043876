"""No word of a note, no agent's own address and no address of ours for agents reaches anybody outside, however agents answer.

Each ticket has notes with a canary in them. Agents answer what they were told in the ways of thirteen mail programs and in five
languages: honest answers to the customer's words; answers to notes; notes quoted along, attached or forwarded; articles for
agents named or linked to. `MAILDESK_LEAKS` says how many answers there are.
"""

import datetime as dt
import os
import random
import re
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from maildesk.decide import Desk, agent, leaving
from maildesk.ingest.parse import parse_mail
from maildesk.model.outgoing import Outgoing
from maildesk.model.reason import Reason
from maildesk.model.why import Why
from maildesk.store.db import Store
from tests.golden.desk import build_desk, open_store
from tests.leaks import work
from tests.leaks.quoting import STYLES, TONGUES, Letter, as_mail
from tests.leaks.work import Brought, bring, every_byte, open_letter

ANSWERS = int(os.environ.get("MAILDESK_LEAKS", "195"))
PER_TICKET = 13
START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
SAID = {
    "en": (
        "Hello,\n\nwe have sent you a new invoice today.\nIt should be with you tomorrow.",
        "Hello,\n\nwhen will my chairs arrive?",
    ),
    "cs": (
        "Dobrý den,\n\nnovou fakturu jsme Vám dnes poslali.\nZítra by měla dorazit.",
        "Dobrý den,\n\nkdy dorazí moje židle?",
    ),
    "hr": (
        "Poštovani,\n\nnovi račun smo Vam danas poslali.\nTrebao bi stići sutra.",
        "Dobar dan,\n\nkada stižu moje stolice?",
    ),
    "de": (
        "Guten Tag,\n\ndie Rechnung haben wir heute versandt.\nSie sollte morgen da sein.",
        "Guten Tag,\n\nwann kommen meine Stühle?",
    ),
    "pl": (
        "Dzień dobry,\n\nnową fakturę wysłaliśmy dzisiaj.\nPowinna dotrzeć jutro.",
        "Dzień dobry,\n\nkiedy dotrą moje krzesła?",
    ),
}
NOTES = {
    "en": "The customer {canary} has been late with payments three times, do not grant any more time.",
    "cs": "Zákazník {canary} už třikrát zaplatil pozdě, další odklad mu prosím nedávejte bez vedoucího.",
    "hr": "Kupac {canary} već je tri puta kasnio s plaćanjem, nemojte mu više odobriti odgodu.",
    "de": "Der Kunde {canary} hat schon dreimal zu spät bezahlt, bitte keinen weiteren Aufschub gewähren.",
    "pl": "Klient {canary} już trzy razy spóźnił się z płatnością, proszę nie dawać mu więcej czasu.",
}
INSIDE = {
    "en": "Thanks, I did not know that; I will talk to the boss before I promise anything.",
    "cs": "Díky, to jsem nevěděla; než něco slíbím, promluvím s vedoucím.",
    "hr": "Hvala, to nisam znala; razgovarat ću s voditeljem prije nego što išta obećam.",
    "de": "Danke, das wusste ich nicht; ich spreche mit dem Chef, bevor ich etwas verspreche.",
    "pl": "Dzięki, nie wiedziałam o tym; porozmawiam z kierownikiem, zanim coś obiecam.",
}
HONEST = ("honest", "honest", "honest", "honest", "signed", "signed", "file", "within", "article")
DANGEROUS = (
    "to the note",
    "note below",
    "note attached",
    "note in a file name",
    "note forwarded",
    "note pasted",
    "customer in copy",
    "article for agents",
    "its link pasted",
)
INSIDE_LINK = "https://wiki.example/credit-notes"  # of a shipped article for agents


class Case(NamedTuple):
    """A ticket with notes: what the agent Ana was told, in public and inside, and what must not get out."""

    canary: str
    language: str
    public: Outgoing
    inside: Outgoing
    customer: str


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, where nobody's mails are gathered."""
    return build_desk({"settings": {"limits": {"notifications_per_hour": "100000"}}})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A fresh store."""
    return open_store(tmp_path / "template.db", tmp_path)


def new(sender: str, to: str, subject: str, text: str, number: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, f"<{number}@client.example>"
    mail.set_content(text, charset="utf-8", cte="base64")
    return mail


def reply_address(sent: Outgoing) -> str:
    return parseaddr(str(open_letter(sent)[1]["Reply-To"]))[1]


def open_case(store: Store, desk: Desk, number: int, language: str, now: dt.datetime) -> Case:
    """Let a customer ask, Lucie hand it over with a note, and Ana add another note."""
    canary, customer = f"kanarek{number:05d}x", f"kupac{number}@kupac.example"
    asked = new(f"Kupac <{customer}>", "support@demo.test", f"Stolice {number}", SAID[language][1], f"q{number}")
    (told,) = (
        one for one in bring(store, desk, asked, "support@demo.test", now).letters if one.rcpt_to == "lucie@demo.test"
    )
    words = NOTES[language].format(canary=canary)
    handed = bring(
        store,
        desk,
        new("lucie@demo.test", "x@demo.test", "Re: x", f"#assign billing\n\n{words}", f"h{number}"),
        reply_address(told),
        now,
    )
    mine = {one.kind: one for one in handed.letters if one.rcpt_to == "ana@demo.test"}
    return Case(canary, language, mine["agent:assigned"], mine["agent:note"], customer)


_ADDED = {
    "note pasted": "{secret}",
    "article": "#kb new-password",
    "article for agents": "#kb credit-notes",
    "its link pasted": INSIDE_LINK,
}


def answer(case: Case, kind: str, style: str, number: int) -> tuple[EmailMessage, str]:
    """Write Ana's answer in a client's style; gives it with the address it goes to."""
    tongue, own = TONGUES[case.language], SAID[case.language][0]
    shown: Letter = open_letter(case.public)[0]
    note: Letter = open_letter(case.inside)[0]
    secret = NOTES[case.language].format(canary=case.canary)
    to, parent = case.public, shown
    if kind == "signed":
        own += "\n\n-- \nAna Horvat\nana@demo.test\n+385 1 234 567"
    elif kind in ("to the note", "customer in copy"):
        to, parent, own = case.inside, note, f"{INSIDE[case.language]} {case.canary}"
    elif kind in ("note below", "note forwarded"):
        parent = note
    elif kind == "within":
        own = f"{own}\n\n{own}"
    elif kind in _ADDED:
        own += f"\n\n{_ADDED[kind].format(secret=secret)}"
    mail = as_mail(STYLES[style](own, parent, tongue))
    address = reply_address(to)
    mail["From"], mail["To"], mail["Subject"] = "Ana Horvat <ana@demo.test>", address, f"Re: {parent.subject}"
    mail["Message-ID"] = f"<a{number}@client.example>"
    if kind != "note forwarded":
        mail["In-Reply-To"] = str(open_letter(to)[1]["Message-ID"])
    if kind == "customer in copy":
        mail["Cc"] = case.customer
    if kind == "file":
        mail.add_attachment(b"%PDF-1.4 invoice", maintype="application", subtype="pdf", filename="racun.pdf")
    if kind == "note attached":
        mail.add_attachment(open_letter(case.inside)[1])
    if kind == "note in a file name":
        mail.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{secret}.pdf")
    return mail, address


def leaks(desk: Desk, brought: Brought, canary: str) -> list[str]:
    """Name what stands in letters to people outside and must not."""
    inside = {a.casefold() for agent in desk.policy.people.agents.values() for a in agent.addresses}
    inside |= {admin.casefold() for admin in desk.settings.desk.admins}
    secrets = re.compile(
        "|".join(map(re.escape, (canary, *sorted(inside), INSIDE_LINK, "X-Maildesk-Event", "IDE KORISNIKU"))),
        re.IGNORECASE,
    )
    found = []
    for letter in brought.letters:
        if letter.rcpt_to.casefold() not in inside:
            found += [f"{letter.kind}: {hit[0]}" for text in every_byte(letter.raw) if (hit := secrets.search(text))]
    return found


def is_held(brought: Brought) -> bool:
    return any(why.reason in (Reason.WITHHELD_LEAK, Reason.COMMAND_REFUSED) for why in brought.decision.why)


class Result(NamedTuple):
    """What came of many answers."""

    answers: Counter[str]
    leaked: list[str]
    held: list[str]
    silent: list[str]


def play(store: Store, desk: Desk, count: int, seed: int = 1) -> Result:
    """Let agents answer so many times, in every style, language and kind by turns."""
    chance = random.Random(seed)
    result = Result(Counter(), [], [], [])
    languages, styles, case, now = list(TONGUES), list(STYLES), None, START
    for number in range(count):
        now += dt.timedelta(minutes=7)
        if case is None or number % PER_TICKET == 0:
            case = open_case(store, desk, number, languages[number // PER_TICKET % len(languages)], now)
        kind = chance.choice(HONEST if chance.random() < 0.6 else DANGEROUS)
        style = styles[number % len(styles)]
        what = f"{number} {kind}, {style}, {case.language}"
        mail, to = answer(case, kind, style, number)
        brought = bring(store, desk, mail, to, now)
        result.answers[kind] += 1
        result.leaked.extend(f"{what}: {leak}" for leak in leaks(desk, brought, case.canary))
        if kind in HONEST:
            reached = [one for one in brought.letters if one.rcpt_to == case.customer]
            if is_held(brought):
                result.held.append(f"{what}: {[str(why) for why in brought.decision.why[-2:]]}")
            elif not any(SAID[case.language][0].split("\n")[2] in open_letter(one)[0].text for one in reached):
                result.silent.append(what)
    return result


def test_nothing_gets_out_and_nothing_is_kept_back(desk: Desk, store: Store) -> None:
    """Of all answers not one byte of a note reaches anybody outside; of honest ones one in a hundred is held (B51, B54, B127)."""
    try:
        result = play(store, desk, ANSWERS)
    finally:
        store.close()
    honest = sum(count for kind, count in result.answers.items() if kind in HONEST)
    print(
        f"\n{ANSWERS} answers, {honest} honest: {len(result.leaked)} leaks, {len(result.held)} wrongly held; {dict(result.answers)}"
    )
    assert result.leaked == []
    assert result.silent == []
    assert len(result.held) <= honest / 100, result.held[:10]


def _no_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "leak_guard", lambda *_, **__: (True, Why(Reason.AGENT_REPLY)))
    monkeypatch.setattr(leaving, "attached_mails", lambda _: [])


def _no_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        work, "parse_mail", lambda raw, sender: replace(parse_mail(raw, sender), new_text=parse_mail(raw).text)
    )


def _mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "_is_for_team", lambda *_: False)


@pytest.mark.parametrize(
    "bug", [_no_guard, _no_cut, _mixed], ids=["guard off", "quote not cut", "public and internal mixed"]
)
def test_a_seeded_bug_is_found(
    bug: Callable[[pytest.MonkeyPatch], None], desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the guard, without the cutting of quotes, or with both reply addresses taken for the same, this test fails."""
    bug(monkeypatch)
    try:
        result = play(store, desk, 65)
    finally:
        store.close()
    assert result.leaked or len(result.held) > 5
