"""What an HTML page may cost, counted before and while it is parsed, never timed.

Lexbor is linear on ordinary pages, but not on every page: each `<div>` searches the open elements (100,000 nested ones took
9 seconds), each attribute is compared with those before it (a million took over 9 minutes), and each paragraph re-opens all
formatting elements left open. `check_markup` reads the tags once, by the tokenization rules of the HTML standard, and adds up what
these searches would cost.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from builder.errors import VinewsError


class HtmlLimitError(VinewsError):
    """A page goes over one of the `HtmlLimits`; the message says which, and by what."""


@dataclass(frozen=True, slots=True)
class HtmlLimits:
    """The most that one page may have; a build takes them from its plan, under these names after `html_`. The 45 pages measured stay under a fortieth of each."""

    nodes: int = 1_000_000
    """Elements, texts and comments, with those that the parser re-opens."""
    depth: int = 1_000
    """Open elements above a node."""
    bytes: int = 40_000_000
    """UTF-8 bytes of the markup."""
    steps: int = 500_000_000
    """Comparisons by the parser, estimated from the tags: about 2 nanoseconds each."""


_SETTINGS: Final = {
    'nodes': 'limits.html_nodes',
    'pieces of text in nested tables': 'limits.html_nodes',
    'nested elements': 'limits.html_depth',
    'bytes': 'limits.html_bytes',
    'parsing steps': 'limits.html_steps',
}
"""What is counted, and the setting that limits it."""

_SPACE: Final = r'[\t\n\f\r ]'
_ATTRIBUTE: Final = (
    r'(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)'
    rf'(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"?|\'[^\']*+\'?|[^\t\n\f\r >]*+))?+'
)
_ATTRIBUTES = re.compile(rf'(?:{_SPACE}++|/|{_ATTRIBUTE})*+')
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
_MARKUP = re.compile(r'<(?:(!--)|(/?)([A-Za-z][^\t\n\f\r />]*+))')
_COMMENT_END = re.compile('--!?>')
_SHORT: Final = 200  # code points of attributes that cannot hold enough of them to matter

_VOID: Final = frozenset('area base br col embed hr img input link meta param source track wbr'.split())  # noqa: SIM905 - a list of names
_RAW: Final = frozenset('iframe noembed noframes noscript script style textarea title xmp'.split())  # noqa: SIM905 - a list of names
# Those of which one ends the one before it, so that end tags are often left out.
_SELF_ENDING: Final = frozenset('dd dt li option p td th tr'.split())  # noqa: SIM905 - a list of names
_FOREIGN: Final = frozenset({'svg', 'math'})
_FORMATTING: Final = frozenset('a b big code em font i nobr s small strike strong tt u'.split())  # noqa: SIM905 - a list of names
_ALIKE: Final = 3  # formatting elements of one name and attributes that the standard keeps for re-opening


@dataclass(slots=True)
class _Cost:
    """What the tags read so far would cost a parser."""

    open: list[str] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    formatting: dict[str, list[str]] = field(default_factory=dict)
    alike: Counter[str] = field(default_factory=Counter)
    reopened: int = 0
    nodes: int = 0
    steps: int = 0


def check_markup(html: str, limits: HtmlLimits) -> None:
    """Raise HtmlLimitError where parsing `html` would go over `limits`; one pass, linear in the length of `html`.

    The estimate of nodes counts what unclosed formatting elements add, so that it may be above the real number.
    """
    require('bytes', len(html.encode()), limits.bytes)
    cost, position = _Cost(), 0
    raw_is_markup = '<frameset' in html.lower()  # a frameset drops tags before they can switch the tokenizer to raw text
    while match := _MARKUP.search(html, position):
        if match[1]:
            end = _COMMENT_END.search(html, match.start() + 2)
            position = end.end() if end else len(html)
            continue
        attributes = _ATTRIBUTES.match(html, match.end())
        position = attributes.end() if attributes else match.end()
        name = match[3].lower()
        if match[2]:
            _close(cost, name)
        else:
            _open(cost, name, html[match.end() : position])
            if name in _RAW and not raw_is_markup and not any(cost.names[foreign] for foreign in _FOREIGN):
                position = _raw_end(html, name, position)
        cost.nodes += 1 + cost.reopened
        cost.steps += len(cost.open)
        require('nodes', cost.nodes, limits.nodes)
        require('parsing steps', cost.steps, limits.steps)


def require(what: str, count: int, limit: int) -> None:
    """Raise HtmlLimitError where `count` of `what`, a key of `_SETTINGS`, is above `limit`."""
    if count > limit:
        setting = _SETTINGS[what]
        raise HtmlLimitError(
            f'the HTML page needs {count} {what} or more, and the limit is {limit} ({setting}): raise the limit, or leave the page out'
        )


def _raw_end(html: str, name: str, position: int) -> int:
    end = re.compile(f'</{name}(?=[\t\n\f\r />])', re.IGNORECASE).search(html, position)
    return end.start() if end else len(html)


def _open(cost: _Cost, name: str, attributes: str) -> None:
    if len(attributes) > _SHORT:
        cost.steps += len(_ONE_ATTRIBUTE.findall(attributes)) ** 2 // 2
    if name in _VOID or (attributes.endswith('/') and any(cost.names[foreign] for foreign in _FOREIGN)):
        return
    if name in _SELF_ENDING and cost.open and cost.open[-1] == name:
        return
    cost.open.append(name)
    cost.names[name] += 1
    if name in _FORMATTING:
        _open_formatting(cost, name, f'{name}{attributes}')


def _open_formatting(cost: _Cost, name: str, key: str) -> None:
    if name in {'a', 'nobr'}:  # a second one closes the first
        _close_formatting(cost, name)
    if cost.alike[key] < _ALIKE:
        cost.alike[key] += 1
        cost.formatting.setdefault(name, []).append(key)
        cost.reopened += 1


def _close(cost: _Cost, name: str) -> None:
    _close_formatting(cost, name)
    if not cost.names[name]:
        return
    while cost.names[name]:
        closed = cost.open.pop()
        cost.names[closed] -= 1
        if closed == name:
            break


def _close_formatting(cost: _Cost, name: str) -> None:
    if cost.formatting.get(name):
        cost.alike[cost.formatting[name].pop()] -= 1
        cost.reopened -= 1
