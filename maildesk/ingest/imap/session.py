"""One folder on one connection: list, fetch, mark, wait. One thread uses it.

No text that came with a mail is ever sent to the server: only UIDs, and names from maildesk.yaml (F22).
"""

import contextlib
import datetime as dt
import imaplib
from collections.abc import Callable, Iterable
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from maildesk.ingest.arrival import find_message_id
from maildesk.ingest.imap.account import Account
from maildesk.ingest.imap.batches import Listed, chunks
from maildesk.ingest.imap.folders import find_folder
from maildesk.ingest.imap.wire import Guard, idle, pop_news

LIST_AT_ONCE = 50_000  # a listing is one line, and imaplib reads no line beyond 1,000,000 bytes
SIZES_AT_ONCE = 500
HEADER_BYTES = 256 * 1024
KEYWORD = b"$maildesk"
FIELDS = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"
# What means "this connection is of no more use" or "the server will not do that now".
TROUBLE = (OSError, imaplib.IMAP4.error, EOFError)


class Session:
    """A logged-in connection with its folder selected; `largest` is how many bytes of one mail may come."""

    def __init__(self, client: IMAPClient, account: Account, largest: int) -> None:
        self._client, self._account, self._largest = client, account, largest
        self._guard = Guard(client, largest)
        self._folder = find_folder(client, account.folder)
        selected = _select(client, self._folder)
        self.uidvalidity = int(selected[b"UIDVALIDITY"])
        self.uidnext = int(selected.get(b"UIDNEXT", 0))
        self._count = int(selected[b"EXISTS"])
        flags = [flag.lower() for flag in selected.get(b"PERMANENTFLAGS", ())]
        self._may_mark = b"\\*" in flags or KEYWORD in flags
        self._made: set[str] = set()
        self._client.normalise_times = False
        self.has_news()

    def close(self, *, politely: bool) -> None:
        """Close the connection; `politely` says goodbye before, to a server that still listens."""
        with contextlib.suppress(*TROUBLE):
            if politely:
                self._client.socket().settimeout(2)
                self._client.logout()
        with contextlib.suppress(*TROUBLE):
            self._client.shutdown()

    # ---- what is there ----

    def list_all(self) -> list[int]:
        """List the UIDs of all mails in the folder, ascending."""
        self._guard.begin()
        if self._count <= LIST_AT_ONCE:
            return sorted(self._client.search("ALL"))
        self._count = int(_select(self._client, self._folder)[b"EXISTS"])
        found: set[int] = set()
        # By sequence numbers: they are dense, UIDs need not be.
        for first in range(1, self._count + 1, LIST_AT_ONCE):
            last = min(first + LIST_AT_ONCE - 1, self._count)
            found.update(self._client.search([f"{first}:{last}"]))
        return sorted(found)

    def list_since(self, day: dt.date, *, is_unread: bool) -> set[int]:
        """List the UIDs of mails that arrived on this day or later, by the server's calendar."""
        self._guard.begin()
        criteria = ["SINCE", day, *(["UNSEEN"] if is_unread else [])]
        found: set[int] = set()
        for first in range(1, self._count + 1, LIST_AT_ONCE):
            window = [] if self._count <= LIST_AT_ONCE else [f"{first}:{min(first + LIST_AT_ONCE - 1, self._count)}"]
            found.update(self._client.search([*window, *criteria]))
        return found

    def list_after(self, uid: int) -> list[int]:
        """List the UIDs above `uid`, ascending."""
        self._guard.begin()
        self._client.noop()  # a search alone need not look for new mail
        # RFC 3501 §6.4.8: n:* always includes the last mail, however low its UID.
        return sorted(found for found in self._client.search(["UID", f"{uid + 1}:*"]) if found > uid)

    def fetch_sizes(self, uids: Iterable[int]) -> dict[int, Listed]:
        """Ask for size and time of arrival before anything is fetched; mails that are gone are missing."""
        listed: dict[int, Listed] = {}
        for some in chunks(uids, SIZES_AT_ONCE):
            for uid, data in self._fetch(some, "RFC822.SIZE", "INTERNALDATE").items():
                if isinstance(size := data.get(b"RFC822.SIZE"), int):
                    listed[uid] = Listed(size, data.get(b"INTERNALDATE"))
        return listed

    def fetch_message_ids(self, uids: Iterable[int]) -> dict[int, str]:
        """Fetch of each mail no more than its Message-ID; mails that are gone or have none are missing."""
        found: dict[int, str] = {}
        for some in chunks(uids, SIZES_AT_ONCE):
            answer = _bodies(self._fetch(some, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"), FIELDS)
            found |= {uid: message_id for uid, raw in answer.items() if (message_id := find_message_id(raw))}
        return found

    def fetch_mails(self, uids: list[int]) -> dict[int, bytes]:
        """Fetch mails without marking them as read, no byte more than `largest` of each; those expunged meanwhile are missing.

        A server that cannot give one of them is asked for each by itself, so that one mail does not keep back the others.
        """
        item = f"BODY.PEEK[]<0.{self._largest}>"
        try:
            return _bodies(self._fetch(uids, item), b"BODY[]<0>")
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            if len(uids) == 1:
                return {}
        found: dict[int, bytes] = {}
        for uid in uids:
            found.update(self.fetch_mails([uid]))
        return found

    def fetch_header(self, uid: int) -> bytes:
        """Fetch the header of one mail, as far as a header may go; b"" if the mail is gone."""
        answer = self._fetch([uid], f"BODY.PEEK[HEADER]<0.{min(HEADER_BYTES, self._largest)}>")
        return _bodies(answer, b"BODY[HEADER]<0>").get(uid, b"")

    def _fetch(self, uids: list[int], *items: str) -> dict[int, dict[bytes, Any]]:
        self._guard.begin()
        answer: dict[int, dict[bytes, Any]] = self._client.fetch(uids, list(items))
        return answer

    # ---- what becomes of a mail that we have ----

    def settle(self, uids: list[int]) -> str:
        """Do with journaled mails what maildesk.yaml says; give what did not work, "" if all did.

        Nothing here can lose a mail or fetch it twice, so what the server refuses is reported and left.
        """
        after = self._account.after
        if after.startswith("move:"):
            return self.move(uids, after.removeprefix("move:"))
        if after == "delete":
            return self.delete(uids)
        if not self._may_mark:
            return ""
        return self._attempt("marking", lambda: self._client.add_flags(uids, [KEYWORD], silent=True))

    def move(self, uids: list[int], folder: str) -> str:
        """Move mails to another folder; give what did not work, "" if all did."""
        return self._attempt(f"move:{folder}", lambda: self._move(uids, folder))

    def delete(self, uids: list[int]) -> str:
        """Delete mails; give what did not work, "" if all did."""
        return self._attempt("delete", lambda: self._delete(uids))

    def _attempt(self, what: str, work: Callable[[], object]) -> str:
        self._guard.begin()
        try:
            work()
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as problem:
            return f"{what}: {problem}"
        return ""

    def _move(self, uids: list[int], folder: str) -> None:
        """Move with MOVE (RFC 6851); without it copy and delete, if deleting can be told which mails (RFC 4315)."""
        client, folder = self._client, find_folder(self._client, folder)
        can_move = client.has_capability("MOVE")
        if not can_move and not client.has_capability("UIDPLUS"):
            # A plain EXPUNGE would remove what others have marked as deleted, too.
            raise IMAPClientError("the server can neither MOVE nor UID EXPUNGE: the mail stays where it is")
        try:
            client.move(uids, folder) if can_move else client.copy(uids, folder)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            if folder in self._made:
                raise
            self._made.add(folder)
            client.create_folder(folder)
            client.move(uids, folder) if can_move else client.copy(uids, folder)
        if not can_move:
            self._delete(uids)

    def _delete(self, uids: list[int]) -> None:
        self._client.add_flags(uids, [b"\\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    # ---- waiting ----

    def can_wait(self) -> bool:
        """Tell whether the server says by itself when mail comes."""
        return bool(self._client.has_capability("IDLE"))

    def has_news(self) -> bool:
        """Tell whether the server has spoken of mails in passing since this was last asked."""
        count = pop_news(self._client)
        if count is not None:
            self._count = count
        return count is not None

    def wait(self, seconds: float) -> None:
        """Wait until something happens in the folder, or time is up."""
        self._guard.begin()
        idle(self._client, seconds)


def _select(client: IMAPClient, folder: str) -> dict[bytes, Any]:
    """Select the folder; one that may only be read is read."""
    try:
        selected: dict[bytes, Any] = client.select_folder(folder)
    except imaplib.IMAP4.readonly:
        selected = client.select_folder(folder, readonly=True)
    if b"UIDVALIDITY" not in selected or b"EXISTS" not in selected:
        raise IMAPClientError(f"the server says too little about {folder}: no UIDVALIDITY")
    return selected


def _bodies(answer: dict[int, dict[bytes, Any]], name: bytes) -> dict[int, bytes]:
    """Keep the mails that are there: NIL and nothing mean "expunged meanwhile", not "an empty mail"."""
    return {uid: data[name] for uid, data in answer.items() if isinstance(data.get(name), bytes) and data[name]}
