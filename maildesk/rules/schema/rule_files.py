"""The schema of rules/*.yaml: conditions, terms, actions and the words about a rule itself."""

from maildesk.rules.assign import WAYS
from maildesk.rules.reading.conditions import CHANNELS, CUSTOMER_WORDS, TRUST
from maildesk.rules.schema.names import Names
from maildesk.rules.schema.pieces import (
    PRIORITIES,
    SWITCH,
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

STATUSES = ("new", "open", "waiting", "resolved", "closed")
_EVENTS = one_of(("new", "reply", "reopened"))
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TAG: Schema = {"anyOf": [{"type": "string", "pattern": "^[^ ,#]{1,60}$"}, {"type": ["number", "boolean"]}]}
_TERMS = (
    "A word in every form (faktura), a phrase (credit note), a prefix (účt*), exactly so (=SAP),"
    " a regular expression ('/\\bERP-\\d+\\b/') or a list of words.yaml ($invoice). Case and accents never matter."
)


def rules_schema(names: Names) -> Schema:
    """Give the schema of a rule file."""
    rule = keys(
        {
            "name": described(
                text(maxLength=120),
                "What the rule is for, in a few words; each name once. Shown by explain, on tickets and in reports.",
            ),
            "when": described(
                {"$ref": "#/definitions/conditions"},
                "Conditions: all of them must hold; of the values of one condition, any.",
            ),
            "unless": described(
                {"$ref": "#/definitions/conditions"}, "Conditions that turn the rule off if all of them hold."
            ),
            "then": described(
                {"$ref": "#/definitions/actions"},
                "What the rule sets. The first rule that sets a field keeps it; tags, suggest, notify, needs and note add up.",
            ),
            "event": described(
                many(_EVENTS), "For which mail: new (a new ticket; the default), reply, reopened, or a list of them."
            ),
            "stop": described(SWITCH, "yes: where this rule matches, no rule after it is tried."),
            "trial": described(SWITCH, "yes: explain says what the rule would do; it changes nothing."),
            "until": described(_DAY, "The last day on which the rule counts, like 2027-01-31."),
            "enabled": described(SWITCH, "no: the rule is switched off."),
            "description": described(text(), "For the next person who reads it."),
        },
        "name",
        "when",
        "then",
    )
    return document(
        keys(
            {
                "rules": described(
                    {"type": ["array", "null"], "items": {"$ref": "#/definitions/rule"}},
                    "Tried from top to bottom, files in the order of their names.",
                ),
                "defaults": described(
                    {"$ref": "#/definitions/actions"},
                    "What no rule has set, for new tickets; may stand once, in any file.",
                ),
            }
        ),
        "Rules: who gets which mail.",
        rule=rule,
        conditions=keys(_conditions(names), minProperties=1),
        actions=keys(actions(names), minProperties=1),
        terms=many(_term(names)),
        addresses=many({"type": "string", "pattern": "^[^\\s@<>,;]*@?[^\\s@<>,;/]+$"}),
    )


def _conditions(names: Names) -> dict[str, Schema]:
    terms: Schema = {"$ref": "#/definitions/terms"}
    addresses: Schema = {"$ref": "#/definitions/addresses"}
    sets = many({"$ref": "#/definitions/conditions"})
    state = one_of(("open", "closed"))
    hours = keys(
        {
            "calendar": described(
                one_of(names.calendars),
                "A calendar of calendars.yaml; without it that of the team so far, else the first.",
            ),
            "is": described(state, "open or closed."),
        },
        "is",
    )
    field = described(
        many(offered(("present", "absent"))), "present, absent, the field's value, or a regular expression in slashes."
    )
    return {
        "words": described(terms, f"In the subject or in what the author newly wrote. {_TERMS}"),
        "subject": described(terms, f"In the subject. {_TERMS}"),
        "body": described(terms, f"In what the author newly wrote. {_TERMS}"),
        "from": described(
            addresses, "The author: jana@firma.cz, or firma.cz with all below it (no @ before a bare domain)."
        ),
        "to": described(
            addresses, "An address the mail was sent to, hidden copies included: sales@firma.cz, or firma.cz."
        ),
        "cc": described(addresses, "An address in Cc: jana@firma.cz, or firma.cz."),
        "customer": described(
            many(one_of(names.customers, *CUSTOMER_WORDS)),
            "The author is in a group of customers.yaml; known: wrote before; new: did not.",
        ),
        "language": described(many(one_of(names.languages)), "The language the mail is in, one of the desk's."),
        "hours": described(
            {"anyOf": [state, hours]},
            "open or closed: the calendar of the team so far; or {calendar: zagreb, is: open}.",
        ),
        "attachment": described(
            many(offered(("any", "pdf", "xml", "docx", "xlsx", "zip", "jpg", "png"))),
            "A file of this kind is attached, by its ending: pdf, [pdf, xml], or any.",
        ),
        "header": described(
            named(
                field,
                "Fields of the mail's header: {List-Id: present}, {X-Spam-Flag: yes}, or a regular expression in slashes.",
                "^[!-9;-~]{1,76}$",
            ),
            "A header field is so: {List-Id: present}, {X-Spam-Flag: yes}, absent, or a regular expression in slashes.",
        ),
        "lookup": described(
            named(many(text()), "A fact, and the values that fit: present, absent, or one of a list."),
            "What the lookup of hooks.yaml knows is so: {order_status: [shipped, paid]}.",
        ),
        "channel": described(many(one_of(CHANNELS)), "How it came: email, web, phone or api."),
        "trust": described(
            many(one_of(TRUST)),
            "How sure we are of the author: none (unproven), aligned (proven by a server you trust), agent.",
        ),
        "team": described(many(one_of(names.teams)), "The team that an earlier rule has chosen."),
        "priority": described(many(one_of(PRIORITIES)), "The priority that an earlier rule has set."),
        "tags": described(many(offered(names.tags)), "A tag that an earlier rule has added."),
        "sla": described(many(one_of(names.slas)), "The agreement that an earlier rule has chosen."),
        "spam": described(SWITCH, "Whether an earlier rule has marked it as spam."),
        "any": described(sets, "One of these sets of conditions holds."),
        "all": described(sets, "All of these sets of conditions hold."),
        "none": described(sets, "None of these sets of conditions holds."),
    }


def _term(names: Names) -> Schema:
    """A term; of those that begin with $ only the lists that exist."""
    free: tuple[Schema, ...] = ({"type": "string", "pattern": "^[^$]"}, {"type": ["number", "boolean"]})
    lists = [f"${name}" for name in names.lists]
    return {"anyOf": [*([{"enum": lists}] if lists else []), *free]}


def actions(names: Names) -> dict[str, Schema]:
    """Give the keys of `then`, for rules and for defaults."""
    return {
        "team": described(one_of(names.teams), "The team that gets the ticket."),
        "assign": described(
            one_of(WAYS, *names.agents),
            "A person, or how one of the team is chosen: least-busy, round-robin, on-call (the rota in teams.yaml), nobody.",
        ),
        "priority": described(one_of(PRIORITIES), "How urgent it is."),
        "sla": described(one_of(names.slas), "The agreement of sla.yaml that is kept with the ticket."),
        "tags": described(many(_TAG), "Tags to add: one word each, without spaces, commas and #."),
        "reply": described(
            one_of(names.templates),
            "Answer at once with this template or canned answer in the requester's language; no acknowledgement beside it.",
        ),
        "suggest": described(many(one_of(names.articles)), "Articles of kb/ that are named in the acknowledgement."),
        "notify": described(many(one_of(names.hooks)), "Hooks of hooks.yaml to call."),
        "needs": described(many(one_of(names.skills)), "Skills that whoever is assigned should have."),
        "ack": described(SWITCH, "no: no acknowledgement is sent."),
        "ticket": described(
            SWITCH, "no: the mail is kept in the journal and opens nothing; yes: even a machine's mail opens a ticket."
        ),
        "status": described(
            one_of(STATUSES), "The state of the ticket, instead of new (for follow-ups: instead of open)."
        ),
        "spam": described(SWITCH, "yes: marked as spam; nothing automatic is sent."),
        "note": described(text(maxLength=4000), "A note on the ticket, for agents only."),
    }
