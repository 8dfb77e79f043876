"""One connection to the relay and the conversation on it, phase by phase."""
