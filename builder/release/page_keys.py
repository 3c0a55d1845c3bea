"""What pages share beside stories: their text, address, day of crawl, site; as keys of groups."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.duplicates.segments import whole_pages
from builder.duplicates.shingles import text_key, whole
from builder.identity import canonical_url
from builder.release.assignment import Assignment, released
from builder.release.earlier import Earlier
from builder.release.grouping import Members
from builder.tables import read_columns
from builder.text.dates import iso_day

Numbers = Mapping[str, int]
"""The number of each page, by id."""
_COLUMNS: Final = {'text': ('line_keys',), 'canonical_url': ('url',), 'crawl_day': ('site', 'crawled'), 'site': ('site',)}


def members(kind: str, numbers: Numbers, assignment: Assignment, shards: Sequence[Path], earlier: Earlier) -> Members:
    """The pages that have a key of a kind: `text`, `canonical_url`, `crawl_day` or `site`. One column of one shard is in memory at a time."""
    pages: list[int] = []
    keys: list[int] = []
    for ids, values in _values(kind, assignment, shards, earlier):
        for page, value in zip(ids, values, strict=True):
            if value is not None:
                pages.append(numbers[page])
                keys.append(value if isinstance(value, int) else _hash(value))
    return Members(np.array(pages, np.int64), np.array(keys, np.int64))


def _values(kind: str, assignment: Assignment, shards: Sequence[Path], earlier: Earlier) -> Iterator[tuple[list[str], Iterator[Any]]]:
    """(ids, values) of each shard's released pages, and of those that are in no dump."""
    value_of = _VALUES[kind]
    for shard, rows in zip(shards, released(assignment, len(shards)), strict=True):
        table = read_columns(shard / 'records.parquet', ('id', *_COLUMNS[kind])).take(pa.array(rows))
        yield table['id'].to_pylist(), value_of(table)
    if kind == 'text':
        for page in whole_pages(earlier.files):
            yield [page.page], iter(whole(page.text).view(np.int64).tolist())
    elif earlier.apart.num_rows:
        yield earlier.apart['id'].to_pylist(), value_of(earlier.apart)


def _texts(table: pa.Table) -> Iterator[int]:
    lists = table['line_keys'].combine_chunks()
    flat = pc.list_flatten(table['line_keys']).to_numpy()
    counts = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    return (text_key(keys) for keys in np.split(flat, np.cumsum(counts)[:-1])) if len(counts) else iter(())


def _addresses(table: pa.Table) -> Iterator[str | None]:
    return (canonical_url(url) if url else None for url in table['url'].to_pylist())


def _days(table: pa.Table) -> Iterator[str | None]:
    """Site and day: what stands on all pages of a day is the sidebar of one site."""
    rows = zip(table['site'].to_pylist(), map(iso_day, table['crawled'].to_pylist()), strict=True)
    return (f'{site}\0{day}' if day else None for site, day in rows)


def _sites(table: pa.Table) -> Iterator[str | None]:
    return iter(table['site'].to_pylist())


_VALUES: Final[Mapping[str, Callable[[pa.Table], Iterator[Any]]]] = {
    'text': _texts,
    'canonical_url': _addresses,
    'crawl_day': _days,
    'site': _sites,
}


def _hash(value: str) -> int:
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), 'big', signed=True)
