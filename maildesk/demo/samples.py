"""Sample mails for `maildesk demo send` and for the page's buttons."""

from typing import NamedTuple


class Sample(NamedTuple):
    """One mail to try; `headers` are added as they stand."""

    sender: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


SAMPLES: dict[str, Sample] = {
    "pdf-cs": Sample("Jana Nováková <jana@odberatel.cz>", "Nejde mi otevřít faktura ve formátu PDF", "Dobrý den, soubor hlásí chybu. Děkuji, Jana"),
    "invoice-cs": Sample("Jana Nováková <jana@odberatel.cz>", "Chyba ve faktuře", "Dobrý den, prosím o opravu faktury č. 20261107. Jana"),
    "invoice-hr": Sample("Ivana Kovač <ivana@kupac.hr>", "Greška na računu", "Dobar dan, molim ispravak računa br. 20261107. Ivana"),
    "outage-hr": Sample("Ivana Kovač <ivana@kupac.hr>", "Hitno!", "Od jutros nam ne radi internet u poslovnici Split."),
    "vip": Sample("Velký Zákazník <reditel@vip.example>", "Dotaz na smlouvu", "Dobrý den, kdy mi zavoláte?"),
    "english": Sample("Emma Clark <emma@buyer.example>", "I cannot log in", "Hello, the portal refuses my password since this morning. Emma"),
    "thanks": Sample("Emma Clark <emma@buyer.example>", "Thanks", "Thank you!"),
    "auto-reply": Sample(
        "Emma Clark <emma@buyer.example>", "Automatic reply: out of office", "I am away until Monday.", (("Auto-Submitted", "auto-replied"),)
    ),
    "newsletter": Sample(
        "News <news@shop.example>", "Our autumn offers", "Everything must go.",
        (("List-Unsubscribe", "<mailto:off@shop.example>"), ("Precedence", "bulk")),
    ),
}
