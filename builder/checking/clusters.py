"""Does clusters.jsonl say what `pages` and the manifest say: of each page its split, its fate and its cluster, and how large clusters are?"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from builder.release.relations import NAME, cluster_figures, read_relations
from builder.schema.validation import validator
from builder.tables import read_columns


def cluster_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The first row that is wrong, then what the rows together say otherwise than the manifest and `cluster` in `pages`."""
    judge = validator('cluster')
    pages = _pages(release)
    named: dict[str, str] = {}
    counted: dict[str, list[int]] = {}
    before = ('', '', -1)
    try:
        for number, row in enumerate(read_relations(release), 1):
            fault = next((str(fault) for fault in judge.faults(row)), None) or _row_fault(row, pages, before)
            if fault:
                yield f'{NAME}:{number}: {fault}; build again'
                return
            before = _key(row)
            counted.setdefault(row['cluster'], []).append(row['size'])
            if row['fate'] == 'kept' and not row['story']:
                named[row['page']] = row['cluster']
    except (OSError, ValueError, RecursionError) as error:
        yield f'{NAME}: cannot be read ({error}); restore it'
        return
    for cluster, sizes in counted.items():
        if set(sizes) != {len(sizes)}:
            yield f'{NAME}: cluster {cluster} has {len(sizes)} rows, but its size is said to be {sizes[0]}; build again'
    for page, (_, said) in pages.items():
        if said is not None and named.get(page) != said:
            yield f'{NAME}: page {page} is in cluster {said} by pages, but in {named.get(page)} here; build again'
    looked = manifest['plan']['duplicates']['policy'] != 'off'
    if manifest['clusters'] != (cluster_figures(read_relations(release)) if looked else None) or (counted and not looked):
        yield f'manifest.json: the sizes of clusters, or how many straddle, are not those of {NAME}; build again'


def _pages(release: Path) -> dict[str, tuple[str, str | None]]:
    """Split and cluster of each page of the release, by id."""
    found: dict[str, tuple[str, str | None]] = {}
    for path in sorted((release / 'pages').glob('*.parquet')):
        table = read_columns(path, ('id', 'cluster'))
        split = path.name.split('-')[0]
        found.update((page, (split, cluster)) for page, cluster in zip(*table.to_pydict().values(), strict=True))
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return row['cluster'], row['page'], -1 if row['story'] is None else row['story']


def _row_fault(row: Mapping[str, Any], pages: Mapping[str, tuple[str, str | None]], before: tuple[str, str, int]) -> str | None:
    """What a schema cannot say of a row."""
    page = pages.get(row['page'])
    if _key(row) <= before:
        return 'is not in the order of cluster, page and story'
    if (page is not None) != (row['fate'] == 'kept'):
        return f'page {row["page"]} is {"in" if page else "not in"} the release, but its fate is said to be {row["fate"]}'
    if page and row['split'] != page[0]:
        return f'page {row["page"]} stands in {page[0]}, not in {row["split"]}'
    return None
