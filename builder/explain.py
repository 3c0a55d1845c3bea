"""`vinews explain`: every step and vote for one page, from a release or from what `vinews label` wrote."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from builder.apart import opened
from builder.errors import InputError, UsageError
from builder.labelling.labeller import WEIGHTS, LineLabeller, read_record
from builder.labelling.reasons import reasons
from builder.labels import ENTITY_TYPES, KINDS, LABELS
from builder.release.manifest import read_release_manifest, require_texts

_WIDTH: Final = 100
"""Code points of a line that are shown."""

_SECOND_PASS: Final = {
    'added': 'the pass over whole stories put it into the story',
    'dropped': 'the pass over whole stories took it out of the story',
    'other': 'the pass over whole stories found it in another story',
}
"""By the way on which a judgement was reached."""

Record = Mapping[str, Any]


def find_page(source: Path, wanted: str) -> Record:
    """The page whose id is, or alone begins with, `wanted`: of a release, a row of its `pages`; of JSON lines, a record.

    Raises UsageError where there is no such page, or more than one, or a release does not hold its texts; InputError where the source cannot be read.
    """
    pages = _pages_of_release(source, wanted) if source.is_dir() else _pages_of_file(source, wanted)
    found = {page['id']: page for page in pages}
    if len(found) != 1:
        told = 'no page' if not found else f'{len(found)} pages ({", ".join(sorted(found)[:3])} …)'
        raise UsageError(f'{source}: {told} with an id that begins with {wanted!r}; give more of the id')
    return next(iter(found.values()))


def _pages_of_release(release: Path, wanted: str) -> Iterator[Record]:
    require_texts(release, read_release_manifest(release))
    for path in sorted((release / 'pages').glob('*.parquet')):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(64):
                yield from (_with_names(row) for row in batch.to_pylist() if row['id'].startswith(wanted))


def _with_names(row: dict[str, Any]) -> Record:
    """The row with the names of labels, kinds and types in place of their class ids."""
    for line in row['lines']:
        for holder in (line, *line['votes']):
            holder['label'] = LABELS[holder['label']]
            holder['kind'] = None if holder['kind'] is None else KINDS[holder['kind']]
        for name in (*line['entities'], *line['entity_votes']):
            name['type'] = ENTITY_TYPES[name['type']]
    return row


def _pages_of_file(path: Path, wanted: str) -> Iterator[Record]:
    try:
        with path.open(encoding='utf-8') as stream:
            for number, line in enumerate(stream, 1):
                record = json.loads(line)
                if not isinstance(record, dict) or not {'id', 'lines', 'text'} <= record.keys():
                    raise InputError(f'{path}:{number}: no labelled page; give a release, or a file that `vinews label` wrote')
                if not str(record['id']).startswith(wanted):
                    continue
                if any('entity_votes' not in line for line in record['lines']):
                    raise InputError(f'{path}:{number}: was labelled by another version of vinews; label it again')
                yield record
    except (OSError, ValueError) as error:
        raise InputError(
            f'{path}: cannot be read as labelled pages ({error}); give a release, or a file that `vinews label` wrote'
        ) from error


def explain(page: Record, labeller: Path | None = None) -> Iterator[str]:
    """What is known of the page, and of each line its decision, every vote, and what spoke for it, then its names and every vote on them.

    `labeller` names weights of the user's own. What spoke for the lines is told only if these, or the shipped ones without them, labelled the
    page. Raises ModelError where they cannot be opened, or the page cannot be read with them.
    """
    silence = '; '.join(_silence(page, labeller or WEIGHTS))
    why = [] if silence else _reasons(page, labeller)
    yield f'{page["id"]}  {page["site"]}  {"no story" if page["no_story"] else "a story"}, {len(page["lines"])} lines'
    yield from (f'  {name}: {_short(page[name])}' for name in ('url', 'title', 'published', 'crawled', 'language') if page.get(name))
    yield from (f'  {name}: {json.dumps(page[name], ensure_ascii=False)}' for name in ('source', 'encoding', 'notes') if page.get(name))
    for number, line in enumerate(page['lines']):
        yield ''
        yield f'{number:4} {_said(line)} by {line["label_source"]}: {_short(line["text"])}'
        yield from (f'       {vote["source"]} {vote["name"]} {vote["version"]}: {_said(vote)}' for vote in line['votes'])
        yield from (f'       {reason}' for reason in (why[number] if why else ()))
        yield from (f'       {_name(line, entity)} by {entity["source"]}' for entity in line['entities'])
        yield from (
            f'         {vote["source"]} {vote["name"]} {vote["version"]}: {_name(line, vote)} {vote["confidence"]:.3f}'
            for vote in line['entity_votes']
        )
    if silence:
        yield ''
        yield f'What spoke for each line is not shown: {silence}.'


def _silence(page: Record, weights: Path) -> Iterator[str]:
    """Why it cannot be told what spoke for the lines: the text labeller at hand did not read them, or markup told it their order."""
    name = LineLabeller.name
    votes = {(vote['name'], vote['version']) for line in page['lines'] for vote in line['votes'] if vote['source'] == 'model'}
    versions = sorted(version for voter, version in votes if voter == name)
    at_hand, _ = read_record(weights)
    if versions != [at_hand]:
        told = ' and '.join(f'{name} {version}' for version in versions) or 'none'
        yield f'{told} labelled the page, but at hand is {name} {at_hand} of {weights.name} (--labeller gives another)'
    if any(voter != name for voter, _ in votes):
        yield 'its markup spoke too, which a record does not hold'


def _reasons(page: Record, own: Path | None) -> Sequence[Sequence[str]]:
    """What spoke for each line's label, by the labeller that gave it."""
    with opened(partial(_open, own or WEIGHTS), [own] if own else []) as reasons_of:
        return reasons_of(page['id'], page)


def _open(weights: Path) -> Callable[[Record], Sequence[Sequence[str]]]:
    return partial(_read_again, LineLabeller(weights))


def _read_again(labeller: LineLabeller, page: Record) -> Sequence[Sequence[str]]:
    texts = [line['text'] for line in page['lines']]
    told = [[f'for {name}, {words}: +{weight}' for name, words, weight in of_line] for of_line in reasons(labeller, texts)]
    judged = labeller.judge(texts, page.get('title'))
    return [[*lines, *([_SECOND_PASS[one.way]] if one.way in _SECOND_PASS else [])] for lines, one in zip(told, judged, strict=True)]


def _said(vote: Mapping[str, Any]) -> str:
    story = f' {vote["story"]}' if vote.get('story') else ''
    return f'{vote["label"]} {vote["kind"] or "of no kind"}{story} {vote["confidence"]:.3f}'


def _name(line: Record, name: Mapping[str, Any]) -> str:
    start, end = name['start'], name['end']
    return f'{name["type"]} {start}-{end} {_short(line["text"][start:end])}'


def _short(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey, cut off where it is long."""
    plain = ''.join(sign if sign.isprintable() else ' ' for sign in text)
    return plain if len(plain) <= _WIDTH else f'{plain[: _WIDTH - 1]}…'
