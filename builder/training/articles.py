"""Structured articles: the stock from which pages are composed.

An article file holds one JSON object a line, plain or gzip-compressed: `title`, `lead` (may be null), `blocks` as
`[kind, text]` pairs, and optionally `publisher`, `time`, `topic` and `url`.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from builder.errors import InputError
from builder.text.normalization import match_key, nfc

BLOCK_KINDS: Final = frozenset({'body', 'caption', 'byline', 'subheading'})
COPY_SHARE: Final = 0.3
"""An article is a copy of known text when this share of its word trigrams occurs there; independent stories of one event stay below .1."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news story as its publisher structured it, in NFC; `blocks` are (kind, text) in reading order."""

    title: str
    lead: str | None
    blocks: tuple[tuple[str, str], ...]
    publisher: str = ''
    time: str = ''
    topic: str = ''
    address: str = ''
    """The article's own, as its source gave it."""


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a JSON-lines file in order, `.gz` or plain.

    Raises InputError, with the number of the line from 1, where a line is not an article.
    """
    with gzip.open(path, 'rb') if path.suffix == '.gz' else path.open('rb') as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _article(line, f'{path} line {number}')


def _article(line: bytes, place: str) -> Article:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise InputError(f'{place}: not a JSON object ({error}); give one article a line') from None
    if not isinstance(record, dict) or not _text(record.get('title')):
        raise InputError(f'{place}: no title; an article needs title and blocks')
    blocks = record.get('blocks')
    if not isinstance(blocks, list) or not all(map(_is_block, blocks)):
        raise InputError(f'{place}: blocks must be a list of [kind, text], with a kind of {", ".join(sorted(BLOCK_KINDS))}')
    pieces = tuple((kind, _text(text)) for kind, text in blocks if _text(text))
    return Article(
        _text(record['title']),
        _text(record.get('lead')) or None,
        pieces,
        *(_text(record.get(k)) for k in ('publisher', 'time', 'topic', 'url')),
    )


def _is_block(block: object) -> bool:
    return isinstance(block, list) and len(block) == 2 and block[0] in BLOCK_KINDS and isinstance(block[1], str)


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value may stand in a field
    """The value on one line in NFC, empty where it is no string."""
    return ' '.join(nfc(value).split()) if isinstance(value, str) else ''


def without_copies(articles: Iterable[Article], lines: Iterable[str]) -> list[Article]:
    """The articles that are not near-duplicates of the text in `lines`, in order."""
    known = {gram for line in lines for gram in _trigrams(line)}
    return [article for article in articles if _known_share(article, known) < COPY_SHARE]


def _known_share(article: Article, known: set[tuple[str, str]]) -> float:
    texts: Sequence[str] = [article.title, article.lead or '', *(text for kind, text in article.blocks if kind == 'body')]
    grams = [gram for text in texts for gram in _trigrams(text)]
    return sum(gram in known for gram in grams) / max(len(grams), 1)


def _trigrams(text: str) -> Iterator[tuple[str, str]]:
    """Word trigrams of the text's match key, as pairs of overlapping word pairs."""
    pairs = [f'{first} {second}' for first, second in pairwise(match_key(text).split())]
    return pairwise(pairs)


def half_of_publishers(stock: Sequence[Article], number: int) -> list[Article]:
    """The articles of every other publisher by name, from the first on (0) or from the second (1)."""
    publishers = frozenset(sorted({article.publisher for article in stock})[number::2])
    return [article for article in stock if article.publisher in publishers]
