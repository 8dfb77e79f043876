"""The only room that speaks SQL: the journal, the tickets, the outbox and the timers, on SQLite or PostgreSQL."""

from maildesk.store.db import Claimed, Store, StoreUnavailable, Tx

__all__ = ["Claimed", "Store", "StoreUnavailable", "Tx"]
