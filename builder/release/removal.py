"""The rows of a full release without some of its pages: nothing else changes but what was said of those pages' relation to others.

`seen_in_train` and `cluster` speak of the other pages of the release. Left as they were, they would tell of pages that are gone.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.duplicates.clusters import find_clusters, page_clusters
from builder.duplicates.nearest import likenesses
from builder.duplicates.segments import MAIN_STORY, Segment, released_segments
from builder.plan import Duplicates
from builder.release.certificate import released_keys
from builder.release.complete import Tables
from builder.release.parquet import WrittenFile, write_parquet
from builder.staging.rows import line_key
from builder.tables import column_of, read_columns


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left, and how many values of the remaining rows had to change with it."""

    tables: Tables
    unseen_lines: int
    """Lines of the test splits that stood in train, and no longer do."""
    other_clusters: int
    """Pages with another `cluster`."""


def without_pages(tables: Tables, gone: Collection[str], rules: Duplicates, target: Path) -> Remainder:
    """Write the rows of all pages but those that are `gone`, by id, to the folder `target`. One file is in memory at a time.

    A file without such a page is copied byte for byte, one with no other page is left out. Raises OSError.
    """
    ids = pa.array(sorted(gone), pa.string())
    files = [file for file in (_filtered(tables.folder, file, ids, target) for file in tables.files) if file]
    left = Tables(target, files)
    clusters = clusters_of(tables)
    lost = [segment for segment in _segments(tables) if segment.page in gone]
    alike = likenesses(lost, _segments(left), rules.key, rules.threshold)
    told = {clusters[found.other.page] for found in alike if found.other.story == MAIN_STORY}
    touched = {cluster for cluster in (*(clusters[page] for page in gone), *told) if cluster}
    return mend(left, touched, rules, train_lost=pages_in_train(files) < pages_in_train(tables.files))


def mend(left: Tables, touched: Collection[str], rules: Duplicates, *, train_lost: bool) -> Remainder:
    """Set right in the files of `left`, in place, what was said of pages that are not there. Raises OSError.

    `touched` are the clusters that may have lost a page or a story: only these are looked at again, and a component that dropped copies
    held together in the build stays as it was. `train_lost` says whether a page of train is gone.
    """
    clusters = _clusters_anew(left, touched, rules)
    other_clusters, files = _mended(left, 'pages', lambda table: _with_clusters(table, clusters))
    unseen = 0
    if train_lost:
        keys = np.unique(np.concatenate([np.empty(0, np.int64), *(np.unique(keys) for keys, _ in released_keys(left.folder, 'train'))]))
        unseen, files = _mended(Tables(left.folder, files), 'lines', lambda table: _with_seen(table, keys), of_tests=True)
    return Remainder(Tables(left.folder, files), unseen, other_clusters)


def _filtered(folder: Path, file: WrittenFile, gone: pa.Array, target: Path) -> WrittenFile | None:
    table = read_columns(folder / file.path)
    stays = pc.invert(pc.is_in(table['id'], gone))
    if pc.all(stays).as_py():
        (target / file.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file.path, target / file.path)
        return file
    rest = table.filter(stays)
    return write_parquet(target, file.path, file.config, file.split, rest) if rest.num_rows else None


def pages_in_train(files: Sequence[WrittenFile]) -> int:
    """How many pages train has."""
    return sum(file.rows for file in files if (file.config, file.split) == ('pages', 'train'))


def _mended(
    tables: Tables, config: str, mend: Callable[[pa.Table], tuple[int, pa.Table]], *, of_tests: bool = False
) -> tuple[int, list[WrittenFile]]:
    """How many rows `mend` changed in the files of a config, and all files with those that it changed written anew."""
    changes, files = 0, []
    for file in tables.files:
        changed = 0
        if file.config == config and (file.split.startswith('test') or not of_tests):
            changed, table = mend(read_columns(tables.folder / file.path))
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


def _clusters_anew(left: Tables, touched: Collection[str], rules: Duplicates) -> dict[str, str | None]:
    """The cluster, as the release is now, of each page that was in a touched one."""
    members = {page for page, cluster in clusters_of(left).items() if cluster in touched}
    if not members:
        return {}
    own = [segment for segment in _segments(left) if segment.page in members and segment.story == MAIN_STORY]
    told = {(found.other.page, found.other.story): found.other for found in likenesses(own, _segments(left), rules.key, rules.threshold)}
    with TemporaryDirectory(dir=left.folder.parent) as folder:
        found = find_clusters(told.values(), rules.threshold, rules.key, Path(folder))
    clusters = page_clusters(found, {page for page, _ in told})
    return {page: clusters.get(page) for page in members}


def _segments(tables: Tables) -> Iterator[Segment]:
    return released_segments(tables.folder / file.path for file in tables.files if file.config == 'pages')


def clusters_of(tables: Tables) -> dict[str, str | None]:
    """The cluster of each page of a release."""
    found: dict[str, str | None] = {}
    for file in tables.files:
        if file.config == 'pages':
            table = read_columns(tables.folder / file.path, ('id', 'cluster'))
            found.update(zip(table['id'].to_pylist(), table['cluster'].to_pylist(), strict=True))
    return found
