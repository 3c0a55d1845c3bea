"""Twelve pages, one fault, every format: what the fault table of `tests/fault_table.py` is made of."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.converters.compression import MAGIC
from tests.converters.dumps import COMPRESS, FORMATS, as_html, as_jsonl, as_tar, as_warc_record, as_wet_record, as_zip

COUNT: Final = 12
AT: Final = 6
"""The record that is broken."""
SENTENCE: Final = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn.'
_GARBAGE: Final = b'\x01garbage\x02' * 20

Rows = list[dict[str, Any]]
Parts = list[bytes]


def records() -> Rows:
    """Pages of 12 lines each, no two alike."""
    lines = [[f'{SENTENCE} Đoạn {page}.{line}.' for line in range(12)] for page in range(COUNT)]
    return [{'text': '\n'.join(text), 'url': f'https://a.example/{page}'} for page, text in enumerate(lines)]


def sound() -> bytes:
    """JSON lines of one page that stands beside the broken dump, so that a release is never empty."""
    return as_jsonl([{'text': '\n'.join(f'{SENTENCE} Khổ {line}.' for line in range(12)), 'url': 'https://b.example/'}])


@dataclass(frozen=True)
class Dump:
    """How pages become bytes: `parts` stand one behind the other in a file, or are the files of a folder if they have a `suffix`."""

    parts: Callable[[Rows], Parts]
    suffix: str = ''


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
"""What a record says is wrong; the bytes around it are right."""


def _flip(data: bytes, at: int, size: int, mask: int = 255) -> bytes:
    return data[:at] + bytes(byte ^ mask for byte in data[at : at + size]) + data[at + size :]


def _insert(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at:]


BYTE_FAULTS: Mapping[str, Callable[[bytes, int], bytes]] = {
    'one byte that is not UTF-8': lambda data, at: _insert(data, at, b'\xff'),
    'half a surrogate pair': lambda data, at: _insert(data, at, b'\xed\xa0\xbd'),
    'half a surrogate pair, escaped': lambda data, at: _insert(data, at, b'\\ud83d'),
    'eight NULs': lambda data, at: _insert(data, at, bytes(8)),
    'a quote too many': lambda data, at: _insert(data, at, b'"'),
    'one bit flipped': lambda data, at: _flip(data, at + 1, 1, 128),
    'eight bytes flipped': lambda data, at: _flip(data, at, 8),
    'a hole of 100 bytes': lambda data, at: data[:at] + data[at + 100 :],
    'tail cut off': lambda data, at: data[:at],
    # The letter at the place, `Đ`, is of two bytes.
    'tail cut off in a letter': lambda data, at: data[: at + 1],
    'garbage behind the end': lambda data, _: data + _GARBAGE,
    'garbage before the start': lambda data, _: _GARBAGE + b'\n' + data,
    'byte-order mark': lambda data, _: b'\xef\xbb\xbf' + data,
    'line ends of Windows': lambda data, _: data.replace(b'\n', b'\r\n'),
    'a huge line within': lambda data, at: _insert(data, at, b'x' * 300_000),
    'empty file': lambda _data, _at: b'',
    'blank file': lambda _data, _at: b' \n\n\t\n',
}
"""What befalls a file of plain bytes; a place in it is in the twelfth line of the broken record."""


def _field(name: str, value: str) -> Callable[[bytes], bytes]:
    """Another value of the first header field of this name; it must have the value's place if the record is to keep its length."""
    return lambda part: re.sub(rb'(?m)^' + name.encode() + rb': [^\r\n]*', f'{name}: {value}'.encode(), part, count=1)


