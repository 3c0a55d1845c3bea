"""The labeller of HTML pages: a linear-chain CRF over what the text labeller, the publisher's markup and the tree of elements say of each line.

It is a stacked generalization (Wolpert, Neural Networks 5, 1992): it has learned, on pages that the text labeller had not seen, how far to trust each of
its sources, so that its vote is their combination; its probabilities need no curve on top (`benchmarks/markup.py`). It reads table columns one after another; the text labeller gets them so too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from builder.labelling.alignment import Words, align, words_of
from builder.labelling.committee import Committee, members_of
from builder.labelling.html_view import HtmlView, in_reading_order
from builder.labelling.labeller import LineLabeller
from builder.labelling.markup_features import MARKUP_FEATURE_VERSION, markup_features
from builder.labelling.publisher import publisher_votes
from builder.labelling.shapes import Shape, shape
from builder.labelling.tags import BEGIN, INSIDE, RELATED, kind_of
from builder.labels import LABEL_OF_KIND, MAIN, NOISE, STORY_KINDS
from builder.markup import Markup
from builder.model import Vote
from builder.model_files import decisive_version, read_model

MARKUP_WEIGHTS: Final = Path(__file__).parent / 'weights' / 'markup.crfsuite'
MARKUP_FORMAT_VERSION: Final = 2
"""Of the record beside the weights."""
MARKUP_LABELLER: Final = 'markup_labeller'
NOISE_TAG: Final = 'noise'
"""The tag of a line of no story; `noise~` where it stands inside one. Other whole stories have `related_story^` and `related_story`."""
_HALF: Final = 0.5
"""Share of a line that its own column must say for the line to be the story's: a mixed line takes the kind of most of its code points."""
_NEAR: Final = 4
"""Lines of noise after which lines of another story are of the next one."""
_REFUSED: Final = 0.6
"""Confidence that a line is noise which the markup alone took for a line of a story without a title. Set by hand: one page in 45 has such lines."""
_MIXED: Final = 0.9
"""Least confidence that a line mostly of other columns is noise."""


@dataclass(frozen=True, slots=True)
class HtmlVotes:
    """For each line of an HTML page, in the page's order, the votes of the text labeller, of the publisher's claims, and of both with the tree."""

    text: list[Vote]
    publisher: list[list[Vote]]
    markup: list[Vote]


