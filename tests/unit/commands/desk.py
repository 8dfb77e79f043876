"""The words as shipped and a small desk of people, for the tests of this room."""

from pathlib import Path

from ruamel.yaml import YAML

from maildesk.model.people import Agent, People, Team
from maildesk.model.phrases import phrases_from_mapping

PHRASES = phrases_from_mapping(YAML(typ="safe").load(Path("config/phrases.yaml").read_text(encoding="utf-8")))[0]
PEOPLE = People(
    teams={"billing": Team("billing", ("ana",), title="Fakturace"), "l1": Team("l1", ("petr.n", "petr.d"))},
    agents={
        "ana": Agent("ana", "Ana Horvat", ("ana@firma.hr", "ana.horvat@firma.hr")),
        "petr.n": Agent("petr.n", "Petr Novák", ("petr.novak@firma.hr",)),
        "petr.d": Agent("petr.d", "Petr Dvořák", ("petr.dvorak@firma.hr",)),
    },
)
