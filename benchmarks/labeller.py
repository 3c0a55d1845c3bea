"""How well the line labeller does on sites and publishers it was not trained on, and how fast it is.

usage: python -m benchmarks.labeller ARTICLES GOLD SCORER [--quick] [--pages N] [--members N] [--keep FOLDER]

ARTICLES and GOLD are the files that `train_labeller` takes; SCORER is the line scorer, called with the gold file and the predictions.
Two measurements: gold sites, each left out of the training (`--quick`: several at a time); and pages composed of publishers and
phrases that the training has not seen. Predictions see the lines alone, as in a text dump, never a title. Each is followed by a report
(`line_report`), and both by the calibration curves that their predictions give.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from benchmarks.line_report import curves, report
from builder.labelling.labeller import LineLabeller
from builder.synth import truth_of
from builder.training.articles import Article, read_articles, without_copies
from builder.training.compose import compose
from builder.training.gold import GoldPage, read_gold
from builder.training.labeller import SETTINGS, Example, composed_examples, fit, gold_examples, member_seeds
from builder.training.lexicon import LEXICON

SEED = 1
QUICK_FOLDS = 4
COMPOSED_TEST_PAGES = 200


def main() -> None:
    """Both measurements, printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('articles', type=Path)
    parser.add_argument('gold', type=Path)
    parser.add_argument('scorer', type=Path)
    parser.add_argument('--quick', action='store_true', help=f'leave sites out in {QUICK_FOLDS} groups, not one by one')
    parser.add_argument('--pages', type=int, default=500, help='composed pages to train on')
    parser.add_argument('--members', type=int, default=SETTINGS.members, help='CRFs of the ensemble')
    parser.add_argument('--keep', type=Path, help='a folder for weights and predictions')
    parser.add_argument('--calibrate', type=Path, help='the record of weights to write the calibration curves into, that are fitted here')
    arguments = parser.parse_args()
    gold = list(read_gold(arguments.gold))
    stock = without_copies(read_articles(arguments.articles), (text for page in gold for text, _ in page.lines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        seeds = member_seeds(SEED, arguments.members)
        print('--- pages composed of publishers and phrases not trained on')
        truth, predictions = held_out_publishers(stock, gold, Run(folder, arguments.pages, seeds))
        score(arguments.scorer, truth, predictions)
        print(report(truth, predictions))
        print('--- gold pages of sites not trained on')
        sites = held_out_sites(stock, gold, Run(folder, arguments.pages, seeds), quick=arguments.quick)
        score(arguments.scorer, arguments.gold, sites)
        print(report(arguments.gold, sites))
        fitted = curves([(truth, predictions), (arguments.gold, sites)])
        print('--- calibration curves:', fitted)
        if arguments.calibrate:
            record = json.loads(arguments.calibrate.read_text('utf-8'))
            arguments.calibrate.write_text(json.dumps({**record, 'calibration': fitted}, indent=2, ensure_ascii=False) + '\n', 'utf-8')


@dataclass(frozen=True, slots=True)
class Run:
    """Where a measurement keeps its files, how many pages each member is trained on, and the members' seeds."""

    folder: Path
    pages: int
    seeds: Sequence[int]


def held_out_sites(stock: list[Article], gold: list[GoldPage], run: Run, *, quick: bool) -> Path:
    """Predictions for every gold page by a labeller that has seen no page of its site."""
    composed = [list(composed_examples(compose(stock, seed, run.pages))) for seed in run.seeds]
    predictions = run.folder / 'sites.jsonl'
    with predictions.open('w', encoding='utf-8') as out:
        for sites in folds(gold, quick=quick):
            used = [page for page in gold if page.site not in sites]
            members = [
                chain(pages, gold_examples(used, stock, seed=seed, pages=run.pages))
                for seed, pages in zip(run.seeds, composed, strict=True)
            ]
            labeller = trained(members, run.folder / f'without-{sites[0]}.crfsuite')
            for page in gold:
                if page.site in sites:
                    write_prediction(out, page.id, labeller, [text for text, _ in page.lines])
    return predictions


def folds(gold: Sequence[GoldPage], *, quick: bool) -> list[list[str]]:
    """The sites to leave out together."""
    sites = sorted({page.site for page in gold})
    return [sites[start::QUICK_FOLDS] for start in range(QUICK_FOLDS)] if quick else [[site] for site in sites]


def trained(members: Iterable[Iterable[Example]], out: Path) -> LineLabeller:
    """A labeller each of whose members is fitted to its examples."""
    started = time.perf_counter()
    fit(members, out, {})
    print(f'    {out.name}: {time.perf_counter() - started:.0f} s, {out.stat().st_size:,} bytes', flush=True)
    return LineLabeller(out)


def held_out_publishers(stock: list[Article], gold: list[GoldPage], run: Run) -> tuple[Path, Path]:
    """Truth and predictions for pages composed of every other publisher with one half of the lexicon, after training on the other halves."""
    publishers = sorted({article.publisher for article in stock})
    halves = [[article for article in stock if publishers.index(article.publisher) % 2 == half] for half in (0, 1)]
    members = [
        chain(
            composed_examples(compose(halves[0], seed, run.pages, LEXICON.half(0))),
            gold_examples(gold, halves[0], seed=seed, pages=run.pages),
        )
        for seed in run.seeds
    ]
    labeller = trained(members, run.folder / 'publishers.crfsuite')
    truth, predictions = run.folder / 'composed-truth.jsonl', run.folder / 'composed.jsonl'
    tested = list(compose(halves[1], SEED + 99, COMPOSED_TEST_PAGES, LEXICON.half(1)))
    texts = [[line.text for line in page.lines] for page in tested]
    started = time.process_time()
    with predictions.open('w', encoding='utf-8') as out:
        for number, lines in enumerate(texts):
            write_prediction(out, str(number), labeller, lines)
    seconds = time.process_time() - started
    print(f'    {len(texts) / seconds:.0f} pages/s of {sum(map(len, texts)) / len(texts):.0f} lines, one core, features to votes')
    rows = (json.dumps(truth_of(page, str(number)), ensure_ascii=False) for number, page in enumerate(tested))
    truth.write_text(''.join(f'{row}\n' for row in rows), 'utf-8')
    return truth, predictions


def write_prediction(out: TextIO, page_id: str, labeller: LineLabeller, texts: list[str]) -> None:
    """The labels of a page, one JSON object a line as the scorer reads it."""
    votes, judged = labeller.label(texts), labeller.judge(texts)
    record = {'id': page_id, 'labels': [vote.label for vote in votes], 'kinds': [vote.kind for vote in votes]}
    record |= {'confidence': [vote.confidence for vote in votes], 'ways': [one.way for one in judged]}
    out.write(json.dumps(record | {'probabilities': [one.probability for one in judged]}) + '\n')


def score(scorer: Path, truth: Path, predictions: Path) -> None:
    """The scorer's table."""
    sys.stdout.flush()
    subprocess.run([sys.executable, str(scorer), str(truth), str(predictions)], check=True)


if __name__ == '__main__':
    main()
