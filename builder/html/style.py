"""How an element is laid out: what its tag says by default, and what its own `style` and `valign` attributes change.

The table is the *strict* profile of inscriptis 2.7 (Apache-2.0, https://github.com/weblyzard/inscriptis), whose text the gold pages
hold; its reading of CSS is followed too, gaps included: a `display` other than `block` and `none` is inline, and a length
without a unit is no length. What only moves text sideways (padding, horizontal alignment) leaves no trace in lines, and is not read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Style:
    """The layout of an element; margins are blank lines, and matter only where the cells of a table stand side by side."""

    block: bool = False
    hidden: bool = False
    preformatted: bool = False
    before: int = 0
    after: int = 0
    quote: str = ''
    drop: int = 1
    """Where the lines of a table cell stand in a higher row: 0 at its top, 1 in its middle, 2 at its bottom."""


_INLINE: Final = Style()
_BLOCK: Final = Style(block=True)
_PARAGRAPH: Final = Style(block=True, before=1, after=1)
_PREFORMATTED: Final = Style(block=True, preformatted=True)
_STYLES: Final = {
    **dict.fromkeys(('p', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'), _PARAGRAPH),
    **dict.fromkeys(('ul', 'ol', 'li', 'address', 'article', 'aside', 'div', 'footer', 'header', 'hgroup', 'layer', 'main', 'nav'), _BLOCK),
    **dict.fromkeys(('figcaption', 'blockquote'), _BLOCK),
    **dict.fromkeys(('pre', 'xmp', 'listing', 'plaintext'), _PREFORMATTED),
    'q': Style(quote='"'),
}
# What no reader sees as text, in a browser that runs scripts: nothing in these is laid out.
UNSEEN: Final = frozenset('head iframe link meta noembed noframes noscript script style template title'.split())  # noqa: SIM905 - a list of names

_DROPS: Final = {'top': 0, 'middle': 1, 'bottom': 2}
_LENGTH = re.compile(r'(-?[0-9.]{1,20})(\w+)')
_EMS: Final = frozenset({'em', 'qem', 'rem'})
_PIXELS_A_LINE: Final = 8
_HIGHEST_MARGIN: Final = 16  # blank lines; a page must not buy memory with a number


def style_of(tag: str, attributes: Mapping[str, str | None]) -> Style:
    """The layout of an element with this tag and these attributes, of which only `style` and `valign` are read, in their order."""
    style = _STYLES.get(tag, _INLINE)
    if 'style' in attributes or 'valign' in attributes:
        for name, value in attributes.items():
            if name == 'style':
                style = _with_declarations(style, (value or '').lower())
            elif name == 'valign':
                style = replace(style, drop=_DROPS.get(value or '', style.drop))
    return style


def _with_declarations(style: Style, declarations: str) -> Style:
    for declaration in declarations.split(';'):
        name, colon, value = declaration.partition(':')
        if colon:
            style = _with_declaration(style, name.strip().replace('-webkit-', ''), value.strip())
    return style


def _with_declaration(style: Style, name: str, value: str) -> Style:
    match name:
        case 'display' if not style.hidden:
            return replace(style, block=value == 'block', hidden=value == 'none')
        case 'white-space' if value in {'normal', 'nowrap', 'pre', 'pre-line', 'pre-wrap'}:
            return replace(style, preformatted=value.startswith('pre'))
        case 'margin-top' | 'margin-before':
            return replace(style, before=_lines(value, style.before))
        case 'margin-bottom' | 'margin-after':
            return replace(style, after=_lines(value, style.after))
        case 'vertical-align':
            return replace(style, drop=_DROPS.get(value, style.drop))
    return style


def _lines(value: str, default: int) -> int:
    """A CSS length in lines: `2em` is 2, `16px` is 2; `default` where it is no length with a unit."""
    match = _LENGTH.search(value)
    if not match:
        return default
    try:
        length = float(match[1])
    except ValueError:  # such as `1.2.3`
        return default
    lines = round(length if match[2] in _EMS else length / _PIXELS_A_LINE)
    return max(-_HIGHEST_MARGIN, min(lines, _HIGHEST_MARGIN))
