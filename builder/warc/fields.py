"""Named fields: the header of a WARC record (ISO 28500:2017, section 4) and of an HTTP message, read as leniently as both are written."""

import re
from typing import Final

HEADER_END: Final = re.compile(rb'\r?\n\r?\n')
_FIELD: Final = re.compile(rb'([^\s:][^:\r\n]{0,255}?)[ \t]*:[ \t]*')
_CHARSET: Final = re.compile(r'charset\s*+=\s*+["\']?\s*+([^\s"\';,]{1,64})', re.IGNORECASE)
_LONGEST_NUMBER: Final = 18


def read_fields(header: bytes) -> tuple[dict[str, str], bool]:
    """The fields by name in lower case, the first of each name, and whether a line was no field. The first line, which names the version, is skipped.

    A line that begins with a blank continues the line before it.
    """
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    odd = False
    for line in header.split(b'\n')[1:]:
        match = _FIELD.match(line)
        if match:
            current = [_text(line[match.end() :])]
            fields.setdefault(_text(match.group(1)).lower(), current)
        elif line[:1] in {b' ', b'\t'} and line.strip():
            current.append(_text(line))
        elif line.strip():
            odd = True
    return {name: ' '.join(parts) for name, parts in fields.items()}, odd


def _text(value: bytes) -> str:
    return value.strip().decode('utf-8', 'backslashreplace')


def read_number(value: str | None) -> int | None:
    """A count of bytes or a status; None where there is none that makes sense."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER else None


def media_type(value: str | None) -> str | None:
    """`text/html` of `text/HTML; charset=utf-8`."""
    return (value or '').partition(';')[0].strip().lower() or None


def charset(value: str | None) -> str | None:
    """`utf-8` of `text/html; charset="utf-8"`, as it is written."""
    match = _CHARSET.search(value or '')
    return match.group(1) if match else None
