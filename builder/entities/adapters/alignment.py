"""Where the tokens of another tool stand in a line, although the tool has cut and respelt them, and the types that records know."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from builder.entities.token_line import TokenLine, read_line
from builder.labels import ENTITY_TYPES
from builder.text.tokens import spans

_TYPES: Final = {
    **{kind: kind for kind in ENTITY_TYPES},
    'PERSON': 'PER',
    'LOCATION': 'LOC',
    'GPE': 'LOC',
    'ORGANIZATION': 'ORG',
    'ORGANISATION': 'ORG',
}
OUTSIDE: Final = 'O'


def known_tag(tag: str) -> str:
    """A tool's BIO tag with our name of its type; a bare type is taken for `I-`, and a type that records do not know is outside."""
    prefix, dash, kind = tag.upper().partition('-')
    known = _TYPES.get(kind if dash else prefix)
    if known is None:
        return OUTSIDE
    return f'{prefix if dash and prefix in {"B", "I"} else "I"}-{known}'


def aligned_spans(text: str, tagged: Sequence[tuple[str, str]]) -> list[tuple[int, int, str]]:
    """The entities, in code points of `text`, that a tool's (token, BIO tag) pairs spell.

    Both are compared by the keys of our tokens, which fold case, tone marks and invisible characters, and where the tool has respelt words
    beyond that, the words between two that agree are taken for each other. Nothing is found only of tokens that the text does not have.
    """
    line = read_line(text)
    pieces = [(key, number) for number, (token, _) in enumerate(tagged) for key in read_line(token).keys]
    places = _places(line.keys, [key for key, _ in pieces])
    reach: dict[int, tuple[int, int]] = {}
    for place, (_, number) in zip(places, pieces, strict=True):
        if place:
            first, last = reach.get(number, place)
            reach[number] = min(first, place[0]), max(last, place[1])
    found = [(reach[number], known_tag(tag)) for number, (_, tag) in enumerate(tagged) if number in reach]
    return list(_cut(line, spans([place for place, _ in found], [tag for _, tag in found])))


def _places(own: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int] | None]:
    """For each of their words the range of ours that it stands for."""
    if list(own) == list(theirs):
        return [(index, index + 1) for index in range(len(own))]
    places: list[tuple[int, int] | None] = [None] * len(theirs)
    for _, first, last, begin, end in SequenceMatcher(None, own, theirs, autojunk=False).get_opcodes():
        for index in range(begin, end):
            if last - first == end - begin:
                places[index] = (first + index - begin, first + index - begin + 1)
            elif first < last:
                places[index] = (first, last)
    return places


def _cut(line: TokenLine, found: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The spans over tokens as spans of code points; of two that share tokens the first has them."""
    reached = 0
    for begin, end, kind in found:
        first = max(begin, reached)
        if first < end:
            yield line.starts[first], line.ends[end - 1], kind
            reached = end
