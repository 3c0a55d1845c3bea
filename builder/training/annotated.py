"""Names marked in structured articles, kept without the articles' text: who has the articles can train on them again.

`names.jsonl` beside this module has a row for each line of an article (`schemas/article_names.schema.json`), marked by guideline 1.1, section 2.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from builder.entities.conll import TaggedLine
from builder.errors import InputError
from builder.schema.validation import validator
from builder.training.articles import Article, read_articles

NAMES: Final = Path(__file__).parent / 'names.jsonl'
_DIGITS: Final = 16
"""Hexadecimal digits of a digest that are kept: enough to tell a few thousand articles and lines apart."""


def annotated_pages(articles: Path, names: Path = NAMES) -> list[list[TaggedLine]]:
    """The marked lines of each marked article, in the order of the articles' file.

    Raises InputError where a row breaks its schema, or where a marked article is missing or has another text.
    """
    marked = _read(names)
    pages = [page for article in read_articles(articles) if (page := _page(article, marked, names))]
    found = {line.page for page in pages for line in page}
    missing = sorted(set(marked) - found)
    if missing:
        raise InputError(
            f'{articles}: {len(missing)} of {len(marked)} articles of {names.name} are not in it, first {missing[0]}; give the file they were marked in'
        )
    return pages


def lines_of(article: Article) -> list[str]:
    """The article's title, lead and blocks, as lines."""
    return [article.title, *filter(None, [article.lead]), *(text for _, text in article.blocks)]


def short_digest(text: str) -> str:
    """The first digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _read(names: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each article, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(_rows(names), 1):
        faults = validator('article_names').faults(row)
        if faults:
            raise InputError(f'{names}:{number}: {faults[0]}; mend it')
        found.setdefault(row['article'], []).append(row)
    return found


def _rows(names: Path) -> Iterator[Any]:
    with names.open(encoding='utf-8') as stream:
        yield from map(json.loads, stream)


def _page(article: Article, marked: dict[str, list[dict[str, Any]]], names: Path) -> list[TaggedLine]:
    key = short_digest(article.address)
    texts = lines_of(article)
    return [_line(texts, row, f'{names.name}, article {key}, line {row["line"]}') for row in marked.get(key, ())]


def _line(texts: list[str], row: dict[str, Any], where: str) -> TaggedLine:
    number = row['line']
    if number >= len(texts) or short_digest(texts[number]) != row['sha256']:
        raise InputError(f'{where}: the article has another text there; give the file it was marked in')
    spans = tuple((start, end, kind) for start, end, kind in row['entities'])
    if not _are_ordered(spans, len(texts[number])):
        raise InputError(f'{where}: its names overlap or leave the line; mend them')
    return TaggedLine(texts[number], spans, row['article'], number)


def _are_ordered(spans: Iterable[tuple[int, int, str]], size: int) -> bool:
    reached = 0
    for start, end, _ in spans:
        if not reached <= start < end <= size:
            return False
        reached = end
    return True
