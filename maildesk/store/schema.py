"""The tables: few, each with one writer, and constraints that make bad states impossible.

Moments are microseconds since 1970 UTC in BIGINT columns: the same on both databases, exact, and cheap to compare.
`migrations/` must lead to exactly these tables; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.schema import DDL

REVISION = "0005"
FIRST_NUMBER = 1001

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ticket_numbers = Sequence("ticket_number", start=FIRST_NUMBER, metadata=metadata)  # PostgreSQL; SQLite counts on

_Id = BigInteger().with_variant(Integer(), "sqlite")


def _id() -> Column[int]:
    """Number rows upwards and never twice, also after deletes: effect keys and causes carry these numbers."""
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _moment(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _index(table: str, columns: str, where: str = "", name: str = "") -> Index:
    """Make an index, over the rows that a query asks for only (`where`)."""
    clause = text(where) if where else None
    names = [column.strip() for column in columns.split(",")]
    return Index(f"ix_{table}_{name or '_'.join(names)}", *names, sqlite_where=clause, postgresql_where=clause)


def _lease() -> tuple[Column[int], Column[str], Column[int]]:
    """Say who works on a row since when, and how often somebody has: the same for all three queues."""
    return Column("attempts", Integer, nullable=False), Column("owner", Text), _moment("claimed", optional=True)


def _raw(name: str, belongs_to: str) -> Table:
    """Keep a mail's bytes apart from its state: SQLite writes a whole row again for every change (0.1 s for 10 MB)."""
    return Table(
        name,
        metadata,
        Column("id", _Id, ForeignKey(belongs_to, ondelete="CASCADE"), primary_key=True, autoincrement=False),
        Column("packed", Boolean, nullable=False),
        Column("raw", LargeBinary, nullable=False),
    )


process = Table(
    "process",
    metadata,
    Column("owner", Text, primary_key=True),
    _moment("seen"),
)

