"""Structured articles out of saved HTML: where a publisher's markup holds the whole story, and the page shows that it is this page's."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.identity import site_of
from builder.labelling.alignment import Alignment, align, words_of
from builder.labelling.publisher import is_supported
from builder.model import Page
from builder.plan import load_plan
from builder.text.lines import split_lines
from builder.training.articles import Article, read_articles

_FEWEST: Final = 3
"""Paragraphs of a story that is worth composing with."""


def read_stock(path: Path) -> Iterator[Article]:
    """The articles of a file of article records, or those that the publishers' markup holds in a dump of saved HTML or WARC.

    Raises UsageError or InputError where there is no such file or folder, or a record is faulty.
    """
    return read_articles(path) if path.is_file() and _holds_records(path) else published_articles(path)


def _holds_records(path: Path) -> bool:
    """Whether the first line is a JSON object with blocks; a line that is none is left to the reader of articles, which says what is wrong."""
    with gzip.open(path, 'rb') if path.suffix == '.gz' else path.open('rb') as stream:
        head = stream.read(1 << 16)
    if not head.lstrip().startswith(b'{'):
        return False
    try:
        first = json.loads(head.lstrip().split(b'\n', 1)[0])
    except ValueError:
        return True
    return isinstance(first, dict) and ('blocks' in first or 'lead' in first)


def published_articles(dump: Path) -> Iterator[Article]:
    """An article for each page whose markup claims a whole body that stands on it under its own headline; by the dump's order."""
    rules = Rules(load_plan().limits, field_mapping({}))
    for file in find_inputs([dump]):
        for item in convert(Segment(file), rules):
            if isinstance(item, Page) and (article := article_of(item)):
                yield article


def article_of(page: Page) -> Article | None:
    """The page's story as its publisher structured it; None where no claim holds it whole."""
    texts = [line.text for line in split_lines(page.text)]
    if page.markup is None or not any(claim.body for claim in page.markup.claims):
        return None
    words = [words_of(text) for text in texts]
    for claim in page.markup.claims:
        one = align(claim, words, texts)
        if is_supported(one) and one.headline and not one.body_cut and len(_paragraphs(one)) >= _FEWEST:
            lead = next((texts[line] for line in one.description if line < one.body[-1]), None)
            blocks = tuple(('body', ' '.join(texts[line].split())) for line in _paragraphs(one))
            return Article(texts[one.headline[0]], lead, blocks, site_of(page, None, None), page.published or '')
    return None


def _paragraphs(one: Alignment) -> list[int]:
    return [line for line in one.body if line not in one.headline and line not in one.description]
