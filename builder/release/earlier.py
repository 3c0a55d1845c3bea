"""The pages of releases before this one, which keep their places: what a later build may not contradict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from builder.errors import InputError
from builder.tables import read_columns

_COLUMNS: Final = ('id', 'text_sha256', 'site', 'url', 'published', 'crawled')
_SCHEMA: Final = pa.schema([(name, pa.string()) for name in (*_COLUMNS, 'placed')])


def _no_pages() -> pa.Table:
    return _SCHEMA.empty_table()


@dataclass(frozen=True, slots=True)
class Earlier:
    """One row a page: `id`, `text_sha256`, `site`, `url`, `published`, `crawled`, and `placed`, its split there."""

    previous: pa.Table = field(default_factory=_no_pages)
    """Those of the release before: what of them is in the dump again stays where it was, and what is not is gone."""
    apart: pa.Table = field(default_factory=_no_pages)
    """Those of the release whose rejects are tried again: they are in no dump that is read now."""
    files: tuple[Path, ...] = ()
    """The files of `pages` of the latter."""


def read_earlier(previous: Path | None, retried: Path | None) -> Earlier:
    """The pages of both releases. Raises OSError."""
    files = _files(retried)
    return Earlier(_pages(_files(previous)), _pages(files), files)


def _files(release: Path | None) -> tuple[Path, ...]:
    return tuple(sorted((release / 'pages').glob('*.parquet'))) if release else ()


def _pages(files: tuple[Path, ...]) -> pa.Table:
    tables = []
    for path in files:
        table = read_columns(path, _COLUMNS)
        placed = pa.repeat(path.name.split('-')[0], table.num_rows)
        tables.append(table.append_column('placed', placed).cast(_SCHEMA))
    return pa.concat_tables([_no_pages(), *tables])


def placed_before(earlier: Earlier) -> dict[str, str]:
    """The split of each page of the release before, by id."""
    columns = (earlier.previous[name].to_pylist() for name in ('id', 'placed'))
    return dict(zip(*columns, strict=True))


def settled_sites(earlier: Earlier) -> dict[str, bool]:
    """Of each site that an earlier release has a page of, whether it stands in test_unseen_sites. Raises InputError where two say otherwise."""
    found: dict[str, bool] = {}
    for site, placed in _sites(earlier):
        unseen = placed == 'test_unseen_sites'
        if found.setdefault(site, unseen) != unseen:
            raise InputError(
                f'site {site}: stands in test_unseen_sites of an earlier release and in another split too; build without that release'
            )
    return found


def _sites(earlier: Earlier) -> Iterator[tuple[Any, Any]]:
    for table in (earlier.previous, earlier.apart):
        for row in table.group_by(['site', 'placed']).aggregate([]).to_pylist():
            yield row['site'], row['placed']
