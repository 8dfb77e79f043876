"""A journal in memory and pollers for tests: what was accepted, in which order, and that nothing was accepted twice."""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from maildesk.ingest.imap import ImapThread, Options, Rhythm
from maildesk.model.mail import Accepted, Arrival
from maildesk.settings import Imap, Mailbox
from tests.services.processes import wait_until

ADDRESS = "support@firma.test"
QUICK = Rhythm(idle=30, poll=0.05, sweep=3600, again=0.1)


class Journal:
    """Keeps what it accepts by key, as the store does; `refuse` may raise for a mail."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.again = self.recognised = 0
        self.in_quarantine: set[str] = set()
        self.refuse: Callable[[Arrival], None] = lambda _arrival: None
        self._lock = threading.Lock()

    def accept(self, arrival: Arrival) -> Accepted:
        """Take a mail, once."""
        self.refuse(arrival)
        with self._lock:
            if any(known.source_key == arrival.source_key for known in self.arrivals):
                self.again += 1
                return Accepted(1, fresh=False)
            self.arrivals.append(arrival)
            return Accepted(len(self.arrivals))

    def seen_keys(self, source: str, keys: list[str], /) -> set[str]:
        """Say what is known."""
        with self._lock:
            return {known.source_key for known in self.arrivals if known.source == source} & set(keys)

    def has_other_epochs(self, source: str, epoch: str, /) -> bool:
        """Say whether there are mails of another epoch."""
        return any(known.source == source and not known.source_key.startswith(epoch) for known in self.arrivals)

    def recognise(self, arrivals: Sequence[Arrival], epoch: str, /) -> set[str]:
        """Find the same bytes under another key, and give them the new one."""
        found: set[str] = set()
        with self._lock:
            for arrival in arrivals:
                for place, known in enumerate(self.arrivals):
                    if known.raw == arrival.raw and not (epoch and known.source_key.startswith(epoch)):
                        found.add(arrival.source_key)
                        if epoch:
                            self.arrivals[place] = msgspec.structs.replace(known, source_key=arrival.source_key)
                        break
        self.recognised += len(found)
        return found

    def message_ids(self, source: str, keys: list[str], /) -> dict[str, str]:
        """Give the message ids of known mails."""
        return {known.source_key: known.message_id for known in self.arrivals if known.source_key in keys}

    def known_contents(self, source: str, ids: list[str], /) -> set[tuple[str, int]]:
        """Give message id and size of known mails."""
        return {(known.message_id, len(known.raw)) for known in self.arrivals if known.message_id in ids}

    def quarantined(self, source: str, keys: list[str], /) -> set[str]:
        """Say which mails a test has put in quarantine."""
        return {known.source_key for known in self.arrivals if known.message_id in self.in_quarantine} & set(keys)

    def done_before(self, source: str, keys: list[str], moment: dt.datetime, /) -> set[str]:
        """Say which mails are old; here as old as they are at the server."""
        return {known.source_key for known in self.arrivals if known.received_at < moment} & set(keys)

    @property
    def subjects(self) -> list[str]:
        """Give the subjects, in order of acceptance."""
        return [subject_of(arrival.raw) for arrival in self.arrivals]

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Wait until so many mails are there."""
        wait_until(
            lambda: len(self.arrivals) >= count, f"{count} mails (there are {len(self.arrivals)})", None, seconds
        )


def mail(subject: str, body: str = "hello", *, newline: str = "\n") -> bytes:
    """Write a mail."""
    lines = ["From: jana@firma.cz", f"Subject: {subject}", f"Message-ID: <{subject}@firma.cz>", "", body, ""]
    return newline.join(lines).encode()


def subject_of(raw: bytes) -> str:
    """Read a mail's subject."""
    return next(line for line in raw.decode().splitlines() if line.startswith("Subject: "))[9:]


def make_box(port: int, user: str, **changes: object) -> Mailbox:
    """Make the settings of a mailbox on this machine."""
    wanted: dict[str, object] = {"host": "127.0.0.1", "user": user, "port": port, "password_file": "pw", "tls": "none"}
    return Mailbox(ADDRESS, imap=Imap(**{**wanted, **changes}))  # type: ignore[arg-type]


@contextlib.contextmanager
def polling(box: Mailbox, journal: Journal, base_dir: Path, options: Options | None = None) -> Iterator[ImapThread]:
    """Run a poller; the password in its file is `secret` unless there is one already."""
    if not (base_dir / "pw").exists():
        (base_dir / "pw").write_text("secret\n")
    poller = ImapThread(box, journal.accept, journal, base_dir=base_dir, options=options or Options(rhythm=QUICK))
    poller.start()
    try:
        yield poller
    finally:
        assert poller.stop()


def wait_for_state(poller: ImapThread, state: str, seconds: float = 10) -> dict[str, object]:
    """Wait until a poller is in this state; give its status."""
    wait_until(lambda: poller.status()["state"] == state, f"{state}, not {poller.status()}", None, seconds)
    return poller.status()
