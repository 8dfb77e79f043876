"""The schemas of the files beside the rules: teams, words, customers, calendars, service levels, phrases."""

from maildesk.model.hook import HookEvent
from maildesk.model.phrases import SECTIONS
from maildesk.rules.schema.names import Names
from maildesk.rules.schema.pieces import (
    DURATION,
    PRIORITIES,
    WHOLE,
    WORKING_TIME,
    Schema,
    described,
    document,
    keys,
    many,
    named,
    one_of,
    text,
)

_LOGIN = "^[a-z0-9][a-z0-9._-]{0,39}$"
_ADDRESS: Schema = {"type": "string", "pattern": "^[^\\s@<>,;]+@[^\\s@<>,;]+$"}
_SPAN: Schema = {
    "anyOf": [
        {"type": "string", "pattern": "^\\s*[0-9]{1,2}:[0-9]{2}\\s*[-–]\\s*[0-9]{1,2}:[0-9]{2}\\s*$"},
        {"enum": ["closed"]},
    ]
}
_DAY_OFF: Schema = {
    "type": "string",
    "pattern": "^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\\s*(?:\\.\\.\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\\s*)?$",
}
_HOOK = "^(?!lookup$)[a-z0-9][a-z0-9_-]{0,59}$"
_QUIET: Schema = {"type": "string", "pattern": "^\\s*[0-9]{1,2}:[0-9]{2}\\s*[-–]\\s*[0-9]{1,2}:[0-9]{2}\\s*$"}
_SHARE: Schema = {"type": "string", "pattern": "^[0-9]{1,4}%$"}


def teams_schema(names: Names) -> Schema:
    """Give the schema of teams.yaml."""
    agent = keys(
        {
            "addresses": described(
                many(_ADDRESS), "The addresses the person writes from; the first gets the notifications."
            ),
            "name": described(text(), "The name that customers and colleagues see."),
            "skills": described(many(text()), "What the person can do; rules ask for it by needs."),
            "max_open": described(WHOLE, "With so many open tickets nobody gets a new one by itself; 0 is no limit."),
            "calendar": described(
                one_of(names.calendars), "The person's own working hours, if they are not the team's."
            ),
            "epoch": described(WHOLE, "Raise it and every reply address this person was ever sent stops working."),
            "quiet": described(_QUIET, "Hours without notifications, in the own calendar's time: 18:00-7:00."),
            "away": described(
                many(_DAY_OFF), "Days on which the person is not there: 2026-12-24, or 2026-12-24..2027-01-03."
            ),
            "cover": described(one_of(names.agents), "Who has what is meant for this person while he is away."),
        },
        "addresses",
    )
    team = keys(
        {
            "members": described(many(one_of(names.agents)), "Who shares the team's tickets, by login."),
            "calendar": described(one_of(names.calendars), "The team's working hours."),
            "title": described(text(), "The name that people see."),
            "on_call": described(
                many(one_of(names.agents)), "A weekly rota: it changes on Monday, in the order given."
            ),
        }
    )
    return document(
        keys(
            {
                "teams": named(
                    described(team, "A team; its name is what rules and #assign say."), "Teams by name.", _LOGIN
                ),
                "agents": named(
                    described(agent, "A person who answers; the login is what rules and #assign say."),
                    "People by login.",
                    _LOGIN,
                ),
            },
            "teams",
        ),
        "Who answers: teams and people.",
    )


