"""Take the files out of a letter of ours again, for a second mail that takes the first one in."""

import email
import email.policy

_MOST = 100


def enclosed_files(raw: bytes) -> tuple[tuple[str, str, bytes], ...]:
    """List the attachments of a frozen letter as (name, content type, bytes); the bytes were written by us."""
    if not raw:
        return ()
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    found: list[tuple[str, str, bytes]] = []
    for part in message.walk():
        name = part.get_filename()
        payload = part.get_payload(decode=True)
        if name and isinstance(payload, bytes) and len(found) < _MOST:
            found.append((name, part.get_content_type(), payload))
    return tuple(found)
