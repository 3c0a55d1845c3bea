"""The reading order of a page's lines: table columns that the page shows side by side, and whose lines the text therefore mixes, one after another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from builder.markup import Block


def reading_order(cells: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The numbers of the lines in reading order, given for each line the table cells around it, outermost first, as numbers in document order."""
    return tuple(_arranged(list(range(len(cells))), cells, 0))


def _arranged(lines: list[int], cells: Sequence[tuple[int, ...]], depth: int) -> list[int]:
    """The lines, which stand in the same cells down to `depth`, with each run of lines in further cells sorted by cell."""
    if not any(len(cells[line]) > depth for line in lines):
        return lines
    found: list[int] = []
    for is_inside, run in groupby(lines, key=lambda line: len(cells[line]) > depth):
        if not is_inside:
            found += run
            continue
        ordered = sorted(run, key=lambda line: cells[line][depth])
        for _, group in groupby(ordered, key=lambda line: cells[line][depth]):
            found += _arranged(list(group), cells, depth + 1)
    return found


def columns(blocks: Sequence[Block], cells: Sequence[tuple[int, ...]]) -> list[Block]:
    """The blocks; one that shares its line with other cells keeps its own text only where its cell is a column, with a second line in it.

    The cells of a row of figures belong together.
    """
    counts = Counter(cell for around in cells for cell in around)
    return [
        replace(block, own=None) if block.own is not None and around and counts[around[-1]] == 1 else block
        for block, around in zip(blocks, cells, strict=True)
    ]
