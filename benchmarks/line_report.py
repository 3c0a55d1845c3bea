"""What the scorer's one figure hides: each kind's score, where the story ends, whose story it is, how sure the figure and the votes are.

usage: python -m benchmarks.line_report TRUTH PREDICTIONS

Both as `labeller.py` keeps them: a gold file, and labels, kinds and confidences for the same lines.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from builder.curves import fitted_curve
from builder.labelling.calibration import WAYS
from builder.labels import KINDS, MAIN

SAMPLES = 2000
BINS = 10
CONFUSIONS = 12

Page = tuple[dict[str, Any], dict[str, Any]]
"""A page's gold record and its prediction."""


def pages_of(truth: Path, predictions: Path) -> list[Page]:
    """The pages of the truth, each with its prediction."""
    predicted = {record['id']: record for record in map(json.loads, predictions.read_text('utf-8').splitlines())}
    return [(page, predicted[page['id']]) for page in map(json.loads, truth.read_text('utf-8').splitlines())]


def report(truth: Path, predictions: Path) -> str:
    """The whole report."""
    pages = pages_of(truth, predictions)
    told = [page for page in pages if not page[0]['no_story']]
    return '\n'.join([interval(told), wrong_stories(told), story_ends(told), *kinds(told), *reliability(pages)])


def strict(page: Page) -> float:
    """F1 of the page's story lines."""
    pairs = [(line['label'] == MAIN, label == MAIN) for line, label in zip(page[0]['lines'], page[1]['labels'], strict=True)]
    right = sum(wanted and found for wanted, found in pairs)
    return 2 * right / max(sum(wanted + found for wanted, found in pairs), 1)


def interval(pages: Sequence[Page]) -> str:
    """Strict F1 over sites, with its 95 % interval by resampling sites, or pages where there is one site."""
    sites: dict[str, list[float]] = {}
    for page in pages:
        sites.setdefault(page[0]['site'], []).append(strict(page))
    groups = [sum(values) / len(values) for values in sites.values()] if len(sites) > 1 else next(iter(sites.values()))
    rng = Random(1)  # noqa: S311 - drawn again from its seed, not secret
    means = sorted(sum(rng.choices(groups, k=len(groups))) / len(groups) for _ in range(SAMPLES))
    low, high = means[SAMPLES // 40], means[-SAMPLES // 40]
    return f'strict {sum(groups) / len(groups):.3f}, 95 % interval {low:.3f} to {high:.3f} over {len(groups)} {"sites" if len(sites) > 1 else "pages"}'


def wrong_stories(pages: Sequence[Page]) -> str:
    """How often the predicted story is more another story than the page's own, and how often there is none."""
    wrong = missing = 0
    for page, predicted in pages:
        found = [line['kind'] for line, label in zip(page['lines'], predicted['labels'], strict=True) if label == MAIN]
        own = sum(line['label'] == MAIN for line in page['lines'])
        other = found.count('related_story')
        missing += own > 0 and not found
        wrong += other > len(found) - other or (len(found) > 0 and not any(line_is_own(page, predicted)))
    return f'wrong story on {wrong}, no story on {missing} of {len(pages)} story pages'


def line_is_own(page: dict[str, Any], predicted: dict[str, Any]) -> Iterator[bool]:
    """For each line predicted as story, whether it is."""
    return (line['label'] == MAIN for line, label in zip(page['lines'], predicted['labels'], strict=True) if label == MAIN)


def story_ends(pages: Sequence[Page]) -> str:
    """By how many lines the predicted story ends too early or too late."""
    errors = []
    for page, predicted in pages:
        wanted = [place for place, line in enumerate(page['lines']) if line['label'] == MAIN]
        found = [place for place, label in enumerate(predicted['labels']) if label == MAIN]
        if wanted and found:
            errors.append(found[-1] - wanted[-1])
    exact, early = sum(error == 0 for error in errors), sum(error < 0 for error in errors)
    mean = sum(map(abs, errors)) / max(len(errors), 1)
    return f'story end: right on {exact} of {len(errors)} pages, too early on {early}, mean error {mean:.2f} lines'


def kinds(pages: Sequence[Page]) -> Iterator[str]:
    """Precision, recall and F1 of each kind on story pages, and the commonest confusions."""
    pairs = Counter(
        (line['kind'], kind)
        for page, predicted in pages
        for line, kind in zip(page['lines'], predicted['kinds'], strict=True)
        if line['kind'] is not None
    )
    wanted, found = Counter[str](), Counter[str]()
    for (gold, kind), count in pairs.items():
        wanted[gold] += count
        found[kind] += count
    yield 'kind              lines  precision  recall  F1'
    for kind in KINDS:
        right = pairs[kind, kind]
        precision, recall = right / max(found[kind], 1), right / max(wanted[kind], 1)
        yield f'{kind:16} {wanted[kind]:6}  {precision:9.3f}  {recall:6.3f}  {2 * right / max(wanted[kind] + found[kind], 1):.3f}'
    wrong = sorted(((count, pair) for pair, count in pairs.items() if pair[0] != pair[1]), reverse=True)[:CONFUSIONS]
    yield 'confusions: ' + ', '.join(f'{gold} as {kind} {count}' for count, (gold, kind) in wrong)


def reliability(pages: Sequence[Page]) -> Iterator[str]:
    """The expected calibration error of the label confidences, and mean confidence and share of right labels in each bin."""
    lines = [
        (confidence, line['label'] == label)
        for page, predicted in pages
        for line, label, confidence in zip(page['lines'], predicted['labels'], predicted['confidence'], strict=True)
    ]
    rows = []
    for place in range(BINS):
        part = [(confidence, right) for confidence, right in lines if min(int(confidence * BINS), BINS - 1) == place]
        if part:
            said, was = sum(confidence for confidence, _ in part) / len(part), sum(right for _, right in part) / len(part)
            rows.append(f'  {place / BINS:.1f} to {(place + 1) / BINS:.1f}: {len(part):6} lines, said {said:.3f}, right {was:.3f}')
    yield f'expected calibration error {calibration_error(lines):.4f}'
    yield from rows


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """How far confidence is from the share of what is right, over the bins of the scale."""
    bins: dict[int, list[float]] = {}
    for confidence, right in judged:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append(confidence - right)
    return sum(abs(sum(off)) for off in bins.values()) / max(len(judged), 1)


def curves(files: Sequence[tuple[Path, Path]]) -> dict[str, tuple[float, float]]:
    """The calibration curves that fit these truths and predictions, for the record of a labeller's weights."""
    lines: dict[str, list[tuple[float, bool]]] = {way: [] for way in WAYS}
    for truth, predictions in files:
        for page, predicted in pages_of(truth, predictions):
            columns = zip(page['lines'], predicted['labels'], predicted['ways'], predicted['probabilities'], strict=True)
            for line, label, way, probability in columns:
                lines[way].append((probability, line['label'] == label))
    return {way: fitted_curve(points) for way, points in lines.items()}


if __name__ == '__main__':
    print(report(Path(sys.argv[1]), Path(sys.argv[2])))
