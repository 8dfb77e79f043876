"""The tables of the first release."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("ticket_number", start=1001)))
    op.create_table(
        "decision",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("cause", name=op.f("uq_decision_cause")),
        sqlite_autoincrement=True,
    )
    _index("ix_decision_ticket", "decision", ["ticket"], "ticket IS NOT NULL")
    op.create_table(
        "journal",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("crashes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'quarantined')", name=op.f("ck_journal_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_journal_source_source_key")),
        sqlite_autoincrement=True,
    )
    _index("ix_journal_digest", "journal", ["digest"], "message_id = ''")
    _index("ix_journal_due_id", "journal", ["due", "id"], "state = 'waiting'")
    _index("ix_journal_message_id", "journal", ["message_id"], "message_id <> ''")
    _index("ix_journal_quarantined", "journal", ["id"], "state = 'quarantined'")
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "policy_revision",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_revision")),
    )
    op.create_table(
        "process",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_process")),
    )
    op.create_table(
        "rotation",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_rotation")),
    )
    op.create_table(
        "suppression",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppression")),
    )
    op.create_table(
        "ticket",
        sa.Column("number", _Id, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("requester_key", sa.Text(), nullable=False),
        sa.Column("requester_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("sla", sa.Text(), nullable=False),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("continues", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("thread_topic", sa.Text(), nullable=False),
        sa.Column("thread_index", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_ticket_priority")),
        sa.CheckConstraint("status IN ('new', 'open', 'waiting', 'resolved', 'closed')", name=op.f("ck_ticket_status")),
        sa.CheckConstraint("merged_into < number", name=op.f("ck_ticket_merged_downwards")),
        sa.ForeignKeyConstraint(["continues"], ["ticket.number"], name=op.f("fk_ticket_continues")),
        sa.ForeignKeyConstraint(["merged_into"], ["ticket.number"], name=op.f("fk_ticket_merged_into")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ticket")),
    )
    _index("ix_ticket_merged_into", "ticket", ["merged_into"], "merged_into IS NOT NULL")
    _index("ix_ticket_open", "ticket", ["assignee"], "status IN ('new', 'open', 'waiting') AND assignee <> ''")
    _index("ix_ticket_requester_key_number", "ticket", ["requester_key", "number"])
    op.create_table(
        "entry",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("filed", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("hold_kind", sa.Text(), nullable=True),
        sa.Column("settled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('mail', 'reply', 'note', 'change', 'notice')", name=op.f("ck_entry_kind")),
        sa.CheckConstraint("NOT (held AND public)", name=op.f("ck_entry_held_is_not_public")),
        sa.CheckConstraint("NOT held OR hold_kind IS NOT NULL", name=op.f("ck_entry_held_says_why")),
        sa.ForeignKeyConstraint(["decision"], ["decision.id"], name=op.f("fk_entry_decision")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_entry_journal_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_entry_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sqlite_autoincrement=True,
    )
    _index("ix_entry_decision", "entry", ["decision"])
    _index("ix_entry_held", "entry", ["id"], "held")
    _index("ix_entry_journal_id", "entry", ["journal_id"], "journal_id IS NOT NULL")
    _index("ix_entry_ticket_id", "entry", ["ticket", "id"])
    op.create_table(
        "journal_raw",
        sa.Column("id", _Id, autoincrement=False, nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["journal.id"], name=op.f("fk_journal_raw_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_raw")),
    )
    op.create_table(
        "known_message",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("date", sa.BigInteger(), nullable=True),
        sa.Column("date_last", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=True),
        sa.Column("addressed", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("copy", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('seen', 'sent', 'ghost')", name=op.f("ck_known_message_kind")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_known_message_journal_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_known_message_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_message")),
        sa.UniqueConstraint("message_id", "mailbox", "ticket", "kind", "copy", name="uq_known_message_place"),
    )
    _index("ix_known_message_journal_id", "known_message", ["journal_id"], "journal_id IS NOT NULL")
    _index("ix_known_message_ticket_at", "known_message", ["ticket", "at"], "ticket IS NOT NULL")
    op.create_table(
        "participant",
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('requester', 'cc', 'joined', 'agent')", name=op.f("ck_participant_role")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_participant_ticket")),
        sa.PrimaryKeyConstraint("ticket", "address_key", name=op.f("pk_participant")),
    )
    op.create_table(
        "policy_active",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_policy_active_one_row")),
        sa.ForeignKeyConstraint(["digest"], ["policy_revision.digest"], name=op.f("fk_policy_active_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_active")),
    )
    op.create_table(
        "rating",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_score")),
        sa.ForeignKeyConstraint(["decision"], ["decision.id"], name=op.f("fk_rating_decision")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_rating_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    _index("ix_rating_ticket", "rating", ["ticket"])
    op.create_table(
        "timer",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'cancelled', 'failed')", name=op.f("ck_timer_state")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_timer_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_timer_effect_key")),
        sqlite_autoincrement=True,
    )
    _index("ix_timer_due_id", "timer", ["due", "id"], "state = 'waiting'")
    _index("ix_timer_ticket", "timer", ["ticket"], "state = 'waiting'")
    op.create_table(
        "outbox",
        sa.Column("id", _Id, autoincrement=True, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mail_from", sa.Text(), nullable=False),
        sa.Column("rcpt_to", sa.Text(), nullable=False),
        sa.Column("rcpt_key", sa.Text(), nullable=False),
        sa.Column("rcpt_domain", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("data_sent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("last_reply", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("promise IN ('at-most-once', 'at-least-once')", name=op.f("ck_outbox_promise")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'unsure', 'failed', 'held', 'dropped')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_outbox_entry")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_outbox_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_outbox_effect_key")),
        sqlite_autoincrement=True,
    )
    _index("ix_outbox_created", "outbox", ["created"], "counted")
    _index("ix_outbox_due_id", "outbox", ["due", "id"], "state = 'waiting'")
    _index("ix_outbox_feedback", "outbox", ["rcpt_key", "created"], "kind = 'feedback'")
    _index("ix_outbox_rcpt_domain_created", "outbox", ["rcpt_domain", "created"], "counted")
    _index("ix_outbox_rcpt_key_created", "outbox", ["rcpt_key", "created"], "counted")
    _index("ix_outbox_sending", "outbox", ["id"], "state = 'sending'")
    _index("ix_outbox_ticket", "outbox", ["ticket"], "ticket IS NOT NULL")
    op.create_table(
        "outbox_raw",
        sa.Column("id", _Id, autoincrement=False, nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["outbox.id"], name=op.f("fk_outbox_raw_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_raw")),
    )


def _index(name: str, table: str, columns: Sequence[str], where: str | None = None) -> None:
    clause = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=clause, postgresql_where=clause)
