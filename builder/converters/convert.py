"""The one way in: a segment of an input file becomes pages, rejects and framing, by the converter of what each stream in it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from builder.converters.columnar import read_columnar
from builder.converters.compression import sniff_compression
from builder.converters.containers import is_archive, open_streams
from builder.converters.csv_rows import read_csv
from builder.converters.html import read_html
from builder.converters.inputs import InputFile
from builder.converters.json_objects import read_json
from builder.converters.jsonl import read_jsonl
from builder.converters.pieces import Rules
from builder.converters.sniffing import FORMATS, sniff_format
from builder.converters.streams import Stream
from builder.converters.text import read_nothing, read_text
from builder.converters.warc import read_warc
from builder.model import Framing, Page, Reject, Skipped

_DATASETS_NOTES: Final = ('dataset_info.json', 'state.json', 'dataset_dict.json')
"""Files in a folder that `datasets` saved which hold no rows."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A file, or bytes `[start, end)` of a plain JSON lines file; `end` None means its end."""

    file: InputFile
    start: int = 0
    end: int | None = None


def is_splittable(file: InputFile, form: str | None) -> bool:
    """Whether byte ranges of the file can be read apart: plain JSON lines, by its content or because the user says so."""
    if file.link:
        return False
    with file.location.open('rb') as stream:
        head = stream.read(1 << 16)
    if sniff_compression(head) or is_archive(head):
        return False
    return (form or sniff_format(head, file.path)) == 'jsonl'


def convert(segment: Segment, rules: Rules) -> Iterator[Page | Reject | Framing | Skipped]:
    """Everything in the segment, in order; the places tile it. Raises OSError where the file cannot be read any more."""
    for opened in open_streams(segment.file, rules.limits):
        if isinstance(opened, Stream):
            yield from convert_stream(opened, rules, segment.start, segment.end)
        else:
            yield opened


def convert_stream(stream: Stream, rules: Rules, start: int = 0, end: int | None = None) -> Iterator[Page | Reject | Framing | Skipped]:
    """Everything in the stream; of JSON lines, in those that begin in bytes `[start, end)`."""
    if _is_note(stream):
        yield Framing(stream.place(0, stream.file.bytes))
        return
    form = rules.format or sniff_format(stream.head, stream.name)
    match form:
        case 'text':
            yield from read_text(stream, rules)
        case 'html':
            yield from read_html(stream, rules)
        case 'jsonl':
            yield from read_jsonl(stream, rules, start, end)
        case 'json':
            yield from read_json(stream, rules)
        case 'csv' | 'tsv':
            yield from read_csv(stream, rules, form)
        case 'parquet' | 'arrow':
            yield from read_columnar(stream, rules, form)
        case 'warc':
            yield from read_warc(stream, rules)
        case _:
            known = ', '.join(FORMATS)
            yield from read_nothing(
                stream, rules, 'unsupported_format', f'no converter for this kind of file; known are {known} (--format overrides)'
            )


def _is_note(stream: Stream) -> bool:
    return stream.plain is not None and PurePosixPath(stream.name).name in _DATASETS_NOTES and any(stream.plain.parent.rglob('*.arrow'))
