"""Entities as CoNLL-2003 has them: one token a row with its BIO tag, a blank row after each line of text.

    # id = 0f3c… line = 4
    # text = Ông Trần Văn Bách nói.
    Ông	O
    Trần	B-PER

Two comments, as CoNLL-U writes them, say which line of which page it is and what its text is: tokens alone do not tell how many spaces, or
none, stand between them. With the text a span is read back to the very code points that it was written from. Files of others have no such
comments: their text is the tokens with a space between any two.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from builder.errors import InputError
from builder.model import Entity
from builder.text.normalization import HALF_PAIR
from builder.text.tokens import bio_tags, spans

_PLACE: Final = re.compile(r'# id = (?P<page>\S+) line = (?P<line>[0-9]+)')
_TEXT: Final = '# text = '
_DOCUMENT: Final = '-DOCSTART-'
_PLAIN: Final = {'B': 'B', 'I': 'I', 'S': 'B', 'E': 'I'}
"""Prefixes of BIO, IOB and BIOES as those of BIO."""


@dataclass(frozen=True, slots=True)
class TaggedLine:
    """A line of text with its entities, as (start, end, type) in code points; `page` and `line` are None where the file does not say."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    page: str | None = None
    line: int | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    """The tokens as they stand in the file, in code points; empty where they are those of `builder.text.tokens`."""


@dataclass(slots=True)
class _Block:
    """The rows between two blank ones."""

    number: int
    """Of the last row read, from 1."""
    place: tuple[str | None, int | None]
    text: str | None
    tokens: list[str]
    tags: list[str]


def write_line(line: TaggedLine) -> str:
    """The rows of a line, with the blank row that ends them. A line without a token has none: an empty text."""
    entities = [Entity(start, end, kind, line.text[start:end]) for start, end, kind in line.spans]
    ranges, tags = bio_tags(line.text, entities)
    if not ranges:
        return ''
    place = f'# id = {line.page} line = {line.line}\n' if line.page is not None else ''
    rows = ''.join(f'{line.text[start:end]}\t{tag}\n' for (start, end), tag in zip(ranges, tags, strict=True))
    return f'{place}{_TEXT}{line.text}\n{rows}\n'


def read_conll(path: Path) -> Iterator[TaggedLine]:
    """The lines of a CoNLL file, in order: token in the first column, BIO, IOB or BIOES tag in the last, tabs or spaces between.

    Raises InputError that names file and row: no UTF-8, a row of one column, a tag of another form, a text that the tokens do not make.
    """
    try:
        with path.open(encoding='utf-8', newline='\n') as stream:
            for block in _blocks(path, stream):
                yield _line(path, block)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'{path}: cannot read the CoNLL file ({error}); give a text file in UTF-8') from error


def pages_of(lines: Iterable[TaggedLine]) -> Iterator[list[TaggedLine]]:
    """Lines of one page that stand together, as lists; a line of which no page is known is a page of its own."""
    page: list[TaggedLine] = []
    for line in lines:
        if page and (line.page is None or line.page != page[0].page):
            yield page
            page = []
        page.append(line)
    if page:
        yield page


def _blocks(path: Path, rows: Iterable[str]) -> Iterator[_Block]:
    """The blocks that have a token. A mark of a new document gives the lines after it a page, unless they name their own."""
    documents = 0
    block = _Block(0, (None, None), None, [], [])
    for number, raw in enumerate(rows, 1):
        row = raw.rstrip('\r\n')
        block.number = number
        if row and not row.isspace():
            documents += row.startswith(_DOCUMENT)
            _read_row(path, block, row)
            continue
        if block.tokens:
            yield block
        block = _Block(number, (f'document-{documents}', None) if documents else (None, None), None, [], [])
    if block.tokens:
        yield block


def _read_row(path: Path, block: _Block, row: str) -> None:
    place = _PLACE.fullmatch(row) if not block.tokens else None
    if place:
        block.place = (place['page'], int(place['line']))
    elif not block.tokens and row.startswith(_TEXT):
        block.text = row.removeprefix(_TEXT)
    elif not row.startswith((_DOCUMENT, '# ')):
        columns = row.split('\t') if '\t' in row else row.split(' ')
        token, tag = columns[0], columns[-1]
        if len(columns) < 2 or not token or HALF_PAIR.search(row):
            raise InputError(f'{path}:{block.number}: is no token with its tag; write both, with a tab between')
        block.tokens.append(token)
        block.tags.append(_plain_tag(path, block.number, tag))


def _plain_tag(path: Path, number: int, tag: str) -> str:
    prefix, dash, kind = tag.partition('-')
    if tag == 'O':
        return tag
    if prefix not in _PLAIN or not dash or not kind:
        raise InputError(f'{path}:{number}: {tag!r} is no tag such as O, B-PER or I-PER; mend it')
    return f'{_PLAIN[prefix]}-{kind}'


def _line(path: Path, block: _Block) -> TaggedLine:
    text = ' '.join(block.tokens) if block.text is None else block.text
    ranges = _ranges(text, block.tokens)
    if ranges is None:
        raise InputError(f'{path}:{block.number}: the tokens above do not make the text of their line; write the file again')
    page, line = block.place
    return TaggedLine(text, tuple(spans(ranges, block.tags)), page, line, tuple(ranges))


def _ranges(text: str, tokens: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where the tokens stand in the text, if they follow each other in it with nothing but white space between."""
    ranges, reached = [], 0
    for token in tokens:
        while text[reached : reached + 1].isspace():
            reached += 1
        if not text.startswith(token, reached):
            return None
        ranges.append((reached, reached + len(token)))
        reached += len(token)
    return ranges if not text[reached:].strip() else None
