"""What the rules look at, and what they find."""

from typing import Final, NamedTuple

from builder.entities.lexicon import Lexicon
from builder.entities.token_line import TokenLine
from builder.entities.trie import Node


class View(NamedTuple):
    """A line, the lexicon, and the names that the page gave evidence for (labels PER, LOC, ORG)."""

    line: TokenLine
    lexicon: Lexicon
    known: Node
    topic: str = ''
    """`sport`: a bare foreign word is a player, and a club's city the club; `business`: foreign capitals are a company."""


class Span(NamedTuple):
    """Tokens `[start, end)`. `type` is None for words that a rule read and found to be no name."""

    start: int
    end: int
    type: str | None
    rule: str


# Strict precision of each rule on the story lines of the 29 gold story pages, over both halves of the sites: (right + 1) / (found + 2),
# rounded to .05. Rules with fewer than three finds there get UNMEASURED.
CONFIDENCE: Final[dict[tuple[str, str], float]] = {
    ('acronym', 'ORG'): 0.85,
    ('at', 'LOC'): 0.8,
    ('credit', 'ORG'): 0.9,
    ('credit', 'PER'): 0.95,
    ('given', 'PER'): 0.4,
    ('known', 'LOC'): 0.8,
    ('known', 'ORG'): 0.5,
    ('known', 'PER'): 0.95,
    ('listed', 'LOC'): 0.95,
    ('listed', 'ORG'): 0.8,
    ('named', 'ORG'): 0.85,
    ('official', 'ORG'): 0.9,
    ('place', 'LOC'): 0.9,
    ('title', 'PER'): 0.9,
}
UNMEASURED: Final = 0.5
