"""Planted truth through whole builds: composed pages whose copies are known, a second build of more of them, and the same pages in other shards."""

import json
from pathlib import Path

import pytest

from benchmarks.planted import Planted, measure, plant, rows, write
from builder.build import build
from builder.checking.check import check
from builder.planning import Request
from tests.conftest import silent
from tests.duplicates.test_clusters import article, seeded

PAGES = 300


@pytest.fixture(scope='module')
def pages() -> list[Planted]:
    numbers = seeded(21)
    stories = [[' '.join(article(numbers, length)) for length in (9, 30, 30)] for _ in range(110)]
    return plant(stories, PAGES, 4)


def release_of(pages: list[Planted], folder: Path, version: str = '0.1.0', previous: Path | None = None, workers: int = 0) -> Path:
    dump, gold, config = write(pages, folder)
    build(Request((dump,), folder / 'release', version, (gold,), config, workers, previous), silent)
    return folder / 'release'


@pytest.fixture(scope='module')
def first(pages: list[Planted], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of(pages[: PAGES * 6 // 10], tmp_path_factory.mktemp('first') / 'a')


@pytest.fixture(scope='module')
def grown(pages: list[Planted], first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of(pages, tmp_path_factory.mktemp('grown') / 'a', '0.2.0', first)


def test_copies_are_found_nothing_else_is_and_none_stands_in_two_splits(pages: list[Planted], first: Path, grown: Path) -> None:
    for release, part in ((first, pages[: PAGES * 6 // 10]), (grown, pages)):
        found = measure(release, part)
        assert found['near'] > 50
        assert found['found'] >= 0.99 * found['near']
        assert (found['false'], found['straddling'], found['leaks']) == (0, 0, 0)
        told = json.loads((release / 'manifest.json').read_text('utf-8'))
        assert sum(row['leak'] for row in told['conservation']) > 10
        assert told['splits'].keys() == {'train', 'validation', 'test', 'test_unseen_sites'}
        assert told['leakage']['test']['long_lines']['headline']['seen'] > 0
    assert check(grown) == []


def test_in_a_larger_dump_no_page_of_the_previous_release_is_moved_or_changed(first: Path, grown: Path) -> None:
    old, new = rows(first), rows(grown)
    assert len(new) > len(old)
    assert {page: new.get(page) for page in old} == old


def test_neither_the_order_of_pages_nor_shards_nor_workers_change_splits_and_clusters(
    pages: list[Planted], first: Path, tmp_path: Path
) -> None:
    shuffled = pages[: PAGES * 6 // 10]
    seeded(5).shuffle(shuffled)
    dump, gold, config = write(shuffled, tmp_path / 'b')
    config.write_text('split_policy: splits.yaml\nlimits: {shard_bytes: 30000}\n')
    build(Request((dump,), tmp_path / 'b' / 'release', '0.1.0', (gold,), config, 2), silent)
    other = tmp_path / 'b' / 'release'
    assert (other / 'clusters.jsonl').read_bytes() == (first / 'clusters.jsonl').read_bytes()
    assert {page: split for page, (split, _) in rows(other).items()} == {page: split for page, (split, _) in rows(first).items()}
    shards = json.loads((other / 'manifest.json').read_text('utf-8'))['conservation']
    assert len(shards) > 3
