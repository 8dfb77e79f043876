"""Mail of programs and mail of people: 45 labelled mails, and 2,000 posts on a list that no program wrote."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from maildesk.ingest.classify import Verdict, classify
from maildesk.model.mail import Kind
from tests.builders_mail import structure_of
from tests.corpora.fidelity.tally import Tally

PEOPLE = (Kind.PERSON, Kind.LIST)


def compare(corpora: Path, tally: Tally) -> None:
    """Compare whether a program may answer, with each label."""
    for line in (corpora / "_norm/autoreplies.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        verdict = classify(structure_of((corpora / case["file"]).read_bytes()))
        tally.compare(case["file"].rsplit("/", 1)[-1], "automatic", not is_answered(verdict), case["is_auto"])
    kinds = list_posts(corpora)
    tally.same["list posts by people"] = kinds[Kind.LIST] + kinds[Kind.PERSON]
    for kind, count in kinds.items():
        if kind not in PEOPLE:
            tally.compare(f"{count} x {kind}", "list posts by people", kind, Kind.LIST)


def is_answered(verdict: Verdict) -> bool:
    """Tell whether a program would acknowledge this mail."""
    return verdict.kind in PEOPLE and not verdict.no_ack


def list_posts(corpora: Path) -> Counter[Kind]:
    """Classify a year of a support list."""
    return Counter(classify(structure_of(raw)).kind for _, raw in members(corpora / "list_usrp_users/2020.tar.gz"))


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Give each mail of an archive."""
    with tarfile.open(archive) as found:
        for member in found:
            if member.isfile() and (file := found.extractfile(member)):
                yield member.name, file.read()
