"""What follows the shards of a build one by one must not go over all its pages for each of them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.errors import BalanceError
from builder.release.assignment import ID_CONFLICT, Assignment
from builder.release.balance import conservation
from builder.release.rejects import NAME, write_rejects


class Touched:
    """A table that counts what is asked of it."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.count = 0

    def __getitem__(self, name: str) -> Any:
        self.count += 1
        return self.table[name]

    def __getattr__(self, name: str) -> Any:
        self.count += 1
        return getattr(self.table, name)


class Conflicts:
    """An assignment that dropped the same rows for every reason."""

    def __init__(self, table: Touched) -> None:
        self.table = table

    def dropped(self, _reason: str) -> Touched:
        return self.table


FATES = [
    ('kept', None),
    ('duplicate', None),
    ('filtered', 'language_en'),
    ('rejected', 'no_text'),
    ('rejected', 'no_text'),
    ('framing', None),
]


def staged(folder: Path, count: int) -> list[Path]:
    shards = [folder / str(number) for number in range(count)]
    for shard in shards:
        shard.mkdir(parents=True)
        (shard / 'manifest.json').write_text(json.dumps({'shard': shard.name, 'read': 5}))
        (shard / 'rejects.jsonl').touch()
        pq.write_table(pa.table({'text': ['một', 'hai']}), shard / 'records.parquet')
    return shards


def fates(count: int) -> Touched:
    rows = [{'shard': shard, 'fate': fate, 'reason': reason} for shard in range(count) for fate, reason in FATES]
    return Touched(pa.Table.from_pylist(rows, pa.schema([('shard', pa.int64()), ('fate', pa.string()), ('reason', pa.string())])))


def refused(count: int) -> Touched:
    place = {'dump': 'd', 'path': 'p', 'member': None, 'unit': 'byte', 'start': 0, 'end': 9}
    rows = [{**place, 'shard': shard, 'row': row, 'id': 'a' * 32} for shard in range(count) for row in range(2)]
    return Touched(pa.Table.from_pylist(rows))


def test_the_conservation_table_is_counted_in_one_pass(tmp_path: Path) -> None:
    asked: Counter[int] = Counter()
    for count in (2, 30):
        table = fates(count)
        rows = conservation(staged(tmp_path / str(count), count), Assignment(table))
        asked[count] = table.count
        told = {'read': 5, 'kept': 1, 'filtered': {'language_en': 1}, 'duplicate': 1, 'leak': 0, 'rejected': {'no_text': 2}}
        assert rows == [{'shard': str(number), **told} for number in range(count)]
    assert asked[2] == asked[30]


def test_a_shard_of_which_nothing_is_known_does_not_balance(tmp_path: Path) -> None:
    with pytest.raises(BalanceError, match='shard 2: read 5 pieces, but 0 have a fate'):
        conservation(staged(tmp_path, 3), Assignment(fates(2).table))


def test_conflicts_are_gathered_in_one_pass_and_stand_with_their_shard(tmp_path: Path) -> None:
    asked: Counter[int] = Counter()
    for count in (2, 30):
        table = refused(count)
        shards = staged(tmp_path / str(count), count)
        assert write_rejects(tmp_path, Conflicts(table), shards, 100) == 2 * count  # type: ignore[arg-type]
        asked[count] = table.count
        rows = [json.loads(line) for line in (tmp_path / NAME).read_text('utf-8').splitlines()]
        assert {row['reason'] for row in rows} == {ID_CONFLICT}
        assert [row['raw_base64'] for row in rows] == ['beG7mXQ=', 'aGFp'] * count
    assert asked[2] == asked[30]
