"""What a stream is, by its first bytes; its name decides only where content cannot."""

import json
import re
from pathlib import PurePosixPath
from typing import Final

FORMATS: Final = ('text', 'html', 'jsonl', 'json', 'csv', 'tsv', 'parquet', 'arrow', 'warc')
"""The formats that have a converter; `--format` takes one of them."""

_BY_SUFFIX: Final = {
    '.txt': 'text', '.text': 'text', '.html': 'html', '.htm': 'html', '.xhtml': 'html', '.shtml': 'html',
    '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.json': 'json', '.csv': 'csv', '.tsv': 'tsv', '.tab': 'tsv',
    '.parquet': 'parquet', '.arrow': 'arrow', '.warc': 'warc', '.wet': 'warc',
}  # fmt: skip
_UNKNOWN_BINARY: Final = (b'\x89PNG', b'\xff\xd8\xff', b'GIF8', b'%PDF', b'\x7fELF', b'SQLite format 3')
_HTML = re.compile(rb'^(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b', re.IGNORECASE | re.DOTALL)
_ARRAY = re.compile(rb'\[\s*[{\]]')
BYTE_ORDER_MARK: Final = b'\xef\xbb\xbf'
_MAGIC: Final = {b'PAR1': 'parquet', b'ARROW1': 'arrow', b'\xff\xff\xff\xff': 'arrow', b'WARC/1.': 'warc'}


def sniff_format(head: bytes, name: str) -> str | None:
    """One of `FORMATS`, or None for a stream that no converter reads."""
    by_magic = next((found for magic, found in _MAGIC.items() if head.startswith(magic)), None)
    if by_magic:
        return by_magic
    if head.startswith(_UNKNOWN_BINARY):
        return None
    suffix = PurePosixPath(name).suffix.lower()
    by_name = _BY_SUFFIX.get(suffix) if suffix else 'text'
    by_shape = _by_shape(head.removeprefix(BYTE_ORDER_MARK).lstrip(), by_name)
    return by_shape or by_name


def is_html(head: bytes) -> bool:
    """Whether the first bytes of a text are those of an HTML document: a doctype, or an element that only begins one."""
    return bool(_HTML.match(head.removeprefix(BYTE_ORDER_MARK).lstrip()[:4_096]))


def _by_shape(text: bytes, by_name: str | None) -> str | None:
    if is_html(text):
        return 'html'
    if not text.startswith((b'{', b'[')) or by_name in {'csv', 'tsv', 'html'}:
        return None
    first, ended, _ = text.partition(b'\n')
    if _ARRAY.match(text):
        return 'json'
    if _is_object(first) or (not ended and by_name in {'json', 'jsonl'}):
        return 'jsonl'
    # A page of text may begin with a brace; a file named as JSON is JSON, of one object or of one over several lines.
    return None if by_name == 'text' else 'json' if first.strip() == b'{' else 'jsonl'


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