def words_schema(names: Names) -> Schema:
    """Give the schema of words.yaml."""
    terms = many(text())
    by_language = named(described(terms, "The words in this language."), "Words by language.", "^[a-z]{2,3}$")
    for language in names.languages:
        by_language.setdefault("properties", {})[language] = described(terms, f"The words in “{language}”.")
    each = described(
        {"anyOf": [by_language, terms]},
        "A list of words; rules name it with a $ before it. It counts in all its languages.",
    )
    return document(
        named(each, "Lists of words by name.", "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
        "Lists of words that rules look for.",
    )


def customers_schema(names: Names) -> Schema:
    """Give the schema of customers.yaml."""
    del names
    patterns = many({"type": "string", "pattern": "^[^\\s@<>,;]*@?[^\\s@<>,;/]+$"})
    schema = named(
        described(patterns, "Addresses (jana@firma.cz) and domains (firma.cz, with all below it)."),
        "Groups of customers by name.",
    )
    reserved = {"enum": ["known", "new"]}
    return document({**schema, "propertyNames": {"not": reserved}}, "Groups of customers.")


def calendars_schema(names: Names) -> Schema:
    """Give the schema of calendars.yaml."""
    del names
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    spans = many(_SPAN)
    about = "Opening hours: 8:00-16:00, several in a list, or closed; an end before its start is on the next day."
    ranges = f"^(?:{'|'.join(days)})\\s*-\\s*(?:{'|'.join(days)})$"
    hours = keys(
        {name: described(spans, about) for name in (*days, "mon-fri", "daily")},
        patternProperties={ranges: described(spans, about)},
    )
    calendar = keys(
        {
            "timezone": described(
                {"type": "string"}, "The time zone of the hours, like Europe/Zagreb; without it, the desk's."
            ),
            "hours": described(
                hours, "When it is open, by day: {mon-thu: 8:00-16:00, fri: [8:00-12:00, 13:00-15:00]}."
            ),
            "holidays": described(
                many({"type": "string", "pattern": "^[A-Z]{2}(?:-[A-Z0-9]{1,4})?$"}),
                "Public holidays of a country or region: HR, CZ, US-CA.",
            ),
            "days_off": described(many(_DAY_OFF), "Other days off: 2026-12-24, or 2026-12-24..2027-01-01."),
        },
        "hours",
    )
    return document(
        named(described(calendar, "A calendar; teams and rules name it."), "Calendars by name."), "When people work."
    )


def sla_schema(names: Names) -> Schema:
    """Give the schema of sla.yaml."""
    by_priority = keys({name: described(WORKING_TIME, f"For tickets of {name} priority.") for name in PRIORITIES})
    target: Schema = {"anyOf": [WORKING_TIME, by_priority]}
    step = keys(
        {
            "at": described(_SHARE, "At which share of the time: 80%."),
            "notify": described(text(), "Who is told: assignee, team, lead."),
            "priority": described({"enum": [*PRIORITIES, "+1", 1]}, "The new priority; +1 raises it by one."),
            "team": described(one_of(names.teams), "The team that gets the ticket then."),
        },
        "at",
    )
    sla = keys(
        {
            "first_reply": described(
                target, "Until a person first answers, in working time: 4h, or one for each priority."
            ),
            "next_reply": described(target, "Until a person answers the next mail, in working time."),
            "resolution": described(
                target, "Until it is resolved, in working time, without the time we wait for the customer."
            ),
            "escalate": described(many(step), "What happens when a share of the promised time is over."),
        }
    )
    return document(
        named(described(sla, "An agreement; rules name it by sla."), "Agreements by name."),
        "What is promised, in working time.",
    )


def phrases_schema(names: Names) -> Schema:
    """Give the schema of phrases.yaml."""
    del names
    words = many(text())
    by_language = described(
        {"anyOf": [named(described(words, "The words in this language; any: in all."), "Words by language."), words]},
        "Words by language; every language counts whatever the mail is in.",
    )

    abouts = {
        "commands": "What agents write after #, one word each.",
        "answers": "Answers to a question of ours, with or without #.",
        "priorities": "What may stand after #priority.",
        "arguments": "What may stand after commands.",
        "time": "Days and durations: #wait 3 days, #away until friday.",
        "requester": "What a requester may answer instead of a sentence.",
        "ratings": "What a requester may answer when asked for a rating.",
    }
    sections = {
        name: described(_section(meanings, by_language), abouts.get(name, f"What people write in {name}."))
        for name, meanings in SECTIONS.items()
    }
    return document(keys(sections), "The words people may write to the desk by mail.")


def _section(meanings: tuple[str, ...], words: Schema) -> Schema:
    """Give one section; yaml-language-server 1.25 does not find a key that is a number among the properties."""
    about = "What people write for “{}”."
    found = keys({each: described(words, about.format(each)) for each in meanings if not each.isdigit()})
    if digits := "".join(each for each in meanings if each.isdigit()):
        found["patternProperties"] = {f"^[{digits}]$": described(words, about.format("this score"))}
        del found["additionalProperties"]
    return found


def hooks_schema(names: Names) -> Schema:
    """Give the schema of hooks.yaml."""
    del names
    endpoint = {
        "url": described({"type": "string", "pattern": "^https?://"}, "Where requests go; https, unless it is inside."),
        "secret_file": described(text(), "What requests are signed with: a file, env:NAME or credential:NAME."),
        "inside": described(many(text()), "Hosts of this URL that may lie in a private network, by name."),
        "ca_file": described(text(), "A certificate authority of your own."),
        "timeout": described(DURATION, "How long one request may take in all."),
    }
    events = [event.value for event in HookEvent if event is not HookEvent.RULE]
    hook = keys(
        {
            **endpoint,
            "form": described(one_of(("maildesk", "slack")), "What is sent: all of the ticket, or a line for a chat."),
            "events": described(many(one_of(events)), "What it is told of, besides what rules notify it of."),
        },
        "url",
    )
    lookup = keys(
        {
            **endpoint,
            "numbers": described(text(), "A regular expression that finds order numbers: '/\\b[0-9]{6,9}\\b/'."),
            "cache": described(DURATION, "How long an answer is taken for true."),
        },
        "url",
    )
    hooks = named(described(hook, "A program to tell; its name is what rules notify."), "Hooks by name.", _HOOK)
    return document(
        {**hooks, "properties": {"lookup": described(lookup, "The program that knows customers or orders.")}},
        "Programs that are told what happens, and one that is asked.",
    )
