"""The schemas say what the grammar says: the same keys, each explained, and the names of the desk."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from maildesk.rules.reading.cases import CaseMail, Expected
from maildesk.rules.reading.conditions import CONDITIONS
from maildesk.rules.reading.people import AGENT_KEYS, TEAM_KEYS
from maildesk.rules.reading.rule_files import ACTIONS, FILE_KEYS, RULE_KEYS
from maildesk.rules.schema import names_of, schema_texts
from tests.unit.rules.desk import policy_of

RULES = 'rules:\n  - name: "One, two"\n    when: {words: $invoice}\n    then: {tags: money}\n'


@pytest.fixture(scope="module")
def schemas() -> dict[str, dict[str, Any]]:
    """All schemas of a small desk."""
    policy = policy_of(
        RULES, words="invoice: {en: [invoice], cs: [faktura], hr: [račun]}\n", hooks="sms: {url: https://sms.example}\n"
    )
    return {name: json.loads(text) for name, text in schema_texts(names_of(policy)).items()}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Give every schema inside of one."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def test_the_schema_has_the_keys_of_the_grammar(schemas: dict[str, dict[str, Any]]) -> None:
    """No condition, action, key of a rule or of a case is missing in the schemas, and none is invented."""
    rules, tests = schemas["rules.json"], schemas["tests.json"]
    assert set(rules["properties"]) == set(FILE_KEYS)
    assert set(rules["definitions"]["rule"]["properties"]) == set(RULE_KEYS)
    assert set(rules["definitions"]["conditions"]["properties"]) == set(CONDITIONS)
    assert set(rules["definitions"]["actions"]["properties"]) == set(ACTIONS)
    assert set(tests["definitions"]["expected"]["properties"]) == set(Expected.__struct_fields__)
    agents, teams = (schemas["teams.json"]["properties"][kind]["patternProperties"] for kind in ("agents", "teams"))
    assert [set(each["properties"]) for each in agents.values()] == [set(AGENT_KEYS)]
    assert [set(each["properties"]) for each in teams.values()] == [set(TEAM_KEYS)]
    mail = tests["definitions"]["case"]["properties"]["mail"]["properties"]
    assert set(mail) == set(CaseMail.__struct_encode_fields__)


def test_every_key_is_explained_and_no_other_is_allowed(schemas: dict[str, dict[str, Any]]) -> None:
    """Draft-07; every key of every mapping has a sentence, and keys that do not exist are refused."""
    for name, schema in schemas.items():
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#", name
        for part in parts(schema):
            if "properties" in part and part.get("type") == "object":
                assert all(each.get("description", "")[-1:] == "." for each in part["properties"].values()), (
                    name,
                    part,
                )
                assert part.get("additionalProperties") is False or "patternProperties" in part, (name, part)


def test_names_of_the_desk_stand_in_the_schema(schemas: dict[str, dict[str, Any]]) -> None:
    """Teams, agents, templates, lists, calendars, agreements, articles, hooks and skills are the ones that exist."""
    actions = schemas["rules.json"]["definitions"]["actions"]["properties"]
    assert actions["team"]["enum"] == ["l1", "billing", "network"]
    assert actions["assign"]["enum"] == ["least-busy", "round-robin", "on-call", "nobody", "ana", "petr", "ivan"]
    assert actions["sla"]["enum"] == ["standard", "gold"]
    assert actions["reply"]["enum"] == ["reset"]
    assert actions["suggest"]["anyOf"][0]["enum"] == ["faq", "vpn"]
    assert actions["notify"]["anyOf"][0]["enum"] == ["sms"]
    assert actions["needs"]["anyOf"][0]["enum"] == ["erp"]
    conditions = schemas["rules.json"]["definitions"]["conditions"]["properties"]
    assert conditions["hours"]["anyOf"][1]["properties"]["calendar"]["enum"] == ["office", "zagreb"]
    assert conditions["language"]["anyOf"][0]["enum"] == ["en", "cs", "hr"]
    assert schemas["rules.json"]["definitions"]["terms"]["anyOf"][0]["enum"] == ["$invoice"]


def test_a_rules_name_with_a_comma_may_be_written_in_a_list(schemas: dict[str, dict[str, Any]]) -> None:
    """YAML takes “One, two” apart in a list; both halves are allowed where cases name rules."""
    rules = schemas["tests.json"]["definitions"]["expected"]["properties"]["rules"]
    assert set(rules["anyOf"][0]["enum"]) == {"One, two", "One", "two"}


def test_nothing_that_does_not_exist_is_offered() -> None:
    """A desk without calendars, agreements or hooks has no empty choice: any text is allowed there, check will warn."""
    policy = policy_of()
    empty = schema_texts(names_of(policy))["rules.json"]
    assert '"enum": []' not in empty
