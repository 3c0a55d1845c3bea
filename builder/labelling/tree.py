"""The tree of elements around a page's lines, reduced to what divides the lines: an element that holds the same lines as the one inside it
is a wrapper and does not count. So distances in it mean the same on pages with few elements and with many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from builder.markup import Markup

ROOT: Final = -1
"""Stands for the page itself, outside all elements."""
_UP: Final = 0.5
"""What the text of a holder counts for the element around it; and the half of that for the next. After Readability's scoring."""
_LEVELS: Final = 3
NAMED: Final = 3
"""Elements below a meeting point whose names are read, inmost first, beside the outermost."""


@dataclass(frozen=True)
class Tree:
    """The reduced tree of a page with as many lines as `markup` has blocks; elements are indices into `markup.elements`, or `ROOT`."""

    markup: Markup

    @cached_property
    def counts(self) -> list[int]:
        """For each element the lines inside it."""
        return [round(count) for count in self.sums([1.0] * len(self.markup.blocks))]

    def sums(self, weights: Sequence[float]) -> list[float]:
        """For each element the weights of the lines inside it, added up."""
        sums = [0.0] * len(self.markup.elements)
        for block, weight in zip(self.markup.blocks, weights, strict=True):
            if block.element != ROOT:
                sums[block.element] += weight
        for index in range(len(sums) - 1, -1, -1):
            parent = self.markup.elements[index].parent
            if parent != ROOT:
                sums[parent] += sums[index]
        return sums

    @cached_property
    def outermost(self) -> list[int]:
        """For each element the outermost one that holds the same lines."""
        found: list[int] = []
        for index, element in enumerate(self.markup.elements):
            same = element.parent != ROOT and self.counts[element.parent] == self.counts[index]
            found.append(found[element.parent] if same else index)
        return found

    def up(self, element: int) -> int:
        """The nearest element around this one that holds more lines, as its outermost; `ROOT` above the last."""
        parent = self.markup.elements[self.outermost[element]].parent if element != ROOT else ROOT
        return self.outermost[parent] if parent != ROOT else ROOT

    def of_line(self, line: int) -> int:
        """The element of a line, as its outermost."""
        element = self.markup.blocks[line].element
        return self.outermost[element] if element != ROOT else ROOT

    def holder(self, line: int) -> int:
        """The nearest element around a line that holds another line too."""
        element = self.of_line(line)
        return element if element == ROOT or self.counts[element] > 1 else self.up(element)

    def chain(self, element: int) -> list[int]:
        """The element and those around it, outwards, `ROOT` last."""
        found = [element]
        while element != ROOT:
            element = self.up(element)
            found.append(element)
        return found

    def joints(self, element: int) -> 'Joints':
        """Where the page's elements join the chain around this one."""
        if element not in self._joints:
            self._joints[element] = Joints(self, self.chain(element))
        return self._joints[element]

    @cached_property
    def _joints(self) -> dict[int, 'Joints']:
        return {}

    def heaviest(self, weights: Sequence[float]) -> int | None:
        """The element whose lines weigh most, the innermost of equals, where some weights are negative; None where no element weighs anything.

        A maximum subsequence (Pasternack and Roth, "Extracting article text from the web with maximum subsequence segmentation", 2009) that
        keeps to the tree.
        """
        sums = self.sums(weights)
        best = max(range(len(sums)), key=lambda index: (sums[index], index), default=ROOT)
        return self.outermost[best] if best != ROOT and sums[best] > 0 else None

    def densest(self, weights: Sequence[float]) -> int | None:
        """The element that directly holds most weight, that of elements inside it counted in part; None where there is no weight."""
        scores: dict[int, float] = {}
        for line, weight in enumerate(weights):
            element = self.holder(line) if weight else ROOT
            for level in range(_LEVELS):
                if element == ROOT:
                    break
                scores[element] = scores.get(element, 0.0) + weight * _UP**level
                element = self.up(element)
        return max(scores, key=lambda element: (scores[element], element)) if scores else None


class Joint(NamedTuple):
    """Where an element joins the chain around another."""

    level: int
    """How many levels above that element; 0 inside it."""
    depth: int = 0
    """Elements below the meeting point."""
    inmost: tuple[int, ...] = ()
    """The first of them, from the inside; `NAMED` at most."""
    outmost: int = ROOT
    """The last of them."""


class Joints:
    """Where the elements of a page join the chain around one of them; asked for a sibling again, it is one step to what is known."""

    def __init__(self, tree: Tree, chain: Sequence[int]) -> None:
        self.chain = chain
        self._tree = tree
        self._known = {outer: Joint(level) for level, outer in enumerate(chain)}

    def of_line(self, line: int) -> Joint:
        """Where the line's element joins the chain."""
        element, below = self._tree.of_line(line), []
        while element not in self._known:
            below.append(element)
            element = self._tree.up(element)
        for inner in reversed(below):
            level, depth, inmost, outmost = self._known[element]
            self._known[inner] = Joint(level, depth + 1, (inner, *inmost[: NAMED - 1]), outmost if depth else inner)
            element = inner
        return self._known[element]
