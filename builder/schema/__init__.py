"""The JSON Schemas of `schemas/` at work: loading, judging records, and the Arrow types that follow from them."""
