"""Which lines of a page the markup's claims speak of: texts are compared by their words under the match key, dates by their numbers.

A claim may be cut, may hold tags and entities, and may run its paragraphs together; a headline may carry the site's name. So a text is
found by the share of its word triples in the other, not by equality.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from builder.markup import Claim
from builder.text.normalization import match_key

_WORD: Final = re.compile(r'\w+')
_TAG: Final = re.compile(r'<[^<>]{0,500}>')
_DATE: Final = re.compile(r'(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)')
_DAY_FIRST: Final = re.compile(r'(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)')
_ALIKE: Final = 0.8
"""Share of the shorter text's word triples that the other holds, from which the two say the same but for small edits."""
_FEWEST: Final = 4
"""Words from which a text is compared by triples; shorter ones must be equal."""
_LEAST_OF_TITLE: Final = 0.5
"""Share of a claimed headline that a line must be: the rest may be the names of site and section."""
_BODY_CHARACTERS: Final = 300_000
_NAME_WORDS: Final = 14
"""Words that a line may have and still be a credit or a date."""
_CREDITS: Final = 3
"""Lines with an author's name above which it is the site's."""


@dataclass(frozen=True)
class Words:
    """A text as its words under the match key, and their triples."""

    words: tuple[str, ...]

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        """Each three words in a row; worked out only where a claim is compared."""
        return frozenset(zip(self.words, self.words[1:], self.words[2:], strict=False))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Of one claim, the numbers of the lines that say the same as its parts."""

    claim: Claim
    headline: tuple[int, ...]
    description: tuple[int, ...]
    body: tuple[int, ...]
    author: tuple[int, ...]
    published: tuple[int, ...]
    body_cut: bool
    """Whether the claimed body ends inside a line of the page: it was cut, and says nothing of what follows."""


def words_of(text: str) -> Words:
    """The words of a text, entities decoded and tags dropped."""
    plain = _TAG.sub(' ', html.unescape(html.unescape(text))) if '&' in text or '<' in text else text
    return Words(tuple(_WORD.findall(match_key(plain))))


def align(claim: Claim, lines: Sequence[Words], texts: Sequence[str]) -> Alignment:
    """Where the claim's parts stand among a page's lines, given as words and as NFC texts."""
    body, cut = _body(claim.body or '', lines)
    return Alignment(
        claim,
        tuple(_of_headline(claim.headline or '', lines)),
        tuple(_of_description(claim.description or '', lines)),
        tuple(body),
        tuple(_of_author(claim.author or '', lines)),
        tuple(line for line, one in enumerate(lines) if len(one.words) <= _NAME_WORDS and _same_day(claim.published or '', texts[line])),
        cut,
    )


def _of_headline(headline: str, lines: Sequence[Words]) -> list[int]:
    """Lines that are the headline, with or without the names of site and section on either side."""
    said = words_of(headline)
    size = len(said.words)
    return [
        line
        for line, one in enumerate(lines)
        if size * _LEAST_OF_TITLE <= len(one.words) <= size / _LEAST_OF_TITLE and (_is_part(one, said) or _is_part(said, one))
    ]


def _is_part(part: Words, whole: Words) -> bool:
    """Whether a text says a part of the other, or the other word for word."""
    if len(part.words) < _FEWEST or len(whole.words) < _FEWEST:
        return bool(part.words) and part.words == whole.words
    return len(part.triples & whole.triples) >= _ALIKE * len(part.triples)


def _of_description(description: str, lines: Sequence[Words]) -> list[int]:
    """Lines that hold the description, which may be cut, or most of which it holds."""
    said = words_of(description)
    if len(said.words) < _FEWEST:
        return []
    long = [line for line, one in enumerate(lines) if len(one.words) > _FEWEST]
    return [
        line
        for line in long
        if _is_part(said, lines[line]) or (len(lines[line].words) >= len(said.words) / 2 and _is_part(lines[line], said))
    ]


def _body(text: str, lines: Sequence[Words]) -> tuple[list[int], bool]:
    """The lines that a claimed body holds, short ones only between long ones; and whether it ends inside a line."""
    said = words_of(text[:_BODY_CHARACTERS])
    found = {line for line, one in enumerate(lines) if len(one.words) >= _FEWEST * 2 and _is_part(one, said)}
    if not found:
        return [], False
    joined = f' {" ".join(said.words)} '
    first, last = min(found), max(found)
    short = (line for line in range(max(first - 1, 0), last + 2) if line < len(lines) and line not in found and lines[line].words)
    found |= {line for line in short if f' {" ".join(lines[line].words)} ' in joined}
    tail = frozenset(said.words[place : place + 3] for place in range(max(len(said.words) - 8, 0), len(said.words) - 2))
    cut = [
        line for line in range(max(found) + 1, min(max(found) + 3, len(lines))) if tail and len(tail & lines[line].triples) >= len(tail) / 2
    ]
    return sorted(found | set(cut)), bool(cut)


def _of_author(author: str, lines: Sequence[Words]) -> list[int]:
    """Short lines that hold the author's whole name; none where so many do that it is the site's."""
    said = words_of(author).words
    if not said or len(said) > _NAME_WORDS:
        return []
    joined = f' {" ".join(said)} '
    found = [line for line, one in enumerate(lines) if len(one.words) <= _NAME_WORDS and joined in f' {" ".join(one.words)} ']
    return found if len(found) <= _CREDITS else []


def _same_day(published: str, text: str) -> bool:
    """Whether the text holds the day of an ISO date, as day, month, year or as year, month, day."""
    said = _DATE.search(published)
    if said is None:
        return False
    wanted = (int(said[1]), int(said[2]), int(said[3]))
    found = [(int(m[3]) % 100, int(m[2]), int(m[1])) for m in _DAY_FIRST.finditer(text)]
    found += [(int(m[1]) % 100, int(m[2]), int(m[3])) for m in _DATE.finditer(text)]
    return (wanted[0] % 100, *wanted[1:]) in found
