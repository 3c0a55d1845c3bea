"""Composed pages on disk: a dump and its truth that fit each other and `vinews build`."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.checking.check import check
from builder.errors import InputError, UsageError
from builder.gold import load_gold
from builder.planning import Request
from builder.synth import synthesize
from builder.text.lines import split_lines
from tests.conftest import invoked, silent
from tests.training.invented import articles


@pytest.fixture(scope='module')
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp('stock') / 'articles.jsonl'
    rows = [{'title': one.title, 'lead': one.lead, 'blocks': one.blocks, 'publisher': one.publisher} for one in articles(24)]
    path.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), 'utf-8')
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text('utf-8').split('\n')[:-1]]


@pytest.mark.parametrize('form', ['NFC', 'NFD'])
def test_dump_and_truth_are_of_the_same_lines(stock: Path, form: Any, tmp_path: Path) -> None:
    synthesize(stock, tmp_path / 'out', pages=30, seed=3, form=form)
    dump, truth = rows(tmp_path / 'out' / 'pages.jsonl'), rows(tmp_path / 'out' / 'truth.jsonl')
    assert len(dump) == len(truth) == 30
    for page, known in zip(dump, truth, strict=True):
        assert page['id'] == known['id']
        assert unicodedata.is_normalized(form, page['text'])
        assert [line.text for line in split_lines(page['text'])] == [line['text'] for line in known['lines']]
    assert {page['no_story'] for page in truth} == {True, False}
    assert any(line.get('story') for page in truth for line in page['lines'])
    load_gold((tmp_path / 'out' / 'truth.jsonl',))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(stock: Path, tmp_path: Path) -> None:
    for name, seed in (('a', 5), ('b', 5), ('c', 6)):
        synthesize(stock, tmp_path / name, pages=5, seed=seed)
    a, b, c = ((tmp_path / name / 'pages.jsonl').read_bytes() for name in 'abc')
    assert a == b != c


def test_a_composed_page_is_labelled_by_its_truth_and_never_makes_a_test_split(stock: Path, tmp_path: Path) -> None:
    done = invoked('synth', stock, '-o', tmp_path / 'made', '--pages', 12)
    assert (done.returncode, done.stdout.count('\n')) == (0, 1), done.stderr
    made = tmp_path / 'made'
    (tmp_path / 'all.yaml').write_text('languages: [vi, und]\n')
    build(Request((made / 'pages.jsonl',), tmp_path / 'out', '0.1.0', (made / 'truth.jsonl',), tmp_path / 'all.yaml'), silent)
    assert not list((tmp_path / 'out' / 'lines').glob('test*'))
    lines = [row for path in (tmp_path / 'out' / 'pages').glob('*') for row in pq.read_table(path)['lines'].to_pylist()]
    truth = {tuple(line['text'] for line in page['lines']): page['lines'] for page in rows(made / 'truth.jsonl')}
    assert len(lines) == 12
    for page in lines:
        known = truth[tuple(line['text'] for line in page)]
        assert [line['label'] for line in page] == [int(line['label'] != 'main_story') for line in known]
        assert {vote['source'] for line in page for vote in line['votes'][:1]} == {page[0]['votes'][0]['source']}
    assert check(tmp_path / 'out') == []


def test_what_cannot_be_composed_is_told(stock: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='is there already'):
        synthesize(stock, tmp_path, pages=1, seed=1)
    few = tmp_path / 'few.jsonl'
    few.write_text(stock.read_text('utf-8').split('\n')[0])
    with pytest.raises(InputError, match='1 articles; give 4'):
        synthesize(few, tmp_path / 'out', pages=1, seed=1)
    assert not (tmp_path / 'out').exists()
