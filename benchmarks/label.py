"""How fast pages are labelled, against jusText and boilerpy3 on the same HTML, and against merely reading the text.

usage: python -m benchmarks.label HTML_FOLDER [--runs N]

HTML_FOLDER holds saved pages, `.html` or `.html.gz`. All systems run in one process, one after the other in each round, on pages that are in
memory; a figure is the best of the rounds, in process time. Lines are those that vinews finds, so that the rates can be compared. Peers
(extra `peers`) are left out where they are not installed.
"""

import argparse
import gzip
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from builder.converters.html import page_of_html
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Piece, Rules
from builder.labelling.labeller import load_labeller
from builder.model import Page, Place
from builder.plan import load_plan
from builder.records import build_record, load_annotators
from builder.text.lines import split_lines

Work = Callable[[bytes, str], object]
"""Takes a page as served, in bytes, and the text that vinews makes of it."""
RULES = Rules(load_plan().limits, field_mapping({}))


def main() -> None:
    """Time every system, and print pages and lines a second and the ratio to jusText."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path)
    parser.add_argument('--runs', type=int, default=5)
    arguments = parser.parse_args()
    served = [
        gzip.decompress(raw) if raw[:2] == b'\x1f\x8b' else raw for raw in map(Path.read_bytes, sorted(arguments.folder.glob('*.html*')))
    ]
    pages = [(raw, page.text) for raw in served if isinstance(page := convert(raw), Page)]
    lines = sum(len(split_lines(text)) for _, text in pages)
    print(f'{len(pages)} pages, {lines} lines, {sum(len(raw) for raw, _ in pages):,} bytes of HTML')
    best = dict.fromkeys(systems := all_systems(), float('inf'))
    for _ in range(arguments.runs):
        for name, work in systems.items():
            best[name] = min(best[name], seconds(work, pages))
    for name, taken in best.items():
        ratio = f'{best["jusText"] / taken:8.2f} times jusText' if 'jusText' in best else ''
        print(f'{name:34} {len(pages) / taken:10,.0f} pages/s {lines / taken:12,.0f} lines/s {ratio}')


def all_systems() -> dict[str, Work]:
    """What is timed, by name."""
    labeller, annotators = load_labeller(), load_annotators()
    systems: dict[str, Work] = {
        'text: decode and split (the floor)': lambda _, text: split_lines(text.encode().decode()),
        'text: label': lambda _, text: labeller.label([line.text for line in split_lines(text)]),
        'HTML: parse and segment': lambda raw, _: convert(raw),
        'HTML: labelled record': lambda raw, _: build_record(convert(raw), annotators, None, 'none'),
        'HTML: labelled record with entities': lambda raw, _: build_record(convert(raw), annotators, None),
    }
    if find_spec('justext'):
        justext = import_module('justext')
        stop_words = justext.get_stoplist('Vietnamese')
        systems['jusText'] = lambda raw, _: justext.justext(raw, stop_words)
    if find_spec('boilerpy3'):
        extractor = import_module('boilerpy3.extractors').ArticleExtractor(raise_on_failure=False)
        systems['boilerpy3'] = lambda raw, _: extractor.get_doc(raw.decode('utf-8', 'replace'))
    return systems


def convert(raw: bytes) -> Page:
    """The page as the HTML converter makes it."""
    return page_of_html(Piece(Place('dump', 'page.html', 'byte', 0, len(raw)), raw, 'html'), RULES)  # type: ignore[return-value] # pages with text


def seconds(work: Work, pages: list[tuple[bytes, str]]) -> float:
    """Process time for all pages."""
    started = time.process_time()
    for raw, text in pages:
        work(raw, text)
    return time.process_time() - started


if __name__ == '__main__':
    main()
