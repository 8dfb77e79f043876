"""What a hook is told: the ticket as it stands, never a word of a mail or note; and the signature that proves who says it.

Signed as Standard Webhooks 1.0 has it: `webhook-id`, `webhook-timestamp`, and `webhook-signature: v1,` with the base64 of
HMAC-SHA256 over `id.timestamp.body`. The id is the same at every retry, so that who is told twice can tell.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json

from maildesk import tokens
from maildesk.model.decision import Call
from maildesk.model.hook import Hook
from maildesk.model.outgoing import Outgoing, Promise
from maildesk.model.ticket import Ticket, TicketState
from maildesk.outbound.conversation import participant_subject
from maildesk.outbound.voice import Voice, agent_name
from maildesk.tokens import Keys

KIND = "hook:"
LASTS = dt.timedelta(days=1)
_MOST_TEXT = 300


def compose_call(call: Call, hook: Hook, state: TicketState, voice: Voice) -> Outgoing:
    """Word a call; it is signed when it leaves, for the time is part of the signature."""
    event_id = id_of(voice.keys, call.key)
    told = _slack(call, state.ticket, voice) if hook.form == "slack" else _told(call, event_id, state, voice)
    return Outgoing(
        key=call.key,
        kind=f"{KIND}{call.hook}",
        mail_from="",
        rcpt_to=hook.endpoint.host,
        message_id=event_id,
        raw=json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        promise=Promise.AT_LEAST_ONCE,
        automatic=False,
        ticket=state.ticket.number,
        expires=voice.now + LASTS,
    )


def id_of(keys: Keys, key: str) -> str:
    """Name what happened once and for all, so that nobody can tell one name from another."""
    return tokens.message_id(keys, key, 0, "x").partition("@")[0].replace(".", "_")


def _told(call: Call, event_id: str, state: TicketState, voice: Voice) -> dict[str, object]:
    ticket = state.ticket
    return {
        "id": event_id,
        "event": call.event.value,
        "at": voice.now.isoformat(timespec="seconds"),
        "desk": voice.desk,
        "hook": call.hook,
        "rules": [rule for rule in call.data.get("rules", "").split(", ") if rule],
        "ticket": {
            "number": ticket.number,
            "subject": _subject(ticket),
            "status": ticket.status.value,
            "priority": ticket.priority.value,
            "team": ticket.team,
            "assignee": ticket.assignee,
            "requester": ticket.requester,
            "requester_name": ticket.requester_name,
            "language": ticket.language,
            "mailbox": ticket.mailbox,
            "tags": list(ticket.tags),
            "created": ticket.created.isoformat(timespec="seconds"),
        },
    }


def _slack(call: Call, ticket: Ticket, voice: Voice) -> dict[str, object]:
    """Say it in a line, as chats with Slack's incoming webhooks take it; their three signs are escaped."""
    who = agent_name(voice, ticket.assignee) if ticket.assignee else ticket.team or "nobody"
    line = f"#{ticket.number} {call.event.value}: {_subject(ticket)} ({ticket.priority.value}, {who})"
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        line = line.replace(sign, escaped)
    return {"text": f"{line} · {voice.desk}"}


def _subject(ticket: Ticket) -> str:
    return participant_subject(ticket).partition("] ")[2][:_MOST_TEXT]


def sign(secret: str, event_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """Give the header fields that prove who says it; without a secret only the id and the time."""
    fields = {"webhook-id": event_id, "webhook-timestamp": str(seconds)}
    if secret:
        signed = f"{event_id}.{seconds}.".encode() + body
        mark = hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()
        fields["webhook-signature"] = f"v1,{base64.b64encode(mark).decode()}"
    return fields


def secret_bytes(secret: str) -> bytes:
    """Read a secret: the base64 behind `whsec_`, or the text itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            pass
    return secret.encode()
