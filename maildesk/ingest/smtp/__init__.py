"""Take mail by SMTP and LMTP: streaming, bounded, acknowledged only when it is written down."""

from maildesk.ingest.smtp.limits import Limits
from maildesk.ingest.smtp.listener import Listener, listen

__all__ = ["Limits", "Listener", "listen"]
