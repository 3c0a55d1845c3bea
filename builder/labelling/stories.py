"""Second pass over a page's tags: which lines make up which story, and which story is the page's own.

The sequence model sees a dozen lines at a time. Here the page is seen whole: a story is cut where its text stops speaking of the same, its
pieces are joined over what stands between them, lists that only look like a story are dropped, and a story without a title gets the
headline above it that its own text repeats. The page's own story is the one that its title names, else the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from builder.labelling.cohesion import overlap
from builder.labelling.heads import tagged_title, title_of, with_head
from builder.labelling.missed import doubtful_story, missed
from builder.labelling.pieces import pieces
from builder.labelling.reading import Reading
from builder.labelling.seams import WINDOW
from builder.labelling.shapes import Shape
from builder.labelling.trimming import trimmed
from builder.labels import STORY_KINDS

_TITLED: Final = 0.5
"""Share of a page title's words that a story's line must hold to be the one it names."""
_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its lines with the kind of each, in order."""

    kinds: tuple[tuple[int, str], ...]

    @property
    def first(self) -> int:
        """The number of the story's first line."""
        return self.kinds[0][0]


def find_stories(reading: Reading) -> list[Story]:
    """The full stories of a page in order."""
    whole, groups = _completed(reading, pieces(reading))
    pairs = whole.pairs()
    groups = _without_snippets(whole, [group for group in groups if _is_full(whole, group) and not _is_part_of_lists(whole, group, pairs)])
    if not groups:
        whole, groups = _completed(*_with_doubtful(reading))
    return [Story(tuple(_with_one_title(whole, group))) for group in trimmed(whole, groups)]


def _with_doubtful(reading: Reading) -> tuple[Reading, list[list[int]]]:
    """The reading with the paragraphs of a doubtful story as text, and that story."""
    lines, tags = doubtful_story(reading), list(reading.tags)
    for line in lines:
        tags[line] = 'body'
    return replace(reading, tags=tags), [lines] if lines else []


