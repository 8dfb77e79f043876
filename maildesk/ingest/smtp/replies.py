"""What we say to SMTP and LMTP clients: short, with an enhanced code (RFC 3463), nothing about our inside."""

from maildesk.ingest.smtp.content import Problem

UNKNOWN_RECIPIENT = "550 5.1.1 No such mailbox here"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients: send the rest in another mail"
MALFORMED_ADDRESS = "553 5.1.3 That is no address"
LINE_NOISE = "550 5.6.11 Lines must end in CRLF, and hold no NUL"  # the code that Exchange made common
EARLY_TALKER = "554 5.5.0 Content before 354"
NOT_SMTP = "421 4.7.0 This is no web server"
TROUBLE = "451 4.3.0 Try again later"
NO_ROOM = "452 4.3.1 Try again later"
STOPPING = "421 4.3.2 Stopping, try again later"
FULL = "421 4.3.2 Too many connections, try again later"
CROWDED = "421 4.7.0 Too many connections from you, try again later"
IDLE = "421 4.4.2 Timeout"
TOO_MANY_COMMANDS = "421 4.7.0 Too many commands"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors"

PROBLEMS = {
    Problem.TOO_BIG: "552 5.3.4 The mail is too big",
    Problem.LINE_TOO_LONG: "500 5.6.0 A line is too long",
    Problem.TOO_MANY_LINES: "500 5.6.0 Too many lines",
    Problem.SLOW: "421 4.4.2 Too slow",
    Problem.IDLE: IDLE,
    Problem.CROWDED: NO_ROOM,
    Problem.GONE: IDLE,
}

# What aiosmtpd says without an enhanced code gets one here, because EHLO offers ENHANCEDSTATUSCODES (RFC 2034).
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "251": "2.1.5",
    "252": "2.5.0",
    "421": "4.3.0",
    "450": "4.2.0",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "550": "5.0.0",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.0.0",
    "555": "5.5.4",
}


def with_enhanced_code(reply: str) -> str:
    """Put the general enhanced code of its kind into a reply that has none."""
    code, space, text = reply[:3], reply[3:4], reply[4:]
    if space != " " or code not in _ENHANCED or text[:2] == code[0] + ".":
        return reply
    return f"{code} {_ENHANCED[code]} {text}"
