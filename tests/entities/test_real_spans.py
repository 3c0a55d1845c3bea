"""Every span is the text that it points to, on all real text at hand, as it stands and decomposed."""

import gzip
import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from builder.entities.conll import TaggedLine, read_conll, write_line
from builder.entities.crf_tagger import CrfTagger
from builder.entities.tagger import Tagger, load_tagger
from builder.text.tokens import bio_tags, spans

Form = Literal['NFC', 'NFD']


def gold_pages(shared: Path) -> Iterator[list[str]]:
    for name in ('pages.jsonl', 'samples.jsonl'):
        for row in (shared / 'gold' / name).read_text('utf-8').splitlines():
            yield [line['text'] for line in json.loads(row)['lines']]


def dump_pages(shared: Path) -> Iterator[list[str]]:
    for path in sorted((shared / 'gold' / 'text').iterdir()):
        yield [line for line in path.read_text('utf-8').split('\n') if line.strip()]


def article_pages(shared: Path) -> Iterator[list[str]]:
    with gzip.open(shared / 'articles' / 'open.jsonl.gz', 'rt', encoding='utf-8') as stream:
        for row in stream:
            article = json.loads(row)
            parts = [article['title'], article['lead'], *(text for _, text in article['blocks'])]
            yield [line for part in parts if part for line in part.split('\n') if line.strip()]


# Gold lines are in NFC, and the same as those of the dump but for that.
@pytest.mark.parametrize(('pages', 'form'), [(gold_pages, None), (dump_pages, 'NFD')])
def test_every_span_of_the_shipped_tagger_is_the_text_it_points_to(
    shared: Path, pages: Callable[[Path], Iterator[list[str]]], form: Form | None
) -> None:
    assert spans_checked(CrfTagger(), pages(shared), form) > 1000


@pytest.mark.parametrize(('pages', 'form'), [(gold_pages, None), (dump_pages, None), (dump_pages, 'NFD'), (article_pages, None)])
def test_every_span_is_the_text_it_points_to(shared: Path, pages: Callable[[Path], Iterator[list[str]]], form: Form | None) -> None:
    assert spans_checked(load_tagger(), pages(shared), form) > 1000


def spans_checked(tagger: Tagger, pages: Iterator[list[str]], form: Form | None) -> int:
    count = 0
    for page in pages:
        texts = [unicodedata.normalize(form, text) if form else text for text in page]
        for text, entities in zip(texts, tagger.tag(texts, [True] * len(texts)), strict=True):
            reached = 0
            for entity in entities:
                assert reached <= entity.start < entity.end
                assert text[entity.start : entity.end] == entity.text == entity.text.strip()
                reached = entity.end
            assert spans(*bio_tags(text, entities)) == [(entity.start, entity.end, entity.type) for entity in entities]
            count += len(entities)
    return count


def test_gold_comes_back_from_conll(shared: Path, tmp_path: Path) -> None:
    written = []
    for row in (shared / 'gold' / 'pages.jsonl').read_text('utf-8').splitlines():
        page = json.loads(row)
        for number, line in enumerate(page['lines']):
            names = sorted((entity['start'], entity['end'], entity['type']) for entity in page['entities'] if entity['line'] == number)
            written.append(TaggedLine(line['text'], tuple(names), page['id'], number))
    (tmp_path / 'gold.conll').write_text(''.join(map(write_line, written)), 'utf-8', newline='\n')
    read = [(line.text, line.spans, line.page, line.line) for line in read_conll(tmp_path / 'gold.conll')]
    assert read == [(line.text, line.spans, line.page, line.line) for line in written]
