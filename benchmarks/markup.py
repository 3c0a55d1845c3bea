"""How well the labeller of HTML does on sites it was not trained on, against the text labeller alone on the same pages.

usage: python -m benchmarks.markup ARTICLES GOLD HTML LABELLERS SCORER [--keep FOLDER] [--ship OUT]

ARTICLES, GOLD, HTML and LABELLERS are what `train_markup` takes; LABELLERS is the folder that `labeller.py --keep` filled. Each gold site is left out
of both trainings: of the text labeller's, whose weights are read, and of the markup labeller's.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from builder.labelling.labeller import LineLabeller
from builder.labelling.markup_labeller import MarkupLabeller
from builder.labels import MAIN, NOISE
from builder.model import Vote
from builder.training.calibration import fit_platt, log_odds
from builder.training.gold import GoldPage, read_gold
from builder.training.labeller import member_seeds
from builder.training.markup import MARKUP_SETTINGS, HtmlExample, fit_markup, markup_examples, read_html_of, train_markup

SEED = 1
BINS = 10


def main() -> None:
    """The measurement, printed; with `--ship` the weights of all sites, written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('articles', 'gold', 'html', 'labellers', 'scorer'):
        parser.add_argument(name, type=Path)
    parser.add_argument('--keep', type=Path, help='a folder for weights and predictions')
    parser.add_argument(
        '--ship', type=Path, help='then train on all sites, with the calibration of the held-out ones, and write the weights here'
    )
    arguments = parser.parse_args()
    files = (arguments.articles, arguments.gold)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        seeds = member_seeds(SEED, MARKUP_SETTINGS.members)
        members = [list(markup_examples(files, arguments.html, arguments.labellers, seed=seed)) for seed in seeds]
        pages = [page for page in read_gold(arguments.gold) if (arguments.html / f'{page.id}.html.gz').exists()]
        truth = folder / 'truth.jsonl'
        truth.write_text(''.join(gold_rows(arguments.gold, {page.id for page in pages})), 'utf-8')
        of_text, of_markup = held_out(pages, members, (arguments.html, arguments.labellers), folder)
        calibrated = folder / 'calibrated.jsonl'
        calibration = calibrate(of_markup, truth, calibrated)
        for name, predictions in (
            ('text labeller alone', of_text),
            ('markup labeller', of_markup),
            ('calibrated on the other sites', calibrated),
        ):
            print(f'--- {name}', flush=True)
            subprocess.run([sys.executable, str(arguments.scorer), str(truth), str(predictions)], check=True)
            print_reliability(predictions, truth)
        print(f'calibration on all sites: {calibration}')
    if arguments.ship:
        train_markup(files, arguments.html, arguments.labellers, arguments.ship, seed=SEED, calibration=calibration)


def gold_rows(gold: Path, wanted: set[str]) -> list[str]:
    """The lines of the gold file that are of pages with HTML."""
    return [f'{row}\n' for row in gold.read_text('utf-8').split('\n') if row and json.loads(row)['id'] in wanted]


def held_out(
    pages: Sequence[GoldPage], members: Sequence[Sequence[HtmlExample]], folders: tuple[Path, Path], out: Path
) -> tuple[Path, Path]:
    """Predictions for each page by labellers that have not seen its site: of the text alone in the page's order, and with the markup."""
    html, labellers = folders
    paths = out / 'text.jsonl', out / 'markup.jsonl'
    with paths[0].open('w', encoding='utf-8') as text_out, paths[1].open('w', encoding='utf-8') as markup_out:
        for site in sorted({page.site for page in pages}):
            weights = out / f'markup-without-{site}.crfsuite'
            fit_markup(members, weights, {}, {site})
            markup_labeller, text_labeller = MarkupLabeller(weights), LineLabeller(labellers / f'without-{site}.crfsuite')
            for page in pages:
                segmented = read_html_of(page, html) if page.site == site else None
                if segmented is None:
                    continue
                texts = [text for text, _ in page.lines]
                write(text_out, page.id, text_labeller.label(texts, segmented[1]))
                write(markup_out, page.id, markup_labeller.label(texts, *segmented, text_labeller).markup)
    return paths


def write(out: TextIO, page_id: str, votes: Sequence[Vote]) -> None:
    """The labels of a page, one JSON object a line as the scorer reads it."""
    record = {'id': page_id, 'labels': [vote.label for vote in votes], 'kinds': [vote.kind for vote in votes]}
    out.write(json.dumps(record | {'confidence': [vote.confidence for vote in votes]}) + '\n')


def calibrate(predictions: Path, truth: Path, out: Path) -> tuple[float, float]:
    """Writes the predictions of each site by a calibration fitted to the other sites; slope and intercept of one fitted to all of them.

    Each site counts the same, however many lines it has.
    """
    pages = {page['id']: page for page in map(json.loads, truth.read_text('utf-8').splitlines())}
    found = {page['id']: chances(page) for page in map(json.loads, predictions.read_text('utf-8').splitlines())}
    cases: dict[str, list[tuple[float, bool]]] = {}
    for page_id, said in found.items():
        page = pages[page_id]
        cases.setdefault(page['site'], []).extend(zip(said, [line['label'] == MAIN for line in page['lines']], strict=True))
    with out.open('w', encoding='utf-8') as stream:
        for page_id, said in found.items():
            slope, intercept = fit_platt(weighted(cases, pages[page_id]['site']))
            scaled = [1 / (1 + math.exp(-slope * log_odds(chance) - intercept)) for chance in said]
            labels = [MAIN if chance >= 0.5 else NOISE for chance in scaled]
            stream.write(json.dumps({'id': page_id, 'labels': labels, 'confidence': [max(chance, 1 - chance) for chance in scaled]}) + '\n')
    return fit_platt(weighted(cases, None))


def weighted(cases: Mapping[str, Sequence[tuple[float, bool]]], left_out: str | None) -> list[tuple[float, bool, float]]:
    """The cases of all sites but one, each weighted so that sites count the same."""
    return [(chance, true, 100 / len(found)) for site, found in cases.items() if site != left_out for chance, true in found]


def chances(page: Mapping[str, Any]) -> list[float]:
    """The probability of each line of a prediction that it is the story's."""
    return [value if label == MAIN else 1 - value for label, value in zip(page['labels'], page['confidence'], strict=True)]


def print_reliability(predictions: Path, truth: Path) -> None:
    """How often a line is the story's, by the probability that it was given, in ten bins; and the expected calibration error."""
    labels = {page['id']: [line['label'] for line in page['lines']] for page in map(json.loads, truth.read_text('utf-8').splitlines())}
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for page in map(json.loads, predictions.read_text('utf-8').splitlines()):
        for chance, true in zip(chances(page), labels[page['id']], strict=True):
            bins[min(int(chance * BINS), BINS - 1)].append((chance, true == MAIN))
    total, error = sum(map(len, bins)), 0.0
    for number, found in enumerate(bins):
        if found:
            said, was = (sum(pair[side] for pair in found) / len(found) for side in (0, 1))
            error += abs(said - was) * len(found) / total
            print(f'    {number / BINS:.1f}-{(number + 1) / BINS:.1f}: {len(found):5} lines, said {said:.3f}, was {was:.3f}')
    print(f'    expected calibration error {error:.4f}')


if __name__ == '__main__':
    main()
