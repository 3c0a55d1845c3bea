"""Story lines that the sequence models called noise: in a story's holes, right after it, or the whole of a story.

A paragraph between two lines of one story is nearly always its own; a short line seldom is. So what is asked of a line's probability of
belonging to any story differs by its size and its place.
"""

from collections.abc import Sequence

from builder.labelling.cohesion import pairs_of
from builder.labelling.heads import title_of
from builder.labelling.reading import Reading
from builder.labelling.shapes import Shape
from builder.labels import STORY_KINDS


def missed(reading: Reading, group: Sequence[int], start: int, end: int) -> dict[int, str]:
    """The kinds of the lines of `[start, end)` that must be the story's own, by their probability or by the words that they repeat."""
    inside = set(group)
    title = title_of(reading, group)
    text = pairs_of([*reading.running(group), *([reading.shapes[title]] if title is not None else [])])
    found: dict[int, str] = {}
    first = group[0]
    for line in range(group[0] - 1, max(start, group[0] - reading.thresholds.reach_before) - 1, -1):
        if (
            reading.shapes[line].long
            and first - line <= reading.thresholds.doubtful_gap
            and reading.probabilities[line] >= reading.thresholds.ahead
            and not reading.is_end(line)
        ):
            found[line], first = 'body', line
    last = group[-1]
    for line in range(group[0], end):
        behind = line > group[-1]
        if behind and (line > last + reading.thresholds.reach_after or reading.is_end(last) or _is_another(reading, line)):
            break
        if line not in inside and (_is_likely(reading, line, behind=behind) or _repeats(reading, line, text)):
            found[line] = _kind(reading.shapes[line], behind=behind)
            last = max(last, line)
    return found


def _is_another(reading: Reading, line: int) -> bool:
    """Whether the line is a headline that is not likely the story's own: another story begins with it."""
    return reading.shapes[line].heading and reading.probabilities[line] < reading.thresholds.behind_headline


def _size(one: Shape) -> str:
    return 'paragraph' if one.long else 'text' if one.texty else 'headline' if one.heading else 'short'


def _is_likely(reading: Reading, line: int, *, behind: bool) -> bool:
    size = _size(reading.shapes[line])
    if size == 'headline' and _is_listed(reading, line):
        return False
    least: float = getattr(reading.thresholds, f'{"behind" if behind else "inside"}_{size}')
    return reading.probabilities[line] >= least


def _is_listed(reading: Reading, line: int) -> bool:
    """Whether another headline that was tagged as noise stands right above or below the line: so related stories are listed, one headline a line."""
    around = (other for other in (line - 1, line + 1) if 0 <= other < len(reading.tags))
    return any(reading.shapes[other].heading and reading.kind(other) not in STORY_KINDS for other in around)


def _repeats(reading: Reading, line: int, text: frozenset[str]) -> bool:
    """Whether a paragraph repeats so many of the word pairs of the story's text that it must be part of it."""
    one = reading.shapes[line]
    is_doubted = reading.probabilities[line] >= reading.thresholds.doubted
    least = reading.thresholds.shared_words if is_doubted else reading.thresholds.own_words
    return one.long and len(one.pair_set & text) / max(len(one.pair_set), 1) >= least


def _kind(one: Shape, *, behind: bool) -> str:
    """The kind of a missed line by its shape and place."""
    return {'paragraph': 'body', 'text': 'caption', 'headline': 'subheading', 'short': 'byline' if behind else 'subheading'}[_size(one)]


def doubtful_story(reading: Reading) -> list[int]:
    """The lines of a story on a page where none was found: the paragraphs, no list of summaries, that most likely are one; or none."""
    clusters: list[list[int]] = []
    for line, one in enumerate(reading.shapes):
        if one.long:
            if clusters and line - clusters[-1][-1] <= reading.thresholds.doubtful_gap:
                clusters[-1].append(line)
            else:
                clusters.append([line])
    pairs = reading.pairs()
    likely = [
        cluster
        for cluster in clusters
        if len(cluster) >= reading.thresholds.doubtful_fewest and not _is_alternating(reading, cluster, pairs)
    ]
    told = [sum(reading.probabilities[line] for line in cluster) for cluster in likely]
    return likely[told.index(max(told))] if told and max(told) >= reading.thresholds.doubtful else []


def _is_alternating(reading: Reading, cluster: Sequence[int], pairs: int) -> bool:
    """Whether the paragraphs, or most of those on the page, stand right under a headline of their own."""
    inside = sum(map(reading.is_under_headline, cluster))
    return pairs - inside >= reading.thresholds.listed_elsewhere or inside > reading.thresholds.doubtful_listed * len(cluster)
