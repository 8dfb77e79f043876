"""Hooks: other programs that are told what happens, by signed HTTP requests out of the outbox."""
