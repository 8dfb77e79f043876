"""Mail of ours, finished: frozen bytes with their envelope, ready for the outbox."""

import datetime as dt
from enum import StrEnum

from maildesk.model.value import Value


class Promise(StrEnum):
    """What happens when the fate of an attempt is unknown: a notice counts as sent, people's words are sent again."""

    AT_MOST_ONCE = "at-most-once"
    AT_LEAST_ONCE = "at-least-once"


class Outgoing(Value, frozen=True):
    """One mail to one recipient. `key` is its effect key (unique for ever), `kind` a Notice or `agent:<event>`.

    `mail_from` is "" for the null return path. Retries send `raw` again, byte for byte. `held` says why it waits for a person.
    """

    key: str
    kind: str
    mail_from: str
    rcpt_to: str
    message_id: str
    raw: bytes
    promise: Promise
    automatic: bool
    ticket: int | None = None
    entry: int | None = None
    not_before: dt.datetime | None = None
    expires: dt.datetime | None = None
    held: str = ""


class Queued(Value, frozen=True):
    """An outbox row, claimed for one attempt, which `attempts` counts already.

    `ambiguous` is how many ended in an unknown fate, `refused` in a refusal that might not be the last word.
    """

    id: int
    mail: Outgoing
    attempts: int
    ambiguous: int = 0
    refused: int = 0


class OutboxState(StrEnum):
    """waiting → sending → sent, with failed, unsure (a notice whose fate is unknown), held and dropped as other ends."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"
    HELD = "held"
    DROPPED = "dropped"


class Attempt(Value, frozen=True):
    """What one attempt came to: the new state, the relay's words (at most 500 printable characters), when to try again.

    `counts` is False if the attempt says nothing about this mail (the relay was down): it is given back uncounted.
    `ambiguous` is True if nobody knows whether the relay took the mail, `refused` if it refused it; `outcome` names what happened.
    """

    queued_id: int
    state: OutboxState
    reply: str = ""
    retry_at: dt.datetime | None = None
    counts: bool = True
    ambiguous: bool = False
    refused: bool = False
    outcome: str = ""
