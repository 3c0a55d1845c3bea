"""Writing the Parquet files of one bucket of one split: a pure function of staged shards and an assignment.

Ids are hashes, so every bucket has pages all over every shard. A bucket decodes only the row groups that hold a page of it,
one at a time, which bounds memory; but while a split has fewer buckets than a row group has pages (some hundreds), that is
nearly all of them: the records are decoded about once for each bucket. Sorting staged shards by id would mend it, at the
price of holding a shard in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.release.assignment import Assignment, bucket_count, bucket_rows
from builder.release.parquet import WrittenFile, file_name, write_parquet
from builder.release.rows import CONFIGS, config_tables
from builder.splits import is_test
from builder.tables import read_columns


@dataclass(frozen=True, slots=True)
class Part:
    """Some staged records of one shard, by row number in rising order, with the policy group and the cluster of each."""

    shard: Path
    rows: tuple[int, ...]
    groups: tuple[str, ...]
    clusters: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """The pages of a split whose ids fall into one range: one file of each config."""

    split: str
    number: int
    count: int
    parts: tuple[Part, ...]
    folder: Path
    train_keys: Path | None
    """Sorted line keys of train, for the test splits."""
    configs: Sequence[str]


def plan_buckets(
    assignment: Assignment, splits: Sequence[str], shards: Sequence[Path], folder: Path, file_bytes: int, configs: Sequence[str] = CONFIGS
) -> list[Bucket]:
    """The buckets of all splits; the line keys of train are expected in `train_keys.npy` beside the release's folder."""
    keys = folder.parent / 'train_keys.npy'
    buckets: list[Bucket] = []
    for split in splits:
        pages = assignment.pages(split)
        count = bucket_count(pages, file_bytes)
        for number, found in enumerate(bucket_rows(pages, count)):
            parts = tuple(Part(shards[held.shard], tuple(held.rows), tuple(held.groups), tuple(held.clusters)) for held in found)
            if parts:
                buckets.append(Bucket(split, number, count, parts, folder, keys if is_test(split) else None, configs))
    return buckets


def collect_train_keys(assignment: Assignment, shards: Sequence[Path], target: Path) -> None:
    """Write the sorted, distinct line keys of the training split."""
    found = [np.empty(0, np.int64)]
    for held in bucket_rows(assignment.pages('train'), 1)[0]:
        column = read_columns(shards[held.shard] / 'records.parquet', ['line_keys'])['line_keys'].take(held.rows)
        found.append(np.unique(pc.list_flatten(column).to_numpy()))
    np.save(target, np.unique(np.concatenate(found)), allow_pickle=False)


def write_bucket(bucket: Bucket) -> list[WrittenFile]:
    """Write the bucket's file of each config, rows in the order of page ids; a config without rows gets no file."""
    records = pa.concat_tables([_read(part) for part in bucket.parts])
    records = records.take(pc.sort_indices(records['id']))
    keys = np.load(bucket.train_keys, allow_pickle=False) if bucket.train_keys else None
    tables = config_tables(records, keys)
    return [
        write_parquet(bucket.folder, file_name(config, bucket.split, bucket.number, bucket.count), config, bucket.split, tables[config])
        for config in bucket.configs
        if tables[config].num_rows
    ]


def _read(part: Part) -> pa.Table:
    """The part's records with their policy group and cluster; of the row groups, those that hold one of them are decoded, one at a time."""
    wanted = np.asarray(part.rows)
    chosen: list[pa.Table] = []
    first = 0
    with pq.ParquetFile(part.shard / 'records.parquet') as file:
        for number in range(file.num_row_groups):
            size = file.metadata.row_group(number).num_rows
            begin, end = np.searchsorted(wanted, (first, first + size))
            inside = wanted[begin:end] - first
            if len(inside):
                chosen.append(file.read_row_group(number).take(pa.array(inside)))
            first += size
    added = {'group': pa.array(part.groups, pa.string()), 'cluster': pa.array(part.clusters, pa.string())}
    records = pa.concat_tables(chosen)
    return pa.table({**{name: records[name] for name in records.column_names}, **added})
