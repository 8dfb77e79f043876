"""Fetch mail by IMAP: one thread for each mailbox, nothing lost and nothing twice whatever happens to the connection."""

from maildesk.ingest.imap.account import Account, Bearer, Credentials, Password, bearer_of
from maildesk.ingest.imap.beginning import begin_by
from maildesk.ingest.imap.memory import JournalAway, Memory
from maildesk.ingest.imap.options import Options, Rhythm, Status
from maildesk.ingest.imap.poller import ImapThread

__all__ = [
    "Account",
    "Bearer",
    "Credentials",
    "ImapThread",
    "JournalAway",
    "Memory",
    "Options",
    "Password",
    "Rhythm",
    "Status",
    "bearer_of",
    "begin_by",
]
