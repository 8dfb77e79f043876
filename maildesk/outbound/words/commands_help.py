"""The commands as `#help` lists them: an example of each, and what it does, in three languages."""

HEADS = {
    "en": "A line that begins with # at the top or the bottom of your mail is a command; everything else is your text.",
    "cs": "Řádek začínající # na začátku nebo na konci zprávy je příkaz; vše ostatní je váš text.",
    "hr": "Redak koji počinje znakom # na vrhu ili dnu poruke je naredba; sve ostalo je vaš tekst.",
}
EXAMPLES = {
    "note": (
        "#note",
        {"en": "your text is for the team only", "cs": "text je jen pro tým", "hr": "tekst je samo za tim"},
    ),
    "reply": (
        "#reply",
        {
            "en": "your text goes to the customer after all",
            "cs": "text přece jen odejde zákazníkovi",
            "hr": "tekst ipak ide korisniku",
        },
    ),
    "take": ("#take", {"en": "the ticket is yours", "cs": "požadavek je váš", "hr": "zahtjev je vaš"}),
    "assign": (
        "#assign petr",
        {
            "en": "hand over to a person, a team or nobody; your text is a note for them",
            "cs": "předat člověku, týmu nebo nikomu; text je poznámka pro ně",
            "hr": "predaj osobi, timu ili nikome; tekst je bilješka za njih",
        },
    ),
    "close": (
        "#close · #close quietly",
        {
            "en": "solved; your text is the last answer; quietly: no mail at all",
            "cs": "vyřešeno; text je poslední odpověď; quietly: bez zprávy",
            "hr": "riješeno; tekst je zadnji odgovor; quietly: bez poruke",
        },
    ),
    "wait": (
        "#wait 3d · #wait friday 9:00",
        {"en": "sleeps, then comes back to you", "cs": "odloží a vrátí se k vám", "hr": "odgodi i vrati se vama"},
    ),
    "priority": (
        "#priority high",
        {"en": "low, normal, high or urgent", "cs": "low, normal, high, urgent", "hr": "low, normal, high, urgent"},
    ),
    "tag": ("#tag vip -spam", {"en": "tags on and off", "cs": "štítky přidá a ubere", "hr": "dodaje i miče oznake"}),
    "merge": (
        "#merge 1040",
        {"en": "two tickets become one", "cs": "sloučí dva požadavky", "hr": "spaja dva zahtjeva"},
    ),
    "split": (
        "#split · #split 2",
        {
            "en": "the last mail (or mail 2) becomes a ticket of its own",
            "cs": "poslední zpráva (nebo zpráva 2) bude samostatný požadavek",
            "hr": "zadnja poruka (ili poruka 2) postaje zaseban zahtjev",
        },
    ),
    "spam": (
        "#spam",
        {"en": "resolved without a word", "cs": "uzavřít bez odpovědi", "hr": "zatvori bez odgovora"},
    ),
    "for": (
        "#for jana@firma.cz",
        {
            "en": "a mail you pass on is hers",
            "cs": "přeposlaná zpráva je její",
            "hr": "proslijeđena poruka je njezina",
        },
    ),
    "cc": (
        "#cc jana@firma.cz",
        {"en": "lets somebody take part", "cs": "přibere dalšího účastníka", "hr": "dodaje sudionika"},
    ),
    "use": (
        "#use reset-password",
        {"en": "a canned text, before yours", "cs": "hotový text před vaším", "hr": "gotovi tekst ispred vašeg"},
    ),
    "kb": (
        "#kb invoice · #kb",
        {
            "en": "names the article about it below your answer; alone: lists articles and canned texts",
            "cs": "uvede pod odpovědí článek o tom; samotné vypíše články a hotové texty",
            "hr": "navodi ispod odgovora članak o tome; samo: popis članaka i gotovih tekstova",
        },
    ),
    "undo": (
        "#undo",
        {
            "en": "takes your last mail back",
            "cs": "vezme zpět vaši poslední zprávu",
            "hr": "poništava vašu zadnju poruku",
        },
    ),
    "why": ("#why", {"en": "why it landed here", "cs": "proč přišel sem", "hr": "zašto je stigao ovamo"}),
    "status": ("#status", {"en": "the whole timeline", "cs": "celá historie", "hr": "cijeli tijek"}),
    "list": (
        "#list · #list billing",
        {
            "en": "open tickets: yours, a team's, all",
            "cs": "otevřené požadavky: vaše, týmu, all",
            "hr": "otvoreni zahtjevi: vaši, tima, all",
        },
    ),
    "search": ("#search words", {"en": "finds tickets", "cs": "hledá požadavky", "hr": "traži zahtjeve"}),
    "away": (
        "#away until 3.12. · #away off",
        {"en": "no new tickets for you until then", "cs": "do té doby nic nového", "hr": "do tada ništa novo"},
    ),
    "original": (
        "#original",
        {
            "en": "the customer's last mail as it came",
            "cs": "zpráva zákazníka, jak přišla",
            "hr": "izvorna poruka korisnika",
        },
    ),
    "help": ("#help", {"en": "this list", "cs": "tento přehled", "hr": "ovaj popis"}),
}
