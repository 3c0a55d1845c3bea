"""Votes of the publisher: what JSON-LD, microdata, OpenGraph and `<title>` say of a page's lines.

Publisher markup is evidence, not law. A claim's body counts little unless the same claim's headline or description is on the page too, for it may
be another story's; and it says that running text is noise only where it is whole. The confidences are measured, see `PRECISION`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from builder.labelling.alignment import Alignment, Words
from builder.labels import MAIN, NOISE
from builder.model import Vote

VERSION: Final = '1'
PRECISION: Final = {
    'title': 0.96,
    'lead': 0.98,
    'byline': 0.54,
    'dateline': 0.67,
    'body': 0.97,
    'unsupported': 0.6,
    'left_out': 0.7,
}
"""How often a line so named is of the story. Headline, description, author and date: measured on the gold HTML pages (50, 57, 24 and 18 lines of 45
pages), with a rule of succession for the first two. No gold page claims a body: `body`, `unsupported` and `left_out` are set below what composed
pages with whole, cut and foreign bodies gave (.99, .91 and .93), as how often markup is foreign was itself set there."""
_LONG: Final = 14
"""Words of a line that a whole body would not leave out."""


def publisher_votes(alignments: Sequence[Alignment], lines: Sequence[Words]) -> list[list[Vote]]:
    """For each line the votes of the sources that speak of it, at most one of each source."""
    votes: list[dict[str, Vote]] = [{} for _ in lines]
    for one in alignments:
        for line, label, kind, confidence in _said(one, lines):
            vote = Vote('publisher', one.claim.source, VERSION, label, kind, confidence)
            known = votes[line].get(one.claim.source)
            if known is None or known.confidence < confidence:
                votes[line][one.claim.source] = vote
    return [list(found.values()) for found in votes]


def _said(one: Alignment, lines: Sequence[Words]) -> Iterator[tuple[int, str, str | None, float]]:
    """Line, label, kind and confidence of all that a claim says."""
    title = one.headline[:1] if len(one.headline) == 1 else ()
    for kind, found in (('title', title), ('lead', one.description[:1]), ('byline', one.author), ('dateline', one.published[:1])):
        yield from ((line, MAIN, kind, PRECISION[kind]) for line in found)
    supported = is_supported(one)
    yield from ((line, MAIN, 'body', PRECISION['body' if supported else 'unsupported']) for line in one.body)
    if supported and one.body and not one.body_cut:
        told = {*one.body, *one.headline, *one.description}
        yield from (
            (line, NOISE, None, PRECISION['left_out']) for line, words in enumerate(lines) if len(words.words) >= _LONG and line not in told
        )


def is_supported(one: Alignment) -> bool:
    """Whether the claim's headline or description stands on the page, above the body that it claims."""
    heads = [line for line in (*one.headline, *one.description) if not one.body or line <= one.body[0]]
    return bool(heads)
