"""A small hub for the tests: what the real clients ask of one, kept in memory, on loopback."""
