"""Scores and speed of the entity taggers on pages that they were not trained on.

usage: python -m benchmarks.entities GOLD.jsonl SCORER.py [--articles ARTICLES [--calibrate RECORD]] [--vs-underthesea]

GOLD holds labelled pages ({"id", "site", "lines": [{"text", "label"}], "entities": [{"line", "start", "end", "type"}]}); SCORER is called
as `SCORER GOLD PREDICTIONS` and prints strict span-and-type scores. The rules were developed on the gold pages of every other site by name
("development sites"), and on marked articles of every other publisher. With `--articles`, the CRF tagger over the rules is trained anew: on
marked articles, to read gold pages; and on those of one half of the publishers, to read the other half. Its F1 is set beside that of the rules
alone, and from the other half comes the curve that makes its probabilities confidences (`builder/curves.py`). Speed is process time over the text of the story lines, the best of five runs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.left_out import Tag, difference, gold_form, judged, marked_by_publisher, other_half, other_publishers
from benchmarks.line_report import calibration_error
from builder.curves import PLAIN, fitted_curve, on_curve
from builder.entities.adapters.underthesea import load_underthesea
from builder.entities.crf_tagger import CrfTagger
from builder.entities.tagger import load_tagger
from builder.model_files import amend_record

_RUNS = 5


def main() -> None:
    """Read the arguments, score the taggers, and the other one if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('gold', type=Path)
    parser.add_argument('scorer', type=Path)
    parser.add_argument('--articles', type=Path)
    parser.add_argument('--calibrate', type=Path, help='with --articles: the record of weights to write the calibration curve into')
    parser.add_argument('--vs-underthesea', action='store_true')
    arguments = parser.parse_args()
    pages = [json.loads(row) for row in arguments.gold.read_text('utf-8').splitlines()]
    rules = load_tagger().tag
    crf_speed = _speed(CrfTagger().tag, pages, _RUNS)
    print(f'rules {_speed(rules, pages, _RUNS):,.0f} characters/s, shipped CRF {crf_speed:,.0f}')
    _report('rules', rules, pages, arguments.scorer)
    if arguments.vs_underthesea:
        other = load_underthesea().tag
        other_speed = _speed(other, pages, 1)
        print(f'underthesea {other_speed:,.0f} characters/s: the shipped CRF is {crf_speed / other_speed:.1f} times as fast')
        _report('underthesea', other, pages, arguments.scorer)
    if arguments.articles:
        marked = marked_by_publisher(arguments.articles)
        _compare('gold pages', rules, other_publishers(marked, pages), pages, arguments.scorer)
        half = other_half(marked)
        _compare('marked articles of other publishers', rules, half, gold_form(marked), arguments.scorer)
        _calibrate(judged(marked, half), arguments.calibrate)


def _calibrate(names: Sequence[tuple[float, bool]], record: Path | None) -> None:
    """Fit the curve from probability to confidence, say how far off each is, and write the curve into the record of the shipped weights."""
    curve = fitted_curve(names)
    plain, curved = (calibration_error([(on_curve(of, probability), right) for probability, right in names]) for of in (PLAIN, curve))
    print(f'== expected calibration error {plain:.3f}, on the curve {curve} {curved:.3f}')
    if record:
        amend_record(record, calibration=list(curve))


def _compare(name: str, rules: Tag, crf: Tag, pages: Sequence[Any], scorer: Path) -> None:
    _report(f'rules, {name}', rules, pages, scorer)
    _report(f'CRF over the rules, {name}', crf, pages, scorer)
    print(difference(pages, *[[tag(*_inputs(page)) for page in pages] for tag in (rules, crf)]))


def _report(name: str, tag: Tag, pages: Sequence[Any], scorer: Path) -> None:
    print(f'== {name}')
    for title, part in _parts(pages):
        print(f'-- {title}')
        print(_scores(tag, part, scorer))


def _parts(pages: Sequence[Any]) -> list[tuple[str, Sequence[Any]]]:
    sites = sorted({page['site'] for page in pages})
    parts: list[tuple[str, Sequence[Any]]] = [('all sites', pages)]
    for title, half in (('development sites', set(sites[0::2])), ('other sites', set(sites[1::2]))):
        parts.append((title, [page for page in pages if page['site'] in half]))
    return parts


def _inputs(page: dict[str, Any]) -> tuple[list[str], list[bool]]:
    return [line['text'] for line in page['lines']], [line['label'] == 'main_story' for line in page['lines']]


def _speed(tag: Tag, pages: Sequence[Any], runs: int) -> float:
    inputs = [_inputs(page) for page in pages]
    size = sum(len(text) for texts, story in inputs for text, wanted in zip(texts, story, strict=True) if wanted)
    best = float('inf')
    for _ in range(runs):
        start = time.process_time()
        for texts, story in inputs:
            tag(texts, story)
        best = min(best, time.process_time() - start)
    return size / best


def _scores(tag: Tag, pages: Sequence[Any], scorer: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        gold, predictions = Path(folder, 'gold.jsonl'), Path(folder, 'predictions.jsonl')
        gold.write_text(''.join(json.dumps(page) + '\n' for page in pages), 'utf-8')
        predictions.write_text(''.join(json.dumps(_prediction(tag, page)) + '\n' for page in pages), 'utf-8')
        command = [sys.executable, str(scorer), str(gold), str(predictions)]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.rstrip()


def _prediction(tag: Tag, page: dict[str, Any]) -> dict[str, Any]:
    found = tag(*_inputs(page))
    rows = [(index, entity.start, entity.end, entity.type) for index, entities in enumerate(found) for entity in entities]
    return {'id': page['id'], 'entities': [dict(zip(('line', 'start', 'end', 'type'), row, strict=True)) for row in rows]}


if __name__ == '__main__':
    main()
