"""Taggers of others behind the interface of ours: they are extras, looked for only when they are asked for."""
