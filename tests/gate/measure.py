"""What the gate measures, and the floors that it holds to.

usage: python -m tests.gate.measure [--allow-fall] [--gold FILE --text-sites FILE --chosen-sites FILE --html-sites FILE]

Measures the shipped labeller on the example pages (invented, never trained on) and on pages composed of their stories; and where they are given,
the predictions for gold pages of sites not trained on, which `make model` leaves in `.model`. Then writes `floors.json`: a floor rises to the
score; it falls only with --allow-fall. The digests of models and corpora stand beside the floors.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from builder.labelling.labeller import WEIGHTS, LineLabeller, load_labeller
from builder.labelling.markup_labeller import MARKUP_WEIGHTS
from builder.labels import MAIN
from builder.synth import truth_of
from builder.training.articles import Article
from builder.training.compose import compose
from tests.gate.scores import scores

FLOORS: Final = Path(__file__).parent / 'floors.json'
EXAMPLES: Final = Path(__file__).parent.parent.parent / 'examples'
SEED: Final = 20
PAGES: Final = 120

Page = dict[str, Any]


def example_pages() -> list[Page]:
    """The forty pages with the labels of their author."""
    return [json.loads(line) for name in ('gold', 'held_back') for line in (EXAMPLES / f'{name}.jsonl').read_text('utf-8').splitlines()]


def composed_pages() -> list[Page]:
    """Pages composed of the examples' stories."""
    articles = [article for page in example_pages() if (article := story_of(page))]
    return [truth_of(page, str(number)) for number, page in enumerate(compose(articles, SEED, PAGES))]


def story_of(page: Page) -> Article | None:
    """The page's story as an article, if it is of some length."""
    story = [(line['kind'], line['text']) for line in page['lines'] if line['label'] == MAIN]
    named = {kind: text for kind, text in reversed(story) if kind in {'title', 'lead'}}
    blocks = tuple((kind, text) for kind, text in story if kind in {'body', 'caption', 'byline', 'subheading'})
    return Article(named['title'], named.get('lead'), blocks, page['site']) if 'title' in named and len(blocks) > 2 else None


def labelled(labeller: LineLabeller, pages: Sequence[Page]) -> Iterator[tuple[Page, list[str]]]:
    """Each page with its predicted labels, from the lines alone."""
    for page in pages:
        yield page, [vote.label for vote in labeller.label([line['text'] for line in page['lines']])]


def measured() -> dict[str, dict[str, float]]:
    """The scores of the shipped labeller on what is in the repository."""
    labeller = load_labeller()
    return {'examples': scores(labelled(labeller, example_pages())), 'composed': scores(labelled(labeller, composed_pages()))}


def held_out(gold: Path, predictions: Path) -> dict[str, float]:
    """The scores of predictions, as `benchmarks.labeller` and `benchmarks.markup` keep them, by labellers that have not seen the site."""
    predicted = {record['id']: record['labels'] for record in map(json.loads, predictions.read_text('utf-8').splitlines())}
    pages = map(json.loads, gold.read_text('utf-8').splitlines())
    return scores((page, predicted[page['id']]) for page in pages if page['id'] in predicted)


def digests() -> dict[str, str]:
    """SHA-256 of the models and what they decide by, and of the pages that are in the repository or made of what is."""
    composed = json.dumps(composed_pages(), ensure_ascii=False, sort_keys=True).encode()
    examples = json.dumps(example_pages(), ensure_ascii=False, sort_keys=True).encode()
    record = json.loads(WEIGHTS.with_suffix('.json').read_text('utf-8'))
    decisive = json.dumps([record['thresholds'], record['calibration']]).encode()
    contents = {'text model': WEIGHTS.read_bytes(), 'text thresholds': decisive, 'markup model': MARKUP_WEIGHTS.read_bytes()}
    contents |= {'examples': examples, 'composed': composed}
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def fallen(floors: dict[str, dict[str, float]], found: dict[str, dict[str, float]]) -> list[str]:
    """A line for each score below its floor."""
    pairs = ((corpus, name, floor) for corpus, of_corpus in floors.items() if corpus in found for name, floor in of_corpus.items())
    below = ((corpus, name, floor, found[corpus].get(name, 0.0)) for corpus, name, floor in pairs)
    return [f'{corpus} {name}: {score} is below the floor of {floor}' for corpus, name, floor, score in below if score < floor]


def main() -> None:
    """Measure, compare, and write the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--allow-fall', action='store_true')
    for name in ('gold', 'text-sites', 'chosen-sites', 'html-sites'):
        parser.add_argument(f'--{name}', type=Path)
    arguments = parser.parse_args()
    before = json.loads(FLOORS.read_text('utf-8')) if FLOORS.exists() else {'digests': {}, 'floors': {}}
    found, pinned = measured(), digests()
    left_out = {
        'text of sites left out': arguments.text_sites,
        'the same, thresholds chosen without the site': arguments.chosen_sites,
        'HTML of sites left out': arguments.html_sites,
    }
    for name, predictions in left_out.items():
        if arguments.gold and predictions:
            found[name] = held_out(arguments.gold, predictions)
            pinned['gold'] = hashlib.sha256(arguments.gold.read_bytes()).hexdigest()
    problems = fallen(before['floors'], found)
    sys.stdout.write('\n'.join([json.dumps(found, indent=1), *problems]) + '\n')
    if problems and not arguments.allow_fall:
        sys.exit('nothing written; --allow-fall lowers the floors')
    floors = {**found, **{name: floor for name, floor in before['floors'].items() if name not in found}}
    if 'gold' in before['digests']:
        pinned = {'gold': before['digests']['gold'], **pinned}
    FLOORS.write_text(json.dumps({'digests': pinned, 'floors': floors}, indent=1) + '\n', 'utf-8')


if __name__ == '__main__':
    main()
