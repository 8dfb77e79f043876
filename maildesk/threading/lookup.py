"""What must be known before a mail can be linked: ids, ticket numbers, people, a held question.

Nothing here is believed yet. A number in a token or a subject only says which row to look at; `link` weighs it.
"""

from maildesk import tokens
from maildesk.model.mail import Envelope, Mail
from maildesk.model.snapshot import Lookup
from maildesk.tokens import Keys, TokenKind

MOST_IDS = 101
MOST_NUMBERS = 10
MOST_PEOPLE = 25


def look_up(mail: Mail, envelope: Envelope, source: str, keys: Keys, journal_id: int = 0) -> Lookup:
    """Say what a decision about this mail needs to know; `source` decides which recipients may carry a token."""
    details = token_details(mail, envelope, source)
    claims = [c for c in map(tokens.read, details) if c]
    numbers = [c.ticket for c in claims if c.kind is not TokenKind.CONFIRM]
    numbers += [n for n in (tokens.read_message_id(keys, i) for i in linking_ids(mail)) if n]
    numbers += tokens.subject_numbers(mail.subject)
    held = next((c.ticket for c in claims if c.kind is TokenKind.CONFIRM), 0)
    return Lookup(
        ids=linking_ids(mail, own=True),
        tickets=tuple(dict.fromkeys(numbers))[:MOST_NUMBERS],
        addresses=people_of(mail),
        hold=held,
        journal_id=journal_id,
        message_id=mail.message_id,
        author=mail.author.address if mail.author else "",
        body_digest=mail.body_digest,
        date=mail.date,
    )


def linking_ids(mail: Mail, mailbox: str = "", own: bool = False) -> tuple[str, ...]:
    """List the ids that linking uses: other desks' numbers, In-Reply-To, References (first and last fifty); its own on demand.

    The address of our `mailbox` is none: `In-Reply-To: Message from Support <help@firm.example> of …` would tie all such mails.
    """
    ids = [mail.message_id] if own and mail.message_id else []
    ids += [*mail.external, *mail.in_reply_to, *mail.references]
    if mail.bounce:
        ids += mail.bounce.original_ids
    return tuple(i for i in dict.fromkeys(ids) if i and i.casefold() != mailbox.casefold())[:MOST_IDS]


def token_details(mail: Mail, envelope: Envelope, source: str) -> tuple[str, ...]:
    """List the subaddress details a mail was sent to, best witness first.

    Over SMTP, LMTP and a pipe the envelope says where a mail was really sent, so headers are not asked;
    over IMAP and from files they are all there is.
    """
    addresses = list(envelope.rcpt_to)
    if source.startswith("imap") or source == "import" or not addresses:
        addresses += [*mail.header("Delivered-To"), *mail.header("X-Original-To")]
        addresses += [a.address for a in (*mail.to, *mail.cc)]
    details = (tokens.split_subaddress(address.strip())[1] for address in addresses[:MOST_IDS])
    return tuple(dict.fromkeys(d for d in details if d))


def is_keyed(mail: Mail, envelope: Envelope, source: str) -> bool:
    """Tell whether a mail was sent to what looks like an agent's reply address; nothing is proven yet."""
    claims = map(tokens.read, token_details(mail, envelope, source))
    return any(claim.kind in (TokenKind.AGENT_PUBLIC, TokenKind.AGENT_NOTE) for claim in claims if claim)


def people_of(mail: Mail) -> tuple[str, ...]:
    """List the author and the people addressed, folded, bounded."""
    people = [mail.author.address] if mail.author else []
    people += [a.address for a in (*mail.to, *mail.cc)]
    if mail.forwarded:
        people.append(mail.forwarded.author.address)
    return tuple(dict.fromkeys(p.casefold() for p in people))[:MOST_PEOPLE]
