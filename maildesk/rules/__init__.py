"""What the admin wants done with mail: rules, words, calendars and people, read whole, checked, and run as pure functions."""
