"""Buckets: every page in one of them, found in one pass over the pages however many there are."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from builder.release.assignment import Assignment
from builder.release.write import plan_buckets


class Counted:
    """A table that counts how often each of its columns is taken."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.taken: Counter[str] = Counter()

    def __getitem__(self, name: str) -> Any:
        self.taken[name] += 1
        return self.table[name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)


class OneSplit:
    """An assignment of which all pages are of one split."""

    def __init__(self, pages: Counted) -> None:
        self.counted = pages

    def pages(self, _split: str) -> Counted:
        return self.counted


def pages(count: int) -> pa.Table:
    ids = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(count)]
    shards = [number // 10 for number in range(count)]
    size = [100] * count
    columns = {
        'id': ids,
        'shard': shards,
        'row': [number % 10 for number in range(count)],
        'group': ['seen'] * count,
        'cluster': [None] * count,
    }
    return pa.table({**columns, 'row_bytes': size, 'text_bytes': size})


def test_ids_are_read_once_for_all_buckets(tmp_path: Path) -> None:
    table = Counted(pages(200))
    shards = [tmp_path / str(number) for number in range(20)]
    buckets = plan_buckets(OneSplit(table), ['train'], shards, tmp_path, 500)  # type: ignore[arg-type]
    assert len(buckets) > 30
    assert table.taken['id'] == 1
    placed = [(part.shard, row) for bucket in buckets for part in bucket.parts for row in part.rows]
    assert sorted(placed) == sorted((shards[shard], row) for shard in range(20) for row in range(10))


def test_ids_of_one_bucket_are_one_range(tmp_path: Path) -> None:
    table = pages(200)
    ids = table['id'].to_pylist()
    shards = [tmp_path / str(number) for number in range(20)]
    assignment = Assignment(table.append_column('split', pa.array(['train'] * 200)))
    buckets = plan_buckets(assignment, ['train'], shards, tmp_path, 4000)
    held = [sorted(ids[10 * int(part.shard.name) + row] for part in bucket.parts for row in part.rows) for bucket in buckets]
    assert [one for bucket in held for one in bucket] == sorted(ids)
