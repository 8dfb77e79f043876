"""Golden mails: a case is a folder of mails in the order they come, and a few lines about what must come of them."""
