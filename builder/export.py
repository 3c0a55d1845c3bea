"""`vinews export`: the main-story lines of a release with their entities, in the files that taggers are trained from.

`conll` is `builder.entities.conll`. `spacy` is JSON lines of what spaCy 3 calls the JSON of a `Doc`: `Doc(vocab).from_json(row)` makes the
document that a `DocBin` takes, and fails on tokens that are not just those it would make of the text itself (`spacy/tokens/doc.pyx`).
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from builder.checking.rows import read_rows
from builder.entities.conll import TaggedLine, write_line
from builder.errors import InputError, UsageError
from builder.labels import MAIN
from builder.model import Entity
from builder.release.manifest import read_release_manifest, require_texts
from builder.text.tokens import bio_tags

_COLUMNS: Final = (
    'id',
    *(f'lines.list.element.{name}' for name in ('text', 'label')),
    *(f'lines.list.element.entities.list.element.{name}' for name in ('start', 'end', 'type')),
)


def export(release: Path, target: Path, form: str, split: str | None = None) -> dict[str, int]:
    """Write one split to the file `target`, or each to a file of its own in a new folder `target`; returns the lines written of each split.

    `form` is `conll` or `spacy`. The files appear whole. Raises InputError where there is no release, UsageError where it has no entities,
    no whole texts or no such split, or the folder is there already.
    """
    manifest = read_release_manifest(release)
    require_texts(release, manifest)
    if manifest['plan']['entities'] == 'none':
        raise UsageError(f'{release}: was built with --entities none; build it with story or all')
    splits = list(manifest['splits'])
    if split and split not in splits:
        raise UsageError(f'{release}: has no split {split}; give one of {", ".join(splits)}')
    if split and not target.is_dir():
        files = {split: target}
    elif target.exists():
        raise UsageError(f'{target}: is there already; give a folder that does not exist, or --split for one file')
    else:
        files = {name: target / f'{name}.{SUFFIXES[form]}' for name in splits}
    return _write(release, manifest, target, files, FORMS[form])


def _write(
    release: Path, manifest: dict[str, Any], target: Path, files: dict[str, Path], write: Callable[[TaggedLine], str]
) -> dict[str, int]:
    unfinished = target.with_name(f'{target.name}.part')
    shutil.rmtree(unfinished, ignore_errors=True)
    counts: dict[str, int] = {}
    for split, file in files.items():
        path = unfinished if file == target else unfinished / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        counts[split] = 0
        with path.open('w', encoding='utf-8', newline='\n') as stream:
            for line in story_lines(release, manifest, split):
                counts[split] += 1
                stream.write(write(line))
    unfinished.replace(target)
    return counts


def story_lines(release: Path, manifest: dict[str, Any], split: str) -> Iterator[TaggedLine]:
    """The main-story lines of a split with their entities, in the order of the release. Raises InputError where a file is missing."""
    for entry in manifest['files']:
        if (entry['config'], entry['split']) != ('pages', split):
            continue
        path = release / entry['path']
        if not path.is_file():
            raise InputError(f'{path}: is missing; restore it')
        for page in read_rows(path, 'pages', _COLUMNS):
            for number, line in enumerate(page['lines']):
                if line['label'] == MAIN:
                    spans = tuple((entity['start'], entity['end'], entity['type']) for entity in line['entities'])
                    yield TaggedLine(line['text'], spans, page['id'], number)


def write_spacy_line(line: TaggedLine) -> str:
    """The line as one row of JSON; of its page and its number spaCy takes no notice."""
    entities = [Entity(start, end, kind, line.text[start:end]) for start, end, kind in line.spans]
    ranges, _ = bio_tags(line.text, entities)
    tokens = [{'id': number, 'start': start, 'end': end} for number, (start, end) in enumerate(_with_white_space(line.text, ranges))]
    ents = [{'start': start, 'end': end, 'label': kind} for start, end, kind in line.spans]
    row = {'text': line.text, 'tokens': tokens, 'ents': ents, 'page': line.page, 'line': line.line}
    return json.dumps(row, ensure_ascii=False) + '\n'


def _with_white_space(text: str, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The tokens, and what white space spaCy counts as one: all between two of them but a first U+0020, which belongs to the token before."""
    reached = 0
    for start, end in [*ranges, (len(text), len(text))]:
        gap = reached + (reached > 0 and text.startswith(' ', reached))
        if gap < start:
            yield gap, start
        if start < end:
            yield start, end
        reached = end


FORMS: Final[dict[str, Callable[[TaggedLine], str]]] = {'conll': write_line, 'spacy': write_spacy_line}
SUFFIXES: Final = {'conll': 'conll', 'spacy': 'jsonl'}
