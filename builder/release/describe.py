"""What is written into a release beside its Parquet: card, changelog, licence note, schemas, and the manifest over all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.converters.inputs import InputFile
from builder.gold import lines_digest, load_gold
from builder.journal import UNREPEATABLE
from builder.labels import LABEL_SET_VERSION
from builder.plan import Plan
from builder.release.assignment import Assignment, present_splits
from builder.release.card import DATASET_CARD, CardFacts, render_card
from builder.release.changelog import NAME as CHANGELOG
from builder.release.changelog import changelog, first_changelog, require_bump
from builder.release.comparison import Contents, compare_contents, contents_of
from builder.release.figures import figures
from builder.release.intrusion import sidebar_intrusion
from builder.release.manifest import FORMAT, config_digests, list_files, packages, read_release_manifest, write_manifest
from builder.release.parquet import WrittenFile
from builder.release.voters import voters
from builder.resources import folder, program_sha256, program_version
from builder.splits import SPLITS
from builder.tables import read_columns


@dataclass(frozen=True, slots=True)
class Sources:
    """The input of a build, and the digest of all that decides its outcome."""

    version: str
    plan: Plan
    files: Sequence[InputFile]
    gold: tuple[Path, ...]
    gold_facts: Sequence[Mapping[str, Any]]
    """Name, sha256 and count of pages of each gold file."""
    previous: Path | None
    key: str
    retried: Path | None = None
    """The release whose rejects are tried again, and nothing else read."""
    rejects: InputFile | None = None
    """Those rejects."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build made of its sources."""

    assignment: Assignment
    conservation: Sequence[Mapping[str, Any]]
    written: Sequence[WrittenFile]
    labeller: Mapping[str, Any]
    leakage: Mapping[str, Any]
    """The leakage certificate, by test split."""


def describe_release(release: Path, sources: Sources, outcome: Outcome) -> Mapping[str, Any]:
    """Write everything but the Parquet files into the folder of a release; returns the manifest.

    Raises UsageError if the version is too small a step from the previous release, InputError if that is damaged.
    """
    splits = present_splits(outcome.assignment)
    counts = figures(release, splits)
    manifest: dict[str, Any] = {
        'format': FORMAT,
        'version': sources.version,
        'build_key': sources.key,
        'label_set_version': LABEL_SET_VERSION,
        'files': [],
        'retried': _retried(sources),
        'inputs': [{'dump': file.dump, 'path': file.path, 'bytes': file.bytes, 'sha256': file.sha256} for file in _inputs(sources)],
        'gold': _gold(sources, release),
        'plan': sources.plan.as_json(),
        'code': {'version': program_version(), 'sha256': program_sha256()},
        'packages': packages(),
        'labeller': outcome.labeller,
        'voters': voters(release),
        'sidebar_entity_intrusion': sidebar_intrusion(release, splits) if sources.plan.entities == 'all' else None,
        'leakage': outcome.leakage,
        'conservation': list(outcome.conservation),
        'repeatable': not any(UNREPEATABLE & row['rejected'].keys() for row in outcome.conservation),
        'splits': {split: {'pages': counts[split]['pages'], 'lines': counts[split]['lines']} for split in splits},
        'absent_splits': [split for split in SPLITS if split not in splits],
    }
    card = render_card(CardFacts(sources.version, manifest, outcome.written, counts, config_digests(outcome.written)))
    (release / DATASET_CARD).write_text(card, 'utf-8')
    (release / CHANGELOG).write_text(_changes(release, sources, outcome, manifest['splits']), 'utf-8')
    (release / 'LICENSE').write_text(folder('cards').joinpath('licence_note.md').read_text('utf-8'), 'utf-8')
    (release / 'schemas').mkdir()
    for schema in folder('schemas').iterdir():
        (release / 'schemas' / schema.name).write_bytes(schema.read_bytes())
    manifest['files'] = list_files(release, outcome.written)
    write_manifest(release, manifest)
    return manifest


def _changes(release: Path, sources: Sources, outcome: Outcome, splits: Mapping[str, Mapping[str, int]]) -> str:
    """The text of the changelog, by what differs from the previous release."""
    if sources.previous is None:
        return first_changelog(sources.version, splits)
    new = Contents(release, sources.version, LABEL_SET_VERSION, outcome.written)
    comparison = compare_contents(contents_of(sources.previous), new)
    require_bump(comparison)
    return changelog(comparison, splits, sources.previous)


def _inputs(sources: Sources) -> list[InputFile]:
    return [sources.rejects, *sources.files] if sources.rejects else list(sources.files)


def _retried(sources: Sources) -> dict[str, str] | None:
    """Which release's rejects these pages were."""
    if sources.retried is None:
        return None
    manifest = read_release_manifest(sources.retried)
    return {'version': manifest['version'], 'build_key': manifest['build_key']}


def _gold(sources: Sources, release: Path) -> dict[str, Any]:
    """Which gold pages the release holds, found by their lines in the test splits."""
    wanted = {digest: page for digest, page in load_gold(sources.gold).by_lines.items() if page.source == 'gold'}
    found: set[str] = set()
    for path in sorted((release / 'pages').glob('test*.parquet')):
        for lines in read_columns(path, ['lines.list.element.text'])['lines'].to_pylist():
            found |= {lines_digest([line['text'] for line in lines])} & wanted.keys()
    missing = sorted(page.name for digest, page in wanted.items() if digest not in found)
    return {'files': list(sources.gold_facts), 'pages': len(wanted), 'joined': len(found), 'not_in_dump': missing}
