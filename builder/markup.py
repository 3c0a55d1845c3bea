"""The markup facts of an HTML page, on their way from the converter to the labeller. A record holds votes that follow from them, never them."""

from dataclasses import dataclass


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
    """The share of the line's code points inside `<a>`, without the spaces around a stretch and without list bullets; 0 to 1. Of a line that
    several table cells share, that of the element's cell."""
    class_words: tuple[str, ...]
    """Lower-case words of `id` and `class`, from the element outwards; of at most 4 elements that have any, at most 24 words."""
    element: int
    """The index of the element in `Markup.elements`."""
    own: str | None = None
    """What the table cell of the element adds to a line that other cells share, single-spaced; None where the whole line is its own."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element around some line of the page."""

    parent: int
    """The index of the nearest element around it, which is smaller than its own; -1 for the root."""
    tag: str
    words: tuple[str, ...]
    """Lower-case words of its `id` and `class`, at most 24."""
    item: str
    """Its `itemprop`, in lower case; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source of a page's markup says of a story; None where it says nothing. Untrusted, as the page spells it."""

    source: str
    """`json_ld`, `microdata`, `open_graph` or `title` (the `<title>`, and the `description` of `<meta>`)."""
    type: str
    """Of the thing described, such as `NewsArticle` or `website`; may be empty."""
    headline: str | None = None
    description: str | None = None
    body: str | None = None
    """At most 1,000,000 code points; it may hold tags and entities, or be cut."""
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Markup:
    """The facts of a page: one block a line in order, the elements around them, and what the page claims of its story."""

    blocks: tuple[Block, ...] = ()
    elements: tuple[Element, ...] = ()
    claims: tuple[Claim, ...] = ()
    order: tuple[int, ...] = ()
    """The numbers of the lines in reading order: those of table columns that stand side by side one column after another."""
