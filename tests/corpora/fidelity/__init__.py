"""Compare what maildesk reads out of a mail with what other programs' test suites expect; `make fidelity` prints the table."""
