"""Story lines that the sequence models called noise: in a story's holes, right after it, or the whole of a story.

Each threshold is a probability of belonging to any story from which, on held-out gold and composed pages, more than half of the lines of
that shape and place were the story's. A paragraph between two lines of one story is nearly always its own; a short line seldom is.
"""

from collections.abc import Sequence
from typing import Final

from builder.labelling.cohesion import overlap
from builder.labelling.heads import title_of
from builder.labelling.reading import Reading
from builder.labelling.shapes import Shape

_OWN_WORDS: Final = 0.3
"""Share of its word pairs in the story from which a paragraph near it is its own, whatever the sequence models said."""
_SHARED_WORDS: Final = 0.25
"""The same where the sequence models gave it a chance of `_DOUBTED` or more."""
_DOUBTED: Final = 0.1
_AFTER: Final = 5
"""Lines after a story's last in which it is looked for lines that were missed."""
_INSIDE: Final = {'paragraph': 0.02, 'text': 0.25, 'headline': 0.25, 'short': 0.45}
_BEHIND: Final = {'paragraph': 0.25, 'text': 0.25, 'headline': 0.5, 'short': 0.4}
_BEFORE: Final = 8
"""Lines before a story's first in which it is looked for paragraphs that were missed."""
_AHEAD: Final = 0.2
"""Least story probability of such a paragraph."""
_GAP: Final = 3
"""Lines from one paragraph of a doubtful story to the next."""
_FEWEST: Final = 3
"""Paragraphs of a doubtful story."""
_DOUBTFUL: Final = 0.3
"""Expected story paragraphs among those of a doubtful story where the page has no other; clusters of pages without a story stay below."""
MANY_PAIRS: Final = 8
"""Headlines with a summary under them from which a page is one of lists."""
_ALTERNATING: Final = 0.5
"""Share of paragraphs right under a headline above which they are a list of summaries."""


def missed(reading: Reading, group: Sequence[int], start: int, end: int) -> dict[int, str]:
    """The kinds of the lines of `[start, end)` that must be the story's own, by their probability or by the words that they repeat."""
    inside = set(group)
    title = title_of(reading, group)
    text = [*reading.running(group), *([reading.shapes[title]] if title is not None else [])]
    found: dict[int, str] = {}
    first = group[0]
    for line in range(group[0] - 1, max(start, group[0] - _BEFORE) - 1, -1):
        if reading.shapes[line].long and first - line <= _GAP and reading.probabilities[line] >= _AHEAD and not reading.is_end(line):
            found[line], first = 'body', line
    last = group[-1]
    for line in range(group[0], end):
        behind = line > group[-1]
        if behind and (line > last + _AFTER or reading.is_end(last) or _is_another(reading, line)):
            break
        if line not in inside and (_is_likely(reading, line, behind=behind) or _repeats(reading, line, text)):
            found[line] = _kind(reading.shapes[line], behind=behind)
            last = max(last, line)
    return found


def _is_another(reading: Reading, line: int) -> bool:
    """Whether the line is a headline that is not likely the story's own: another story begins with it."""
    return reading.shapes[line].heading and reading.probabilities[line] < _BEHIND['headline']


def _size(one: Shape) -> str:
    return 'paragraph' if one.long else 'text' if one.texty else 'headline' if one.heading else 'short'


def _is_likely(reading: Reading, line: int, *, behind: bool) -> bool:
    return reading.probabilities[line] >= (_BEHIND if behind else _INSIDE)[_size(reading.shapes[line])]


def _repeats(reading: Reading, line: int, text: Sequence[Shape]) -> bool:
    """Whether a paragraph repeats so much of the story's text that it must be part of it."""
    one = reading.shapes[line]
    return one.long and overlap(text, [one]) >= (_OWN_WORDS if reading.probabilities[line] < _DOUBTED else _SHARED_WORDS)


def _kind(one: Shape, *, behind: bool) -> str:
    """The kind of a missed line by its shape and place."""
    return {'paragraph': 'body', 'text': 'caption', 'headline': 'subheading', 'short': 'byline' if behind else 'subheading'}[_size(one)]


def doubtful_story(reading: Reading) -> list[int]:
    """The lines of a story on a page where none was found: the paragraphs, no list of summaries, that most likely are one; or none."""
    clusters: list[list[int]] = []
    for line, one in enumerate(reading.shapes):
        if one.long:
            if clusters and line - clusters[-1][-1] <= _GAP:
                clusters[-1].append(line)
            else:
                clusters.append([line])
    pairs = reading.pairs()
    likely = [cluster for cluster in clusters if len(cluster) >= _FEWEST and not _is_alternating(reading, cluster, pairs)]
    told = [sum(reading.probabilities[line] for line in cluster) for cluster in likely]
    return likely[told.index(max(told))] if told and max(told) >= _DOUBTFUL else []


def _is_alternating(reading: Reading, cluster: Sequence[int], pairs: int) -> bool:
    """Whether the paragraphs, or most of those on the page, stand right under a headline of their own."""
    inside = sum(map(reading.is_under_headline, cluster))
    return pairs - inside >= MANY_PAIRS or inside > _ALTERNATING * len(cluster)
