"""Attempts to pass for an agent, as data, and what came of them at a running desk."""
