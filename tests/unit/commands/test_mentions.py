"""Whom a note names."""

import pytest

from maildesk.commands import find_mentioned
from maildesk.model.people import Agent, People

PEOPLE = People(
    {},
    {
        "ana": Agent("ana", "Ana Horvat", ("ana@firma.hr",)),
        "petr.d": Agent("petr.d", "Petr Dvořák", ("petr@firma.hr",)),
        "eva": Agent("eva", "Eva Malá", ("eva@firma.hr",)),
        "eva2": Agent("eva2", "Eva Nová", ("eva2@firma.hr",)),
        "jan1": Agent("jan1", "Jan Bílý", ("jan1@firma.hr",)),
        "jan2": Agent("jan2", "Jan Černý", ("jan2@firma.hr",)),
    },
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ana, víš to?", ("ana",)),
        ("Zeptej se @Dvořák nebo @dvorak.", ("petr.d",)),
        ("(@petr.d)\n@ANA @ana", ("petr.d", "ana")),
        ("@eva", ("eva",)),  # a login goes before a first name
        ("@jan neví", ()),  # there are two
        ("pište na ana@firma.hr nebo x@ana", ()),
        ("@nikdo @@ana a@b @ana@firma.hr", ()),
        ("@" * 50_000, ()),
    ],
)
def test_who_is_named(text: str, named: tuple[str, ...]) -> None:
    """A name right behind an @ is a mention, by login or by a name that one agent only bears; an address is none."""
    assert find_mentioned(text, PEOPLE) == named
