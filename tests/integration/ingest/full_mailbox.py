"""Poll a full mailbox into a real journal in a process of its own, and print what that took: the memory is then its own."""

import json
import sys
import time
from pathlib import Path

from maildesk.daemon.mailboxes import StoreMemory
from maildesk.ingest.imap import ImapThread, Options, Rhythm, begin_by
from maildesk.settings import Imap, Mailbox
from maildesk.settings.fetching import parse_since
from maildesk.store import Store
from tests.services.processes import wait_until


class OnlyStore:
    """As much of an office as the pollers' memory needs."""

    def __init__(self, store: Store) -> None:
        self.store = store


def main() -> None:
    """Take so many mails from a mailbox, begun as told; twice, the second time with nothing new."""
    port, folder, since, count = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    store = Store.open("sqlite:///full.db", folder)
    imap = Imap(host="127.0.0.1", user="ana", port=port, password_file="pw", tls="none")
    (folder / "pw").write_text("secret")
    kept: dict[str, str] = {}
    after_thousand = 0
    taken = 0

    def accept(arrival: object) -> object:
        nonlocal after_thousand, taken
        taken += 1
        if taken == 1000:
            after_thousand = megabytes()
        return store.accept(arrival).result()  # type: ignore[arg-type]

    seconds: list[float] = []
    status: dict[str, object] = {}
    for _ in (1, 2):
        begin = begin_by(parse_since(since), lambda name: kept.get(name, ""), kept.__setitem__, now)
        poller = ImapThread(
            Mailbox("support@firma.test", imap=imap),
            accept,  # type: ignore[arg-type]
            StoreMemory(OnlyStore(store)),  # type: ignore[arg-type]
            base_dir=folder,
            options=Options(rhythm=Rhythm(), begin=begin),
        )
        began = time.monotonic()
        poller.start()
        wait_until(lambda poller=poller: poller.state.state == "waiting", "taken", None, 3600)  # type: ignore[misc]
        seconds.append(round(time.monotonic() - began, 1))
        status = poller.status()
        poller.stop()
    store.close()
    print(
        json.dumps(
            {
                "taken": taken,
                "wanted": count,
                "missing": status["missing"],
                "megabytes": megabytes(),
                "megabytes_after_1000": after_thousand,
                "seconds": seconds,
            }
        )
    )


def megabytes() -> int:
    """The most memory this process has had; getrusage would count the parent's, from before its program was started."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def now():  # type: ignore[no-untyped-def]
    """Read the clock."""
    import datetime as dt

    return dt.datetime.now(dt.UTC)


if __name__ == "__main__":
    main()
