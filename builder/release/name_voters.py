"""Who found names in the lines of a release, how often another found the same or a different one, and how often gold agrees."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.labels import LABELS, MAIN
from builder.release.voters import row_groups
from builder.tables import column_of

_VOTES: Final = 'lines.list.element.entity_votes.list.element'
_COLUMNS: Final = ('lines.list.element.label', *(f'{_VOTES}.{name}' for name in ('start', 'end', 'type', 'source', 'name')))
_COUNTS: Final = ('names', 'overlap', 'conflict', 'gold_names', 'right')
_LINE: Final = 1 << 32
"""More code points than a line has: lines stand so far apart on one axis."""


class _Votes(NamedTuple):
    """The votes of one source in some pages, which do not overlap; places on an axis of all lines, rising."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    types: NDArray[np.int64]
    pages: NDArray[np.int64]
    """-1 outside the story, where nobody marks names."""


def name_voters(release: Path) -> list[dict[str, Any]]:
    """One row for each source: its name, the names it found, those that another found too (overlap), those of which another found a part,
    more or another type (conflict), and of those in stories whose names are marked (gold_names) how many are right. By source and name.
    """
    counts: defaultdict[tuple[str, str], NDArray[np.int64]] = defaultdict(lambda: np.zeros(len(_COUNTS), np.int64))
    for pages in row_groups(release, _COLUMNS):
        for voter, found in _count(_by_source(pages)):
            counts[voter] += found
    return [
        {'source': source, 'name': name, **dict(zip(_COUNTS, counts[source, name].tolist(), strict=True))}
        for source, name in sorted(counts)
    ]


def _by_source(pages: pa.Table) -> dict[tuple[str, str], _Votes]:
    lists = column_of(pages, 'lines')
    lines = lists.flatten()
    main = pc.equal(pc.struct_field(lines, 'label'), LABELS.index(MAIN)).to_numpy(zero_copy_only=False)
    page = np.where(main, np.repeat(np.arange(len(lists)), lists.value_lengths().to_numpy(zero_copy_only=False)), -1)
    votes = pc.struct_field(lines, 'entity_votes')
    line = np.repeat(np.arange(len(votes)), votes.value_lengths().to_numpy(zero_copy_only=False))
    flat = votes.flatten()
    start, end, kind = (pc.struct_field(flat, name).to_numpy(zero_copy_only=False).astype(np.int64) for name in ('start', 'end', 'type'))
    pair = pc.binary_join_element_wise(pc.struct_field(flat, 'source'), pc.struct_field(flat, 'name'), '\n').dictionary_encode()
    codes = pair.indices.to_numpy(zero_copy_only=False)
    found = {}
    for code, voter in enumerate(pair.dictionary.to_pylist()):
        mine = codes == code
        source, _, name = voter.partition('\n')
        found[source, name] = _Votes(line[mine] * _LINE + start[mine], line[mine] * _LINE + end[mine], kind[mine], page[line[mine]])
    return found


def _count(votes: dict[tuple[str, str], _Votes]) -> Iterator[tuple[tuple[str, str], NDArray[np.int64]]]:
    """The counts of each source."""
    gold = [mine for (source, _), mine in votes.items() if source == 'gold']
    marked = np.concatenate([mine.pages for mine in gold]) if gold else np.zeros(0, np.int64)
    for voter, mine in votes.items():
        others = [other for name, other in votes.items() if name != voter]
        same, right = _shared(mine, others), _shared(mine, gold)
        against = _either(mine, [_touched(mine, other) > _same(mine, other) for other in others])
        counts = [len(mine.starts), same.sum(), against.sum(), np.isin(mine.pages, marked).sum(), right.sum()]
        yield voter, np.asarray(counts, np.int64)


def _shared(mine: _Votes, others: Sequence[_Votes]) -> NDArray[np.bool_]:
    return _either(mine, [_same(mine, other) for other in others])


def _either(mine: _Votes, told: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """For each vote whether any of the others tells so."""
    either: NDArray[np.bool_] = np.logical_or.reduce([np.zeros(len(mine.starts), bool), *told])
    return either


def _same(mine: _Votes, other: _Votes) -> NDArray[np.bool_]:
    """Which votes the other source gives too."""
    # A source that is here has a vote; behind its last one the last is compared, and is another.
    at = np.minimum(np.searchsorted(other.starts, mine.starts), len(other.starts) - 1)
    same: NDArray[np.bool_] = (other.starts[at] == mine.starts) & (other.ends[at] == mine.ends) & (other.types[at] == mine.types)
    return same


def _touched(mine: _Votes, other: _Votes) -> NDArray[np.int64]:
    """How many votes of the other source share a code point with each."""
    return np.searchsorted(other.starts, mine.ends) - np.searchsorted(other.ends, mine.starts, side='right')
