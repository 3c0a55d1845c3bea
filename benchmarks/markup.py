"""How well the labeller of HTML does on sites it was not trained on, against the text labeller alone on the same pages.

usage: python -m benchmarks.markup ARTICLES GOLD HTML LABELLERS SCORER [--keep FOLDER] [--ship OUT]

ARTICLES, GOLD, HTML and LABELLERS are what `train_markup` takes; LABELLERS is the folder that `labeller.py --keep` filled. Each gold site is left out
of both trainings: of the text labeller's, whose weights are read, and of the markup labeller's.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from benchmarks.line_report import report
from builder.labelling.labeller import LineLabeller
from builder.labelling.markup_labeller import MarkupLabeller
from builder.model import Vote
from builder.training.gold import GoldPage, read_gold
from builder.training.labeller import member_seeds
from builder.training.markup import MARKUP_SETTINGS, HtmlExample, fit_markup, markup_examples, read_html_of, train_markup

SEED = 1


def main() -> None:
    """The measurement, printed; with `--ship` the weights of all sites, written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('articles', 'gold', 'html', 'labellers', 'scorer'):
        parser.add_argument(name, type=Path)
    parser.add_argument('--keep', type=Path, help='a folder for weights and predictions')
    parser.add_argument('--ship', type=Path, help='then train on all sites, and write the weights here')
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
        for name, predictions in (('text labeller alone', of_text), ('markup labeller', of_markup)):
            print(f'--- {name}', flush=True)
            subprocess.run([sys.executable, str(arguments.scorer), str(truth), str(predictions)], check=True)
            print(report(truth, predictions))
    if arguments.ship:
        train_markup(files, arguments.html, arguments.labellers, arguments.ship, seed=SEED)


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


if __name__ == '__main__':
    main()
