"""Twelve pages, one fault, every format: what the fault table of `tests/test_faults.py` is made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.converters.dumps import COMPRESS, FORMATS, as_tar, as_zip

COUNT = 12
AT = 6
"""The record that is broken."""
SENTENCE = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn.'

Rows = list[dict[str, Any]]


def records() -> Rows:
    """Pages of 12 lines each, no two alike."""
    lines = [[f'{SENTENCE} Đoạn {page}.{line}.' for line in range(12)] for page in range(COUNT)]
    return [{'text': '\n'.join(text), 'url': f'https://a.example/{page}'} for page, text in enumerate(lines)]


def _set(**values: Any) -> Callable[[Rows], Rows]:
    return lambda rows: [*rows[:AT], {**rows[AT], **values}, *rows[AT + 1 :]]


RECORD_FAULTS: Mapping[str, Callable[[Rows], Rows]] = {
    'nothing': lambda rows: rows,
    'NUL in the text': _set(text=f'{SENTENCE}\0{SENTENCE}'),
    'blank text': _set(text=' \n '),
    'no text': _set(text=None),
    'text above the limit': _set(text=SENTENCE * 400),
    'the same page again': lambda rows: [*rows, rows[AT]],
    'the same id, another text': lambda rows: [*rows, {**rows[AT], 'text': rows[AT]['text'] + ' Khác.'}],
    'another language': _set(text='The farmers on both banks of the river went out early this morning to bring in the harvest. ' * 3),
}


def _at_record(content: bytes, change: Callable[[bytes, int], bytes]) -> bytes:
    marker = f'Đoạn {AT}.5'.encode()
    place = content.find(marker)
    return change(content, place if place >= 0 else len(content) // 2)


BYTE_FAULTS: Mapping[str, Callable[[bytes], bytes]] = {
    'one byte that is not UTF-8': lambda content: _at_record(content, lambda data, at: data[:at] + b'\xff' + data[at:]),
    'a quote too many': lambda content: _at_record(content, lambda data, at: data[:at] + b'"' + data[at:]),
    'eight bytes flipped': lambda content: _at_record(
        content, lambda data, at: data[:at] + bytes(255 - byte for byte in data[at : at + 8]) + data[at + 8 :]
    ),
    'tail cut off': lambda content: _at_record(content, lambda data, at: data[:at]),
    'a hole of 300 bytes': lambda content: _at_record(content, lambda data, at: data[:at] + data[at + 300 :]),
    'garbage behind the end': lambda content: content + b'\x01garbage\x02' * 20,
    'byte-order mark': lambda content: b'\xef\xbb\xbf' + content,
}


def members(rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """One text file a page."""
    return {f'{number:02d}.txt': (row['text'] or '').encode() for number, row in enumerate(rows)}


def gzip_members(rows: Rows) -> bytes:
    """JSON lines, one gzip member a line."""
    return b''.join(COMPRESS['.gz'](FORMATS['pages.jsonl']([row])) for row in rows)


DUMPS: Mapping[str, Callable[[Rows], bytes]] = {
    **{name: FORMATS[name] for name in ('pages.jsonl', 'pages.json', 'pages.csv', 'pages.tsv', 'pages.parquet', 'stream.arrow')},
    'pages.jsonl.gz': gzip_members,
    'pages.jsonl.zst': lambda rows: COMPRESS['.zst'](FORMATS['pages.jsonl'](rows)),
    'pages.tar': lambda rows: as_tar(members(rows), 'w'),
    'pages.tar.gz': lambda rows: as_tar(members(rows), 'w:gz'),
    'pages.zip': lambda rows: as_zip(members(rows)),
}
