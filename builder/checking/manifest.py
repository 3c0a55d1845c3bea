"""Does the manifest agree with itself? Its balance, its counts of pages and lines, and its list of files tell one story."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from builder.splits import SPLITS, possible_splits


def manifest_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What a schema cannot say of a manifest that follows it."""
    yield from _list_faults(manifest)
    yield from _balance_faults(manifest)
    yield from _split_faults(manifest)
    gold = manifest['gold']
    missing = len(gold['left_out']) + len(gold['not_in_dump'])
    if gold['joined'] + missing + gold['removed'] != gold['pages']:
        yield (
            f'manifest.json: of {gold["pages"]} gold pages {gold["joined"]} are in the test splits, {missing} never were '
            f'and {gold["removed"]} were removed; build again'
        )


def rows_of(manifest: Mapping[str, Any], config: str) -> dict[str, int]:
    """The rows of each split of a config, summed over its files, in the fixed order of the splits."""
    counts = dict.fromkeys(SPLITS, 0)
    for entry in manifest['files']:
        if entry['config'] == config:
            counts[entry['split']] += entry['rows']
    return {split: count for split, count in counts.items() if count}


def _list_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Paths that stand twice; Parquet files whose path says another config or split than their entry."""
    seen: set[str] = set()
    for entry in manifest['files']:
        path = entry['path']
        if path in seen:
            yield f'manifest.json: lists {path} twice; build again'
        seen.add(path)
        wanted = rf'{entry["config"]}/{entry["split"]}-[0-9]{{5}}-of-[0-9]{{5}}\.parquet'
        if entry['config'] and not re.fullmatch(wanted, path):
            yield f'manifest.json: {path} is no path of config {entry["config"]}, split {entry["split"]}; build again'


def _balance_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Shards of the conservation table that do not balance, and a sum that is not the pages of the release."""
    kept = 0
    for row in manifest['conservation']:
        settled = row['kept'] + sum(row['filtered'].values()) + row['duplicate'] + row['leak'] + sum(row['rejected'].values())
        kept += row['kept']
        if settled != row['read']:
            yield f'manifest.json: shard {row["shard"]} read {row["read"]} pieces, but {settled} have a fate; build again'
    pages = sum(rows_of(manifest, 'pages').values())
    removed = sum(manifest['removed'].values())
    if kept - removed != pages:
        yield f'manifest.json: {kept} pages were kept and {removed} removed since, but the release has {pages}; build again'


def _split_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Counts that are not those of the listed files, and splits that are both there and absent, or neither."""
    pages, lines = rows_of(manifest, 'pages'), rows_of(manifest, 'lines')
    for split in SPLITS:
        said = manifest['splits'].get(split, {'pages': 0, 'lines': 0})
        found = {'pages': pages.get(split, 0), 'lines': lines.get(split, 0)}
        if said != found:
            yield f'manifest.json: split {split} is said to have {_counts(said)}, but its files have {_counts(found)}; build again'
    policy = manifest['plan'].get('split_policy') or {}
    absent = [split for split in possible_splits(policy.get('temporal_from')) if split not in pages]
    if manifest['absent_splits'] != absent:
        said_absent = ', '.join(manifest['absent_splits']) or 'none'
        yield f'manifest.json: absent splits are said to be {said_absent}, but are {", ".join(absent) or "none"}; build again'


def _counts(of_split: Mapping[str, int]) -> str:
    return f'{of_split["pages"]} pages, {of_split["lines"]} lines'
