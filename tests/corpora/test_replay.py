"""What was known about a real mail, and the rules of then, give what was decided: the same again, for every mail there is."""

import datetime as dt
import json
import os
import shutil
from collections import Counter
from pathlib import Path

from maildesk.cli.opening import read_settings
from maildesk.cli.replaying import replay
from maildesk.daemon import Office, open_office
from maildesk.desk import Received, handle_mail, wanted
from maildesk.ingest.arrival import build_arrival
from maildesk.ingest.parse import parse_mail
from maildesk.model.mail import Envelope
from maildesk.settings import shipped_dir
from maildesk.store import recall
from tests.acceptance.desk import ADDRESS, settings
from tests.corpora.real_mails import all_mails

# Every hundredth mail in `make test`, all of them in `make prove`.
STEP = int(os.environ.get("MAILDESK_REPLAY_STEP", "100"))
BEGIN = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def open_desk(folder: Path) -> Office:
    """Open a desk with the shipped rules."""
    shutil.copytree(shipped_dir("config"), folder / "config")
    (folder / "config" / "maildesk.yaml").write_text(settings(1), encoding="utf-8")
    return open_office(read_settings(folder / "config"), folder / "config", folder / "data")


def decide_one(office: Office, raw: bytes, now: dt.datetime) -> None:
    """Journal and decide a mail as the desk does; one that waits for its parent is decided the next time."""
    mail = parse_mail(raw, "somebody@corpora.test")
    arrival = build_arrival("smtp", raw, Envelope("somebody@corpora.test", (ADDRESS,)), now)
    accepted = office.store.accept(arrival, lease=True).result()
    if not accepted.fresh:
        return
    received = Received(accepted.journal_id, arrival, mail)
    lookup = wanted(received, office.keeper.desk_with(office.keeper.current))
    while (
        office.store.transact(lambda tx: handle_mail(tx, received, lookup, office.keeper.desk(tx), now), lookup)
        .result()
        .waits
    ):
        pass


def test_every_stored_decision_comes_out_the_same(corpora: Path, tmp_path: Path) -> None:
    """B130: explain --replay of everything stored equals itself: snapshot, raw mail and stored policy give the stored actions."""
    office = open_desk(tmp_path)
    kinds: Counter[str] = Counter()
    differing: list[str] = []
    try:
        for number, (_, raw) in enumerate(list(all_mails(corpora))[::STEP]):
            decide_one(office, raw, BEGIN + dt.timedelta(seconds=30 * number))
        rows = office.store.read(lambda db: recall.decision_rows(db, BEGIN - dt.timedelta(days=1), mails=True))
        for row in rows:
            [stored] = office.store.read(lambda db, row=row: recall.read_decisions(db, [row]))
            found = replay(stored, office)
            kinds[stored.decision.kind] += 1
            if found.problem or found.difference:
                differing.append(f"{stored.snapshot.cause.key}: {found.problem}\n{found.difference}")
    finally:
        office.store.close()
    print(f"\n{len(rows)} decisions decided again, {len(differing)} otherwise: {json.dumps(kinds)}")
    assert len(rows) > 50
    assert not differing, "\n".join(differing[:5])
