"""Which ticket a mail belongs to."""
