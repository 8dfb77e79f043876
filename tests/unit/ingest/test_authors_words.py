"""What people write themselves stays, however much it resembles a card, a quote or a footer; what programs add, goes."""

import pytest

from maildesk.ingest.reply_text import read_reply

QUOTE = "Dne 02. 11. 26 v 15:05 Podpora napsal(a):\n> Jaké má přístroj číslo?\n"

DATA = {
    "numbers of a machine": "Dobrý den,\n\nje to tento.\n\nČerpadlo X200\nVýrobní číslo: 4711081512\nVerze: 20261102",
    "numbers of a company": "Poštovani,\n\nšaljem podatke.\n\nPrimjer d.o.o.\nOIB: 12345678901\nIBAN: HR1210010051863000160",
    "a company and its telephone": "Zde jsou údaje.\n\nPříklad s.r.o.\nIČO: 12345678\ntel.: +420 777 123 456\ninfo@priklad.example",
    "people to be called": "Hello,\n\nplease call\n\nPeter Black\n+44 7700 900123\nor Mary White\n+44 7700 900124",
    "people with their addresses": "Please add them.\n\nAnna Smith\nanna@acme.example\nBen Miller\nben@acme.example",
    "an address": "Nová adresa je tato.\n\nPříklad s.r.o.\nDlouhá 1\nwww.priklad.example\ninfo@priklad.example",
    "a word of lawyers": "Hi,\n\nsee the files.\n\nThe information contained in this folder is wrong.\n\nJane",
    "a postscript": "Radi.\n\nLijep pozdrav,\nIvana\n\nPS: nazovite me sutra na +385 91 234 5678",
    "a question about secrets": "Guten Tag,\n\nsind das vertrauliche Informationen? Darf ich sie weitergeben?\n\nSabine",
    "a question below such a word": "Poštovani,\n\nprije ispisa uređaj javlja grešku.\n\nŠto da radim?\n\nIvana",
    "a footer that is shown": "Add this line to our mails:\n\nSent from my iPhone\n\nThank you",
    "two thoughts and a line between": "Děkuji.\n\n---\n\nA ještě něco: nejde ani tiskárna v přízemí.\n\nJana",
    "two thoughts and dashes between": "Hvala.\n\n--\n\nKada dolazi vaš tehničar u petak?",
    "a divider that is shown": "The mail says only:\n\n-----Original Message-----\n\nIs that dangerous? I have not opened it.",
}
TOLD = {
    "cs": "Dne 2. 11. 2026 v 15:05 mi kolega napsal:\nje to hotové.\n\nNení. Co teď?",
    "sk": "Dňa 2. 11. 2026 o 15:05 mi kolega napísal:\npočkajte.\n\nČakám. Čo ďalej?",
    "hr": "Dana 2.11.2026. u 15:05 kolega mi je napisao:\npričekajte.\n\nČekam i dalje.",
    "de": "Am 2.11.2026 um 15:05 schrieb mir Ihr Kollege:\nbitte warten.\n\nWie lange noch?",
    "pl": "W dniu 2.11.2026 o 15:05 kolega mi napisał:\nproszę czekać.\n\nCzekam nadal.",
    "en": "On 2 November 2026 at 15:05 you wrote:\nplease wait.\n\nI did. What now?",
}
FOOTERS = (
    "Odesláno z aplikace Email.cz",
    "Tento e-mail byl odeslán z mobilního telefonu.",
    "Diese E-Mail wurde von meinem Mobiltelefon mit WEB.DE Mail gesendet.",
    "Von Yahoo Mail auf Android gesendet",
    "Wysłano z aplikacji mobilnej Poczta Onet",
    "Sent from my iWatch",
)


@pytest.mark.parametrize("name", DATA)
def test_what_was_asked_for_is_no_signature(name: str) -> None:
    """B67: numbers, people and lines that an author gives as his answer stay, with a quote below them and without."""
    assert read_reply(DATA[name]).own == DATA[name]
    assert read_reply(f"{DATA[name]}\n\n{QUOTE}").own == DATA[name]


def test_a_visiting_card_still_goes() -> None:
    """B67: a last paragraph of a name and ways to reach him is a card, also without a closing above it."""
    card = "Petr Svoboda\nPříklad s.r.o.\ntel.: +420 777 123 456\npetr@priklad.example"
    assert read_reply(f"Už to jde, děkuji.\n\n{card}\n\n{QUOTE}").own == "Už to jde, děkuji."


def test_a_form_above_quoted_headers() -> None:
    """B105: a line to be filled in ("Date: ____") is no header of the mail that is quoted below it."""
    form = "Name: ________\nDate: ________\n\nIs this the right form?"
    quoted = "From: Support <support@firm.example>\nSent: Monday, November 2, 2026 3:05 PM\nTo: Jane\nSubject: RE: x\n\nHello"
    assert read_reply(f"{form}\n\n{quoted}").own == form


@pytest.mark.parametrize("name", TOLD)
def test_who_tells_what_somebody_wrote_is_not_cut(name: str) -> None:
    """B105: a sentence about a letter ("my colleague wrote me on …:") ends no answer, though it has date and verb."""
    assert read_reply(TOLD[name]).own == TOLD[name]


@pytest.mark.parametrize("line", FOOTERS)
def test_lines_of_mail_programs(line: str) -> None:
    """B67: lines that mail programs of telephones add go, whatever the device is called."""
    assert read_reply(f"Hotovo.\n\n{line}\n\n{QUOTE}").own == "Hotovo."


@pytest.mark.parametrize(
    "introduction",
    [
        "2. 11. 2026 v 15:05, Podpora\n<podpora@firma.example>:",
        "Wiadomość napisana przez Podpora\n<podpora@firma.example> w dniu 2 lis 2026, o godz. 15:05:",
        "----- Odesláno podporou -----\nOd: Podpora <podpora@firma.example>\nKomu: Jan\nDatum: 2. 11. 2026 15:05\nPředmět: Re: x\n",
    ],
)
def test_introductions_of_several_lines_go_whole(introduction: str) -> None:
    """B105: an attribution broken before the address and a line of words above quoted headers leave nothing behind."""
    assert read_reply(f"Hotovo.\n\n{introduction}\n\n> Jaké má přístroj číslo?\n").own == "Hotovo."
