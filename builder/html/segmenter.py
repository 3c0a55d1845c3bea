"""The segmenter: an HTML page as text of one block a line, with the markup facts of each line.

What ends a line, how lists, tables and hidden elements are written (`builder.html.style`, `layout` and `canvas`) follows inscriptis 2.7
with its strict profile (Apache-2.0), which reproduces the text of the gold pages; unlike it, entities are decoded once, and a comment
does not uncover hidden text. The parser is lexbor, through selectolax, as in a browser that runs scripts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from builder.html.canvas import Line
from builder.html.claims import read_claims
from builder.html.columns import columns, reading_order
from builder.html.context import ElementTable, Piece, block_of, cells_of
from builder.html.layout import lay_out
from builder.html.limits import HtmlLimits, check_markup
from builder.html.metadata import HtmlMetadata, read_metadata
from builder.markup import Block, Markup

SEGMENTER_NAME: Final = 'vinews-blocks'
SEGMENTER_VERSION: Final = '1.0'

# Directives of a server that were never run (`<%@ page … %>`): to a parser they are text, to a reader they are not.
_DIRECTIVE = re.compile('<%[^<>]*%>')
_LOOSE_BULLET: Final = '* '


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """An HTML page: its text, one `Block` for each line of the text in order with all other markup facts, and what the page says of itself."""

    text: str
    markup: Markup
    metadata: HtmlMetadata

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The facts of each line."""
        return self.markup.blocks


def segment(html: str, limits: HtmlLimits) -> HtmlPage:
    r"""The text of a decoded page, its lines joined by `\n`, none of them blank; the same for every run.

    Surrogate pairs become the character they spell, lone surrogates U+FFFD; NULs go where the HTML standard drops them.
    Raises HtmlLimitError where the page goes over `limits`, and nothing else.
    """
    markup = _DIRECTIVE.sub('', _without_surrogates(html.removeprefix('\ufeff')))
    check_markup(markup, limits)
    parser = LexborHTMLParser(markup, scripting=True)
    root = parser.root
    table = ElementTable()
    found = list(_blocks(lay_out(root, limits), table)) if root is not None else []
    metadata = read_metadata(parser)
    cells = [around for _, _, around in found]
    blocks = columns([block for _, block, _ in found], cells)
    facts = Markup(tuple(blocks), tuple(table.elements), read_claims(parser), reading_order(cells))
    return HtmlPage('\n'.join(text for text, _, _ in found), facts, metadata)


def _without_surrogates(html: str) -> str:
    """The same text where UTF-8 can hold it; selectolax drops a lone surrogate in silence."""
    try:
        html.encode()
    except UnicodeEncodeError:
        return html.encode('utf-16-le', 'surrogatepass').decode('utf-16-le', 'replace')
    return html


def _blocks(lines: Iterable[Line], table: ElementTable) -> Iterator[tuple[str, Block, tuple[int, ...]]]:
    """The lines that are not blank, with single spaces, without the bullet of an outermost list; their facts and the table cells around them."""
    for line in lines:
        text = ' '.join(''.join(piece[0] for piece in line).split())
        if text:
            pieces = _visible(line)
            yield text.removeprefix(_LOOSE_BULLET), block_of(pieces, table), cells_of(pieces)


def _visible(line: Line) -> list[Piece]:
    return [piece for piece in line if piece[0] and not piece[0].isspace()]
