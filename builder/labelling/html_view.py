"""An HTML page as the markup labeller sees it: its lines with all that is known of them, its title's line, and the elements that hold its text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from builder.labelling.alignment import Alignment
from builder.labelling.shapes import Shape
from builder.labelling.tree import Joints, Tree
from builder.labels import MAIN
from builder.markup import Markup
from builder.model import Vote
from builder.text.normalization import nfc

_PRICE: Final = 60.0
"""Code points of text that a line must have to weigh anything: a line of a menu weighs less than nothing, as a link does."""
_LONGEST: Final = 400
"""Code points from which a line's weight grows no more: one long disclaimer is no story."""
_FURNITURE: Final = frozenset({'nav', 'footer', 'aside', 'button', 'label', 'select', 'form'})
_MENTIONED: Final = 0.1
"""What text counts that stands in an element for furniture; old forums are one large form."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An element that holds the story's text: where others join the elements around it, and its first and last line of text."""

    joints: Joints
    first: int
    last: int


@dataclass(frozen=True)
class HtmlView:
    """The lines of an HTML page: NFC texts, shapes, the text labeller's votes, and what the page's claims align to."""

    markup: Markup
    texts: Sequence[str]
    shapes: Sequence[Shape]
    votes: Sequence[Vote]
    alignments: Sequence[Alignment]

    @cached_property
    def tree(self) -> Tree:
        """The page's reduced tree."""
        return Tree(self.markup)

    @cached_property
    def chances(self) -> list[float]:
        """For each line the probability that the text labeller gives to its being the story's."""
        return [vote.confidence if vote.label == MAIN else 1 - vote.confidence for vote in self.votes]

    @cached_property
    def masses(self) -> list[float]:
        """For each line how much text without links it is, in code points."""
        return [self._mass(line) for line in range(len(self.texts))]

    def _mass(self, line: int) -> float:
        block = self.markup.blocks[line]
        share = _MENTIONED if _FURNITURE & set(block.tag_path.split('/')) else 1.0
        return min(len(self.texts[line]), _LONGEST) * (1 - block.link_density) ** 2 * share

    @cached_property
    def dense(self) -> Anchor | None:
        """The element that directly holds most running text, whatever the text labeller said."""
        return self._anchor(self.tree.densest(self._running), self._running)

    @cached_property
    def box(self) -> Anchor | None:
        """The innermost element around both the densest text and the headline; the densest text's own where there is no headline."""
        if self.dense is None or self.title is None:
            return self.dense
        level = self.dense.joints.of_line(self.title).level
        return self._anchor(self.dense.joints.chain[level], self._running)

    @cached_property
    def body(self) -> Anchor | None:
        """The outermost element around the densest text that does not hold the headline; the densest text's own where it holds both."""
        if self.dense is None or self.title is None:
            return self.dense
        level = self.dense.joints.of_line(self.title).level
        return self._anchor(self.dense.joints.chain[max(level - 1, 0)], self._running)

    @cached_property
    def _running(self) -> list[float]:
        return [mass if shape.long else 0.0 for mass, shape in zip(self.masses, self.shapes, strict=True)]

    @cached_property
    def told(self) -> Anchor | None:
        """The element with most of what the text labeller took for the story, once the rest of its text is taken off."""
        weights = [(2 * chance - 1) * (min(len(text), _LONGEST) + _PRICE) for text, chance in zip(self.texts, self.chances, strict=True)]
        return self._anchor(self.tree.heaviest(weights), weights)

    def _anchor(self, element: int | None, weights: Sequence[float]) -> Anchor | None:
        if element is None:
            return None
        joints = self.tree.joints(element)
        lines = [line for line, weight in enumerate(weights) if weight > 0 and joints.of_line(line).level == 0]
        return Anchor(joints, lines[0], lines[-1]) if lines else None

    @cached_property
    def title(self) -> int | None:
        """The line of the page's headline: one that a claim's headline names, or an `<h1>` above the text; of several the best heading,
        then the one nearest above the text.
        """
        named = {line for one in self.alignments for line in one.headline}
        anchor = self.dense
        first = anchor.first if anchor else 0
        headings = {line for line, block in enumerate(self.markup.blocks) if block.heading == 1 and self.shapes[line].key}
        above = {line for line in headings if anchor and line <= first and self.shapes[line].heading}
        return max(named or above, key=lambda line: self._titleness(line, first), default=None)

    def _titleness(self, line: int, first: int) -> tuple[bool, bool, bool, int]:
        heading = self.markup.blocks[line].heading
        return heading == 1, heading > 0, line <= first, -abs(first - line)


def in_reading_order(markup: Markup, texts: Sequence[str]) -> tuple[Markup, list[str]]:
    """The blocks and texts of a page's lines one table column after another, a line that columns share cut down to what its own says."""
    order = markup.order
    blocks = tuple(markup.blocks[line] for line in order)
    read = [block.own or texts[line] for line, block in zip(order, blocks, strict=True)]
    return replace(markup, blocks=blocks, order=tuple(range(len(order)))), [nfc(text) for text in read]