def _with_one_title(reading: Reading, group: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The group's lines with their kinds; a title after the first is a lead where it is long enough, else a subheading, its copies are none."""
    first = tagged_title(reading, group)
    for line in group:
        kind = reading.kind(line)
        if first is not None and line > first and reading.shapes[line].key == reading.shapes[first].key:
            continue
        yield line, kind if kind != 'title' or line == first else 'lead' if reading.shapes[line].texty else 'subheading'


def _completed(reading: Reading, groups: list[list[int]]) -> tuple[Reading, list[list[int]]]:
    """The groups with the heads and paragraphs that the sequence model missed, and the reading with their kinds."""
    tags, probabilities = list(reading.tags), list(reading.probabilities)
    floors = [0, *(group[-1] + 1 for group in groups)]
    ends = [*(group[0] for group in groups[1:]), len(tags)]
    completed: list[list[int]] = []
    for group, above, end in zip(groups, floors, ends, strict=False):
        floor = max(above, completed[-1][-1] + 1) if completed else above  # what the story above has taken is no other's
        more = missed(reading, group, floor, end)
        head = with_head(reading, sorted({*group, *(line for line in more if line < group[0])}), floor)
        kinds = more | {line: kind for line, kind in head.items() if kind in STORY_KINDS}
        known = frozenset(group)
        for line, kind in kinds.items():
            if line not in known or kind != reading.kind(line):
                tags[line], probabilities[line] = kind, max(probabilities[line], reading.thresholds.added)
        completed.append(sorted(kinds))
    return replace(reading, tags=tags, probabilities=probabilities), completed


def _is_full(reading: Reading, group: Sequence[int]) -> bool:
    """Whether it is a story and not a teaser, a false alarm, or a list of snippets."""
    running = [line for line in group if reading.is_running(line)]
    told = sum(reading.probabilities[line] for line in running) + (reading.thresholds.credited if any(map(reading.is_credit, group)) else 0)
    return bool(running) and told >= reading.thresholds.full and not _is_list(reading, group, reading.running(group))


def _is_list(reading: Reading, group: Sequence[int], running: Sequence[Shape]) -> bool:
    """Whether four or more running lines speak each of something else; what a credit closes is no list."""
    if len(running) < 4 or any(map(reading.is_credit, group)):
        return False
    if len(running) >= WINDOW and title_of(reading, group) is None and _mean_probability(reading, group) < reading.thresholds.unsure:
        return True
    share, about = _coherence(running), _about_title(reading, group)
    if sum(reading.kind(line) == 'subheading' for line in group) >= reading.thresholds.list_headings * len(group):
        return share < reading.thresholds.loose_listed and about < reading.thresholds.about_title
    return (
        share < reading.thresholds.loose
        and len(running) >= WINDOW
        and about < reading.thresholds.repeated
        and _mean_probability(reading, group) < reading.thresholds.certain
    )


def _is_part_of_lists(reading: Reading, group: Sequence[int], pairs: int) -> bool:
    """Whether the group has the shape of a list, headline and summary by turns, on a page that holds many (`pairs`)."""
    running = [line for line in group if reading.is_running(line)]
    if len(running) < _FEW or any(map(reading.is_credit, group)) or _is_certain(reading, group):
        return False
    listed = sum(map(reading.is_under_headline, running))
    return (
        listed >= reading.thresholds.alternating * len(running)
        and pairs - sum(map(reading.is_under_headline, group)) >= reading.thresholds.listed_elsewhere
    )


def _is_certain(reading: Reading, group: Sequence[int]) -> bool:
    """Whether it is a story for all its subheadings: the models are sure, and its paragraphs speak of the same or of the title."""
    probability, about, share = _mean_probability(reading, group), _about_title(reading, group), _coherence(reading.running(group))
    if probability >= reading.thresholds.nearly_certain and (
        about >= reading.thresholds.mostly_about or (about >= reading.thresholds.about_title and share >= reading.thresholds.coherent)
    ):
        return True
    return probability >= reading.thresholds.certain and about >= reading.thresholds.repeated and share >= reading.thresholds.loose_listed


def _mean_probability(reading: Reading, group: Sequence[int]) -> float:
    running = [reading.probabilities[line] for line in group if reading.is_running(line)]
    return sum(running) / max(len(running), 1)


def _coherence(running: Sequence[Shape]) -> float:
    """The mean share of its word pairs that a running line finds in those around it."""
    around = ([*running[max(place - WINDOW, 0) : place], *running[place + 1 : place + 1 + WINDOW]] for place in range(len(running)))
    return sum(overlap(others, [one]) for others, one in zip(around, running, strict=True)) / len(running)


def _without_snippets(reading: Reading, groups: list[list[int]]) -> list[list[int]]:
    """The groups without those that are a stretch of a list of headlines with summaries, or its last item."""
    inside = {line for group in groups for line in group}
    pairs = sum(not {line, line - 1} & inside and reading.is_under_headline(line) for line in range(1, len(reading.shapes)))
    sizes = [len(reading.running(group)) for group in groups]
    kept = []
    for place, group in enumerate(groups):
        if pairs >= reading.thresholds.page_of_lists and sizes[place] < _FEW and not any(map(reading.is_credit, group)):
            continue
        if _about_title(reading, group) >= reading.thresholds.about_title or _is_certain(reading, group):
            kept.append(group)
            continue
        listed = sizes[place] == 3 and sum(reading.is_under_headline(line) for line in group if line) > 1
        if pairs >= reading.thresholds.list_page and (sizes[place] <= 2 or listed):
            continue
        follows_list = any(reading.is_under_headline(line) for line in range(max(group[0] - 3, 1), group[0]))
        if follows_list and sizes[place] <= 2 and place + 1 < len(groups) and groups[place + 1][0] - group[-1] <= reading.thresholds.near:
            continue
        kept.append(group)
    return kept


def _about_title(reading: Reading, group: Sequence[int]) -> float:
    """How much of its title the text repeats after the paragraph that follows it, as a story does and a list of snippets does not."""
    title = title_of(reading, group)
    return overlap(reading.running(group)[1:], [reading.shapes[title]]) if title is not None else 0.0


def own_story(shapes: Sequence[Shape], stories: Sequence[Story], title: str | None) -> int | None:
    """The index of the page's own story: the one that `title` names, else the first; None where there is none."""
    named = [_named(shapes, story, title) for story in stories] if title else []
    if named and max(named) >= _TITLED:
        return named.index(max(named))
    return 0 if stories else None


def _named(shapes: Sequence[Shape], story: Story, title: str) -> float:
    """The largest share of the title's words that one of the story's first lines holds."""
    wanted = set(title.lower().split())
    return max(len(wanted & set(shapes[line].words)) / max(len(wanted), 1) for line, _ in story.kinds[:4])
