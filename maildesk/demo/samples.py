"""Sample mails for `maildesk demo send` and for the page's buttons."""

from typing import NamedTuple


class Sample(NamedTuple):
    """One mail to try, and in a few words what it shows; `headers` are added as they stand."""

    sender: str
    subject: str
    text: str
    shows: str
    headers: tuple[tuple[str, str], ...] = ()


SAMPLES: dict[str, Sample] = {
    "pdf-cs": Sample(
        "Jana Nováková <jana@odberatel.cz>",
        "Nejde mi otevřít faktura ve formátu PDF",
        "Dobrý den,\n\nsoubor hlásí chybu. Co s tím?\n\nDěkuji\nJana Nováková",
        "does not open: goes to IT",
    ),
    "invoice-cs": Sample(
        "Jana Nováková <jana@odberatel.cz>",
        "Chyba ve faktuře",
        "Dobrý den,\n\nprosím o opravu faktury č. 20261107, nesedí částka.\n\nJana Nováková",
        "a mistake: goes to Billing",
    ),
    "invoice-hr": Sample(
        "Ivana Kovač <ivana@kupac.hr>",
        "Greška na računu",
        "Dobar dan,\n\nmolim ispravak računa br. 20261107.\n\nIvana Kovač",
        "the same in Croatian",
    ),
    "outage-hr": Sample(
        "Ivana Kovač <ivana@kupac.hr>",
        "Hitno!",
        "Od jutros nam ne radi internet u poslovnici Split.",
        "an outage: urgent, Network",
    ),
    "vip": Sample(
        "Velký Zákazník <reditel@vip.example>",
        "Dotaz na smlouvu",
        "Dobrý den,\n\nkdy mi zavoláte kvůli smlouvě?",
        "a customer who waits less",
    ),
    "english": Sample(
        "Emma Clark <emma@buyer.example>",
        "I cannot log in",
        "Hello,\n\nthe portal refuses my password since this morning.\n\nEmma",
        "answered in English",
    ),
    "thanks": Sample("Emma Clark <emma@buyer.example>", "Thanks", "Thank you!", "a mail with nothing to do"),
    "auto-reply": Sample(
        "Emma Clark <emma@buyer.example>",
        "Automatic reply: out of office",
        "I am away until Monday.",
        "a machine: not answered",
        (("Auto-Submitted", "auto-replied"),),
    ),
    "newsletter": Sample(
        "News <news@shop.example>",
        "Our autumn offers",
        "Everything must go.",
        "a mailing list: not answered",
        (("List-Unsubscribe", "<mailto:off@shop.example>"), ("Precedence", "bulk")),
    ),
}
