"""The demo's page in a real browser: the whole round is seen without a mail program, and everybody can use it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.demo import RunningDemo, answer, card, go_home, press, read, running_demo
from tests.services.chromium import find_violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

INVOICE = "Nejde mi otevřít faktura ve formátu PDF"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """A real `maildesk demo` for this module."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def write(page: "Page", demo: RunningDemo, sender: str, subject: str, text: str) -> None:
    """Write a mail of one's own."""
    page.goto(f"{demo.url}/write")
    page.get_by_label("From").fill(sender)
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Send").click()


def test_the_whole_round(page: "Page", demo: RunningDemo, tmp_path: Path) -> None:
    """Press a sample, answer as the agent with a file, close, rate as the customer: the praise reaches the agent."""
    press(page, demo, INVOICE)
    card(page, "Customers", "Jana Nováková", "acknowledgement", INVOICE).wait_for()
    told = read(page, demo, "Agents", "Petr Dvořák", "new ticket", INVOICE)
    assert "soubor hlásí chybu" in told
    corrected = tmp_path / "opravená.pdf"
    corrected.write_bytes(b"%PDF-1.4 corrected")
    text = "Dobrý den,\n\nposílám opravený soubor."
    answer(page, demo, "Agents", "new ticket", INVOICE, text=text, file=corrected)
    got = read(page, demo, "Customers", "Jana Nováková", "reply")
    assert "posílám opravený soubor" in got
    assert "opravená.pdf" in page.locator("dl").inner_text()
    page.get_by_text("As it was sent").click()
    assert "petr@demo.test" not in page.locator("main").inner_text()
    answer(page, demo, "Agents", "new ticket", INVOICE, text="#close")
    card(page, "Customers", "Jana Nováková", "closing").wait_for()
    answer(page, demo, "Customers", "Jana Nováková", "feedback", text="5\n\nSkvělá práce, děkuji!")
    praise = read(page, demo, "Agents", "Petr Dvořák", "rated")
    assert "Skvělá práce" in praise
    go_home(page, demo)
    line = card(page, "Manager", INVOICE)
    line.filter(has_text="resolved").filter(has_text="rated 5 of 5").wait_for()
    line.click()
    story = page.get_by_role("region", name=INVOICE).inner_text()
    for words in ("rule “A file that does not open → IT”", "acknowledgement to jana@odberatel.cz (cs)", "rated 5 of 5"):
        assert words in story


def test_the_page_follows_by_itself(page: "Page", demo: RunningDemo) -> None:
    """A mail sent from elsewhere shows up on the open page, in all three columns, and nobody pressed anything."""
    page.goto(demo.url)
    assert demo.send("outage-hr")[0] == 0
    for column in ("Customers", "Agents", "Manager"):
        card(page, column, "Hitno!").wait_for(timeout=8000)
    page.get_by_role("region", name="What the desk did").get_by_text("Outage → urgent, network team").first.wait_for()


def test_what_is_typed_stays(page: "Page", demo: RunningDemo) -> None:
    """While somebody writes, other people's mail comes in and nothing that was typed is lost."""
    press(page, demo, "Greška na računu")
    read(page, demo, "Customers", "Ivana Kovač", "acknowledgement", "Greška na računu")
    page.get_by_label("Your text").fill("Još nešto:")
    demo.send("english")
    page.wait_for_timeout(2500)
    assert page.get_by_label("Your text").input_value() == "Još nešto:"


def test_a_mail_of_ones_own(page: "Page", demo: RunningDemo) -> None:
    """Anybody may be the author of an own mail; an address that is none is said to be one, and the text is kept."""
    write(page, demo, "nobody", "Printer", "It is on fire.")
    assert "is no address" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Text").input_value() == "It is on fire."
    write(page, demo, "Åsa Öst <asa@example.se>", "Printer on fire", "It is on fire.")
    read(page, demo, "Customers", "Åsa Öst", "acknowledgement", "Printer on fire")
    answer(page, demo, "Customers", "Åsa Öst", "acknowledgement", "Printer on fire", text="It went out.")
    card(page, "Agents", "customer mail", "Printer on fire", "It went out.").wait_for()


