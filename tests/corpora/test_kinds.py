"""Machines and people in real mail: no person is taken for a machine."""

from collections import Counter
from pathlib import Path

from maildesk.ingest.classify import classify
from maildesk.model.mail import Kind
from tests.builders_mail import structure_of
from tests.corpora.fidelity.machines import PEOPLE, list_posts, members


def test_two_thousand_list_mails_are_of_people(corpora: Path) -> None:
    """L27: none of 2,000 posts on a support list is automatic merely for having come through a list."""
    kinds = list_posts(corpora)
    assert kinds[Kind.LIST] >= 2000
    assert sum(kinds.values()) == kinds[Kind.LIST] + kinds[Kind.PERSON]


def test_ham_is_of_people(corpora: Path) -> None:
    """Of 2,500 mails that people wanted, only the three real delivery reports among them are no letters."""
    found = Counter[Kind]()
    for _, raw in members(corpora / "spamassassin_easy_ham" / "easy-ham-1.tar.gz"):
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
            machines += classify(structure_of(path.read_bytes())).kind not in PEOPLE
    assert total >= 60
    assert machines == 0
