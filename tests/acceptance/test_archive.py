"""A year of a real support list: however its mails arrive, they fall into the same tickets."""

import json
import os
import random
import smtplib
import tarfile
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import ADDRESS, RunningDesk, running_desk, settings
from tests.services.sink import Sink

MAILS = int(os.environ.get("MAILDESK_ARCHIVE_MAILS", "300"))
CONNECTIONS = 16
_ARCHIVE = "list_usrp_users/2020.tar.gz"


@pytest.fixture(scope="module")
def archive(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[dict[str, Any]]]:
    """The first mails of the archive in date order, as files, and what is known of their ids."""
    with (corpora / "_norm" / "threads.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["path"].startswith(_ARCHIVE)]
    rows = sorted(rows, key=lambda row: str(row["path"]))[:MAILS]
    folder = tmp_path_factory.mktemp("archive")
    wanted = {row["path"].partition("!")[2] for row in rows}
    with tarfile.open(corpora / _ARCHIVE) as tar:
        for member in tar:
            if member.name in wanted and (data := tar.extractfile(member)):
                (folder / Path(member.name).name).write_bytes(data.read())
    return sorted(folder.iterdir()), rows


def components(rows: Iterable[dict[str, Any]]) -> set[frozenset[str]]:
    """Say which mails hang together by their ids, also by parents that are not there."""
    root: dict[str, str] = {}

    def find(one: str) -> str:
        root.setdefault(one, one)
        while root[one] != one:
            root[one] = one = root[root[one]]
        return one

    rows = list(rows)
    for row in rows:
        for other in (*row["references"], *([row["in_reply_to"]] if row["in_reply_to"] else [])):
            root[find(other)] = find(row["message_id"])
    groups = defaultdict(set)
    for row in rows:
        groups[find(row["message_id"])].add(row["message_id"])
    return {frozenset(group) for group in groups.values()}


def tickets_of(desk: RunningDesk) -> set[frozenset[str]]:
    """Say which mails the desk filed together."""
    numbers = [t["number"] for t in desk.tickets() if not t["merged_into"]]
    return {frozenset(e["message_id"] for e in t["entries"] if e["kind"] == "mail") for t in desk.show(*numbers)}


@pytest.mark.parametrize("shuffle", [None, 7], ids=["in order", "shuffled"])
def test_an_import_has_one_answer_in_any_order(
    archive: tuple[list[Path], list[dict[str, Any]]], shuffle: int | None, sink: Sink, tmp_path: Path
) -> None:
    """Imported in order or shuffled, the mails fall into the connected components of their references, and nothing is sent."""
    files, rows = archive
    with running_desk(tmp_path, settings(sink.port)) as desk:
        desk.stop()
        how = ["--shuffle", str(shuffle)] if shuffle is not None else []
        desk.run("import", str(files[0].parent), *how)
        assert tickets_of(desk) == components(rows)
        desk.verify()
        assert not desk.listed("outbox")


@pytest.mark.parametrize("missing", [0, 10], ids=["all", "a tenth missing"])
def test_smtp_with_many_connections_has_the_same_answer(
    archive: tuple[list[Path], list[dict[str, Any]]], missing: int, sink: Sink, tmp_path: Path
) -> None:
    """Sent in random order over sixteen connections, with references trusted, the tickets are the same."""
    files, rows = archive
    chance = random.Random(20261122)
    pairs = list(zip(files, rows, strict=True))
    chance.shuffle(pairs)
    pairs = pairs[len(pairs) * missing // 100 :]
    with running_desk(tmp_path, settings(sink.port, references="trusting")) as desk:
        send_all(desk, [path.read_bytes() for path, _ in pairs])
        desk.settle(600)
        assert tickets_of(desk) == components(row for _, row in pairs)
        desk.verify()
        assert not [m for m in sink.mails if b"X-Maildesk-Notice" in m.data], "a list was answered"


def send_all(desk: RunningDesk, raws: list[bytes]) -> None:
    """Share the mails out among connections; each must be accepted."""
    queue: Iterator[bytes] = iter(raws)
    lock, problems = threading.Lock(), []

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", desk.port, timeout=60) as client:
            while True:
                with lock:
                    raw = next(queue, None)
                if raw is None:
                    return
                try:
                    client.sendmail("usrp-users-bounces@lists.test", [ADDRESS], raw)
                except smtplib.SMTPException as problem:
                    problems.append(repr(problem)[:300])

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems[:3]
