"""The rows of a full release without some of its pages: nothing else changes but what was said of those pages' relation to others.

`seen_in_train` and `cluster` speak of the other pages of the release. Left as they were, they would tell of pages that are gone.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.release.broken_clusters import Row, without_gone
from builder.release.certificate import released_keys
from builder.release.complete import Tables
from builder.release.parquet import WrittenFile, write_parquet
from builder.release.relations import read_relations
from builder.splits import is_test
from builder.staging.rows import line_key
from builder.tables import column_of, read_columns


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left, and how many values of the remaining rows had to change with it."""

    tables: Tables
    relations: Sequence[Row]
    """The rows of clusters.jsonl."""
    unseen_lines: int
    """Lines of the test splits that stood in train, and no longer do."""
    other_clusters: int
    """Pages with another `cluster`."""


def without_pages(tables: Tables, gone: AbstractSet[str], fate: str, target: Path) -> Remainder:
    """Write the rows of all pages of a release but those that are `gone`, by id, to the folder `target`. One file is in memory at a time.

    A file without such a page is copied byte for byte, one with no other page is left out. Raises OSError.
    """
    ids = pa.array(sorted(gone), pa.string())
    files = [file for file in (_filtered(tables.folder, file, ids, target) for file in tables.files) if file]
    return mend(tables, Tables(target, files), gone, fate)


def mend(before: Tables, left: Tables, gone: AbstractSet[str], fate: str) -> Remainder:
    """Set right in the files of `left`, in place, what was said of the pages of the release `before` that are `gone`. Raises OSError."""
    broken = without_gone(read_relations(before.folder), gone, fate)
    other_clusters, files = _mended(left, 'pages', lambda table: _with_clusters(table, broken.clusters))
    unseen = 0
    if _pages_in_train(files) < _pages_in_train(before.files):
        keys = np.unique(np.concatenate([np.empty(0, np.int64), *(np.unique(keys) for keys, _ in released_keys(left.folder, 'train'))]))
        unseen, files = _mended(Tables(left.folder, files), 'lines', lambda table: _with_seen(table, keys), of_tests=True)
    return Remainder(Tables(left.folder, files), broken.rows, unseen, other_clusters)


def _filtered(folder: Path, file: WrittenFile, gone: pa.Array, target: Path) -> WrittenFile | None:
    table = read_columns(folder / file.path)
    stays = pc.invert(pc.is_in(table['id'], gone))
    if pc.all(stays).as_py():
        (target / file.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file.path, target / file.path)
        return file
    rest = table.filter(stays)
    return write_parquet(target, file.path, file.config, file.split, rest) if rest.num_rows else None


def _pages_in_train(files: Sequence[WrittenFile]) -> int:
    return sum(file.rows for file in files if (file.config, file.split) == ('pages', 'train'))


def _mended(
    tables: Tables, config: str, change: Callable[[pa.Table], tuple[int, pa.Table]], *, of_tests: bool = False
) -> tuple[int, list[WrittenFile]]:
    """How many rows `change` changed in the files of a config, and all files with those that it changed written anew."""
    changes, files = 0, []
    for file in tables.files:
        changed = 0
        if file.config == config and (is_test(file.split) or not of_tests):
            changed, table = change(read_columns(tables.folder / file.path))
        changes += changed
        files.append(write_parquet(tables.folder, file.path, config, file.split, table) if changed else file)
    return changes, files


def _with_seen(lines: pa.Table, train_keys: NDArray[np.int64]) -> tuple[int, pa.Table]:
    """`seen_in_train` of lines of a test split; what did not stand in train before does not now."""
    before = column_of(lines, 'seen_in_train').to_numpy(zero_copy_only=False).astype(bool)
    seen = np.flatnonzero(before)
    keys = np.fromiter(map(line_key, lines['text'].take(pa.array(seen)).to_pylist()), np.int64, len(seen))
    after = before.copy()
    after[seen] = np.isin(keys, train_keys)
    return int((before != after).sum()), _replaced(lines, 'seen_in_train', pa.array(after))


def _with_clusters(pages: pa.Table, clusters: Mapping[str, str | None]) -> tuple[int, pa.Table]:
    before = pages['cluster'].to_pylist()
    after = [clusters.get(page, cluster) for page, cluster in zip(pages['id'].to_pylist(), before, strict=True)]
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    return changed, _replaced(pages, 'cluster', pa.array(after, pa.string()))


def _replaced(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
