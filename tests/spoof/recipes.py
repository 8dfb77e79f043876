"""The recipes: each says in a sentence what the forger does, and gives the header fields, the envelope and the door he uses.

A value may hold what the forger got hold of: `{ack}` and `{told}` are the message ids of the acknowledgement and of the agent's
notification, `{root}` the id that all notifications of the ticket refer to, `{reply}` the agent's own reply address,
`{colleague}` another agent's, `{customer}` the customer's, `{path}` where bounces go, `{altered}` the agent's with one letter
changed. The mail server in front (mx.demo.test) has put its word on top; `verdict` is what it found.
"""

from dataclasses import dataclass

AGENT = "lucie@demo.test"
EVIL = "eva.krizova@evil.example"
DESK = "support@demo.test"
OURS = "mx.demo.test"

# What the desk's own mail server says of the From domain: refuted, unknown, or a pass for the forger's own domain.
FAIL = f"{OURS}; spf=softfail smtp.mailfrom=demo.test; dkim=none; dmarc=fail (p=none) header.from=demo.test"
NONE = f"{OURS}; spf=none; dkim=none; dmarc=none header.from=demo.test"
HIS_OWN = f"{OURS}; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example"


@dataclass(frozen=True)
class Recipe:
    """One way to pass for an agent; `needs` a desk that checks senders, or a strict one, where the forger has a reply address."""

    name: str
    does: str
    fields: tuple[str, ...]
    to: str = DESK
    mail_from: str = EVIL
    verdict: str = FAIL
    top: tuple[str, ...] = ()
    lmtp: bool = False
    needs: str = ""


def _from(value: str) -> tuple[str, ...]:
    return (f"From: {value}",)


REFERS = "In-Reply-To: <{ack}>"
SUBJECT = "Subject: Re: [#1001] Dotaz"

