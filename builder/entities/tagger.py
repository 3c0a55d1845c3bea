"""The entity tagger: two passes over the story's lines, the second knowing what the first found evidence for."""

from collections.abc import Sequence
from typing import Final, Protocol

from builder.entities.lexicon import Lexicon, load_lexicon
from builder.entities.page_names import page_names, topic_of
from builder.entities.scanner import scan
from builder.entities.spans import CONFIDENCE, UNMEASURED, Span, View
from builder.entities.token_line import TokenLine, read_line
from builder.entities.trie import Node
from builder.model import Entity

NAME: Final = 'rules'
VERSION: Final = '1.0.0'


Reading = tuple[TokenLine, list[Span]]
"""A line's tokens, and the spans that the rules read, in order and without overlap."""


class Tagger(Protocol):
    """What finds names in the lines of a page."""

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """As `EntityTagger.tag`."""
        ...


Found = tuple[list[Entity], ...]
"""What each source found in a line; that of the first decides."""


class Voter(Protocol):
    """What finds names in the lines of a page, and says what other sources found on the way."""

    def vote(self, texts: Sequence[str], story: Sequence[bool]) -> list[Found]:
        """For each line what each source found, as `Tagger.tag` gives it. Raises ValueError where `texts` and `story` differ in length."""
        ...


class BesideRules:
    """The votes of a tagger, and beside them those of the rules, which it does not read."""

    def __init__(self, tagger: Tagger) -> None:
        self.tag = tagger.tag
        self._rules = load_tagger()

    def vote(self, texts: Sequence[str], story: Sequence[bool]) -> list[Found]:
        """As `Voter.vote`."""
        return list(zip(self.tag(texts, story), self._rules.tag(texts, story), strict=True))


class EntityTagger:
    """Tags persons, places and organisations by rules and gazetteers; deterministic, without state between pages."""

    name = NAME
    version = VERSION

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def tag(self, texts: Sequence[str], story: Sequence[bool]) -> list[list[Entity]]:
        """The entities of each line of one page, in order and without overlap; none for lines outside the story.

        `texts` are the lines' NFC texts and `story` says which belong to the page's story; offsets are code points of the line.
        Raises ValueError where the two differ in length.
        """
        return [rule_entities(read) if read else [] for read in self.read(texts, story)]

    def vote(self, texts: Sequence[str], story: Sequence[bool]) -> list[Found]:
        """As `Voter.vote`: the rules' alone."""
        return [(found,) for found in self.tag(texts, story)]

    def read(self, texts: Sequence[str], story: Sequence[bool]) -> list[Reading | None]:
        """The tokens of each line and what the rules read in them, with spans of type None; None for lines outside the story.

        Raises ValueError where `texts` and `story` differ in length.
        """
        lines = [read_line(text) if wanted else None for text, wanted in zip(texts, story, strict=True)]
        topic = topic_of((line for line in lines if line is not None), self._lexicon)
        view = View(read_line(''), self._lexicon, Node(), topic)
        first = [(line, scan(view._replace(line=line))) if line is not None else None for line in lines]
        view = view._replace(known=page_names(reading for reading in first if reading))
        return [reading and _read_again(view, reading) for reading in first]


def load_tagger() -> EntityTagger:
    """The tagger with the shipped gazetteers. Raises ModelError where one is missing."""
    return EntityTagger(load_lexicon())


def _read_again(view: View, reading: Reading) -> Reading:
    """The reading of a line by what the page knows, which is the first one where the line has no word of it."""
    line = reading[0]
    return reading if view.known.children.keys().isdisjoint(line.keys) else (line, scan(view._replace(line=line)))


def rule_entities(reading: Reading) -> list[Entity]:
    """The names among the spans that the rules read in a line."""
    line, spans = reading
    return [_entity(line, span) for span in spans if span.type]


def _entity(line: TokenLine, span: Span) -> Entity:
    start, end = line.starts[span.start], line.ends[span.end - 1]
    return Entity(
        start, end, str(span.type), line.text[start:end], 'rule', NAME, VERSION, CONFIDENCE.get((span.rule, str(span.type)), UNMEASURED)
    )
