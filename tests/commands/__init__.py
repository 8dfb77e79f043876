"""Commands in the mail of real programs: a table of cases, and the programs that write them."""
