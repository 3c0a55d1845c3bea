"""Where in the markup a stretch of text stands, and the facts of a line that follow from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from builder.markup import Block, Element


@dataclass(slots=True, eq=False)
class Context:
    """An open element, as far as its text's facts need it."""

    parent: 'Context | None'
    tag: str
    names: str
    heading: int
    in_list: bool
    in_link: bool
    item: str
    """Its `itemprop`, in lower case."""
    cell: 'Context | None'
    """The innermost table cell that it is or stands in."""
    order: int
    """Grows in document order."""
    outer: 'Context | None'
    """The nearest element around it that has names, so that an element's names are found without a climb."""


Piece = tuple[str, Context, bool]
"""A stretch of a line, the element that it stands in, and whether it is a list bullet."""

_HEADINGS: Final = {f'h{level}': level for level in range(1, 7)}
_LISTS: Final = frozenset({'li', 'dt', 'dd'})
_CELLS: Final = frozenset({'td', 'th'})
_NESTED_CELLS: Final = 32
_PATH_TAGS: Final = 24
_TAG_LENGTH: Final = 24
_NAMED_ELEMENTS: Final = 4
_CLASS_WORDS: Final = 24
_CLASS_LENGTH: Final = 400  # code points of an element's id and classes that are read
_WORD = re.compile('[A-Z]?[a-z]+|[A-Z]+(?![a-z])')
ROOT: Final = Context(None, '', '', 0, in_list=False, in_link=False, item='', cell=None, order=0, outer=None)


def context_of(parent: Context, tag: str, attributes: Mapping[str, str | None], order: int) -> Context:
    """The context of an element inside `parent`, the `order`-th of the page."""
    names = f'{attributes.get("id") or ""} {attributes.get("class") or ""}' if 'id' in attributes or 'class' in attributes else ''
    heading = _HEADINGS.get(tag, parent.heading)
    outer = parent if parent.names else parent.outer
    item = (attributes.get('itemprop') or '')[:_CLASS_LENGTH].lower() if 'itemprop' in attributes else ''
    in_list, in_link = parent.in_list or tag in _LISTS, parent.in_link or tag == 'a'
    context = Context(parent, tag, names[:_CLASS_LENGTH], heading, in_list, in_link, item, parent.cell, order, outer)
    if tag in _CELLS:
        context.cell = context
    return context


@dataclass(slots=True)
class ElementTable:
    """The elements around the lines of a page, each once, those outside before those inside."""

    elements: list[Element] = field(default_factory=list)
    places: dict[Context, int] = field(default_factory=dict)

    def place(self, context: Context) -> int:
        """The index of an element, which is added with those around it where it is new; -1 for the page itself."""
        new: list[Context] = []
        here: Context | None = context
        while here is not None and here.tag and here not in self.places:
            new.append(here)
            here = here.parent
        parent = self.places[here] if here is not None and here.tag else -1
        for one in reversed(new):
            self.elements.append(Element(parent, one.tag[:_TAG_LENGTH], tuple(_words(one.names)[:_CLASS_WORDS]), one.item))
            parent = self.places[one] = len(self.elements) - 1
        return parent


def block_of(pieces: Sequence[Piece], table: ElementTable) -> Block:
    """The facts of a line made of `pieces`, of which at least one is not blank; its element is put into `table`."""
    main = _main(pieces)
    own = [piece for piece in pieces if _is_inside(piece[1], main.cell)]
    sizes = [0 if is_bullet else len(text.strip()) for text, _, is_bullet in own]
    linked = sum(size for size, (_, context, _) in zip(sizes, own, strict=True) if context.in_link)
    density = linked / sum(sizes) if any(sizes) else 0.0
    text = None if len(own) == len(pieces) else ' '.join(''.join(piece[0] for piece in own).split())
    return Block(_tag_path(main), main.heading, main.in_list, density, _class_words(main), table.place(main), text)


def _main(pieces: Sequence[Piece]) -> Context:
    """The element that holds most of a line's code points, the first of equals."""
    lengths: dict[Context, int] = {}
    for text, context, is_bullet in pieces:
        lengths[context] = lengths.get(context, 0) + (0 if is_bullet else len(text.strip()))
    return max(lengths, key=lengths.__getitem__)


def cells_of(pieces: Sequence[Piece]) -> tuple[int, ...]:
    """The table cells around the element that holds most of a line, outermost first, by their order in the document; at most 32."""
    found: list[int] = []
    here = _main(pieces).cell
    while here is not None:
        found.append(here.order)
        here = here.parent.cell if here.parent is not None else None
    return tuple(reversed(found))[:_NESTED_CELLS]


def _is_inside(context: Context, cell: Context | None) -> bool:
    """Whether an element stands in a table cell, or in a table inside it; everything stands in None."""
    here = context.cell
    while here is not None and here is not cell and cell is not None:
        here = here.parent.cell if here.parent is not None else None
    return cell is None or here is cell


def _tag_path(context: Context) -> str:
    tags: list[str] = []
    here: Context | None = context
    while here is not None and here.tag and len(tags) < _PATH_TAGS:
        tags.append(here.tag[:_TAG_LENGTH])
        here = here.parent
    return '/'.join(reversed(tags))


def _class_words(context: Context) -> tuple[str, ...]:
    words: list[str] = []
    here = context if context.names else context.outer
    for _ in range(_NAMED_ELEMENTS):
        if here is None:
            break
        words += _words(here.names)
        here = here.outer
    return tuple(words[:_CLASS_WORDS])


def _words(names: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(names)]
