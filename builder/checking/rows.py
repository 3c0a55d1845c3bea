"""Does every row hold what its schema and the guideline say, and do the four configs tell one story?"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from builder.checking.outlines import excerpt_faults, outline_faults
from builder.checking.tombstones import tombstone_faults
from builder.gold import lines_digest
from builder.identity import UNKNOWN_SITE
from builder.labels import MAIN
from builder.records import record_faults
from builder.release.intrusion import sidebar_intrusion
from builder.release.name_voters import name_voters
from builder.release.rows import configs_of
from builder.release.voters import voters
from builder.schema.arrow import class_names
from builder.schema.loading import FULL, Schema, load_schema
from builder.schema.validation import validator
from builder.splits import is_test, tense
from builder.text.tokens import spans

_BATCH_ROWS: Final = 2_048
_LINE_COLUMNS: Final = ('text', 'text_digest', 'label', 'kind', 'story', 'label_source', 'confidence')
"""Those of them that a release has in its mode of text."""


def row_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The first fault of each file, then faults between the configs and between the splits."""
    files = [entry for entry in manifest['files'] if entry['config']]
    plan = manifest['plan']
    broken = [fault for entry in files for fault in _first(_schema_faults(release, entry, plan['text']))]
    yield from broken
    if broken:
        return  # rows without their fields cannot be compared
    for split in dict.fromkeys(entry['split'] for entry in files):
        yield from _first(_split_faults(release, files, split, plan))
    yield from _leak_faults(release, files)
    yield from _first(_temporal_faults(release, manifest))
    yield from _gold_faults(release, manifest)
    yield from _intrusion_faults(release, manifest)
    yield from _voter_faults(release, manifest)
    yield from tombstone_faults(release, manifest)


def _first(faults: Iterator[str]) -> Iterator[str]:
    fault = next(faults, None)
    if fault:
        yield fault


