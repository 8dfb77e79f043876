"""What people write in the conversation, in three languages."""

from typing import NamedTuple

JANA, KAREL = "Jana Nováková <jana@odberatel.cz>", "Karel Veselý <karel@odberatel.cz>"
LUCIE, ANA = "Lucie Černá <lucie@demo.test>", "Ana Horvat <ana@demo.test>"


class Script(NamedTuple):
    """The words of the twelve mails, in order, and the subject of the first."""

    language: str
    subject: str
    asks: str
    colleague: str
    first_answer: str
    details: str
    handing_over: str
    note: str
    note_answer: str
    answer: str
    one_more: str
    closing: str
    thanks: str
    rating: str


SCRIPTS = (
    Script(
        "en",
        "A question about our chairs",
        "Hello,\n\nare the green chairs still made?\nKarel, in copy, will assemble them.\n\nJana",
        "Hello,\n\nand does a screwdriver come with them?\n\nKarel",
        "Hello,\n\nyes, the green ones are still made. How many do you need?",
        "We need twelve, by the end of the month.",
        "#assign ana\nShe always asks for a discount, please do not offer one by yourself.",
        "#note\n@lucie, how much stock do we keep back for the shop?",
        "Keep six for the shop, the rest may go.",
        "Hello,\n\ntwelve are in stock and leave on Thursday; a screwdriver is in every box.",
        "Great! Can the driver bring them up to the third floor?",
        "Hello,\n\nyes, that is in the price.\n\n#close",
        "Thank you!",
        "5\n\nQuick and clear.",
    ),
    Script(
        "cs",
        "Dotaz na naše židle",
        "Dobrý den,\n\nvyrábějí se ještě ty zelené židle?\nKarel v kopii je bude montovat.\n\nJana",
        "Dobrý den,\n\na je k nim šroubovák?\n\nKarel",
        "Dobrý den,\n\nano, zelené se pořád vyrábějí. Kolik jich potřebujete?",
        "Potřebujeme dvanáct, do konce měsíce.",
        "#assign ana\nVždycky chce slevu, prosím sama žádnou nenabízej.",
        "#note\n@lucie, kolik kusů si necháváme pro prodejnu?",
        "Šest nech pro prodejnu, zbytek může pryč.",
        "Dobrý den,\n\ndvanáct kusů je skladem a ve čtvrtek odjíždějí; šroubovák je v každé krabici.",
        "Výborně! Vynese je řidič do třetího patra?",
        "Dobrý den,\n\nano, je to v ceně.\n\n#close",
        "Děkuji!",
        "5\n\nRychlé a jasné.",
    ),
    Script(
        "hr",
        "Pitanje o našim stolicama",
        "Dobar dan,\n\nproizvode li se još zelene stolice?\nKarel, u kopiji, će ih sastavljati.\n\nJana",
        "Dobar dan,\n\na dolazi li uz njih odvijač?\n\nKarel",
        "Dobar dan,\n\nda, zelene se još proizvode. Koliko ih trebate?",
        "Trebamo ih dvanaest, do kraja mjeseca.",
        "#assign ana\nUvijek traži popust, molim te nemoj ga sama nuditi.",
        "#note\n@lucie, koliko ih čuvamo za trgovinu?",
        "Šest ostavi za trgovinu, ostale mogu van.",
        "Dobar dan,\n\ndvanaest ih je na skladištu i kreću u četvrtak; odvijač je u svakoj kutiji.",
        "Odlično! Može li ih vozač donijeti na treći kat?",
        "Dobar dan,\n\nda, to je u cijeni.\n\n#close",
        "Hvala!",
        "5\n\nBrzo i jasno.",
    ),
)