PART_FAULTS: Mapping[str, Callable[[bytes], bytes]] = {
    'the record doubled': lambda part: part * 2,
    'foreign bytes before the record': lambda part: _GARBAGE + b'\n' + part,
    'the record cut in its middle': lambda part: part[: len(part) // 2],
    # In a WARC file by the HTTP header, of which the digest does not speak; elsewhere by the page's own markup.
    'a charset declared that it is not': lambda part: re.sub(rb'(charset="?)utf-8', rb'\1cp866', part, count=1),
}
"""What befalls one record of several."""
GZIP_FAULTS: Mapping[str, Callable[[bytes], bytes]] = {
    'a wrong checksum': lambda part: _flip(part, len(part) - 8, 1),
    'a wrong length in the trailer': lambda part: _flip(part, len(part) - 4, 1),
    'a damaged magic number': lambda part: _flip(part, 0, 3),
    'eight bytes flipped': lambda part: _flip(part, len(part) // 2, 8),
}
WARC_FAULTS: Mapping[str, Callable[[bytes], bytes]] = {
    'Content-Length too small': _field('Content-Length', '700'),
    'Content-Length too large': _field('Content-Length', '9000'),
    'no Content-Length': _field('Content-Length', ''),
    'a wrong digest': _field('WARC-Payload-Digest', 'sha1:' + 'A' * 32),
    'WARC-Truncated': _field('WARC-Date', '2026-03-01T00:00:00Z\r\nWARC-Truncated: length'),
    'a request': _field('WARC-Type', 'request'),
}


def members(rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """One text file a page."""
    return {f'{number:02d}.txt': (row['text'] or '').encode() for number, row in enumerate(rows)}


def _each(write: Callable[[dict[str, Any]], bytes], compression: str = '') -> Callable[[Rows], Parts]:
    return lambda rows: [COMPRESS[compression](write(row)) if compression else write(row) for row in rows]


def _table(delimiter: str) -> Callable[[Rows], Parts]:
    """The header with the first row, then a part a row."""

    def parts(rows: Rows) -> Parts:
        lines = []
        for row in ({name: name for name in rows[0]}, *rows):
            stream = io.StringIO()
            csv.DictWriter(stream, list(row), delimiter=delimiter).writerow(row)
            lines.append(stream.getvalue().encode())
        return [lines[0] + lines[1], *lines[2:]]

    return parts


def _whole(name: str) -> Callable[[Rows], Parts]:
    return lambda rows: [FORMATS[name](rows)]


def _text(row: Mapping[str, Any]) -> bytes:
    return (row['text'] or '').encode()


PLAIN: Mapping[str, Dump] = {
    'pages.jsonl': Dump(_each(lambda row: as_jsonl([row]))),
    'pages.json': Dump(_whole('pages.json')),
    'pages.csv': Dump(_table(',')),
    'pages.tsv': Dump(_table('\t')),
    'texts': Dump(_each(_text), '.txt'),
    'html': Dump(_each(as_html), '.html'),
    'pages.warc': Dump(_each(as_warc_record)),
    'pages.wet': Dump(_each(as_wet_record)),
    'pages.tar': Dump(lambda rows: [as_tar(members(rows), 'w')]),
}
"""Dumps in whose bytes the text stands as it is."""
GZIPPED: Mapping[str, Dump] = {
    'pages.jsonl.gz': Dump(_each(lambda row: as_jsonl([row]), '.gz')),
    'texts.gz': Dump(_each(_text, '.gz'), '.txt.gz'),
    'html.gz': Dump(_each(as_html, '.gz'), '.html.gz'),
    'pages.warc.gz': Dump(_each(as_warc_record, '.gz')),
}
"""Dumps of one gzip member a record."""
PACKED: Mapping[str, Dump] = {
    'pages.jsonl.zst': Dump(lambda rows: [COMPRESS['.zst'](FORMATS['pages.jsonl'](rows))]),
    'pages.parquet': Dump(_whole('pages.parquet')),
    'stream.arrow': Dump(_whole('stream.arrow')),
    'pages.tar.gz': Dump(lambda rows: [as_tar(members(rows), 'w:gz')]),
    'pages.zip': Dump(lambda rows: [as_zip(members(rows))]),
}
"""Dumps whose bytes depend on the library that wrote them, so that what a fault in them costs is not the same everywhere."""
DUMPS: Mapping[str, Dump] = {**PLAIN, **GZIPPED, **PACKED}
_TYPED: Final = ('pages.parquet', 'stream.arrow')
_WARCS: Final = ('pages.warc', 'pages.wet')


def faults_of(name: str) -> list[str]:
    """The faults that a dump can have."""
    dump = DUMPS[name]
    # What a record says does not depend on what it is packed in.
    found = list(RECORD_FAULTS) if name in PLAIN or name in _TYPED else ['nothing', 'the same page again']
    if name in PLAIN:
        found += BYTE_FAULTS
    if name in GZIPPED:
        found += [*GZIP_FAULTS, 'tail cut off', 'garbage behind the end', 'empty file']
    if name not in PACKED and len(dump.parts(records())) > 1 and not dump.suffix:
        found += [fault for fault in PART_FAULTS if 'charset' not in fault]
    if name in {'html', 'pages.warc'}:
        found.append('a charset declared that it is not')
    return [*found, *(WARC_FAULTS if name in _WARCS else ())]


def broken(name: str, fault: str) -> dict[str, bytes]:
    """The files of a dump with a fault, by path."""
    dump = DUMPS[name]
    parts = dump.parts(RECORD_FAULTS.get(fault, list)(records()))
    number = AT if len(parts) > 1 else 0
    on_part = {**PART_FAULTS, **WARC_FAULTS, **(GZIP_FAULTS if name in GZIPPED else {})}.get(fault)
    if on_part:
        parts[number] = on_part(parts[number])
    first = number if dump.suffix else 0
    files = parts if dump.suffix else [b''.join(parts)]
    if not on_part and fault in BYTE_FAULTS:
        at = _place(parts[number]) + (0 if dump.suffix else sum(map(len, parts[:number])))
        files[first] = BYTE_FAULTS[fault](files[first], at)
    return {f'{name}/{count:02d}{dump.suffix}' if dump.suffix else name: content for count, content in enumerate(files)}


def _place(part: bytes) -> int:
    """Where in a part the fault falls: in its text where that can be seen, in a gzip member shortly before its trailer, else in the middle."""
    found = part.find(f'Đoạn {AT}.5'.encode())
    return found if found >= 0 else len(part) - 16 if part.startswith(MAGIC['gzip']) and len(part) < 1_000 else len(part) // 2
