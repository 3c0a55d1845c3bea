"""Who voted on the lines of a release, how often alone, how often against another, and how often gold agrees."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from builder.labels import LABELS, MAIN

_VOTES: Final = 'lines.list.element.votes.list.element'
_COLUMNS: Final = tuple(f'{_VOTES}.{name}' for name in ('source', 'name', 'label'))
_COUNTS: Final = ('lines', 'overlap', 'conflict', 'gold_lines', 'right')


def voters(release: Path) -> list[dict[str, Any]]:
    """One row for each source: its name, the lines it voted on, those that others voted on too (overlap) or labelled otherwise (conflict),
    and of those with a gold vote how many there are and on how many it is right. By source and name; gold counts as a voter.
    """
    counts: defaultdict[tuple[str, str], NDArray[np.int64]] = defaultdict(lambda: np.zeros(len(_COUNTS), np.int64))
    for pages in row_groups(release, _COLUMNS):
        for voter, found in _count(pages):
            counts[voter] += found
    return [
        {'source': source, 'name': name, **dict(zip(_COUNTS, counts[source, name].tolist(), strict=True))}
        for source, name in sorted(counts)
    ]


def row_groups(release: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Columns of all pages of a release, some pages at a time, so that memory does not grow with the release."""
    for path in sorted((release / 'pages').glob('*.parquet')):
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, columns=list(columns))


def _count(pages: pa.Table) -> Iterator[tuple[tuple[str, str], NDArray[np.int64]]]:
    """(source, name) and the counts of each voter in some pages."""
    lines = pc.list_flatten(pages['lines']).combine_chunks()
    votes = pc.struct_field(lines, 'votes')
    line = np.repeat(np.arange(len(lines)), votes.value_lengths().fill_null(0).to_numpy(zero_copy_only=False))
    flat = votes.flatten()
    main = pc.equal(pc.struct_field(flat, 'label'), LABELS.index(MAIN)).to_numpy(zero_copy_only=False)
    pair = pc.binary_join_element_wise(pc.struct_field(flat, 'source'), pc.struct_field(flat, 'name'), '\n').dictionary_encode()
    said, all_votes = np.bincount(line, main, len(lines)), np.bincount(line, minlength=len(lines))
    sources, codes = pair.dictionary.to_pylist(), pair.indices.to_numpy(zero_copy_only=False)
    gold = np.full(len(lines), -1)
    for code, name in enumerate(sources):
        if name.startswith('gold\n'):
            gold[line[codes == code]] = main[codes == code]
    for code, name in enumerate(sources):
        mine = codes == code
        where, mine_main = line[mine], main[mine]
        against = np.where(mine_main, said[where] < all_votes[where], said[where] > 0)
        judged = gold[where] >= 0
        found = [mine.sum(), (all_votes[where] > 1).sum(), against.sum(), judged.sum(), (gold[where] == mine_main)[judged].sum()]
        source, _, voter = name.partition('\n')
        yield (source, voter), np.asarray(found, np.int64)
