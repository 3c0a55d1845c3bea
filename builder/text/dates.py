"""Days of dates as dumps give them: only those in ISO 8601 can be put in order."""

import re
from typing import Final

ISO_DATE: Final = r'^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])($|[T ])'
"""Reads the same in `re` and in RE2, which Arrow uses."""
_FOUND: Final = re.compile(ISO_DATE)


def iso_day(date: str | None) -> str | None:
    """`YYYY-MM-DD` of a date or moment in ISO 8601, as it is written, in whatever zone; None for anything else."""
    return date[:10] if date and _FOUND.match(date) else None
