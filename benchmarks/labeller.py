"""How well the line labeller does on sites and publishers it was not trained on, and how fast it is.

usage: python -m benchmarks.labeller ARTICLES GOLD SCORER [--quick] [--pages N] [--members N] [--keep FOLDER [--trained]] [--choose] [--record RECORD]

ARTICLES and GOLD are the files that `train_labeller` takes; SCORER is the line scorer, called with the gold file and the predictions.
Two measurements: gold sites, each left out of the training (`--quick`: several at a time); and pages composed of publishers and phrases that the
training has not seen. Predictions see the lines alone, as in a text dump, never a title. Each is followed by a report (`line_report`), and both by
the calibration curves that their predictions give. These are written into the record of each of its weights, so that `markup.py` learns from votes
as the shipped labeller gives them, and with `--record` into the record of the weights that were trained on all.

The thresholds of the second pass are the shipped ones, which were set by hand while looking at gold pages. With `--choose` both are measured once
more with thresholds chosen by search (`thresholds`), for a site left out without it. Of the composed pages the choice has seen others by the same
publishers.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from benchmarks.line_report import curves, report
from benchmarks.thresholds import COMPOSED, Case, choose
from builder.labelling.labeller import LineLabeller
from builder.labelling.tags import RELATED
from builder.labels import LABEL_OF_KIND, MAIN, STORY_KINDS
from builder.model_files import amend_record
from builder.synth import truth_of
from builder.training.articles import Article, half_of_publishers, read_articles, without_copies
from builder.training.compose import ComposedPage, compose
from builder.training.gold import GoldPage, read_gold
from builder.training.labeller import SETTINGS, Example, composed_examples, fit, gold_examples, member_seeds
from builder.training.lexicon import LEXICON

LeftOut = tuple[list[str], Path]
"""Sites, and the weights of a labeller that has seen no page of theirs."""

SEED = 1
QUICK_FOLDS = 4
TEST_SEED = SEED + 99
CHOICE_SEED = SEED + 98
COMPOSED_TEST_PAGES = 200
COMPOSED_CHOICE_PAGES = 300
REMOVED: Final = ((), (), (), ('byline',), ('section_heading',), ('title',))
"""What is left out of the composed pages that thresholds are chosen on, by turns: sites are found that print none of it."""


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
    parser.add_argument('--trained', action='store_true', help='take the weights that an earlier run left in the folder')
    parser.add_argument('--choose', action='store_true', help='measure with chosen thresholds too')
    parser.add_argument('--record', type=Path, help='the record of weights to write the calibration curves into')
    arguments = parser.parse_args()
    gold = list(read_gold(arguments.gold))
    stock = without_copies(read_articles(arguments.articles), (text for page in gold for text, _ in page.lines))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run = Run(folder, arguments.pages, member_seeds(SEED, arguments.members), trained=arguments.trained)
        of_publishers, of_sites = without_publishers(stock, gold, run), without_sites(stock, gold, run, quick=arguments.quick)
        fitted = curves(measure(arguments, gold, half_of_publishers(stock, 1), of_publishers, of_sites))
        print('--- calibration curves:', fitted)
        kept = [weights.with_suffix('.json') for weights in (of_publishers, *(weights for _, weights in of_sites))]
        for record in (*kept, *([arguments.record] if arguments.record else [])):
            amend_record(record, calibration=fitted)
        if arguments.choose:
            chosen_publishers, chosen_sites = with_chosen(gold, half_of_publishers(stock, 1), of_publishers, of_sites)
            print('--- with thresholds chosen by search, for a site left out without it')
            measure(arguments, gold, half_of_publishers(stock, 1), chosen_publishers, chosen_sites)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a measurement keeps its files, how many pages each member is trained on, the members' seeds, and whether they are trained already."""

    folder: Path
    pages: int
    seeds: Sequence[int]
    trained: bool


def measure(
    arguments: argparse.Namespace, gold: Sequence[GoldPage], stock: list[Article], of_publishers: Path, of_sites: Sequence[LeftOut]
) -> list[tuple[Path, Path]]:
    """Both measurements, printed; the truth and the predictions of each, which stay beside the weights."""
    print('--- pages composed of publishers and phrases not trained on')
    truth, composed = composed_predictions(stock, of_publishers)
    score(arguments.scorer, truth, composed)
    print(report(truth, composed))
    print('--- gold pages of sites not trained on')
    predicted = site_predictions(gold, of_sites, of_publishers.with_name('sites.jsonl'))
    score(arguments.scorer, arguments.gold, predicted)
    print(report(arguments.gold, predicted))
    return [(truth, composed), (arguments.gold, predicted)]