def read_rows(path: Path, config: str, columns: Sequence[str] | None = None, text: str = FULL) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file with class ids turned back into names; an id without a name becomes that id. `text` is their mode of text."""
    nodes = load_schema(config, text)['properties']
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
            for row in batch.to_pylist():
                yield {name: _named(value, nodes[name]) for name, value in row.items()}


def _named(value: Any, node: Schema) -> Any:  # noqa: ANN401 - any JSON value
    names = class_names(node)
    if names:
        return names[value] if isinstance(value, int) and 0 <= value < len(names) else value
    if isinstance(value, list):
        return [_named(item, node['items']) for item in value]
    if isinstance(value, dict):
        return {name: _named(child, node['properties'][name]) for name, child in value.items()}
    return value


def _schema_faults(release: Path, entry: Mapping[str, Any], text: str) -> Iterator[str]:
    judge = validator(entry['config'], text)
    for number, row in enumerate(read_rows(release / entry['path'], entry['config'], text=text)):
        for fault in judge.faults(row):
            yield f'{entry["path"]}: row {number} (id {row.get("id")}): {fault}; build again'


def _split_faults(release: Path, files: Sequence[Mapping[str, Any]], split: str, plan: Mapping[str, Any]) -> Iterator[str]:
    """Pages against the other configs, in step: every config has its rows in the order of page ids and lines."""
    text = plan['text']
    configs = configs_of(plan['entities'], text)
    streams = {config: _rows_of(release, files, config, split, text) for config in ('lines', 'entities', 'pairs')}
    for page in _rows_of(release, files, 'pages', split, text):
        where = f'{split}: page {page["id"]}'
        for fault in record_faults(page) if text == FULL else outline_faults(page):
            yield f'{where}: {fault}; build again'
        if page['no_story'] == any(line['label'] == MAIN for line in page['lines']):
            yield f'{where}: no_story contradicts its labels; build again'
        if is_test(split) and any(line['label_source'] != 'gold' for line in page['lines']):
            yield f'{where}: a test split holds a label that is not gold; build again'
        yield from (f'{where}: {fault}; build again' for fault in _line_faults(page, streams['lines'], plan))
        if 'entities' in configs:
            yield from (f'{where}: {fault}; build again' for fault in _entity_faults(page, streams['entities']))
        if 'pairs' in configs:
            yield from (f'{where}: {fault}; build again' for fault in _pair_faults(page, next(streams['pairs'], {})))
    for config, rows in streams.items():
        if next(rows, None) is not None:
            yield f'{split}: {config} has rows of pages that are not in pages; build again'


def _rows_of(release: Path, files: Sequence[Mapping[str, Any]], config: str, split: str, text: str) -> Iterator[dict[str, Any]]:
    for entry in files:
        if (entry['config'], entry['split']) == (config, split):
            yield from read_rows(release / entry['path'], config, text=text)


def _pair_faults(page: Mapping[str, Any], pair: Mapping[str, Any]) -> Iterator[str]:
    clean = '\n'.join(line['text'] for line in page['lines'] if line['label'] == MAIN)
    if (pair.get('id'), pair.get('text'), pair.get('clean')) != (page['id'], page['text'], clean):
        yield 'its row in pairs does not say the same'


def _line_faults(page: Mapping[str, Any], rows: Iterator[Mapping[str, Any]], plan: Mapping[str, Any]) -> Iterator[str]:
    for number, line in enumerate(page['lines']):
        row = next(rows, {})
        if (row.get('id'), row.get('line'), row.get('n_lines')) != (page['id'], number, len(page['lines'])):
            yield f'line {number} is not where it belongs in lines'
            return
        for name in _LINE_COLUMNS:
            if row.get(name) != line.get(name):
                yield f'line {number}: {name} is {row[name]!r} in lines but {line[name]!r} in pages'
        if plan['text'] != FULL:
            yield from (f'line {number}: {fault}' for fault in excerpt_faults(row, line, plan))


def _entity_faults(page: Mapping[str, Any], rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    for number, line in enumerate(page['lines']):
        if line['label'] != MAIN:
            continue
        row = next(rows, {})
        if (row.get('id'), row.get('line')) != (page['id'], number):
            yield f'line {number} is not where it belongs in entities'
            return
        tokens = row.get('tokens', row['starts'])
        if not len(tokens) == len(row['ner_tags']) == len(row['starts']) == len(row['ends']):
            yield f'line {number}: tokens, tags, starts and ends are not of one length in entities'
            return
        ranges = list(zip(row['starts'], row['ends'], strict=True))
        if 'tokens' in row and any(line['text'][start:end] != token for (start, end), token in zip(ranges, tokens, strict=True)):
            yield f'line {number}: a token of entities is not the text it points to'
        if spans(ranges, row['ner_tags']) != [(entity['start'], entity['end'], entity['type']) for entity in line['entities']]:
            yield f'line {number}: the tags of entities spell other spans than pages'


def _leak_faults(release: Path, files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A page in two splits, or a site of test_unseen_sites that stands in another split."""
    split_of: dict[str, str] = {}
    sites: dict[str, set[str]] = {}
    for entry in files:
        if entry['config'] != 'pages':
            continue
        for row in read_rows(release / entry['path'], 'pages', ['id', 'site']):
            if split_of.setdefault(row['id'], entry['split']) != entry['split']:
                yield f'page {row["id"]}: stands in {split_of[row["id"]]} and in {entry["split"]}; build again'
            sites.setdefault(entry['split'], set()).add(row['site'])
    unseen = sites.pop('test_unseen_sites', set())
    for site in sorted(unseen & ({UNKNOWN_SITE} | set().union(*sites.values()))):
        yield f'test_unseen_sites: site {site} is unknown or stands in another split too; build again'


def _temporal_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Pages to train on that may be as young as those of test_temporal."""
    day = manifest['plan']['split_policy']['temporal_from']
    for entry in manifest['files'] if day else ():
        if entry['config'] == 'pages' and not is_test(entry['split']):
            for row in read_rows(release / entry['path'], 'pages', ['id', 'published', 'crawled']):
                if found := tense(row['published'], row['crawled'], day):
                    yield f'page {row["id"]}: is {found} under temporal_from {day}, but stands in {entry["split"]}; build again'


def _gold_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Every page of a test split is gold, and gold is known by its lines: pages with the same lines count once."""
    found: set[str] = set()
    mode = manifest['plan']['text']
    told = 'text' if mode == FULL else 'text_digest'
    for entry in manifest['files']:
        if entry['config'] == 'pages' and is_test(entry['split']):
            for row in read_rows(release / entry['path'], 'pages', [f'lines.list.element.{told}'], mode):
                found.add(lines_digest([line[told] for line in row['lines']]))
    if len(found) != manifest['gold']['joined']:
        yield f'manifest.json: {manifest["gold"]["joined"]} gold pages are said to be in the release, but its test splits hold {len(found)}; build again'


def _voter_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    for name, found in (('voters', voters(release)), ('name_voters', name_voters(release))):
        if manifest[name] != found:
            yield f'manifest.json: the table {name} is not what the files give; build again'


def _intrusion_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest['plan']['text'] != FULL:
        return  # it is of the names' texts
    wanted = sidebar_intrusion(release, list(manifest['splits'])) if manifest['plan']['entities'] == 'all' else None
    if manifest['sidebar_entity_intrusion'] != wanted:
        yield 'manifest.json: the sidebar entity intrusion is not what the files give; build again'
