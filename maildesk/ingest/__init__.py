"""How mail comes in, and what kind of mail it is."""
