"""A release goes to a hub or to a file store: planned, sent, verified, tagged, and loaded as a stranger would."""
