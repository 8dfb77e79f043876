"""One conversation of twelve mails, as everybody in it reads it."""