class MarkupLabeller:
    """Votes for the lines of HTML pages, on top of any text labeller's. Pickled by path, so that each process opens the weights itself."""

    name = MARKUP_LABELLER

    def __init__(self, weights: Path = MARKUP_WEIGHTS) -> None:
        content, record = read_model(weights, (MARKUP_FORMAT_VERSION, MARKUP_FEATURE_VERSION))
        self.version: str = decisive_version(record, ('sha256',))
        self._weights = weights
        self._tagger = Committee(members_of(content, record['members']))
        self._story_tags = [tag for tag in self._tagger.labels if tag in STORY_KINDS]
        self._related_tags = [tag for tag in self._tagger.labels if kind_of(tag) == RELATED]
        self._noise_tags = [tag for tag in self._tagger.labels if tag not in STORY_KINDS]

    def __reduce__(self) -> tuple[Callable[[Path], 'MarkupLabeller'], tuple[Path]]:
        return MarkupLabeller, (self._weights,)

    def label(self, texts: Sequence[str], markup: Markup, title: str | None, text_labeller: LineLabeller) -> HtmlVotes:
        """The votes for a page's lines, NFC texts with a block each; `title` is the page's, where it says one.

        Raises ValueError where the lines are not those of the markup.
        """
        if len(texts) != len(markup.blocks):
            raise ValueError(f'{len(texts)} lines with {len(markup.blocks)} blocks')
        if not texts:
            return HtmlVotes([], [], [])
        view, words = html_view(texts, markup, title, text_labeller)
        shares = [len(view.texts[place]) / len(texts[line]) for place, line in enumerate(markup.order)]
        own = self._votes(view, shares)
        said = publisher_votes(view.alignments, words)
        places = {line: place for place, line in enumerate(markup.order)}
        order = [places[line] for line in range(len(texts))]
        return HtmlVotes([view.votes[place] for place in order], [said[place] for place in order], [own[place] for place in order])

    def _votes(self, view: HtmlView, shares: Sequence[float]) -> list[Vote]:
        tags = self._tagger.tag(markup_features(view))
        headless = headless_lines(tags, view.shapes)
        votes: list[Vote] = []
        story = 0
        for line, tag in enumerate(tags):
            of_story = [*self._story_tags, *self._related_tags] if line in headless else self._story_tags
            chance = self._tagger.any_of(of_story, line)
            if shares[line] < _HALF:
                chance = min(chance, 1 - _MIXED)
            kind = self._story_kind(line, tag) if chance >= 0.5 else self._noise_kind(view, line, tag)
            story += kind == RELATED and (tag.endswith(BEGIN) or not story or not _is_near_related(votes))
            confidence = chance if chance >= 0.5 else 1 - chance
            number = story if kind == RELATED else None
            votes.append(Vote('model', self.name, self.version, LABEL_OF_KIND[kind], kind, round(confidence, 4), number))
        if not _has_story(votes, view.votes):
            return [self._refused(view, line, vote) for line, vote in enumerate(votes)]
        return votes

    def _refused(self, view: HtmlView, line: int, vote: Vote) -> Vote:
        """The vote as it is on a page that is found to have no story."""
        if vote.label == NOISE:
            return vote
        kind = self._noise_kind(view, line, vote.kind or '')
        return replace(vote, label=NOISE, kind='teaser' if kind == RELATED else kind, confidence=max(_REFUSED, 1 - vote.confidence))

    def _story_kind(self, line: int, tag: str) -> str:
        likeliest = max(self._story_tags, key=lambda other: self._tagger.marginal(other, line))
        return tag if tag in STORY_KINDS else likeliest

    def _noise_kind(self, view: HtmlView, line: int, tag: str) -> str:
        """The kind of a noise line: what the text labeller took it for, where that is noise too; else what its element looks like."""
        if tag in STORY_KINDS:
            tag = max(self._noise_tags, key=lambda other: self._tagger.marginal(other, line))
        said = view.votes[line]
        if kind_of(tag) == RELATED or (said.label == NOISE and said.kind):
            return RELATED if kind_of(tag) == RELATED or said.kind is None else said.kind
        shape_of, linked = view.shapes[line], view.markup.blocks[line].link_density >= 0.5
        if shape_of.date:
            return 'timestamp'
        if linked:
            return 'related_link' if tag.endswith(INSIDE) else 'headline' if shape_of.heading else 'navigation'
        return 'widget' if tag.endswith(INSIDE) else 'teaser' if shape_of.long else 'other_noise'


def _has_story(votes: Sequence[Vote], of_text: Sequence[Vote]) -> bool:
    """Whether the page has a story: the text labeller found one in it, or the markup shows the title of one."""
    return any(vote.kind == 'title' for vote in votes) or any(vote.label == MAIN for vote in of_text)


def headless_lines(tags: Sequence[str], shapes: Sequence[Shape]) -> set[int]:
    """Lines tagged as another whole story which begins without a title right below lines of the page's own: that story goes on in them."""
    found: set[int] = set()
    for line, tag in enumerate(tags):
        if kind_of(tag) != RELATED:
            continue
        above = line - 1
        while above >= 0 and tags[above].endswith(INSIDE):
            above -= 1
        goes_on = above >= 0 and (above in found or (tags[above] in STORY_KINDS and not shapes[line].heading))
        if goes_on and not tag.endswith(BEGIN):
            found.add(line)
    return found


def _is_near_related(votes: Sequence[Vote]) -> bool:
    """Whether one of the last lines is of another story: noise between two of its lines does not end it."""
    return any(vote.kind == RELATED for vote in votes[-_NEAR:])


def html_view(texts: Sequence[str], markup: Markup, title: str | None, text_labeller: LineLabeller) -> tuple[HtmlView, list[Words]]:
    """A page in reading order with the text labeller's votes and the alignment of its claims, and its lines as words."""
    facts, read = in_reading_order(markup, texts)
    return view_of(read, facts, text_labeller.label(read, title))


def view_of(read: Sequence[str], facts: Markup, votes: Sequence[Vote]) -> tuple[HtmlView, list[Words]]:
    """A page whose lines are in reading order, with votes of a text labeller, and its lines as words."""
    words = [words_of(text) for text in read]
    return HtmlView(facts, read, [shape(text) for text in read], votes, [align(claim, words, read) for claim in facts.claims]), words


def load_markup_labeller() -> MarkupLabeller:
    """The labeller with the shipped weights; raises ModelError where they are missing or not the recorded ones."""
    return MarkupLabeller()