RECIPES = (
    # ---- whose name stands in From ----
    Recipe("plain", "writes the agent's address into From", (*_from(f"Lucie <{AGENT}>"), REFERS)),
    Recipe("plain, unknown", "the same; the mail server could not tell", (*_from(AGENT), REFERS), verdict=NONE),
    Recipe("case", "writes it in capitals", (*_from("LUCIE@DEMO.TEST"), REFERS), verdict=NONE),
    Recipe(
        "display name",
        "has the agent's address as display name",
        (*_from(f'"{AGENT}" <{EVIL}>'), REFERS),
        verdict=HIS_OWN,
    ),
    Recipe("bare display name", "the same without quotes", (*_from(f"{AGENT} <{EVIL}>"), REFERS), verdict=HIS_OWN),
    Recipe(
        "two brackets", "writes two addresses in brackets", (*_from(f"<{AGENT}> <{EVIL}>"), REFERS), verdict=HIS_OWN
    ),
    Recipe("two From fields", "writes two From fields, the agent first", (*_from(AGENT), *_from(EVIL), REFERS)),
    Recipe(
        "two From fields, evil first", "the other way round", (*_from(EVIL), *_from(AGENT), REFERS), verdict=HIS_OWN
    ),
    Recipe("two addresses", "writes both into one From", (*_from(f"{AGENT}, {EVIL}"), REFERS)),
    Recipe("semicolon", "puts a semicolon between", (*_from(f"{AGENT};{EVIL}"), REFERS)),
    Recipe("group", "makes the agent a group's name", (*_from(f"{AGENT}:{EVIL};"), REFERS), verdict=HIS_OWN),
    Recipe("route", "makes himself the agent's route", (*_from(f"<@evil.example:{AGENT}>"), REFERS)),
    Recipe("comment", "hides himself in a comment", (*_from(f"{AGENT} ({EVIL})"), REFERS), verdict=NONE),
    Recipe("comment in front", "hides the agent in a comment", (*_from(f"({AGENT}) {EVIL}"), REFERS), verdict=HIS_OWN),
    Recipe("encoded address", "encodes the address", (*_from("=?utf-8?q?lucie=40demo=2Etest?="), REFERS), verdict=NONE),
    Recipe(
        "encoded name",
        "encodes the agent's address as a name",
        (*_from(f"=?utf-8?q?lucie=40demo=2Etest?= <{EVIL}>"), REFERS),
    ),
    Recipe("folded", "folds the field before the address", (f"From:\r\n\t{AGENT}", REFERS), verdict=NONE),
    Recipe("space before the colon", "writes From with a space", (f"From : {AGENT}", REFERS), verdict=NONE),
    Recipe("NUL", "puts a NUL behind the agent", (*_from(f"{AGENT}\0{EVIL}"), REFERS), lmtp=True),
    Recipe("bare CR", "hides a second field behind a CR", (f"X-A: b\rFrom: {AGENT}", *_from(EVIL), REFERS), lmtp=True),
    Recipe("quoted local part", "quotes the local part", (*_from('"lucie"@demo.test'), REFERS), verdict=NONE),
    Recipe(
        "Cyrillic letter", "takes a Cyrillic е in the domain", (*_from("lucie@d\u0435mo.test"), REFERS), verdict=NONE
    ),
    Recipe("wide letters", "takes full-width letters", (*_from("lucie@\uff44\uff45mo.test"), REFERS), verdict=NONE),
    Recipe(
        "Kelvin sign", "takes letters that fold into others", (*_from("l.\u212aos@demo.test"), REFERS), verdict=NONE
    ),
    Recipe("invisible letter", "puts a zero-width space in", (*_from("lu\u200bcie@demo.test"), REFERS), verdict=NONE),
    Recipe(
        "turned letters",
        "turns the direction of writing",
        (*_from("\u202etest.omed@eicul\u202c"), REFERS),
        verdict=NONE,
    ),
    Recipe("last dot", "ends the domain with a dot", (*_from(f"{AGENT}."), REFERS), verdict=NONE),
    Recipe("below the domain", "writes from a host below", (*_from("lucie@mail.demo.test"), REFERS), verdict=NONE),
    Recipe("plus", "adds a detail to the agent's address", (*_from("lucie+x@demo.test"), REFERS), verdict=NONE),
    # ---- other fields that name people ----
    Recipe("Sender", "is himself, sent by the agent", (*_from(EVIL), f"Sender: {AGENT}", REFERS), verdict=HIS_OWN),
    Recipe("only Sender", "leaves From out", (f"Sender: {AGENT}", REFERS), verdict=NONE),
    Recipe("Reply-To", "wants answers at the agent's", (*_from(EVIL), f"Reply-To: {AGENT}", REFERS), verdict=HIS_OWN),
    Recipe(
        "Resent",
        "resends as the agent",
        (f"Resent-From: {AGENT}", f"Resent-Sender: {AGENT}", *_from(EVIL), REFERS),
        verdict=HIS_OWN,
    ),
    Recipe(
        "control fields",
        "writes our own fields",
        ("X-Maildesk-Agent: lucie", "X-Maildesk-Ticket: 1001", "X-Original-From: " + AGENT, *_from(EVIL), REFERS),
        verdict=HIS_OWN,
    ),
    Recipe("envelope", "is the agent in the envelope alone", (*_from(EVIL), REFERS), mail_from=AGENT, verdict=HIS_OWN),
    # ---- results of checks ----
    Recipe(
        "forged result",
        "brings our server's pass along",
        (f"Authentication-Results: {OURS}; dmarc=pass header.from=demo.test", *_from(AGENT), REFERS),
        verdict=NONE,
    ),
    Recipe(
        "forged result below little",
        "brings a pass along where our server says next to nothing",
        (
            f"Authentication-Results: {OURS}; dkim=pass header.d=demo.test; dmarc=pass header.from=demo.test",
            *_from(AGENT),
            REFERS,
        ),
        verdict=f"{OURS}; spf=none smtp.mailfrom=evil.example",
    ),
    Recipe(
        "forged result and hop",
        "brings our server's hop along, too",
        (
            f"Authentication-Results: {OURS}; dkim=pass header.d=demo.test; dmarc=pass header.from=demo.test",
            f"Received: from mail.demo.test ([192.0.2.1]) by {OURS} with ESMTPS id 9; Tue, 24 Nov 2026 10:00:00 +0100",
            *_from(AGENT),
            REFERS,
        ),
    ),
    Recipe(
        "foreign result",
        "has another server's pass on top",
        (*_from(AGENT), REFERS),
        verdict=NONE,
        top=("Authentication-Results: mx.evil.example; dmarc=pass header.from=demo.test",),
    ),
    Recipe(
        "result in a comment",
        "has a pass read out of a comment",
        (*_from(AGENT), REFERS),
        verdict=f"{OURS}; dmarc=none (dmarc=pass header.from=demo.test) header.from=demo.test",
    ),
    Recipe(
        "result in a quote",
        "has a pass read out of a reason",
        (*_from(AGENT), REFERS),
        verdict=f'{OURS}; spf=fail reason="x; dmarc=pass header.from=demo.test"',
    ),
    Recipe(
        "SPF alone",
        "may send for the domain of the envelope",
        (*_from(AGENT), REFERS),
        verdict=f"{OURS}; spf=pass smtp.mailfrom=demo.test; dmarc=none header.from=demo.test",
    ),
    Recipe(
        "his own signature",
        "signs with his own domain",
        (*_from(AGENT), REFERS),
        verdict=f"{OURS}; dkim=pass header.d=evil.example; dmarc=none header.from=demo.test",
    ),
    Recipe(
        "a look-alike signs",
        "signs with a domain that ends alike",
        (*_from(AGENT), REFERS),
        verdict=f"{OURS}; dkim=pass header.d=evildemo.test",
    ),
    Recipe(
        "temperror",
        "times it so that DNS fails",
        (*_from(AGENT), REFERS),
        verdict=f"{OURS}; dmarc=temperror header.from=demo.test",
    ),
    Recipe(
        "ARC",
        "brings a sealed chain of his own",
        (f"ARC-Authentication-Results: i=1; {OURS}; dmarc=pass header.from=demo.test", *_from(AGENT), REFERS),
        verdict=NONE,
    ),
    # ---- tokens, ids, numbers ----
    Recipe(
        "altered address",
        "changes one letter of the reply address",
        (*_from(AGENT), "To: {altered}"),
        to="{altered}",
        verdict=NONE,
    ),
    Recipe(
        "customer's address",
        "uses the customer's reply address",
        (*_from(AGENT), "To: {customer}"),
        to="{customer}",
        verdict=NONE,
    ),
    Recipe(
        "colleague's address",
        "uses another agent's reply address",
        (*_from(AGENT), "To: {colleague}"),
        to="{colleague}",
        verdict=NONE,
    ),
    Recipe(
        "bounce address", "uses the address where bounces go", (*_from(AGENT), "To: {path}"), to="{path}", verdict=NONE
    ),
    Recipe(
        "leaked address, own name",
        "got hold of the agent's reply address",
        (*_from(EVIL), "To: {reply}"),
        to="{reply}",
        verdict=HIS_OWN,
    ),
    Recipe(
        "leaked address, refuted",
        "has it, and is refuted as the agent",
        (*_from(AGENT), "To: {reply}"),
        to="{reply}",
        needs="checks",
    ),
    Recipe(
        "leaked address in To alone",
        "writes it into To, not into the envelope",
        (*_from(AGENT), "To: {reply}"),
        verdict=NONE,
    ),
    Recipe(
        "leaked address in Delivered-To",
        "writes it where mail servers note it",
        (*_from(AGENT), "Delivered-To: {reply}", "X-Original-To: {reply}"),
        verdict=NONE,
    ),
    Recipe(
        "leaked address in Cc",
        "copies the agent's reply address",
        (*_from(EVIL), f"To: {DESK}", "Cc: {reply}"),
        to="{reply}",
        verdict=HIS_OWN,
    ),
    Recipe(
        "leaked address in Reply-To",
        "wants answers at the agent's reply address",
        (*_from(EVIL), "Reply-To: {reply}", REFERS),
        verdict=HIS_OWN,
    ),
    Recipe(
        "notification's id",
        "knows the id of the agent's notification",
        (*_from(AGENT), "In-Reply-To: <{told}>", "References: <{root}> <{told}>"),
        verdict=NONE,
    ),
    Recipe(
        "guessed id",
        "makes up an id of ours",
        (*_from(AGENT), "In-Reply-To: <md1.abcdefghijklmnopqrstuvwxyz.abcdefghijklmn@demo.test>", SUBJECT),
        verdict=NONE,
    ),
    Recipe("number", "knows the number alone", (*_from(AGENT), SUBJECT), verdict=NONE),
    Recipe("number, as himself", "knows the number, writes as himself", (*_from(EVIL), SUBJECT), verdict=HIS_OWN),
    Recipe(
        "as the customer",
        "writes as the customer who knows commands",
        (*_from("jana@odberatel.cz"), REFERS),
        verdict=f"{OURS}; dmarc=pass header.from=odberatel.cz",
    ),
    # ---- with a reply address in hand: what strict desks are for ----
    Recipe(
        "leaked address, unknown",
        "has the reply address, and nobody could check the name",
        (*_from(AGENT), "To: {reply}"),
        to="{reply}",
        verdict=NONE,
        needs="strict",
    ),
    Recipe(
        "leaked address, foreign result",
        "the same with another server's pass",
        (*_from(AGENT), "To: {reply}"),
        to="{reply}",
        verdict=NONE,
        needs="strict",
        top=("Authentication-Results: evil.mx.demo.test; dmarc=pass header.from=demo.test",),
    ),
    Recipe(
        "leaked address, forged result",
        "the same with our server's pass brought along",
        (f"Authentication-Results: {OURS}; dmarc=pass header.from=demo.test", *_from(AGENT), "To: {reply}"),
        to="{reply}",
        verdict=NONE,
        needs="strict",
    ),
)

# What the forger wants done; the last one is a note, which reaches nobody outside but would stand on the ticket as the agent's.
COMMANDS = ("", "#close", "#take", "#assign it", "#priority high\n#tag podvrh", "#note")


def letter(recipe: Recipe, known: dict[str, str], command: str, mark: str) -> bytes:
    """Write the mail as the desk's mail server hands it over."""
    honest = (
        *recipe.top,
        f"Authentication-Results: {recipe.verdict}",
        f"Received: from a.evil.example ([203.0.113.66]) by {OURS} with ESMTPS id {mark}; Tue, 24 Nov 2026 10:00:00 +0100",
    )
    own = [field.format(**known) for field in recipe.fields]
    names = {field.partition(":")[0].strip().lower() for field in own}
    rest = [
        *([] if "to" in names else [f"To: {DESK}"]),
        *([] if "subject" in names else ["Subject: Re: Dotaz"]),
        f"Message-ID: <{mark}@evil.example>",
        "Date: Tue, 24 Nov 2026 10:00:00 +0100",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    body = "\r\n".join(filter(None, (*command.split("\n"), "", f"Modra barva je lepsi {mark}.")))
    return ("\r\n".join((*honest, *own, *rest)) + "\r\n\r\n" + body + "\r\n").encode()
