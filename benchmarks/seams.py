"""Whether headlines in running text begin another story: the shipped regression against one fitted anew, on articles of other publishers.

usage: python -m benchmarks.seams ARTICLES GOLD [--pages N]

Pages are composed of the articles (`compose`, bare: a story, then whole others), their credits and all that is not story left out, so that a
title stands right under text. Each headline-shaped line with two running lines before and after it is a case; the titles of other stories are
the true ones. The regression is fitted to the pages of every other publisher and looks at those of the rest. Printed: its weights, and the area
under the curve of the fitted, of the shipped (`builder.labelling.seams`) and of cohesion alone.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from builder.labelling.seams import WEIGHTS, WINDOW, newness, seam_signs
from builder.labelling.shapes import Shape, shape
from builder.training.articles import Article, half_of_publishers, read_articles, without_copies
from builder.training.compose import ComposedPage, compose
from builder.training.gold import read_gold

SEED = 1
RUNNING = frozenset({'lead', 'body', 'caption'})
FEWEST = 2
"""Running lines on either side of a headline."""

Case = tuple[list[Shape], Shape | None, Shape, list[Shape]]
"""Running lines before the headline, the title of their story, the headline, running lines after it."""


def main() -> None:
    """Fit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('articles', type=Path)
    parser.add_argument('gold', type=Path)
    parser.add_argument('--pages', type=int, default=1500)
    arguments = parser.parse_args()
    gold = (text for page in read_gold(arguments.gold) for text, _ in page.lines)
    stock = without_copies(read_articles(arguments.articles), gold)
    (fitted_to, wanted), (tested, truth) = (cases(half_of_publishers(stock, number), arguments.pages) for number in (0, 1))
    model = LogisticRegression(C=1.0, max_iter=10_000).fit([values(case) for case in fitted_to], wanted)
    print(f'fitted to {len(wanted)} headlines, {sum(wanted)} of them titles; tested on {len(truth)}, {sum(truth)}')
    for name, weight in zip(WEIGHTS, model.coef_[0], strict=True):
        print(f'  {name:14} fitted {weight:+.3f}, shipped {WEIGHTS[name]:+.3f}')
    print(f'  constant       fitted {model.intercept_[0]:+.3f}')
    print(f'area under the curve: fitted {roc_auc_score(truth, model.decision_function([values(case) for case in tested])):.3f}')
    print(f'                      shipped {roc_auc_score(truth, [newness(*case) for case in tested]):.3f}')
    print(f'                      cohesion alone {roc_auc_score(truth, [-seam_signs(*case)["cohesion"] for case in tested]):.3f}')


def values(case: Case) -> list[float]:
    """The signs of a case in the order of the weights."""
    signs = seam_signs(*case)
    return [float(signs[name]) for name in WEIGHTS]


def cases(stock: Sequence[Article], pages: int) -> tuple[list[Case], list[bool]]:
    """The headlines of composed pages, and whether each begins another story."""
    found = [case for page in compose(stock, SEED, pages, bare=True) for case in of_page(page)]
    return [case for case, _ in found], [is_title for _, is_title in found]


def of_page(page: ComposedPage) -> Iterator[tuple[Case, bool]]:
    """The headlines of a page, read as its stories without credits, one right after the other."""
    lines = [(line.role or line.kind, line.story or 0, shape(line.text)) for line in page.lines if line.role or line.story is None]
    told = [(kind, story, one) for kind, story, one in lines if kind in RUNNING | {'title', 'subheading', 'dateline'}]
    title: Shape | None = None
    before: list[Shape] = []
    for place, (kind, _, one) in enumerate(told):
        after = [other for other_kind, _, other in told[place + 1 :] if other_kind in RUNNING]
        if one.heading and not one.long and min(len(before), len(after)) >= FEWEST:
            yield (before[-WINDOW:], title, one, after[:WINDOW]), kind == 'title'
        if kind == 'title':
            title, before = one, []
        elif kind in RUNNING and one.texty:
            before.append(one)


if __name__ == '__main__':
    main()
