"""What differs between the rows of two releases, page by page: told by a digest of each column, never by holding the rows.

Of the older release 64 bits a page and column stay in memory, whatever a page's length; the newer one passes by them. Pages of one id
alone are set against one another, so that chance agreement of digests does not add up.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from builder.errors import InputError
from builder.release.columns import plain_name
from builder.release.content import streams

_ROWS: Final = 2_048  # rows in memory at a time, and those of the page that the last of them belong to


@dataclass(frozen=True, slots=True)
class Source:
    """A Parquet file and the split that it belongs to."""

    path: Path
    split: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Pages with a digest of each of their columns."""

    ids: NDArray[np.bytes_]
    splits: NDArray[np.str_]
    digests: NDArray[np.uint64]
    """Pages × columns."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Pages by id."""

    added: dict[str, list[str]]
    """By split."""
    removed: dict[str, list[str]]
    moved: dict[tuple[str, str], list[str]]
    """By the split that they were in and the one that they are in."""
    changed: dict[str, list[str]]
    """Pages of both, by the column whose rows differ."""


def column_of(leaf: str) -> str:
    """The column that tells of a leaf as Parquet names it: the leaf, but never deeper than a field of a line. Of `lines` itself, how many."""
    return '.'.join(plain_name(leaf).split('.')[:2])


def differences(old: Sequence[Source], new: Sequence[Source], leaves: Sequence[str]) -> Differences:
    """What differs in those leaf columns, `id` among them, which the files of both must have.

    Raises InputError where a page stands in two places of one release, or a file cannot be read.
    """
    before = _all_of(old, leaves)
    columns = _columns(leaves)
    found = Differences({}, {}, {}, {})
    passed = np.zeros(len(before.ids), bool)
    for batch in _fingerprints(new, leaves):
        places = np.searchsorted(before.ids, batch.ids)
        known = places < len(before.ids)
        known[known] = before.ids[places[known]] == batch.ids[known]
        for page, split in zip(batch.ids[~known], batch.splits[~known], strict=True):
            found.added.setdefault(str(split), []).append(page.decode())
        both, at = Fingerprints(batch.ids[known], batch.splits[known], batch.digests[known]), places[known]
        if passed[at].any():
            raise _twice(both.ids[passed[at]][0])
        passed[at] = True
        for page, left, reached in zip(both.ids, before.splits[at], both.splits, strict=True):
            if left != reached:
                found.moved.setdefault((str(left), str(reached)), []).append(page.decode())
        for number, column in enumerate(columns):
            differ = before.digests[at, number] != both.digests[:, number]
            if differ.any():
                found.changed.setdefault(column, []).extend(page.decode() for page in both.ids[differ])
    for page, split in zip(before.ids[~passed], before.splits[~passed], strict=True):
        found.removed.setdefault(str(split), []).append(page.decode())
    return found


def _all_of(sources: Sequence[Source], leaves: Sequence[str]) -> Fingerprints:
    """The pages of all files, by id."""
    batches = [_nothing(len(_columns(leaves))), *_fingerprints(sources, leaves)]
    ids = np.concatenate([batch.ids for batch in batches])
    order = np.argsort(ids, kind='stable')
    ids = ids[order]
    repeated = np.flatnonzero(ids[1:] == ids[:-1])
    if len(repeated):
        raise _twice(ids[repeated[0]])
    splits = np.concatenate([batch.splits for batch in batches])[order]
    return Fingerprints(ids, splits, np.concatenate([batch.digests for batch in batches])[order])


def _nothing(columns: int) -> Fingerprints:
    return Fingerprints(np.empty(0, 'S1'), np.empty(0, 'U1'), np.empty((0, columns), np.uint64))


def _twice(page: bytes) -> InputError:
    return InputError(f'page {page.decode()} stands twice in one release; `vinews check` says more')


def _columns(leaves: Sequence[str]) -> list[str]:
    return sorted({name for leaf in leaves for name in (leaf.partition('.')[0], column_of(leaf))})


def _fingerprints(sources: Sequence[Source], leaves: Sequence[str]) -> Iterator[Fingerprints]:
    columns = {column: number for number, column in enumerate(_columns(leaves))}
    for source in sources:
        for table in whole_pages(source.path, leaves):
            ids = np.asarray([page.encode() for page in table['id'].to_pylist()])
            starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
            digests = _digests(table, np.append(starts, len(ids)), columns)
            yield Fingerprints(ids[starts], np.full(len(starts), source.split), digests)


def whole_pages(path: Path, leaves: Sequence[str]) -> Iterator[pa.Table]:
    """Some rows of a file at a time, but always all of a page, which must stand one behind the other. Raises InputError."""
    held: pa.Table | None = None
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS, columns=list(leaves)):
                table = pa.Table.from_batches([batch])
                if held is not None:
                    table = pa.concat_tables([held, table])
                if table['id'].null_count:
                    raise ValueError('a row has no id')
                last = _first_of_last(table['id'].to_pylist())
                if last:
                    yield table.slice(0, last).combine_chunks()
                held = table.slice(last)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise InputError(f'{path}: cannot be read ({" ".join(str(error).split())[:200]}); restore it') from error
    if held is not None and held.num_rows:
        yield held.combine_chunks()


def _first_of_last(ids: Sequence[str]) -> int:
    """The number of the first row of the last page."""
    number = len(ids)
    while number and ids[number - 1] == ids[-1]:
        number -= 1
    return number


def _digests(table: pa.Table, pages: NDArray[np.int64], columns: dict[str, int]) -> NDArray[np.uint64]:
    """Of each column of each page; `pages` says in which row each begins, and the last one ends."""
    hashes = [[hashlib.blake2b(digest_size=8) for _ in columns] for _ in pages[1:]]
    parts = sorted((part for name in table.column_names for part in streams(name, table[name].combine_chunks())), key=lambda part: part[0])
    for name, content, rows in parts:
        number = columns[_column(name)]
        bounds = rows[pages].tolist()
        view = memoryview(content)
        for page, start, end in zip(hashes, bounds, bounds[1:], strict=False):
            page[number].update(view[start:end])
    joined = b''.join(one.digest() for page in hashes for one in page)
    return np.frombuffer(joined, np.uint64).reshape(len(hashes), len(columns))


def _column(stream: str) -> str:
    """The column that a stream of `builder.release.content` belongs to."""
    return column_of(stream.rpartition(':')[0].replace('[]', ''))
