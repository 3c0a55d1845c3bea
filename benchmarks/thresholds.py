"""The choice of the second pass's thresholds, on readings by models that have not seen the pages.

Coordinate descent: threshold by threshold the value that serves best is taken, if it serves better by `_LEAST_GAIN` and not only on a page or
two (`_LEAST_PAGES`), until a round changes nothing or `_ROUNDS` are over. It starts from values that no page was asked for: even odds, a
probability of one half, round counts and shares; and two titles of stories in a row that the models may miss, where the grammar composes three.
Its aim is the mean of four figures: the scores of composed pages; how much of the lines of other stories in them is not taken for the page's own;
strict F1 of gold's story pages, the mean of the sites' means; and the share of gold's pages without a story that get none. For a site left out,
gold is that of the other sites.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from builder.labelling.reading import Reading
from builder.labelling.stories import find_stories, own_story
from builder.labelling.thresholds import Thresholds

COMPOSED: Final = ''
"""The site of composed pages."""
_LEAST_GAIN: Final = 0.0005
"""What a threshold must gain to be moved: less is noise."""
_LEAST_PAGES: Final = 3
"""By how many pages those that gain must outnumber those that lose: a gain on fewer is luck."""
_ROUNDS: Final = 3

_ODDS: Final = (0.0, -4.0, -2.0, -1.0, 1.0, 2.0, 4.0)
_CHANCES: Final = (0.5, 0.02, 0.1, 0.25, 0.4, 0.65, 0.8)
_CUTS: Final = (0.1, 0.03, 0.06, 0.2, 0.35)
VALUES: Final[Mapping[str, tuple[float, ...]]] = {
    'head_reach': (12, 4, 8, 16, 24),
    'repeated': (0.1, 0.03, 0.06, 0.15, 0.25),
    'per_line': (0.0, 0.01, 0.02, 0.04, 0.08),
    'named_credit': (0.5, 0.005, 0.02, 0.1, 0.25),
    'new': _ODDS,
    'new_gap': _ODDS,
    'new_block': _ODDS,
    'new_section': _ODDS,
    'new_title': _ODDS,
    'listed': (0.0, 1.0, 2.0, 4.0),
    'most_new': (2, 1, 3, 5, 8),
    'far': (25, 8, 15, 40, 80),
    'joined': _CUTS,
    'joined_at_title': _CUTS,
    'cut': _CUTS,
    'cut_at_date': _CUTS,
    'cut_after_credit': _CUTS,
    'clearly': (1.0, 1.5, 2.0, 3.0),
    'parts': (4, 3, 6, 8),
    'part': (15, 5, 10, 25, 40),
    'near': (6, 2, 4, 10, 15),
    'own_words': (0.5, 0.2, 0.3, 0.4, 0.7),
    'shared_words': (0.5, 0.1, 0.2, 0.3, 0.4),
    'doubted': (0.1, 0.02, 0.05, 0.2, 0.4),
    'reach_before': (5, 2, 8, 12, 20),
    'reach_after': (5, 1, 3, 8, 12),
    'ahead': _CHANCES,
    'inside_paragraph': _CHANCES,
    'inside_text': _CHANCES,
    'inside_headline': _CHANCES,
    'inside_short': _CHANCES,
    'behind_paragraph': _CHANCES,
    'behind_text': _CHANCES,
    'behind_headline': _CHANCES,
    'behind_short': _CHANCES,
    'doubtful': (1.0, 0.2, 0.3, 0.5, 1.5),
    'doubtful_gap': (3, 1, 2, 5, 8),
    'doubtful_fewest': (3, 2, 4, 5),
    'doubtful_listed': (0.5, 0.25, 0.75, 0.9),
    'full': (1.0, 0.6, 0.8, 1.25, 1.5, 2.0, 2.5),
    'credited': (0.0, 0.25, 0.5, 0.75),
    'added': (1.0, 0.25, 0.5, 0.75),
    'loose': (0.1, 0.03, 0.06, 0.15, 0.2),
    'loose_listed': (0.1, 0.03, 0.06, 0.15, 0.2, 0.3),
    'coherent': (0.5, 0.15, 0.2, 0.3, 0.4),
    'about_title': (0.1, 0.03, 0.2, 0.3, 0.5),
    'mostly_about': (0.5, 0.2, 0.3, 0.4, 0.7),
    'list_page': (8, 3, 5, 12, 16),
    'listed_elsewhere': (8, 3, 5, 12, 16),
    'page_of_lists': (12, 6, 9, 16, 24),
    'alternating': (0.5, 0.25, 0.4, 0.6, 0.75),
    'list_headings': (0.5, 0.2, 0.3, 0.4),
    'unsure': (0.5, 0.6, 0.7, 0.8, 0.9),
    'nearly_certain': (0.9, 0.7, 0.8, 0.95, 0.98),
    'certain': (0.95, 0.8, 0.9, 0.97, 0.99),
}
"""What each threshold may be; the first value is that from which the search starts."""
START: Final = {name: values[0] for name, values in VALUES.items()}


@dataclass(frozen=True, slots=True)
class Case:
    """A page as the sequence models read it, the lines of its own story and those of others; `site` is COMPOSED where it has none."""

    site: str
    reading: Reading
    story: frozenset[int]
    others: frozenset[int] = frozenset()


class Choice:
    """The search over the same cases for any sites left out. What the cases score is worked out once for each set of thresholds."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases
        self._scores: dict[Thresholds, list[tuple[float, int]]] = {}

    def without(self, sites: Iterable[str] = ()) -> Thresholds:
        """The thresholds that serve best on the cases of other sites than these."""
        best = Thresholds(**START)  # type: ignore[arg-type] # counts are whole numbers in VALUES
        kept = [number for number, case in enumerate(self._cases) if case.site not in frozenset(sites)]
        aim = self._aim(best, kept)
        for _ in range(_ROUNDS):
            before = best
            for name, values in VALUES.items():
                for value in values:
                    other = replace(best, **{name: value})
                    reached = self._aim(other, kept)
                    if reached >= aim + _LEAST_GAIN and self._more_gain(best, other, kept) >= _LEAST_PAGES:
                        best, aim = other, reached
            if best == before:
                break
        return best

    def _more_gain(self, before: Thresholds, after: Thresholds, kept: Sequence[int]) -> int:
        """How many more pages gain than lose, by F1 and then by what they do not take from other stories."""
        pairs = [[(found, -leak) for found, leak in (self._scores[one][number] for one in (before, after))] for number in kept]
        return sum((new > old) - (new < old) for old, new in pairs)

    def _aim(self, thresholds: Thresholds, kept: Sequence[int]) -> float:
        if thresholds not in self._scores:
            self._scores[thresholds] = [score(case, thresholds) for case in self._cases]
        scores = [(self._cases[number], *self._scores[thresholds][number]) for number in kept]
        composed = [found for case, found, _ in scores if case.site == COMPOSED]
        leaked = sum(leak for _, _, leak in scores) / max(sum(len(case.others) for case, _, _ in scores), 1)
        empty = [found for case, found, _ in scores if case.site != COMPOSED and not case.story]
        sites: dict[str, list[float]] = {}
        for case, found, _ in scores:
            if case.site != COMPOSED and case.story:
                sites.setdefault(case.site, []).append(found)
        return fmean(fmean(part) for part in (composed, [1 - leaked], [fmean(of_site) for of_site in sites.values()], empty) if part)


class _Worker:
    """What a process that chooses holds: its search, whose scores each further task finds."""

    choice: Choice


def choose(cases: Sequence[Case], left_out: Sequence[Sequence[str]]) -> list[Thresholds]:
    """The thresholds for each group of sites left out, a process a core; the same however many there are."""
    with ProcessPoolExecutor(initializer=_begin, initargs=(cases,)) as pool:
        return list(pool.map(_chosen, left_out))


def _begin(cases: Sequence[Case]) -> None:
    _Worker.choice = Choice(cases)


def _chosen(sites: Sequence[str]) -> Thresholds:
    return _Worker.choice.without(sites)


def score(case: Case, thresholds: Thresholds) -> tuple[float, int]:
    """Strict F1 of the page's own story, of a page without one 1 if none was found, else 0; and how many lines of others were taken for it."""
    reading = replace(case.reading, thresholds=thresholds)
    stories = find_stories(reading)
    own = own_story(reading.shapes, stories, None)
    found = frozenset(line for line, _ in stories[own].kinds) if own is not None else frozenset()
    right = 2 * len(found & case.story) / (len(found) + len(case.story)) if case.story else float(not found)
    return right, len(found & case.others)
