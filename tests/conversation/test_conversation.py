"""Twelve mails among a customer, her colleague in Cc and two agents, through the real daemon, read back by IMAP.

What everybody got stands in docs/conversation.*.md, letter by letter; `--rewrite-golden` writes it anew; read the difference.
"""

import email.policy
import email.utils
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.demo.catcher import Caught, decoded
from maildesk.demo.writer import File, new_mail, reply_to
from maildesk.settings import shipped_dir
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.people import Person, delivering
from tests.conversation.script import ANA, JANA, KAREL, LUCIE, SCRIPTS, Script
from tests.conversation.transcript import Transcript
from tests.leaks.work import every_byte
from tests.services.dovecot import Dovecot
from tests.services.processes import wait_until
from tests.services.sink import Sink

DOCS = Path(__file__).parents[2] / "docs"
DESK = "support@demo.test"
ALWAYS = "prague: {hours: {daily: 0:00-24:00}}\nzagreb: {hours: {daily: 0:00-24:00}}\n"
TITLES = {
    "en": "A conversation, as everybody reads it",
    "cs": "Rozhovor, jak ho kdo čte",
    "hr": "Razgovor, kako ga tko čita",
}
ABOUT = {
    "en": "Twelve mails among Jana, who asks, Karel in her Cc, and the agents Lucie and Ana. Under each stands what the desk sent.",
    "cs": "Dvanáct e-mailů: ptá se Jana, v kopii je Karel, odpovídají Lucie a Ana. Pod každým stojí, co desk odeslal.",
    "hr": "Dvanaest poruka: pita Jana, u kopiji je Karel, odgovaraju Lucie i Ana. Ispod svake stoji što je desk poslao.",
}


def plain(person: str) -> str:
    return email.utils.parseaddr(person)[1]


class Talk:
    """The conversation while it goes on: who got what so far, and the transcript of it."""

    def __init__(self, desk: RunningDesk, sink: Sink, person: Callable[[str], Person], script: Script) -> None:
        """Open a mailbox for each of the four."""
        self.desk, self.sink, self.script = desk, sink, script
        self.people = {who: person(plain(who)) for who in (JANA, KAREL, LUCIE, ANA)}
        self.seen = dict.fromkeys(self.people, 0)
        self.got: dict[tuple[int, str, str], Caught] = {}
        self.page = Transcript(TITLES[script.language])
        self.page.say(ABOUT[script.language])
        self.number = 0

    def send(self, sender: str, mail: email.message.EmailMessage, text: str, *also: str) -> None:
        """Hand a mail in as its author's server would, and write down all that it brought about."""
        self.number += 1
        self.page.name(str(mail["Message-ID"]), f"mail {self.number:02}")
        to = str(mail["To"])
        self.page.wrote(self.number, sender, ", ".join((to, *also)), text)
        self.desk.send(mail, plain(sender), email.utils.parseaddr(to)[1])
        wait_until(
            lambda: sum('"event":"mail"' in line for line in self.desk.log) >= self.number, "it is decided", seconds=60
        )
        self.desk.settle()
        total = len(self.sink.mails)
        wait_until(lambda: sum(len(p.inbox()) for p in self.people.values()) >= total, "it is delivered", seconds=60)
        for who in self.people:
            self._read(who)
        time.sleep(1.01 - time.time() % 1)  # Date fields have whole seconds, and the story is told in the order of time

    def _read(self, who: str) -> None:
        box = self.people[who].inbox()
        for mail in sorted(box[self.seen[who] :], key=_what):
            kind = _what(mail)
            self.got[self.number, who, kind] = mail
            audience = "agents" if who in (LUCIE, ANA) else "customers"
            for one in str(mail.message["References"]).split():
                if one.startswith("<md1.") and not self.page.knows(one):
                    self.page.name(one, f"root for {audience}")
            self.page.name(
                str(mail.message["Message-ID"]), f"{kind} after {self.number:02} to {plain(who).partition('@')[0]}"
            )
            self.page.got(mail, plain(who))
        self.seen[who] = len(box)

    def answers(self, who: str, number: int, kind: str, text: str, *files: File) -> None:
        """Answer a letter as a mail program does."""
        parent = self.got[number, who, kind]
        self.send(who, reply_to(parent, who, text, files), text)


