"""Machines and people in real mail: what answers by itself is seen, and no person is taken for a machine."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from maildesk.ingest.classify import Verdict, classify
from maildesk.model.mail import Kind
from tests.builders_mail import structure_of

_PEOPLE = (Kind.PERSON, Kind.LIST)


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as members:
        for member in members:
            if member.isfile() and (file := members.extractfile(member)):
                yield member.name, file.read()


def _is_answered(verdict: Verdict) -> bool:
    return verdict.kind in _PEOPLE and not verdict.no_ack


def test_automatic_mail_is_not_answered(corpora: Path) -> None:
    """B33 to B37: of 45 labelled mails every one that a program sent gets no answer, and every other may."""
    cases = [
        json.loads(line) for line in (corpora / "_norm" / "autoreplies.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    wrong = [
        case["file"]
        for case in cases
        if _is_answered(classify(structure_of((corpora / case["file"]).read_bytes()))) == case["is_auto"]
    ]
    print(f"automatic or not: {len(cases) - len(wrong)} of {len(cases)}; wrong: {wrong}")
    assert 1 - len(wrong) / len(cases) >= 0.98


def test_two_thousand_list_mails_are_of_people(corpora: Path) -> None:
    """L27: none of 2,000 posts on a support list is automatic merely for having come through a list."""
    kinds = Counter(
        classify(structure_of(raw)).kind for _, raw in _members(corpora / "list_usrp_users" / "2020.tar.gz")
    )
    print(dict(kinds))
    assert kinds[Kind.LIST] >= 2000
    assert sum(kinds.values()) == kinds[Kind.LIST] + kinds[Kind.PERSON]


def test_ham_is_of_people(corpora: Path) -> None:
    """Of 2,500 mails that people wanted, only the three real delivery reports among them are no letters."""
    found = Counter[Kind]()
    for _, raw in _members(corpora / "spamassassin_easy_ham" / "easy-ham-1.tar.gz"):
        found[classify(structure_of(raw)).kind] += 1
    print(dict(found))
    assert found[Kind.BOUNCE] == 3
    assert sum(found.values()) - found[Kind.BOUNCE] == found[Kind.PERSON] + found[Kind.LIST]


def test_help_desk_fixtures_are_of_people(corpora: Path) -> None:
    """Mails that other help desks test with are people's, spam and true machine mail aside."""
    machines = 0
    total = 0
    for folder in ("redmine", "freescout", "django_helpdesk"):
        for path in sorted((corpora / folder).rglob("*.eml")):
            total += 1
            machines += classify(structure_of(path.read_bytes())).kind not in _PEOPLE
    assert total >= 60
    assert machines == 0
