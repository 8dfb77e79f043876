"""Fetch mail by IMAP: one thread for each mailbox, nothing lost and nothing twice whatever happens to the connection."""

from maildesk.ingest.imap.account import Account, Bearer, Credentials, Password
from maildesk.ingest.imap.beginning import begin_now
from maildesk.ingest.imap.poller import ImapThread, Options, Rhythm, Status

__all__ = ["Account", "Bearer", "Credentials", "ImapThread", "Options", "Password", "Rhythm", "Status", "begin_now"]
