"""Scores and speed of the entity tagger on gold pages.

usage: python -m benchmarks.entities GOLD.jsonl SCORER.py [--crf] [--vs-underthesea]

GOLD holds labelled pages ({"id", "site", "lines": [{"text", "label"}], "entities": [{"line", "start", "end", "type"}]}); SCORER is called
as `SCORER GOLD PREDICTIONS` and prints strict span-and-type scores. Printed for all pages and for each half of the sites (every other site
by name: the rules were developed on the first half). With `--crf`, the CRF tagger
over the rules reads each site after a training on all others, and its F1 is set beside that of the rules alone. Speed is process time over the text of the story lines, the best of five runs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.left_out import crf_left_out, difference
from builder.entities.adapters.underthesea import load_underthesea
from builder.entities.tagger import Tagger, load_tagger

Span = tuple[int, int, str]
Tag = Callable[[Sequence[str], Sequence[bool]], list[list[Span]]]
_RUNS = 5


def main() -> None:
    """Read the arguments, score the tagger, and the other one if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('gold', type=Path)
    parser.add_argument('scorer', type=Path)
    parser.add_argument('--crf', action='store_true')
    parser.add_argument('--vs-underthesea', action='store_true')
    arguments = parser.parse_args()
    pages = [json.loads(row) for row in arguments.gold.read_text('utf-8').splitlines()]
    systems: dict[str, tuple[Tag, int]] = {'rules': (_spans_of(load_tagger()), _RUNS)}
    if arguments.crf:
        systems['crf over the rules, each site left out of its training'] = (crf_left_out(pages), 1)
    if arguments.vs_underthesea:
        systems['underthesea'] = (_spans_of(load_underthesea()), 1)
    for name, (tag, runs) in systems.items():
        print(f'== {name}: {_speed(tag, pages, runs):,.0f} characters/s')
        for title, part in _parts(pages):
            print(f'-- {title}')
            print(_scores(tag, part, arguments.scorer))
    taggers = [tag for tag, _ in systems.values()]
    if arguments.crf:
        print(difference(pages, *[[tag(*_inputs(page)) for page in pages] for tag in taggers[:2]]))


def _parts(pages: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    sites = sorted({page['site'] for page in pages})
    parts = [('all sites', pages)]
    for title, half in (('development sites', set(sites[0::2])), ('other sites', set(sites[1::2]))):
        parts.append((title, [page for page in pages if page['site'] in half]))
    return parts


def _inputs(page: dict[str, Any]) -> tuple[list[str], list[bool]]:
    return [line['text'] for line in page['lines']], [line['label'] == 'main_story' for line in page['lines']]


def _speed(tag: Tag, pages: list[dict[str, Any]], runs: int) -> float:
    inputs = [_inputs(page) for page in pages]
    size = sum(len(text) for texts, story in inputs for text, wanted in zip(texts, story, strict=True) if wanted)
    best = float('inf')
    for _ in range(runs):
        start = time.process_time()
        for texts, story in inputs:
            tag(texts, story)
        best = min(best, time.process_time() - start)
    return size / best


def _scores(tag: Tag, pages: list[dict[str, Any]], scorer: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        gold, predictions = Path(folder, 'gold.jsonl'), Path(folder, 'predictions.jsonl')
        gold.write_text(''.join(json.dumps(page) + '\n' for page in pages), 'utf-8')
        predictions.write_text(''.join(json.dumps(_prediction(tag, page)) + '\n' for page in pages), 'utf-8')
        command = [sys.executable, str(scorer), str(gold), str(predictions)]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.rstrip()


def _prediction(tag: Tag, page: dict[str, Any]) -> dict[str, Any]:
    found = tag(*_inputs(page))
    rows = [(index, *span) for index, spans in enumerate(found) for span in spans]
    return {'id': page['id'], 'entities': [dict(zip(('line', 'start', 'end', 'type'), row, strict=True)) for row in rows]}


def _spans_of(tagger: Tagger) -> Tag:
    def tag(texts: Sequence[str], story: Sequence[bool]) -> list[list[Span]]:
        return [[(entity.start, entity.end, entity.type) for entity in entities] for entities in tagger.tag(texts, story)]

    return tag


if __name__ == '__main__':
    main()
