"""The demo's main sample: an accountant cannot open an invoice, a technician helps, the accountant is glad.

The same story in Czech, Croatian and English; the rules must tell it from a mistake *in* an invoice.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from maildesk.demo.catcher import Catcher, Caught
from maildesk.demo.writer import File, new_mail, post, reply_to

_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


class Story(NamedTuple):
    """What people write, in one language."""

    language: str
    customer: str
    subject: str
    text: str
    other_subject: str
    other_text: str
    answer: str
    note: str
    correction: str
    file: str
    rating: str
    praise: str


STORIES = (
    Story(
        "cs",
        "Jana Nováková <jana@odberatel.cz>",
        "Nejde mi otevřít faktura ve formátu PDF",
        "Dobrý den,\n\nnejde mi otevřít faktura ve formátu PDF, program hlásí poškozený soubor.\n\nJana Nováková\núčtárna",
        "Chyba ve faktuře",
        "Dobrý den,\n\nve faktuře č. 20261107 je chybná částka. Prosím o opravu.\n\nJana Nováková",
        "Dobrý den,\n\nzkuste prosím soubor otevřít v novější verzi čtečky: https://demo.test/ctecka\n"
        "Návod: soubor uložte na plochu, klikněte pravým tlačítkem a zvolte Otevřít v programu.",
        "#note\nExport z účetnictví kazí hlavičku PDF, viz zápis z pondělí.",
        "Dobrý den,\n\nposílám opravený soubor, tento už otevřít půjde.",
        "faktura-opravená.pdf",
        "5\n\nSkvělá práce, děkuji!",
        "Skvělá práce",
    ),
    Story(
        "hr",
        "Ivana Kovač <ivana@kupac.hr>",
        "Ne mogu otvoriti račun u PDF formatu",
        "Dobar dan,\n\nne mogu otvoriti račun u PDF formatu, program javlja da je datoteka oštećena.\n\nIvana Kovač\nračunovodstvo",
        "Greška na računu",
        "Dobar dan,\n\nna računu br. 20261107 je pogrešan iznos. Molim ispravak.\n\nIvana Kovač",
        "Dobar dan,\n\nmolim pokušajte otvoriti datoteku u novijoj verziji čitača: https://demo.test/citac\n"
        "Upute: spremite datoteku na radnu površinu i odaberite Otvori pomoću.",
        "#bilješka\nIzvoz iz knjigovodstva kvari zaglavlje PDF-a, vidi zapisnik od ponedjeljka.",
        "Dobar dan,\n\nšaljem ispravljenu datoteku, ova se otvara.",
        "račun-ispravljen.pdf",
        "5\n\nOdličan posao, hvala!",
        "Odličan posao",
    ),
    Story(
        "en",
        "Emma Clark <emma@buyer.example>",
        "I cannot open the invoice PDF",
        "Hello,\n\nI cannot open the invoice you sent as a PDF, the reader says the file is damaged.\n\nEmma Clark\nAccounts",
        "Error in my invoice",
        "Hello,\n\nthe amount on invoice 20261107 is wrong. Please correct it.\n\nEmma Clark",
        "Hello,\n\nplease try a newer reader: https://demo.test/reader\n"
        "Guide: save the file to your desktop, right-click it and choose Open with.",
        "#note\nThe export from accounting damages the PDF header, see Monday's minutes.",
        "Hello,\n\nhere is a corrected file, this one opens.",
        "invoice-corrected.pdf",
        "5\n\nGreat work, thank you!",
        "Great work",
    ),
)


class Failed(Exception):
    """The story stopped because something that should have arrived did not."""


Tell = Callable[[str], None]


class Stage(NamedTuple):
    """Where the story plays: the desk's SMTP listener, its address, and everybody's mail."""

    host: str
    port: int
    address: str
    catcher: Catcher
    agents: dict[str, str]
    team_of: Callable[[str], Awaitable[str]]


async def play(story: Story, stage: Stage, tell: Tell) -> None:
    """Play one story through the running desk; raises Failed at the first thing that does not arrive."""
    billing = await _ask(story, stage, story.other_subject, story.other_text, tell)
    await _expect_team(stage, billing, "billing", tell)
    asked = await _ask(story, stage, story.subject, story.text, tell)
    await _expect_team(stage, asked, "it", tell)
    technician = stage.agents[asked.rcpt_to]
    before = _last(stage)
    await post(reply_to(asked, technician, story.answer), stage.host, stage.port)
    answer = await _arrives(
        stage, story, "the technician's answer", tell, after=before, text=story.answer.splitlines()[-1]
    )
    if asked.rcpt_to.encode() in answer.raw:
        raise Failed(f"{asked.rcpt_to}, a private address, reached the customer")
    await post(reply_to(asked, technician, story.note), stage.host, stage.port)
    before = _last(stage)
    corrected = File(story.file, "application/pdf", _PDF)
    await post(reply_to(asked, technician, story.correction, (corrected,)), stage.host, stage.port)
    sent = await _arrives(
        stage, story, "the corrected file", tell, after=before, text=story.correction.splitlines()[-1]
    )
    if sent.files() != [story.file]:
        raise Failed(f"the corrected file did not come along: {sent.files()}")
    before = _last(stage)
    await post(reply_to(asked, technician, "#close"), stage.host, stage.port)
    await _arrives(stage, story, "the closing notice", tell, after=before, notice="closing")
    survey = await _arrives(stage, story, "the feedback request", tell, after=before, notice="feedback")
    before = _last(stage)
    await post(reply_to(survey, story.customer, story.rating), stage.host, stage.port)
    praised = await stage.catcher.wait_for(
        lambda m: m.rcpt_to in stage.agents and m.message["X-Maildesk-Event"] == "rated" and story.praise in m.text(),
        before,
    )
    if praised is None:
        raise Failed("the technician did not receive the praise")
    tell(f"  praise reached {praised.rcpt_to}: {story.praise}")
    leaked = [
        m for m in stage.catcher.mails if m.rcpt_to not in stage.agents and story.note.splitlines()[-1][:20] in m.text()
    ]
    if leaked:
        raise Failed("a note reached somebody who is no agent")


def _last(stage: Stage) -> int:
    return stage.catcher.mails[-1].number if stage.catcher.mails else 0


async def _ask(story: Story, stage: Stage, subject: str, text: str, tell: Tell) -> Caught:
    """Send a customer's mail; wait for the acknowledgement and for the notification, which is returned."""
    before = _last(stage)
    await post(new_mail(story.customer, stage.address, subject, text), stage.host, stage.port)
    await _arrives(stage, story, f"the acknowledgement of “{subject}”", tell, after=before, notice="acknowledgement")
    found = await stage.catcher.wait_for(
        lambda m: m.rcpt_to in stage.agents and m.message["X-Maildesk-Event"] == "new-ticket" and subject in m.subject,
        before,
    )
    if found is None:
        raise Failed(f"no agent was told about “{subject}”")
    return found


async def _expect_team(stage: Stage, notification: Caught, team: str, tell: Tell) -> None:
    number = str(notification.message["X-Maildesk-Ticket"])
    found = await stage.team_of(number)
    if found != team:
        raise Failed(f"#{number} went to {found}, not to {team}")
    tell(f"  #{number} went to {team}, {notification.rcpt_to} was told")


async def _arrives(
    stage: Stage, story: Story, what: str, tell: Tell, *, after: int, notice: str = "", text: str = ""
) -> Caught:
    """Wait until something reaches the customer."""
    address = story.customer.partition("<")[2].rstrip(">")

    def wanted(mail: Caught) -> bool:
        if mail.rcpt_to != address:
            return False
        return mail.message["X-Maildesk-Notice"] == notice if notice else text in mail.text()

    found = await stage.catcher.wait_for(wanted, after)
    if found is None:
        raise Failed(f"{what} did not arrive at {address}")
    tell(f"  {what} reached {address} ({found.message['Content-Language'] or story.language})")
    return found
