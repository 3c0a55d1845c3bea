"""The one way in: a segment of an input file becomes pages, rejects and framing by the converter of its format."""

from collections.abc import Iterator
from dataclasses import dataclass

from builder.converters.inputs import LINK, InputFile
from builder.converters.jsonl import read_jsonl
from builder.converters.parquet import read_parquet
from builder.converters.pieces import Rules
from builder.converters.text import read_nothing, read_text
from builder.model import Framing, Page, Reject


@dataclass(frozen=True, slots=True)
class Segment:
    """A file, or bytes `[start, end)` of an uncompressed JSON lines file; `end` None means its end."""

    file: InputFile
    start: int = 0
    end: int | None = None


def convert(segment: Segment, rules: Rules) -> Iterator[Page | Reject | Framing]:
    """Everything in the segment, in order; the places tile it. Raises OSError where the file cannot be read any more."""
    file = segment.file
    match file.format:
        case 'text':
            yield from read_text(file, rules)
        case 'jsonl':
            yield from read_jsonl(file, rules, segment.start, segment.end)
        case 'parquet':
            yield from read_parquet(file, rules)
        case _ if file.format == LINK:
            yield from read_nothing(
                file, rules, 'symbolic_link', 'a symbolic link, which is never followed; put the file itself into the dump'
            )
        case _:
            message = 'no converter for this kind of file; known are .txt, .jsonl, .ndjson, .json and .parquet, each also with .gz or .zst'
            yield from read_nothing(file, rules, 'unsupported_format', message)