def test_days_go_by(page: "Page", demo: RunningDemo) -> None:
    """The demo's clock is put forward day by day until the customer who does not answer is reminded."""
    write(page, demo, "Emil <emil@example.cz>", "Dotaz na heslo", "Jak si změním heslo?")
    read(page, demo, "Agents", "new ticket", "Dotaz na heslo")
    answer(page, demo, "Agents", "new ticket", "Dotaz na heslo", text="Jaký máte počítač?")
    card(page, "Customers", "Emil", "reply", "Jaký máte počítač?").wait_for()
    reminder = card(page, "Customers", "Emil", "status", "Dotaz na heslo")
    for _ in range(8):
        page.get_by_role("button", name="+1 day").click()
        if reminder.count():
            break
    reminder.wait_for(timeout=3000)


def test_an_edited_rule_sends_the_sample_elsewhere(page: "Page", tmp_path: Path) -> None:
    """Edit a rule, save, press the sample again: it lands elsewhere with its reason; a mistake is named and changes nothing."""
    with running_demo(tmp_path) as own:
        rules = tmp_path / "config" / "rules" / "30-billing.yaml"
        news = page.get_by_role("region", name="Be the admin: edit a rule, save, send the sample again")
        log = page.get_by_role("region", name="What the desk did")
        press(page, own, "Chyba ve faktuře")
        log.get_by_text("“Chyba ve faktuře” → Billing").first.wait_for()
        good = rules.read_text(encoding="utf-8").replace("team: billing, assign: round-robin", "team: sales")
        rules.write_text(good, encoding="utf-8")
        news.get_by_text("taken over: send a sample again").wait_for()
        assert "changed: “Invoices → Billing”   (rules/30-billing.yaml:" in news.inner_text()
        press(page, own, "Chyba ve faktuře")
        log.get_by_text("“Chyba ve faktuře” → Sales").first.wait_for()
        log.get_by_text("moved: the last mail like this went to Billing").first.wait_for()
        assert "rule “Invoices → Billing” (“faktuře” ≈ faktura" in log.inner_text()
        rules.write_text(good.replace("team: sales", "team: slaes"), encoding="utf-8")
        news.get_by_text("refused, the old ones stay").wait_for()
        assert "did you mean “sales”?" in news.inner_text()
        page.goto(f"{own.url}/?pause")
        assert find_violations(page) == []
        page.goto(own.url)
        rules.write_text(good, encoding="utf-8")
        news.get_by_text("refused").wait_for(state="detached")


def test_a_form_of_another_site_is_refused(page: "Page", demo: RunningDemo) -> None:
    """A page of somebody else's cannot send mail through the demo."""
    page.set_content(
        f'<form method="post" action="{demo.url}/send"><button name="sample" value="vip">x</button></form>'
    )
    with page.expect_response(re.compile("/send$")) as response:
        page.get_by_role("button").click()
    assert response.value.status == 403


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_it(browser: "Browser", demo: RunningDemo, scheme: str, width: int) -> None:
    """On a phone and on a desk, by day and by night: axe-core finds nothing wrong, and nothing is wider than the screen."""
    assert scheme in ("light", "dark")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    press(page, demo, INVOICE)
    card(page, "Agents", INVOICE).wait_for()
    ticket = card(page, "Manager", INVOICE).get_attribute("href")
    mail = card(page, "Agents", INVOICE).get_attribute("href")
    for path in ("/?pause", "/write", ticket, mail):
        page.goto(f"{demo.url}{path}")
        for details in page.locator("details").all():
            details.locator("summary").click()
        assert find_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()


def test_no_script_at_all(browser: "Browser", demo: RunningDemo) -> None:
    """With JavaScript switched off the page sends, follows and answers all the same."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    press(page, demo, "Dotaz na smlouvu")
    answer(page, demo, "Agents", "new ticket", "Dotaz na smlouvu", text="Zavoláme zítra.")
    card(page, "Customers", "Velký Zákazník", "Zavoláme zítra.").wait_for()
    context.close()
