"""Clusters that have lost pages: the rows of clusters.jsonl, and `cluster` in `pages`, once some pages of a release are gone.

What was joined stays joined: only who names a cluster, and what became of the pages, can be another.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

_PRESENT: Final = frozenset({'kept', 'earlier'})
Row = Mapping[str, Any]
"""A row of `schemas/cluster.schema.json`."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What is left of the clusters."""

    rows: Sequence[Row]
    """All rows of clusters.jsonl, in its order; those of pages that are gone have their new fate."""
    clusters: Mapping[str, str | None]
    """The cluster of each remaining page whose cluster lost a page; None where no other page tells its story now."""


def without_gone(rows: Iterable[Row], gone: AbstractSet[str], fate: str) -> Broken:
    """The clusters of a release once the pages `gone` have the fate `fate`."""
    members: dict[str, list[Row]] = {}
    for row in rows:
        members.setdefault(row['cluster'], []).append({**row, 'fate': fate, 'split': None} if row['page'] in gone else row)
    left: list[Row] = []
    clusters: dict[str, str | None] = {}
    for former, found in members.items():
        if gone.isdisjoint(row['page'] for row in found):
            left += found
            continue
        name = _name(former, found)
        there = {row['page'] for row in found if row['fate'] in _PRESENT}
        left += [{**row, 'cluster': name} for row in found]
        clusters.update((row['page'], name if len(there) > 1 else None) for row in found if _names(row))
    return Broken(sorted(left, key=lambda row: (row['cluster'], row['page'], -1 if row['story'] is None else row['story'])), clusters)


def _names(row: Row) -> bool:
    """Whether the story is the page's own, and the page is in the release."""
    return row['fate'] == 'kept' and not row['story']


def _name(former: str, found: Sequence[Row]) -> str:
    """The former name while its page is there; else as `schemas/cluster.schema.json` has it."""
    if any(_names(row) and row['page'] == former for row in found):
        return former
    related, _, page, story = min((bool(row['story']), row['fate'] != 'kept', row['page'], row['story'] or 0) for row in found)
    return f'{page}:{story}' if related else page
