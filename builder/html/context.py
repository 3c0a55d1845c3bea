"""Where in the markup a stretch of text stands, and the facts of a line that follow from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Block:
    """The markup facts of one line of a page; those of the element that holds most of the line's code points."""

    tag_path: str
    """Tags from the root to the element, such as `html/body/div/p`; the innermost 24 of a deeper one."""
    heading: int
    """1 to 6 inside `<h1>` to `<h6>`, else 0."""
    in_list: bool
    """Inside `<li>`, `<dt>` or `<dd>`."""
    link_density: float
    """The share of the line's code points inside `<a>`, without the spaces around a stretch and without list bullets; 0 to 1."""
    class_words: tuple[str, ...]
    """Lower-case words of `id` and `class`, from the element outwards; of at most 4 elements that have any, at most 24 words."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """An open element, as far as its text's facts need it."""

    parent: 'Context | None'
    tag: str
    names: str
    heading: int
    in_list: bool
    in_link: bool
    outer: 'Context | None'
    """The nearest element around it that has names, so that an element's names are found without a climb."""


Piece = tuple[str, Context, bool]
"""A stretch of a line, the element that it stands in, and whether it is a list bullet."""

_HEADINGS: Final = {f'h{level}': level for level in range(1, 7)}
_LISTS: Final = frozenset({'li', 'dt', 'dd'})
_PATH_TAGS: Final = 24
_TAG_LENGTH: Final = 24
_NAMED_ELEMENTS: Final = 4
_CLASS_WORDS: Final = 24
_CLASS_LENGTH: Final = 400  # code points of an element's id and classes that are read
_WORD = re.compile('[A-Z]?[a-z]+|[A-Z]+(?![a-z])')
ROOT: Final = Context(None, '', '', 0, in_list=False, in_link=False, outer=None)


def context_of(parent: Context, tag: str, attributes: Mapping[str, str | None]) -> Context:
    """The context of an element inside `parent`."""
    names = f'{attributes.get("id") or ""} {attributes.get("class") or ""}' if 'id' in attributes or 'class' in attributes else ''
    heading = _HEADINGS.get(tag, parent.heading)
    outer = parent if parent.names else parent.outer
    return Context(parent, tag, names[:_CLASS_LENGTH], heading, parent.in_list or tag in _LISTS, parent.in_link or tag == 'a', outer)


def block_of(pieces: Sequence[Piece]) -> Block:
    """The facts of a line made of `pieces`, of which at least one is not blank."""
    lengths: dict[Context, int] = {}
    linked = 0
    for text, context, is_bullet in pieces:
        length = 0 if is_bullet else len(text.strip())
        lengths[context] = lengths.get(context, 0) + length
        linked += length * context.in_link
    total = sum(lengths.values())
    main = max(lengths, key=lengths.__getitem__)
    return Block(_tag_path(main), main.heading, main.in_list, linked / total if total else 0.0, _class_words(main))


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
        words += [word.lower() for word in _WORD.findall(here.names)]
        here = here.outer
    return tuple(words[:_CLASS_WORDS])
