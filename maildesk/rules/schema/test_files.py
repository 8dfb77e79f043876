"""The schema of tests/*.yaml: mails, and where they must land."""

from maildesk.rules.assign import WAYS
from maildesk.rules.reading.conditions import CHANNELS, TRUST
from maildesk.rules.schema.names import Names
from maildesk.rules.schema.pieces import (
    PRIORITIES,
    SWITCH,
    WHOLE,
    Schema,
    described,
    document,
    keys,
    many,
    named,
    offered,
    one_of,
    text,
)
from maildesk.rules.schema.rule_files import STATUSES

_AT: Schema = {"type": "string", "pattern": "^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{1,2}:[0-9]{2}(?: +\\S+)?\\s*$"}


def tests_schema(names: Names) -> Schema:
    """Give the schema of a file of cases."""
    case = keys(
        {
            "name": described(text(), "What the case shows, in a sentence; each name once."),
            "mail": described(_mail(), "The mail: what is not written is empty."),
            "eml": described({"type": "string"}, "Instead of mail: a file beside this one."),
            "at": described(_AT, "When it comes: 2026-11-22 03:10 Europe/Zagreb. Without it, next Tuesday at 10:00."),
            "event": described(
                one_of(("new", "reply", "reopened")),
                "Whether it opens a ticket (new), answers in one (reply) or opens a resolved one again (reopened).",
            ),
            "customer": described(
                many(one_of(names.customers, "known", "new")),
                "Groups of the author beside those that follow from his address.",
            ),
            "language": described(one_of(names.languages), "The language, if it is not to be detected."),
            "expect": described(
                {"$ref": "#/definitions/expected"}, "What must come of it; only what is written is compared."
            ),
            "expect_not": described({"$ref": "#/definitions/expected"}, "What must not come of it."),
        },
        "name",
    )
    case["oneOf"] = [{"required": ["mail"]}, {"required": ["eml"]}]
    case["anyOf"] = [{"required": ["expect"]}, {"required": ["expect_not"]}]
    load = keys({name: described(WHOLE, f"How many open tickets {name} has.") for name in names.agents})
    case["properties"]["load"] = described(load, "How many open tickets people have: {ana: 12}.")
    tests = described(
        {"type": "array", "items": {"$ref": "#/definitions/case"}},
        "Cases: run by maildesk test, by check, and before new rules become active.",
    )
    return document(
        keys({"tests": tests}, "tests"), "Cases beside the rules.", case=case, expected=keys(_expected(names))
    )


def _mail() -> Schema:
    return keys(
        {
            "from": described({"type": "string"}, "The author's address."),
            "to": described(many({"type": "string"}), "Addresses in To."),
            "cc": described(many({"type": "string"}), "Addresses in Cc."),
            "subject": described(text(), "The subject."),
            "body": described(text(), "What the author newly wrote."),
            "attachments": described(many(text()), "Names of attached files: [invoice.pdf]."),
            "headers": described(
                named(text(), "The value of this field."), "More fields of the header: {List-Id: <news.shop.example>}."
            ),
            "channel": described(one_of(CHANNELS), "How it came: email, web, phone or api."),
            "trust": described(one_of(TRUST), "How sure we are of the author."),
            "lookup": described(named(text(), "A fact, and its value."), "What was looked up: {order_status: paid}."),
        }
    )


def _expected(names: Names) -> dict[str, Schema]:
    parts = (part for name in names.rules if ", " in name for part in name.split(", "))
    return {
        "team": described(one_of(names.teams), "The team."),
        "assign": described(one_of(WAYS, *names.agents), "The person, or the way in which one is chosen."),
        "priority": described(one_of(PRIORITIES), "The priority."),
        "sla": described(one_of(names.slas), "The agreement."),
        "status": described(one_of(STATUSES), "The state of the ticket."),
        "reply": described(one_of(names.templates), "The template of the answer."),
        "note": described(text(), "The whole note."),
        "language": described(one_of(names.languages), "The language detected."),
        "ack": described(SWITCH, "Whether the rules allow an acknowledgement."),
        "ticket": described(SWITCH, "Whether a ticket is opened."),
        "spam": described(SWITCH, "Whether it is marked as spam."),
        "tags": described(many(offered(names.tags)), "Tags: these at least; in expect_not: none of these."),
        "suggest": described(many(one_of(names.articles)), "Articles that are named."),
        "notify": described(many(one_of(names.hooks)), "Hooks that are called."),
        "needs": described(many(one_of(names.skills)), "Skills that are asked for."),
        "rules": described(many(one_of(names.rules, *parts)), "Rules that match, by name."),
    }
