"""Real programs for tests to talk to: IMAP, SMTP, LMTP and SQL servers and a browser, each on its own port and folder."""
