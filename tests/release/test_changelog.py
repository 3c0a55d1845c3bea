"""What a changelog says of two releases that differ in one thing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from builder.release.changelog import changelog

Row = dict[str, Any]


def story_of(pages: list[Row]) -> Row:
    return next(line for page in pages for line in page['lines'] if line['entities'])


def relabel(pages: list[Row]) -> None:
    story_of(pages)['label'] = 1 - story_of(pages)['label']


def other_kind(pages: list[Row]) -> None:
    story_of(pages)['kind'] += 1


def other_type(pages: list[Row]) -> None:
    entity = story_of(pages)['entities'][0]
    entity['type'] = (entity['type'] + 1) % 3


def fewer_entities(pages: list[Row]) -> None:
    story_of(pages)['entities'].pop()


def other_site(pages: list[Row]) -> None:
    pages[0]['site'] = 'khac.example'


def other_text(pages: list[Row]) -> None:
    pages[0]['text_sha256'] = '0' * 64
    pages[0]['lines'] = pages[0]['lines'][:1]


CHANGES: list[tuple[Callable[[list[Row]], None], str]] = [
    (relabel, '0 with another text, 1 with other labels, 0 with other entities, 0 with another site.'),
    (other_kind, '0 with another text, 1 with other labels, 0 with other entities, 0 with another site.'),
    (other_type, '0 with another text, 0 with other labels, 1 with other entities, 0 with another site.'),
    (fewer_entities, '0 with another text, 0 with other labels, 1 with other entities, 0 with another site.'),
    (other_site, '0 with another text, 0 with other labels, 0 with other entities, 1 with another site.'),
    (other_text, '1 with another text, 0 with other labels, 0 with other entities, 0 with another site.'),
]


@pytest.mark.parametrize(('change', 'says'), CHANGES)
def test_each_sort_of_change_is_told_apart(change: Callable[[list[Row]], None], says: str, release: Path, tmp_path: Path) -> None:
    (tmp_path / 'pages').mkdir()
    for path in (release / 'pages').iterdir():
        table = pq.read_table(path)
        rows = table.to_pylist()
        if path.name.startswith('train'):
            change(rows)
        pq.write_table(type(table).from_pylist(rows, table.schema), tmp_path / 'pages' / path.name)
    log = changelog('0.2.0', tmp_path, {}, release)
    assert f'0 pages added, 0 removed, 0 moved to another split, {says}' in log
