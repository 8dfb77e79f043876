"""Tests of maildesk."""
