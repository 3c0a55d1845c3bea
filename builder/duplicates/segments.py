"""The story segments of staged records and released pages: the page's main story and each related story apart; lines of no story are left out.

Whole pages are of no use for this: one evening's list of headlines stands on every page of a site, and would make pages alike
that tell different stories; and a story under another one is hidden from a comparison of pages. A page that tells no story is one segment of
all its lines, which only an exact copy is like.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from builder.labels import LABELS, MAIN

MAIN_STORY: Final = 0
"""The number of a page's main story; related stories are numbered from 1."""
WHOLE_PAGE: Final = -1
"""In place of such a number: all lines of a page that tells no story."""
_COLUMNS: Final = ('id', 'published', *(f'lines.list.element.{name}' for name in ('text', 'label', 'story')))


@dataclass(frozen=True, slots=True)
class Segment:
    """One story on one page: the id of the page, the number of the story there, and its lines joined by line feeds."""

    page: str
    story: int
    text: str
    published: str | None = None
    """When the page was, as its dump says."""


def staged_segments(shards: Sequence[Path], wanted: Sequence[NDArray[np.int64]]) -> Iterator[Segment]:
    """The segments of the wanted records of staged shards, in the order of shards and rows.

    `wanted` has the row numbers of each shard in rising order. One row group is in memory at a time. Raises OSError.
    """
    for folder, rows in zip(shards, wanted, strict=True):
        first = 0
        with pq.ParquetFile(folder / 'records.parquet') as file:
            for number in range(file.num_row_groups):
                size = file.metadata.row_group(number).num_rows
                begin, end = np.searchsorted(rows, (first, first + size))
                if begin < end:
                    group = file.read_row_group(number, columns=list(_COLUMNS))
                    yield from _segments(group.take(pa.array(rows[begin:end] - first)).combine_chunks(), MAIN)
                first += size


def released_segments(paths: Iterable[Path]) -> Iterator[Segment]:
    """The segments of the rows of files of the config `pages`, in their order. One row group is in memory at a time. Raises OSError."""
    for path in paths:
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield from _segments(file.read_row_group(number, columns=list(_COLUMNS)).combine_chunks(), LABELS.index(MAIN))


def whole_pages(paths: Iterable[Path]) -> Iterator[Segment]:
    """The rows of files of the config `pages`, each with all its lines. One row group is in memory at a time. Raises OSError."""
    for path in paths:
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                for row in file.read_row_group(number, columns=['id', 'lines.list.element.text']).to_pylist():
                    yield Segment(row['id'], WHOLE_PAGE, '\n'.join(line['text'] for line in row['lines']))


def _segments(records: pa.Table, main_label: str | int) -> Iterator[Segment]:
    lines = records['lines'].chunk(0)
    flat = lines.flatten()
    pages = np.repeat(np.arange(len(lines)), lines.value_lengths().to_numpy())
    main = pc.equal(pc.struct_field(flat, 'label'), main_label)
    stories = pc.if_else(main, MAIN_STORY, pc.struct_field(flat, 'story').cast(pa.int64()))
    numbers = stories.fill_null(WHOLE_PAGE).to_numpy()
    tells = np.bincount(pages[numbers != WHOLE_PAGE], minlength=len(lines)) > 0
    told = np.flatnonzero((numbers != WHOLE_PAGE) | ~tells[pages])
    numbers = numbers[told]
    order = np.lexsort((told, numbers, pages[told]))
    texts = pc.struct_field(flat, 'text').take(pa.array(told[order])).to_pylist()
    ids, published = (records[name].to_pylist() for name in ('id', 'published'))
    rows = zip(pages[told][order].tolist(), numbers[order].tolist(), texts, strict=True)
    for (page, story), group in groupby(rows, key=lambda row: row[:2]):
        yield Segment(ids[page], story, '\n'.join(text for _, _, text in group), published[page])
