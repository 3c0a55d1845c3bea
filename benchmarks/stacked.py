"""How well the line labeller tells a page's story from whole other stories on it, on pages of a foreign grammar, and what it leans on.

usage: python -m benchmarks.stacked ARTICLES GOLD WEIGHTS [--pages N] [--seed N]

ARTICLES and GOLD are the files that `train_labeller` takes; WEIGHTS are `publishers.crfsuite` as `benchmarks.labeller --keep` leaves them:
trained on every other publisher, so that the pages here are composed (`stacked_layouts`) of the publishers left. Then the same pages are
changed, one thing at a time, and what strict loses by it is printed. Predictions see the lines alone, as a text dump gives them.
"""

import argparse
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Final

from benchmarks.stacked_layouts import Block, StackedLine, StackedPage, compose_stacked
from builder.labelling.labeller import LineLabeller
from builder.labels import LABEL_OF_KIND, MAIN
from builder.text.lines import split_lines
from builder.training.articles import half_of_publishers, read_articles, without_copies
from builder.training.gold import GoldPage, read_gold

SEED: Final = 4
PAGES: Final = 20
OPTIONAL: Final = frozenset({'caption', 'byline', 'dateline'})
"""Kinds that the core score leaves out."""

Probe = Callable[[StackedPage], StackedPage]


@dataclass(frozen=True, slots=True)
class Score:
    """What a labeller makes of one page: F1 strict and core, whether all labels are right, and related lines called the story's, of how many."""

    layout: str
    no_story: bool
    strict: float
    core: float
    exact: bool
    leaked: int
    related: int


def main() -> None:
    """All figures, printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('articles', type=Path)
    parser.add_argument('gold', type=Path)
    parser.add_argument('weights', type=Path)
    parser.add_argument('--pages', type=int, default=PAGES, help='pages of each layout')
    parser.add_argument('--seed', type=int, default=SEED)
    arguments = parser.parse_args()
    gold = list(read_gold(arguments.gold))
    stock = half_of_publishers(without_copies(read_articles(arguments.articles), (text for page in gold for text, _ in page.lines)), 1)
    pages = compose_stacked(stock, frames_of(gold), arguments.seed, arguments.pages)
    labeller = LineLabeller(arguments.weights)
    plain = [scored(labeller, page) for page in pages]
    for layout in dict.fromkeys(score.layout for score in plain):
        print(f'{layout:16} {table([score for score in plain if score.layout == layout])}')
    print(f'{"all":16} {table(plain)}')
    print_probes(labeller, pages, plain)


def frames_of(gold: Sequence[GoldPage]) -> list[list[str]]:
    """The texts of the pages that have no story."""
    return [[text for text, _ in page.lines] for page in gold if not page.story_lines()]


def print_probes(labeller: LineLabeller, pages: Sequence[StackedPage], plain: Sequence[Score]) -> None:
    """For each probe its figures, and what strict loses on the story pages that it changed."""
    for name, probe in PROBES.items():
        changed = [(probe(page), before) for page, before in zip(pages, plain, strict=True) if not page.no_story]
        after = [scored(labeller, page) for page, _ in changed]
        loss = fmean(before.strict for _, before in changed) - fmean(score.strict for score in after)
        print(f'{name:16} {table(after)}  loss {loss:+.3f}')


def scored(labeller: LineLabeller, page: StackedPage) -> Score:
    """The page's score, its lines given as a dump gives them."""
    texts = [line.text for line in split_lines('\n'.join(line.text for line in page.lines))]
    found = [vote.label == MAIN for vote in labeller.label(texts)]
    truth = [LABEL_OF_KIND[line.kind] == MAIN for line in page.lines]
    told = [said for line, said in zip(page.lines, found, strict=True) if line.kind == 'related_story']
    core = [place for place, line in enumerate(page.lines) if line.kind not in OPTIONAL]
    core_score = f1([truth[place] for place in core], [found[place] for place in core])
    return Score(page.layout, page.no_story, f1(truth, found), core_score, truth == found, sum(told), len(told))


def f1(truth: Sequence[bool], found: Sequence[bool]) -> float:
    """F1 of the lines that are the story's; 1 where there are none and none was found."""
    right = sum(wanted and said for wanted, said in zip(truth, found, strict=True))
    return 2 * right / (sum(truth) + sum(found)) if any(truth) or any(found) else 1.0


def table(scores: Sequence[Score]) -> str:
    """One line of figures: means over story pages, share of right pages without a story, and the leak over all related lines."""
    told, quiet = [score for score in scores if not score.no_story], [score for score in scores if score.no_story]
    figures = [f'no story right {fmean(score.exact for score in quiet):.3f} of {len(quiet)}'] if quiet else []
    if told:
        leak = sum(score.leaked for score in told) / max(sum(score.related for score in told), 1)
        means = [fmean(score.strict for score in told), fmean(score.core for score in told), fmean(score.exact for score in told)]
        figures.insert(0, 'strict {:.3f}  core {:.3f}  exact {:.2f}'.format(*means) + f'  leak {leak:.3f}')
    return '  '.join(figures)


def changed_lines(page: StackedPage, change: Callable[[StackedLine], StackedLine | None]) -> StackedPage:
    """The page with each line changed, or left out for None."""
    blocks = [Block(block.part, tuple(line for old in block.lines if (line := change(old)) is not None)) for block in page.blocks]
    return replace(page, blocks=tuple(blocks))


def without_credits(page: StackedPage) -> StackedPage:
    """No story has a credit."""
    return changed_lines(page, lambda line: None if line.role == 'byline' else line)


def without_headings(page: StackedPage) -> StackedPage:
    """No list and no related story has a heading."""
    return changed_lines(page, lambda line: None if line.kind == 'section_heading' else line)


def without_title(page: StackedPage) -> StackedPage:
    """The page's own story has no title."""
    return changed_lines(page, lambda line: None if line.kind == 'title' else line)


def sidebar_first(page: StackedPage) -> StackedPage:
    """The lists stand before the story."""
    sidebars = tuple(block for block in page.blocks if block.part == 'sidebar')
    top = tuple(block for block in page.blocks if block.part == 'top')
    return replace(page, blocks=(*top, *sidebars, *(block for block in page.blocks if block.part not in {'sidebar', 'top'})))


def decomposed(page: StackedPage) -> StackedPage:
    """Every accent is a sign of its own (NFD)."""
    return changed_lines(page, lambda line: replace(line, text=unicodedata.normalize('NFD', line.text)))


def unaccented(page: StackedPage) -> StackedPage:
    """Text typed without accents."""
    return changed_lines(page, lambda line: replace(line, text=bare(line.text)))


def bare(text: str) -> str:
    """The text without accents; `đ` has none that Unicode could take off."""
    parts = unicodedata.normalize('NFD', text.replace('đ', 'd').replace('Đ', 'D'))
    return ''.join(sign for sign in parts if not unicodedata.combining(sign))


PROBES: Final[dict[str, Probe]] = {
    'no credits': without_credits,
    'no headings': without_headings,
    'no title': without_title,
    'sidebar first': sidebar_first,
    'NFD': decomposed,
    'unaccented': unaccented,
}

if __name__ == '__main__':
    main()
