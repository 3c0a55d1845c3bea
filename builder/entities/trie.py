"""Word lists as a tree over token keys: the longest entry at a token in one walk, however many entries there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from builder.entities.token_line import CAPITAL, DIGIT, LOWER, SIGN, UPPER, TokenLine, read_line

_RANK = {LOWER: 0, SIGN: 2, DIGIT: 2, CAPITAL: 1, UPPER: 1}


class Match(NamedTuple):
    """An entry found: tokens `[start, end)`."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Node:
    """`children` by the next token's key; `forms` are the entries that end here, as (label, which tokens need a capital)."""

    children: dict[str, 'Node'] = field(default_factory=dict)
    forms: list[tuple[str, tuple[bool, ...]]] = field(default_factory=list)


def add_entries(root: Node, label: str, entries: Iterable[str], *, only_first: bool = False) -> None:
    """Add `entries` under `label`. A capital in an entry needs one in the text; with `only_first`, only the first token's does."""
    for entry in entries:
        line = read_line(entry)
        node = root
        for key in line.keys:
            node = node.children.setdefault(key, Node())
        capitals = tuple(line.named(i) and (i == 0 or not only_first) for i in range(len(line)))
        node.forms.append((label, capitals))


def add_keys(root: Node, label: str, keys: Iterable[str]) -> None:
    """Add one entry by its token keys, the first of which needs a capital; an entry that is there already keeps its label."""
    node = root
    for key in keys:
        node = node.children.setdefault(key, Node())
    if not node.forms:
        node.forms.append((label, (True,)))


def longest(root: Node, line: TokenLine, start: int) -> Match | None:
    """The longest entry that begins at token `start`; of entries of one length, the one added first."""
    keys, found, end = line.keys, None, start
    node = root.children.get(keys[start]) if start < len(keys) else None
    while node:
        end += 1
        for label, capitals in node.forms:
            if _cased(line, start, capitals):
                found = Match(start, end, label)
                break
        node = node.children.get(keys[end]) if end < len(keys) else None
    return found


def lower_openers(root: Node) -> frozenset[str]:
    """The keys of tokens that open an entry without a capital."""
    return frozenset(key for key, node in root.children.items() if _opens_lower(node))


def _opens_lower(node: Node) -> bool:
    return any(not capitals[0] for _, capitals in node.forms) or any(map(_opens_lower, node.children.values()))


def _cased(line: TokenLine, start: int, capitals: tuple[bool, ...]) -> bool:
    return all(_RANK[line.shapes[start + offset]] for offset, needed in enumerate(capitals) if needed)
