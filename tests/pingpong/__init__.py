"""Robots that answer everything, in virtual time, against the real desk: where does it stop, and why."""
