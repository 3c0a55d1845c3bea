"""Names without their text: joined to the articles that they were marked in, and to no others."""

import gzip
import json
from pathlib import Path

import pytest

from builder.errors import InputError
from builder.schema.validation import validator
from builder.training.annotated import NAMES, annotated_pages, short_digest

ARTICLE = {
    'url': 'https://songhau.example/cau-moi',
    'title': 'Cầu  mới ở Cần Thơ',
    'lead': '',
    'blocks': [['body', 'Ông Trần Văn Bách cắt băng.'], ['body', ' '], ['byline', 'Lê Sen']],
}


def row(line: int, text: str, *entities: list[object]) -> dict[str, object]:
    return {'article': short_digest(ARTICLE['url']), 'line': line, 'sha256': short_digest(text), 'passes': 1, 'entities': list(entities)}


ROWS = [
    row(0, 'Cầu mới ở Cần Thơ', [10, 17, 'LOC']),
    row(1, 'Ông Trần Văn Bách cắt băng.', [4, 17, 'PER']),
    row(2, 'Lê Sen', [0, 6, 'PER']),
]


def joined(folder: Path, rows: list[dict[str, object]], article: dict[str, object] = ARTICLE) -> list[list[tuple[str, list[str]]]]:
    (folder / 'names.jsonl').write_text(''.join(json.dumps(one) + '\n' for one in rows), 'utf-8')
    (folder / 'articles.jsonl').write_text(json.dumps(article, ensure_ascii=False) + '\n', 'utf-8')
    pages = annotated_pages(folder / 'articles.jsonl', folder / 'names.jsonl')
    return [[(line.text, [line.text[start:end] for start, end, _ in line.spans]) for line in page] for page in pages]


def test_names_find_their_lines(tmp_path: Path) -> None:
    assert joined(tmp_path, ROWS) == [
        [('Cầu mới ở Cần Thơ', ['Cần Thơ']), ('Ông Trần Văn Bách cắt băng.', ['Trần Văn Bách']), ('Lê Sen', ['Lê Sen'])]
    ]


@pytest.mark.parametrize(
    ('rows', 'article', 'message'),
    [
        (ROWS, {**ARTICLE, 'title': 'Cầu mới ở Cần Giờ'}, 'line 0: the article has another text there'),
        (ROWS, {**ARTICLE, 'url': 'https://songhau.example/khac'}, '1 of 1 articles of names.jsonl are not in it'),
        ([row(3, 'Lê Sen')], ARTICLE, 'line 3: the article has another text there'),
        ([row(2, 'Lê Sen', [0, 6, 'PER'], [3, 6, 'PER'])], ARTICLE, 'overlap or leave the line'),
        ([row(2, 'Lê Sen', [0, 7, 'PER'])], ARTICLE, 'overlap or leave the line'),
        ([{**row(2, 'Lê Sen'), 'passes': 3}], ARTICLE, 'names.jsonl:1: '),
    ],
)
def test_names_of_another_text_are_refused(tmp_path: Path, rows: list[dict[str, object]], article: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        joined(tmp_path, rows, article)


def test_shipped_names_hold_no_text_and_are_many() -> None:
    rows = [json.loads(line) for line in NAMES.read_text('utf-8').splitlines()]
    assert not [fault for one in rows for fault in validator('article_names').faults(one)]
    assert len({one['article'] for one in rows}) > 200
    assert sum(one['passes'] == 2 for one in rows) > 1000


def test_shipped_names_fit_the_articles(shared: Path) -> None:
    pages = annotated_pages(shared / 'articles' / 'open.jsonl.gz')
    with gzip.open(shared / 'articles' / 'open.jsonl.gz', 'rt', encoding='utf-8') as stream:
        publishers = {short_digest(article['url']): article['publisher'] for article in map(json.loads, stream)}
    assert len({publishers[str(page[0].page)] for page in pages}) >= 30
    assert all(
        line.text[start:end] == line.text[start:end].strip() != '' for page in pages for line in page for start, end, _ in line.spans
    )