journal = Table(
    "journal",
    metadata,
    _id(),
    _text("source"),
    _text("source_key"),
    _text("message_id"),
    _text("mailbox"),
    _text("envelope"),
    _moment("received_at"),
    _moment("accepted_at"),
    Column("size", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    _moment("due"),
    *_lease(),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("waits", Integer, nullable=False, server_default="0"),
    _text("problem", ""),
    _text("note", ""),
    _moment("finished", optional=True),
    UniqueConstraint("source", "source_key"),
    _one_of("state", "waiting", "done", "quarantined"),
    _index("journal", "due, id", "state = 'waiting'"),
    _index("journal", "id", "state = 'quarantined'", name="quarantined"),
    _index("journal", "message_id", "message_id <> ''"),
    _index("journal", "digest", "message_id = ''"),
    sqlite_autoincrement=True,
)

journal_raw = _raw("journal_raw", "journal.id")

decision = Table(
    "decision",
    metadata,
    _id(),
    Column("cause", Text, nullable=False, unique=True),
    _moment("at"),
    Column("ticket", BigInteger),
    _text("policy"),
    _text("software"),
    Column("packed", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    _index("decision", "ticket", "ticket IS NOT NULL"),
    sqlite_autoincrement=True,
)

ticket = Table(
    "ticket",
    metadata,
    Column("number", _Id, primary_key=True, autoincrement=False),
    _text("subject"),
    _text("mailbox"),
    _text("requester"),
    _text("requester_key"),
    _text("requester_name"),
    Column("status", Text, nullable=False),
    _text("team"),
    _text("assignee"),
    Column("priority", Text, nullable=False),
    _text("language"),
    _text("channel"),
    _text("tags"),
    _text("sla"),
    Column("spam", Boolean, nullable=False),
    _moment("created"),
    _moment("updated"),
    _moment("resolved", optional=True),
    Column("merged_into", BigInteger, ForeignKey("ticket.number")),
    Column("continues", BigInteger, ForeignKey("ticket.number")),
    _text("salt"),
    _text("thread_topic"),
    _text("thread_index"),
    Column("version", Integer, nullable=False),
    _one_of("status", "new", "open", "waiting", "resolved", "closed"),
    _one_of("priority", "low", "normal", "high", "urgent"),
    CheckConstraint("merged_into < number", name="merged_downwards"),  # so aliases cannot run in a circle
    _index("ticket", "requester_key, number"),
    _index("ticket", "merged_into", "merged_into IS NOT NULL"),
    _index("ticket", "assignee", "status IN ('new', 'open', 'waiting') AND assignee <> ''", name="open"),
)

entry = Table(
    "entry",
    metadata,
    _id(),
    Column("ticket", BigInteger, ForeignKey("ticket.number")),  # NULL: a parked mail, which matched nothing
    Column("decision", BigInteger, ForeignKey("decision.id"), nullable=False),
    _moment("at"),
    _moment("filed"),
    Column("kind", Text, nullable=False),
    _text("author"),
    _text("author_name"),
    _text("message_id"),
    Column("trust", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("hold_kind", Text),
    Column("settled", Boolean, nullable=False, server_default=text("false")),
    Column("journal_id", BigInteger, ForeignKey("journal.id")),
    _text("attachments"),
    _text("why"),
    _text("text"),
    Column("merged_from", BigInteger),  # the ticket it stood on before the last merge
    Column("undone", BigInteger),  # the decision that took it back
    _one_of("kind", "mail", "reply", "note", "change", "notice"),
    CheckConstraint("NOT (held AND public)", name="held_is_not_public"),
    CheckConstraint("NOT held OR hold_kind IS NOT NULL", name="held_says_why"),
    _index("entry", "ticket, id"),
    _index("entry", "decision"),
    _index("entry", "journal_id", "journal_id IS NOT NULL"),
    _index("entry", "id", "held", name="held"),
    sqlite_autoincrement=True,
)

participant = Table(
    "participant",
    metadata,
    Column("ticket", BigInteger, ForeignKey("ticket.number"), primary_key=True),
    Column("address_key", Text, primary_key=True),
    _text("address"),
    _text("name"),
    Column("role", Text, nullable=False),
    Column("wrote", Boolean, nullable=False),
    _moment("since"),
    _one_of("role", "requester", "cc", "joined", "agent"),
)

known_message = Table(
    "known_message",
    metadata,
    _id(),
    _text("message_id"),
    Column("kind", Text, nullable=False),
    Column("ticket", BigInteger, ForeignKey("ticket.number")),  # NULL: known from a parked mail
    _text("mailbox"),
    _moment("date", optional=True),
    _moment("date_last", optional=True),  # a ghost is referred to by many mails: the first and the last Date of them
    _text("author"),
    Column("journal_id", BigInteger, ForeignKey("journal.id")),
    _text("addressed"),
    _text("what"),
    _text("digest"),
    Column("copy", BigInteger, nullable=False),  # the journal id of a `seen` mail, else 0: two mails may bear one id
    Column("chain", Boolean, nullable=False),  # stands in the References of what we send
    _moment("at"),
    UniqueConstraint("message_id", "mailbox", "ticket", "kind", "copy", name="uq_known_message_place"),
    _one_of("kind", "seen", "sent", "ghost"),
    _index("known_message", "ticket, at", "ticket IS NOT NULL"),
    _index("known_message", "journal_id", "journal_id IS NOT NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("effect_key", Text, nullable=False, unique=True),
    Column("ticket", BigInteger, ForeignKey("ticket.number")),
    Column("entry", BigInteger, ForeignKey("entry.id")),
    _text("kind"),
    _text("mail_from"),
    _text("rcpt_to"),
    _text("rcpt_key"),
    _text("rcpt_domain"),
    _text("message_id"),
    Column("promise", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False),  # weighs in the budgets of automatic mail nobody asked for
    Column("state", Text, nullable=False),
    _moment("due"),
    *_lease(),
    Column("data_sent", Boolean, nullable=False, server_default=text("false")),
    _moment("created"),
    _moment("expires", optional=True),
    _moment("finished", optional=True),
    _text("last_reply", ""),
    Column("ambiguous", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    _one_of("state", "waiting", "sending", "sent", "unsure", "failed", "held", "dropped"),
    _one_of("promise", "at-most-once", "at-least-once"),
    _index("outbox", "due, id", "state = 'waiting'"),
    _index("outbox", "id", "state = 'sending'", name="sending"),
    _index("outbox", "ticket", "ticket IS NOT NULL"),
    _index("outbox", "rcpt_key, created", "counted"),
    _index("outbox", "rcpt_key, created", "kind = 'feedback'", name="feedback"),
    _index("outbox", "rcpt_domain, created", "counted"),
    _index("outbox", "created", "counted"),
    sqlite_autoincrement=True,
)

outbox_raw = _raw("outbox_raw", "outbox.id")

timer = Table(
    "timer",
    metadata,
    _id(),
    Column("effect_key", Text, nullable=False, unique=True),
    Column("ticket", BigInteger, ForeignKey("ticket.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    _moment("due"),
    *_lease(),
    _text("problem", ""),
    Column("ended_by", BigInteger),  # the decision that cancelled it
    _one_of("state", "waiting", "done", "cancelled", "failed"),
    _index("timer", "due, id", "state = 'waiting'"),
    _index("timer", "ticket", "state = 'waiting'"),
    sqlite_autoincrement=True,
)

absence = Table("absence", metadata, Column("login", Text, primary_key=True), _moment("until"), _moment("at"))

digest = Table(
    "digest",
    metadata,
    _id(),
    Column("effect_key", Text, nullable=False, unique=True),
    _text("login"),
    Column("ticket", BigInteger, ForeignKey("ticket.number")),
    _moment("at"),
    _moment("due"),
    _text("content"),
    _index("digest", "due"),
    sqlite_autoincrement=True,
)

rotation = Table("rotation", metadata, Column("team", Text, primary_key=True), _text("login"), _moment("at"))

rating = Table(
    "rating",
    metadata,
    _id(),
    Column("ticket", BigInteger, ForeignKey("ticket.number"), nullable=False),
    Column("decision", BigInteger, ForeignKey("decision.id"), nullable=False),
    Column("score", SmallInteger, nullable=False),
    _text("comment"),
    _moment("at"),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    _index("rating", "ticket"),
)

suppression = Table("suppression", metadata, Column("address", Text, primary_key=True), _text("reason"), _moment("at"))

policy_revision = Table(
    "policy_revision",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("packed", Boolean, nullable=False),
    Column("texts", LargeBinary, nullable=False),
    _text("who"),
    _moment("at"),
)

policy_active = Table(
    "policy_active",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, ForeignKey("policy_revision.digest"), nullable=False),
    _text("who"),
    _moment("at"),
    CheckConstraint("id = 1", name="one_row"),
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), _text("value"))

# The index of words, which no Table describes: on SQLite a virtual one (the rest of these names are its own tables), fed with words
# that are folded already, so that its simplest tokenizer does; on PostgreSQL an entry's words as a value with a GIN index.
SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search (entry BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_words ON search USING gin (words)",
    ),
}
SEARCH_TABLES = frozenset({"search", "search_data", "search_idx", "search_config", "search_docsize", "search_content"})
for _dialect, _statements in SEARCH.items():
    for _statement in _statements:
        event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
