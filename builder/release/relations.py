"""clusters.jsonl of a release: which stories on which pages are copies of one another, how near, and what became of the pages."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from builder.duplicates.clusters import Clusters
from builder.duplicates.segments import MAIN_STORY, WHOLE_PAGE
from builder.schema.arrow import staged_schema
from builder.schema.validation import validator

NAME: Final = 'clusters.jsonl'
_SCHEMA: Final = staged_schema('cluster')


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the pages, by number."""

    numbers: Mapping[str, int]
    splits: Sequence[str | None]
    fates: Sequence[str]
    apart: NDArray[np.bool_]
    """Pages of another release."""
    ranks: Mapping[str, int]
    """Of pages whose ids name a cluster before others, where they are in it: below 0."""


def relations(clusters: Clusters, told: Told) -> pa.Table:
    """One row for each story of a cluster that two pages tell, one of them of this build; by cluster, page and story.

    A story of a page that was dropped is listed in every cluster that it is near to; a cluster of such alone, only if no other has them all.
    """
    members, beside = _members(clusters, told)
    near_to: defaultdict[int, set[int]] = defaultdict(set)
    for component, found in beside.items():
        for number, _ in found:
            near_to[number].add(component)
    rows: list[tuple[Any, ...]] = []
    for component, own in members.items():
        if set[int].intersection(*(near_to[number] for number in own)):
            continue
        found = [*((number, float(clusters.similarities[number])) for number in own), *beside[component]]
        pages = {clusters.pages[number] for number, _ in found}
        if len(pages) > 1 and not all(told.apart[told.numbers[page]] for page in pages):
            name, first = _name(clusters, own, told), int(clusters.firsts[own[0]])
            rows += [(name, len(found), *_row(clusters, number, first, told), round(near, 4)) for number, near in found]
    rows.sort(key=lambda row: (row[0], row[2], -1 if row[3] is None else row[3]))
    columns = zip(*rows, strict=True) if rows else [()] * len(_SCHEMA)
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)], _SCHEMA)


def _members(clusters: Clusters, told: Told) -> tuple[dict[int, list[int]], defaultdict[int, list[tuple[int, float]]]]:
    """By component: its own segments, and the dropped ones that are near to it, with their similarity to its first."""
    beside: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    columns = (clusters.beside.segments.tolist(), clusters.beside.components.tolist(), clusters.beside.similarities.tolist())
    for segment, component, near in zip(*columns, strict=True):
        if told.fates[told.numbers[clusters.pages[segment]]] != 'kept':
            beside[component].append((segment, near))
    wanted = np.bincount(clusters.components)[clusters.components] > 1
    wanted |= np.isin(clusters.components, np.array(list(beside), np.int64))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for number in np.flatnonzero(wanted).tolist():
        members[int(clusters.components[number])].append(number)
    return dict(members), beside


def _name(clusters: Clusters, own: Sequence[int], told: Told) -> str:
    def order(number: int) -> tuple[bool, bool, int, str, int]:
        page, story = clusters.pages[number], int(clusters.stories[number])
        return story > MAIN_STORY, told.fates[told.numbers[page]] != 'kept', told.ranks.get(page, 0), page, story

    related, _, _, page, story = min(map(order, own))
    return f'{page}:{story}' if related else page


def _row(clusters: Clusters, number: int, first: int, told: Told) -> tuple[Any, ...]:
    page = told.numbers[clusters.pages[number]]
    fate = 'earlier' if told.apart[page] else told.fates[page]
    split = told.splits[page] if fate in {'kept', 'earlier'} else None
    own, of_first = ((clusters.pages[one], _number(int(clusters.stories[one]))) for one in (number, first))
    return *own, split, fate, *of_first


def _number(story: int) -> int | None:
    return None if story == WHOLE_PAGE else story


def relations_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as they stand in clusters.jsonl."""
    return pa.Table.from_pylist(list(rows), _SCHEMA)


def write_relations(release: Path, rows: pa.Table) -> None:
    """Write `clusters.jsonl`; no file where there is no cluster. Raises SchemaError for a row that breaks its schema."""
    if not rows.num_rows:
        return
    judge = validator('cluster')
    with (release / NAME).open('w', encoding='utf-8', newline='\n') as stream:
        for batch in rows.to_batches(max_chunksize=4096):
            for row in batch.to_pylist():
                judge.require(row, NAME)
                stream.write(json.dumps(row, ensure_ascii=False) + '\n')


def read_relations(release: Path) -> Iterator[Any]:
    """The rows as they stand there, not judged; none where there is no such file. Raises OSError, ValueError for what is no JSON."""
    path = release / NAME
    if path.is_file():
        with path.open(encoding='utf-8') as stream:
            yield from map(json.loads, stream)


def cluster_figures(rows: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    """How many clusters there are of each size, and how many have pages of more than one split of this release."""
    sizes: dict[str, int] = {}
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        sizes[row['cluster']] = row['size']
        if row['fate'] == 'kept':
            splits[row['cluster']].add(row['split'])
    counts = Counter(sizes.values())
    return {
        'sizes': {str(size): counts[size] for size in sorted(counts)},
        'straddling': sum(len(found) > 1 for found in splits.values()),
    }
