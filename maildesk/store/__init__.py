"""The only room that speaks SQL: the journal, the tickets, the outbox and the timers, on SQLite or PostgreSQL."""
