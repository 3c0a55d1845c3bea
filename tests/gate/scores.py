"""Scores of labelled pages, as the guideline defines them: site-macro F1 of main-story lines, strict and core, and what it hides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from builder.labels import MAIN

OPTIONAL = frozenset({'caption', 'byline', 'dateline'})
"""Kinds that the core score leaves out."""

Page = Mapping[str, Any]
"""A page of `schemas/gold.schema.json`."""


def scores(pages: Iterable[tuple[Page, Sequence[str]]]) -> dict[str, float]:
    """The scores of pages, each with the label that was predicted for each of its lines; a score without a page is absent."""
    sites: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    quiet: list[bool] = []
    leaks: list[float] = []
    for page, labels in pages:
        found = [label == MAIN for label in labels]
        if page['no_story']:
            quiet.append(not any(found))
            continue
        core = [said for line, said in zip(page['lines'], found, strict=True) if line['kind'] not in OPTIONAL]
        sites[page['site']].append((_f1(_truth(page), found), _f1(_truth(page, core=True), core)))
        related = [said for line, said in zip(page['lines'], found, strict=True) if line['kind'] == 'related_story']
        leaks += [fmean(related)] if related else []
    made = {
        'strict': [fmean(strict for strict, _ in rows) for rows in sites.values()],
        'core': [fmean(core for _, core in rows) for rows in sites.values()],
        'no_story': [float(right) for right in quiet],
        'without_leak': [1 - leak for leak in leaks],
    }
    return {name: round(fmean(values), 4) for name, values in made.items() if values}


def _truth(page: Page, *, core: bool = False) -> list[bool]:
    return [line['label'] == MAIN for line in page['lines'] if not core or line['kind'] not in OPTIONAL]


def _f1(truth: Sequence[bool], found: Sequence[bool]) -> float:
    right = sum(wanted and said for wanted, said in zip(truth, found, strict=True))
    return 2 * right / max(sum(truth) + sum(found), 1)
