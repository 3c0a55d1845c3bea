"""What is written into a release beside its rows: card, Croissant, changelog, licence note, schemas, tombstones, and the manifest over all.

Whoever made the rows, a build, a takedown or a rehydration, everything that can be computed of them is computed here.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from builder.gold import lines_digest
from builder.release.card import DATASET_CARD, CardFacts, render_card
from builder.release.changelog import NAME as CHANGELOG
from builder.release.comparison import Contents
from builder.release.croissant import CROISSANT, render_croissant
from builder.release.figures import figures
from builder.release.intrusion import sidebar_intrusion
from builder.release.licences import NOTE as LICENCE_NOTE
from builder.release.manifest import FORMAT, config_digests, list_files, write_manifest
from builder.release.name_voters import name_voters
from builder.release.parquet import WrittenFile
from builder.release.relations import cluster_figures, read_relations
from builder.release.rows import configs_of
from builder.release.text_modes import write_in_mode
from builder.release.tombstones import TAKEN_DOWN, Tombstone, write_tombstones
from builder.release.voters import voters
from builder.resources import folder, program_sha256, program_version
from builder.schema.loading import FULL, schema_document
from builder.splits import SPLITS, possible_splits
from builder.tables import read_columns

NOT_REHYDRATED: Final = 'not_rehydrated'
REMOVALS: Final = (TAKEN_DOWN, NOT_REHYDRATED)
"""Why a page that the build kept is not in a release that was made of another."""


Changes = Callable[[Contents, Mapping[str, Mapping[str, int]]], str]
"""Given what a release holds, in its mode of text, and the counts of its splits: the text of its changelog."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Parquet files of a release, and the folder in which they lie."""

    folder: Path
    files: Sequence[WrittenFile]


def tables_of(release: Path, manifest: Mapping[str, Any]) -> Tables:
    """The Parquet files that a manifest lists, splits in their fixed order."""
    return Tables(release, in_order(WrittenFile(**entry) for entry in manifest['files'] if entry['config']))


def in_order(files: Iterable[WrittenFile]) -> list[WrittenFile]:
    """Files by split, in the fixed order, and then by path."""
    return sorted(files, key=lambda file: (SPLITS.index(file.split), file.path))


def program() -> dict[str, str]:
    """Version and digest of the program that runs, as manifests have them."""
    return {'version': program_version(), 'sha256': program_sha256()}


def gold_lines(folder: Path) -> set[str]:
    """The digests of the lines of every page of the test splits of a full release: by these gold pages are known."""
    found: set[str] = set()
    for path in sorted((folder / 'pages').glob('test*.parquet')):
        for lines in read_columns(path, ['lines.list.element.text'])['lines'].to_pylist():
            found.add(lines_digest([line['text'] for line in lines]))
    return found


def complete_release(
    release: Path, tables: Tables, facts: Mapping[str, Any], tombstones: Sequence[Tombstone], changes: Changes
) -> dict[str, Any]:
    """Write what is missing in the folder of a release; returns the manifest.

    `facts` are the fields of the manifest that no file tells; `changes` makes the changelog, and may refuse the version. Where `plan.text` is not `full`, the Parquet files are written here, of the
    full ones in `tables`; else they are in `release` already. Raises OSError, SchemaError, and what `changes` raises.
    """
    plan = facts['plan']
    splits = [split for split in SPLITS if any(file.split == split for file in tables.files)]
    counts = figures(tables.folder, splits)
    written = _in_its_mode(release, tables, plan)
    manifest: dict[str, Any] = {
        'format': FORMAT,
        **facts,
        'files': [],
        'full': None if plan['text'] == FULL else _contents(tables.files),
        'clusters': None if plan['duplicates']['policy'] == 'off' else cluster_figures(read_relations(release)),
        'voters': voters(tables.folder),
        'name_voters': name_voters(tables.folder),
        'sidebar_entity_intrusion': sidebar_intrusion(tables.folder, splits) if plan['entities'] == 'all' else None,
        'tombstones': len(tombstones),
        'splits': {split: {'pages': counts[split]['pages'], 'lines': counts[split]['lines']} for split in splits},
        'absent_splits': [split for split in possible_splits(plan['split_policy']['temporal_from']) if split not in splits],
    }
    told = CardFacts(facts['version'], manifest, written, counts, config_digests(written))
    (release / DATASET_CARD).write_text(render_card(told), 'utf-8')
    (release / CROISSANT).write_text(render_croissant(told), 'utf-8')
    contents = Contents(release, facts['version'], facts['label_set_version'], written)
    (release / CHANGELOG).write_text(changes(contents, manifest['splits']), 'utf-8')
    (release / LICENCE_NOTE).write_text(folder('cards').joinpath('licence_note.md').read_text('utf-8'), 'utf-8')
    write_tombstones(release, tombstones)
    _write_schemas(release / 'schemas', plan['text'])
    manifest['files'] = list_files(release, written)
    write_manifest(release, manifest)
    return manifest


def _in_its_mode(release: Path, tables: Tables, plan: Mapping[str, Any]) -> Sequence[WrittenFile]:
    if plan['text'] == FULL:
        return tables.files
    configs = configs_of(plan['entities'], plan['text'])
    files = [file for file in tables.files if file.config in configs]
    return write_in_mode(tables.folder, files, release, plan['text'], plan['excerpt_length'])


def _contents(files: Sequence[WrittenFile]) -> list[dict[str, Any]]:
    return [{'path': file.path, 'rows': file.rows, 'content_sha256': file.content_sha256} for file in files]


def _write_schemas(target: Path, text: str) -> None:
    """The schemas with what is there in a mode of text, so that every row can be judged by the one beside it."""
    target.mkdir()
    for schema in folder('schemas').iterdir():
        document = schema_document(schema.name.removesuffix('.schema.json'), text)
        (target / schema.name).write_text(json.dumps(document, ensure_ascii=False, indent=2) + '\n', 'utf-8')
