"""Digests tell of two releases what their rows, held in memory, would tell."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.release import fingerprints
from builder.release.columns import leaf_columns
from builder.release.fingerprints import Differences, Source, differences

SPAN = pa.struct([('start', pa.int32()), ('names', pa.list_(pa.string()))])
SCHEMA = pa.schema([('id', pa.string()), ('text', pa.string()), ('share', pa.float32()), ('flag', pa.bool_()), ('spans', pa.list_(SPAN))])
ROW = st.fixed_dictionaries(
    {
        'text': st.none() | st.text('aé', max_size=3),
        'share': st.none() | st.sampled_from([0.0, 0.5]),
        'flag': st.none() | st.booleans(),
        'spans': st.lists(
            st.fixed_dictionaries({'start': st.integers(0, 2), 'names': st.lists(st.text('ab', max_size=2), max_size=2)}), max_size=2
        ),
    }
)
Row = dict[str, Any]
Pages = Mapping[str, tuple[str, list[Row]]]
"""Split and rows of each page, by id."""
PAGES = st.dictionaries(
    st.text('0123456789abcdef', min_size=4, max_size=4),
    st.tuples(st.sampled_from(['test', 'train']), st.lists(ROW, min_size=1, max_size=3)),
)


@contextmanager
def written(pages: Pages) -> Iterator[list[Source]]:
    with TemporaryDirectory() as folder:
        sources = []
        for split in sorted({split for split, _ in pages.values()}):
            rows = [{'id': page, **row} for page, (where, rows) in sorted(pages.items()) if where == split for row in rows]
            sources.append(Source(Path(folder) / f'{split}.parquet', split))
            pq.write_table(pa.Table.from_pylist(rows, SCHEMA), sources[-1].path, row_group_size=2)
        yield sources


def differences_of(old: Pages, new: Pages) -> Differences:
    with written(old) as before, written(new) as after:
        leaves = list(leaf_columns(next(iter([*before, *after])).path)) if old or new else []
        return differences(before, after, leaves) if leaves else Differences({}, {}, {}, {})


def cells(rows: list[Row], column: str) -> list[object]:
    name, _, field = column.partition('.')
    if name == 'spans':
        spans: list[list[Row]] = [row['spans'] for row in rows]
        return [span[field] for of_row in spans for span in of_row] if field else [len(of_row) for of_row in spans]
    return [row.get(name) for row in rows]


@given(PAGES, PAGES, st.data())
def test_digests_tell_what_the_rows_tell(old: Pages, new: Pages, data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(old)))) if old else set()
    new = {**new, **{page: old[page] for page in kept}}
    found = differences_of(old, new)
    splits = lambda pages, others: {(page, split) for page, (split, _) in pages.items() if page not in others}  # noqa: E731
    assert {(page, split) for split, ids in found.added.items() for page in ids} == splits(new, old)
    assert {(page, split) for split, ids in found.removed.items() for page in ids} == splits(old, new)
    both = old.keys() & new.keys()
    moved = {(page, old[page][0], new[page][0]) for page in both if old[page][0] != new[page][0]}
    assert {(page, *move) for move, ids in found.moved.items() for page in ids} == moved
    for column in ('id', 'text', 'share', 'flag', 'spans', 'spans.start', 'spans.names'):
        differ = {page for page in both if cells(old[page][1], column) != cells(new[page][1], column)}
        assert set(found.changed.get(column, ())) == differ


@pytest.mark.parametrize('rows', [1, 2, 3, 100])
def test_a_page_is_one_however_its_rows_are_read(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, '_ROWS', rows)
    row: Row = {'text': 'a', 'share': None, 'flag': True, 'spans': []}
    old = {page: ('train', [row] * count) for page, count in (('0a', 1), ('0b', 5), ('0c', 2))}
    assert differences_of(old, old) == Differences({}, {}, {}, {})
    new = {**old, '0b': ('train', [*[row] * 4, {**row, 'flag': False}])}
    assert differences_of(old, new).changed == {'flag': ['0b']}