def _what(mail: Caught) -> str:
    return str(mail.message["X-Maildesk-Notice"] or mail.message["X-Maildesk-Event"] or "reply")


@pytest.fixture
def talk(request: pytest.FixtureRequest, dovecot: Dovecot, sink: Sink, tmp_path: Path) -> Iterator[Talk]:
    """A desk whose first language is the script's, open day and night."""
    script: Script = request.param
    others = [one.language for one in SCRIPTS if one is not script]
    text = settings(sink.port).replace("[en, cs, hr]", f"[{', '.join((script.language, *others))}]")
    shutil.copytree(shipped_dir("config"), tmp_path / "config")
    (tmp_path / "config" / "calendars.yaml").write_text(ALWAYS)
    shutil.rmtree(tmp_path / "config" / "tests")  # of the shipped hours
    with delivering(sink, dovecot) as person, running_desk(tmp_path, text) as desk:
        yield Talk(desk, sink, person, script)


@pytest.mark.parametrize("talk", SCRIPTS, ids=[one.language for one in SCRIPTS], indirect=True)
def test_twelve_mails(talk: Talk, rewrite_golden: bool) -> None:
    """Every envelope, header and text is as it was read and approved; no agent's address and no note reaches the customers."""
    say, page = talk.script, talk.page
    asked = new_mail(JANA, DESK, say.subject, say.asks)
    asked["Cc"] = KAREL
    talk.send(JANA, asked, say.asks, KAREL)
    colleague = new_mail(KAREL, DESK, f"Re: {say.subject}", say.colleague)
    colleague["Cc"], colleague["In-Reply-To"], colleague["References"] = JANA, asked["Message-ID"], asked["Message-ID"]
    talk.send(KAREL, colleague, say.colleague, JANA)
    talk.answers(LUCIE, 2, "customer-mail", say.first_answer)
    talk.answers(JANA, 3, "reply", say.details)
    talk.answers(LUCIE, 4, "customer-mail", say.handing_over)
    talk.answers(ANA, 5, "assigned", say.note)
    talk.answers(LUCIE, 6, "note", say.note_answer)
    talk.answers(ANA, 5, "assigned", say.answer, File("plan.pdf", "application/pdf", b"%PDF-1.4 plan"))
    talk.answers(KAREL, 8, "reply", say.one_more)
    talk.answers(ANA, 9, "customer-mail", say.closing)
    talk.answers(JANA, 10, "reply", say.thanks)
    talk.answers(JANA, 10, "feedback", say.rating)

    _nothing_leaks(talk)
    _one_conversation(talk)
    (ticket,) = talk.desk.show(1001)
    assert (ticket["status"], ticket["assignee"]) == ("resolved", "ana")
    kinds = Counter(e["kind"] for e in ticket["entries"])
    assert (kinds["mail"], kinds["reply"], kinds["note"]) == (6, 3, 3)
    talk.desk.verify()
    golden = DOCS / f"conversation.{say.language}.md"
    if rewrite_golden:
        golden.write_text(str(page), encoding="utf-8")
    assert str(page).split("\n") == golden.read_text(encoding="utf-8").split("\n")


def _nothing_leaks(talk: Talk) -> None:
    notes = [text.splitlines()[-1] for text in (talk.script.handing_over, talk.script.note, talk.script.note_answer)]
    for (_, who, _), mail in talk.got.items():
        if who in (JANA, KAREL):
            seen = "\n".join(every_byte(mail.raw))
            for inside in (plain(LUCIE), plain(ANA), *notes):
                assert inside not in seen, (inside, seen)


def _one_conversation(talk: Talk) -> None:
    """Each audience has one subject and one root, whatever happens; each mail program groups it (B80)."""
    for audience in ((JANA, KAREL), (LUCIE, ANA)):
        mails = [mail for (_, who, _), mail in talk.got.items() if who in audience]
        assert len({decoded(mail.message["Subject"]).removeprefix("Re: ") for mail in mails}) == 1
        assert len({str(mail.message["References"]).split()[0] for mail in mails}) == 1
        assert len({mail.message["Thread-Topic"] for mail in mails}) == 1
        assert len({str(mail.message["Thread-Index"])[:28] for mail in mails}) == 1
