"""Read delivery reports that follow no standard: qmail, Exim, Postfix, sendmail, Exchange, Notes, AOL, Gmail and their kin.

All of them write some sentences, the addresses, the reasons, and then the mail that came back. Addresses are looked for from the
surest place to the least sure one, and only above the returned mail: in it stand addresses that nothing happened to.
"""

import re

from maildesk.language import fold, phrases

_LINES = 2000
_TEXT = 64 * 1024
_MOST = 100
_ADDRESS = re.compile(r"[^\s<>\"'()\[\];,:\\`*]{1,64}@[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,250}[a-zA-Z0-9]")
_PREFIX = re.compile(r"(?:[<>=|*\u2022-]{1,3} |\d{3}[ -]|\d\.\d{1,3}\.\d{1,3} |\.{3} |\* |[(\"'<\[]|\s){0,12}")
_HEADER = re.compile(
    r"\s{0,8}(?:received|return-path|message-id|mime-version|dkim-signature|delivered-to|x-originating-ip)\s?:",
    re.IGNORECASE,
)
_RULED = re.compile(r"\s{0,3}[-=*_|+]{2,}")
_RETURNED = phrases("""
copy of the message; copy of your message; original message; original mail; returned message; unsent message; message
header; headers of; message text; undelivered message; message follows; header of the; your message:; copia del
mensaje; copie du message; kopie der nachricht; kopie zpravy; kopija poruke
""")
_SAYS_RETURNED = phrases("""
original message follows; original mail as follows; message headers follow; message header follows; below this line is
a copy; this is a copy of the message; this is a copy of your message; original message headers:; original message
header:; the original message was:; undelivered message follows; copy of the original message follows
""")
_DELAYED = phrases("""
will be retried; warning message only; this is a warning; not yet been delivered; has been delayed; still being
retried; will continue to; do not need to resend; delivery attempts will continue; no action is required; will keep
trying; has not yet been; could not be delivered yet; attempts to deliver; will try again; delayed; message is still;
will be tried; keep trying; bude opakovan; wird weiterhin versucht; not been able to deliver your message yet
""")
_FINAL = phrases("""
permanent; giving up; given up; gave up; failed; unknown; returned; no further; rejected; retry timeout exceeded;
undeliverable; not delivered; did not receive; for a long time; could not be delivered within
""")
# What only says that it is not over yet, beside any reason and any threat of what may happen later.
_NOT_YET = phrases("""
not yet been delivered; has not yet been; this is a warning; warning message only; just a warning; do not need to resend;
delivery attempts will continue; still being retried; will continue to attempt; will be retried; no action is required;
hasn't been delivered yet; will continue to be attempted; doručení se zpožďuje; se zpožďuje; bude dál pokoušet; doručenie
sa oneskoruje; isporuka kasni; nije još isporučena; verzögert sich; nur eine warnung; nicht erneut senden; zustellversuche
""")
_OVER = phrases("""
permanent error; permanent fatal; fatal error; giving up; given up; gave up; no further; retry timeout exceeded;
could not be delivered within; is being returned; has been returned; was returned; delivery has failed
""")
# A sender, a helper or a transcript's first half: these addresses are not the ones that failed.
_OTHERS = (
    "mail from",
    "message sent by",
    "sent by",
    "please contact",
    "send mail to",
    "assistance",
    "contact your",
    "from:",
    "contact the",
)
_EXPANDED = re.compile(r"\((?:expanded|generated) from:?\s{1,20}<?(" + _ADDRESS.pattern + r")>?\)")
_EXAMPLES = ("e.g.", "for example", "z. b.", "z.b.", "napr.", "npr.")
_HELPERS = ("postmaster", "mailer-daemon", "support", "helpdesk", "abuse", "hostmaster", "help", "admin")
_CUES = phrases("""
rcpt to; recipient; deliver; address; mailbox; sent mail to; your mail to; your message to; user; reach; account;
empfänger; příjemce; prijemce; adresat; primatelj; destinat; получател
""")