def with_chosen(
    gold: Sequence[GoldPage], stock: list[Article], of_publishers: Path, of_sites: Sequence[LeftOut]
) -> tuple[Path, list[LeftOut]]:
    """The same weights in a folder of their own, each with thresholds chosen without the sites that it has not seen."""
    folder = of_publishers.with_name('chosen')
    folder.mkdir(exist_ok=True)
    for file in (path for weights in (of_publishers, *(path for _, path in of_sites)) for path in (weights, weights.with_suffix('.json'))):
        shutil.copy(file, folder)
    cases = [*composed_cases(stock, of_publishers), *gold_cases(gold, of_sites)]
    left_out = [([], of_publishers), *of_sites]
    moved = []
    for (sites, weights), thresholds in zip(left_out, choose(cases, [sites for sites, _ in left_out]), strict=True):
        print(f'{", ".join(sites) or "none left out"}: {thresholds}')
        amend_record(folder / weights.with_suffix('.json').name, thresholds=asdict(thresholds))
        moved.append((sites, folder / weights.name))
    return moved[0][1], moved[1:]


def without_sites(stock: list[Article], gold: list[GoldPage], run: Run, *, quick: bool) -> list[LeftOut]:
    """Gold sites, with the weights of a labeller that has seen no page of theirs."""
    composed = [] if run.trained else [list(composed_examples(compose(stock, seed, run.pages))) for seed in run.seeds]
    found = []
    for sites in folds(gold, quick=quick):
        used = [page for page in gold if page.site not in sites]
        members = (
            chain(pages, gold_examples(used, stock, seed=seed, pages=run.pages)) for seed, pages in zip(run.seeds, composed, strict=False)
        )
        found.append((sites, trained(members, run, f'without-{sites[0]}.crfsuite')))
    return found


def folds(gold: Sequence[GoldPage], *, quick: bool) -> list[list[str]]:
    """The sites to leave out together."""
    sites = sorted({page.site for page in gold})
    return [sites[start::QUICK_FOLDS] for start in range(QUICK_FOLDS)] if quick else [[site] for site in sites]


def without_publishers(stock: list[Article], gold: list[GoldPage], run: Run) -> Path:
    """The weights of a labeller that has seen every other publisher, and one half of the lexicon."""
    others = half_of_publishers(stock, 0)
    members = (
        chain(composed_examples(compose(others, seed, run.pages, LEXICON.half(0))), gold_examples(gold, others, seed=seed, pages=run.pages))
        for seed in run.seeds
    )
    return trained(members, run, 'publishers.crfsuite')


def trained(members: Iterable[Iterable[Example]], run: Run, name: str) -> Path:
    """The weights of a labeller each of whose members is fitted to its examples."""
    out = run.folder / name
    if not run.trained:
        started = time.perf_counter()
        fit(members, out, {})
        print(f'    {name}: {time.perf_counter() - started:.0f} s, {out.stat().st_size:,} bytes', flush=True)
    return out


def gold_cases(gold: Sequence[GoldPage], of_sites: Iterable[LeftOut]) -> Iterator[Case]:
    """Every gold page, read by a labeller that has not seen its site."""
    for sites, weights in of_sites:
        labeller = LineLabeller(weights)
        for page in gold:
            if page.site in sites:
                story = frozenset(line for line, (_, kind) in enumerate(page.lines) if kind in STORY_KINDS)
                yield Case(page.site, labeller.read([text for text, _ in page.lines]), story)


def composed_cases(stock: list[Article], weights: Path) -> Iterator[Case]:
    """Composed pages, some of them without what `REMOVED` names, read by a labeller that has not seen their publishers."""
    labeller = LineLabeller(weights)
    for number, page in enumerate(compose(stock, CHOICE_SEED, COMPOSED_CHOICE_PAGES, LEXICON.half(1))):
        lines = [line for line in page.lines if (line.role or line.kind) not in REMOVED[number % len(REMOVED)]]
        story = frozenset(place for place, line in enumerate(lines) if LABEL_OF_KIND[line.kind] == MAIN)
        others = frozenset(place for place, line in enumerate(lines) if line.kind == RELATED)
        yield Case(COMPOSED, labeller.read([line.text for line in lines]), story, others)


def site_predictions(gold: Sequence[GoldPage], of_sites: Iterable[LeftOut], predictions: Path) -> Path:
    """Predictions for every gold page by a labeller that has seen no page of its site."""
    with predictions.open('w', encoding='utf-8') as out:
        for sites, weights in of_sites:
            labeller = LineLabeller(weights)
            for page in gold:
                if page.site in sites:
                    write_prediction(out, page.id, labeller, [text for text, _ in page.lines])
    return predictions


def composed_predictions(stock: list[Article], weights: Path) -> tuple[Path, Path]:
    """Truth and predictions for pages composed of publishers that the labeller has not seen, with the other half of the lexicon."""
    labeller = LineLabeller(weights)
    truth, predictions = weights.with_name('composed-truth.jsonl'), weights.with_name('composed.jsonl')
    tested: list[ComposedPage] = list(compose(stock, TEST_SEED, COMPOSED_TEST_PAGES, LEXICON.half(1)))
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
