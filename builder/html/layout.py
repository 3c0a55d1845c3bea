"""Laying out a parsed page: a walk over its tree, without recursion, that opens and closes elements on canvases.

The rules of lists and tables are those of inscriptis 2.7 (see `builder.html.style`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from builder.html.canvas import Canvas, Cell, Line, Table, table_lines
from builder.html.context import ROOT, Context, context_of
from builder.html.limits import HtmlLimits, require
from builder.html.style import UNSEEN, Style, style_of

_BULLETS = (' * ', ' + ', ' o ', ' - ')  # lists are indented, which shows where a table goes on a line of text
_TEXT = '-text'
_LONGEST_NUMBER = 9  # digits of the `value` of a list item that are read


@dataclass(slots=True)
class _Element:
    """An open element: its layout, the canvas it writes to, and what it hands on to what it holds."""

    tag: str
    style: Style
    canvas: Canvas
    context: Context
    bullet: tuple[str, Context] | None = None


@dataclass(slots=True)
class _Page:
    """A page that is being laid out: the open elements, tables and lists."""

    open: list[_Element]
    tables: list[Table] = field(default_factory=list)
    lists: list[int | str] = field(default_factory=list)
    """For each open list its bullet, or the number of its next item."""
    limits: HtmlLimits = field(default_factory=HtmlLimits)
    elements: int = 0
    """Elements opened so far."""
    moved: int = 0
    """Lines and pieces moved out of table cells so far; those of a nested table are moved again with the table around it."""


def lay_out(root: LexborNode, limits: HtmlLimits) -> list[Line]:
    """The lines of a page, blank ones among them. Raises HtmlLimitError where its tree has more nodes or is deeper than `limits` allow."""
    page = _Page([_Element('', Style(), Canvas(), ROOT)], limits=limits)
    for node, tag in _walk(root, page):
        if tag == _TEXT:
            _write(page.open[-1], node.text_content or '')
        else:
            _start(page, tag, node)
    canvas = page.open[0].canvas
    canvas.flush()
    return canvas.lines


def _walk(root: LexborNode, page: _Page) -> Iterator[tuple[LexborNode, str]]:
    """The texts and elements below `root` that can be seen, in document order; an element is ended when its last child is done."""
    node: LexborNode | None = root
    nodes = 0
    while node is not None:
        nodes += 1
        require('nodes', nodes, page.limits.nodes)
        tag = node.tag or ''
        below = None
        if tag == _TEXT:
            yield node, tag
        elif node.is_element_node and tag not in UNSEEN:
            yield node, tag
            require('nested elements', len(page.open) - 1, page.limits.depth)
            below = node.child
            if below is None:
                _end(page)
        node = below if below is not None else _next(node, page)


def _next(node: LexborNode, page: _Page) -> LexborNode | None:
    """The next node beside `node` or beside one of the elements that end here."""
    here: LexborNode | None = node
    while here is not None and here.next is None and len(page.open) > 1:
        here = here.parent
        _end(page)
    return here.next if here is not None and len(page.open) > 1 else None


def _write(element: _Element, text: str) -> None:
    style = element.style
    if not text or style.hidden:
        return
    text = f'{style.quote}{text}{style.quote}'
    if style.preformatted:
        element.canvas.write_lines([[(part, element.context, False)] if part else () for part in text.split('\n')])
    else:
        element.canvas.write(text, element.context)


def _start(page: _Page, tag: str, node: LexborNode) -> None:
    parent = page.open[-1]
    page.elements += 1
    attributes = node.attributes
    style = style_of(tag, attributes)
    context = context_of(parent.context, tag, attributes, page.elements)
    if parent.style.hidden:
        style = Style(hidden=True, drop=style.drop)
    element = _Element(tag, style, parent.canvas, context)
    page.open.append(element)
    _start_list(page, element, attributes.get('value') or '')
    _start_table(page, element)
    if tag == 'br':
        element.canvas.end_line()
    if style.block:
        above = parent.style.after if parent.style.block else 0
        element.canvas.open_block(element.bullet, max(above, style.before))


def _start_list(page: _Page, element: _Element, value: str) -> None:
    if element.tag == 'ul':
        page.lists.append(_BULLETS[len(page.lists) % len(_BULLETS)])
    elif element.tag == 'ol':
        page.lists.append(1)
    elif element.tag == 'li':
        bullet = page.lists[-1] if page.lists else _BULLETS[0]
        if isinstance(bullet, int):
            bullet = int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER else bullet
            page.lists[-1] = bullet + 1
            bullet = f' {bullet}. '
        element.bullet = (bullet, element.context)


def _start_table(page: _Page, element: _Element) -> None:
    if element.tag == 'table':
        element.canvas = Canvas()
        page.tables.append(Table([]))
    elif element.tag == 'tr' and page.tables:
        page.tables[-1].rows.append([])
    elif element.tag in {'td', 'th'} and page.tables:
        element.canvas = Canvas()
        rows = page.tables[-1].rows
        if not rows:
            rows.append([])
        rows[-1].append(Cell(element.canvas, element.style.drop))


def _end(page: _Page) -> None:
    element = page.open.pop()
    if element.tag in {'ul', 'ol'}:
        page.lists.pop()
    if element.style.block:
        element.canvas.close_block(element.bullet, element.style.after)
    if element.tag == 'table':
        element.canvas.flush()
        _write_caption(page.open[-1], element.canvas.lines)
        lines = table_lines(page.tables.pop(), element.context)
        page.moved += sum(map(len, lines), len(lines))
        require('pieces of text in nested tables', page.moved, page.limits.nodes)
        _write_table(page.open[-1], lines)


def _write_caption(parent: _Element, lines: list[Line]) -> None:
    """Text of a table that stands in none of its cells joins the line before the table."""
    written = False
    for line in lines if not parent.style.hidden else ():
        for text, context, _ in line:
            parent.canvas.write(text, context)
            written = True
        parent.canvas.write(' ' if line else '', parent.context)
    if written:
        parent.canvas.end_line()


def _write_table(parent: _Element, lines: list[Line]) -> None:
    """A table is preformatted text of the element around it: it ends a block before it, and goes on a line of inline text."""
    if parent.style.block:
        parent.canvas.open_block(parent.bullet, parent.style.before)
    parent.canvas.write_lines(lines)
    parent.canvas.flush()
    if parent.style.block:
        parent.canvas.drop_bullet()