def read_text(text: str, header: tuple[str, ...], own: str, domain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the addresses that failed and those that are only delayed.

    `header` are the values of X-Failed-Recipients, `own` the report's own recipients (the sender of the mail that came back),
    `domain` the domain of the reporting system: some name only the local part.
    """
    lines = _above_returned(text)
    found = _addresses(" ".join(header)) or _fields(lines) or _leading(lines, own, domain) or _cued(lines, own)
    # A report about a report that came back: the fields of the inner one say who was not reached.
    found = found or _fields(text[:_TEXT].split("\n")[:_LINES])
    written_to = expanded_from(text)
    addresses = tuple(dict.fromkeys(written_to.get(address, address) for address in found))[:_MOST]
    return ((), addresses) if _is_delay(fold("\n".join(lines)[:8000])) else (addresses, ())


def expanded_from(text: str) -> dict[str, str]:
    """Say which address each failed one stood behind: Exim, Postfix and sendmail name the alias that we wrote to in brackets."""
    found: dict[str, str] = {}
    last = ""
    named = "(expanded from" in text or "(generated from" in text
    for line in _above_returned(text[:_TEXT]) if named else ():
        short = line[:1000]
        prefix = _PREFIX.match(short)
        address = _ADDRESS.match(short, prefix.end() if prefix else 0)
        last = _bare(address.group()) if address else last
        if last and (alias := _EXPANDED.search(short)):
            found[last] = alias.group(1)
    return found


def reported_inside(text: str) -> tuple[str, ...]:
    """Give the recipients of a standard report that came as a returned mail: a gateway on the way has wrapped it up."""
    return tuple(_fields(text[:_TEXT].split("\n")[:_LINES]))[:_MOST]


def _above_returned(text: str) -> list[str]:
    """Give the lines above the mail that came back."""
    lines = text.split("\n")[:_LINES]
    for at, line in enumerate(lines):
        short = line[:200]
        if _HEADER.match(short):
            return lines[:at]
        if (
            "message" not in short.lower()
            and "mail" not in short.lower()
            and "head" not in short.lower()
            and "cop" not in short.lower()
        ):
            continue
        folded = fold(short)
        ruled = _RULED.match(short) is not None
        if (ruled and any(phrase in folded for phrase in _RETURNED)) or any(
            folded.startswith(phrase) for phrase in _SAYS_RETURNED
        ):
            return lines[:at]
    return lines


def _is_delay(said: str) -> bool:
    """Tell a delay: nothing is over where a report says so itself, whatever it threatens ("will be returned to you") and blames."""
    if any(phrase in said for phrase in _NOT_YET):
        return not any(phrase in said for phrase in _OVER)
    return any(phrase in said for phrase in _DELAYED) and not any(phrase in said for phrase in _FINAL)


def _addresses(text: str) -> dict[str, None]:
    return dict.fromkeys(_bare(match.group()) for match in _ADDRESS.finditer(text[:20000]))


def _bare(address: str) -> str:
    """Drop the label in front of an address that was carried through X.400 ("dda:SMTP=ana@x.example", RFC 2156 §4.3)."""
    return address[5:] if address[:5].casefold() == "smtp=" else address


def _fields(lines: list[str]) -> dict[str, None]:
    """Read the fields of RFC 3464 where a system wrote them into the text."""
    found: dict[str, None] = {}
    for line in lines:
        if line.lstrip("> \t")[:16].lower().startswith(("final-recipient:", "original-recipien")):
            found.update(_addresses(line[:1000]))
    return found


def _leading(lines: list[str], own: str, domain: str) -> dict[str, None]:
    """Collect addresses that begin a line: qmail, Postfix, Exim, sendmail and most others list them so."""
    found: dict[str, None] = {}
    above = ""
    for line in lines:
        short = line[:1000]
        if not short.strip():
            continue
        prefix = _PREFIX.match(short)
        address = _ADDRESS.match(short, prefix.end() if prefix else 0)
        if address and not _is_other(above, address.group(), own):
            found[_bare(address.group())] = None
        elif not address and _names_local(short, above) and domain:
            found[f"{short.strip()}@{domain}"] = None
        above = fold(short)
    return _without_helpers(found)


def _names_local(line: str, above: str) -> bool:
    """Tell AOL's way: a line that holds nothing but the local part, below a sentence that ends in a colon."""
    return line[:1] in " \t" and above.endswith(":") and "recipient" in above and line.strip().isalnum()


def _is_other(above: str, address: str, own: str) -> bool:
    if any(phrase in above[-20:] for phrase in _EXAMPLES):
        return True
    return any(above.endswith(phrase) or phrase in above[-60:] for phrase in _OTHERS) or (
        address.casefold() in own
        and "<" + address.casefold() not in above
        and not above.endswith((":", "failed", "failed:"))
    )


def _without_helpers(found: dict[str, None]) -> dict[str, None]:
    people = {address: None for address in found if address.split("@")[0].casefold() not in _HELPERS}
    return people or found


def _cued(lines: list[str], own: str) -> dict[str, None]:
    """Collect addresses from sentences that speak of a recipient; else the one address that is named at all."""
    found: dict[str, None] = {}
    others: dict[str, None] = {}
    helpers: set[str] = set()
    above = ""
    for line in lines:
        before, above = above, line[-200:]
        short = line[:1000]
        if "@" not in short:
            continue
        folded = fold(short)
        example = f"{fold(before)[-20:]} {folded}"
        addresses = {a: None for a in _addresses(short) if a.casefold() not in own}
        if any(phrase in folded for phrase in _OTHERS):
            helpers.update(addresses)
            continue
        if any(phrase in example for phrase in _EXAMPLES):
            continue
        (found if any(cue in folded for cue in _CUES) else others).update(addresses)
    found = _without_helpers(found)
    others = {address: None for address in others if address not in helpers}
    return found or (_without_helpers(others) if len(others) <= 2 else {})
