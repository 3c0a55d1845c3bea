"""What is written into a release beside its Parquet: card, changelog, licence note, schemas, and the manifest over all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.converters.inputs import InputFile
from builder.journal import UNREPEATABLE
from builder.labels import LABEL_SET_VERSION
from builder.plan import Plan
from builder.release.assignment import Assignment, present_splits
from builder.release.card import DATASET_CARD, CardFacts, render_card
from builder.release.changelog import changelog
from builder.release.figures import figures
from builder.release.intrusion import sidebar_intrusion
from builder.release.manifest import FORMAT, config_digests, list_files, packages, read_release_manifest, write_manifest
from builder.release.parquet import WrittenFile
from builder.release.relations import cluster_figures, read_relations
from builder.release.voters import voters
from builder.resources import folder, program_sha256, program_version
from builder.splits import possible_splits


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
    gold: Mapping[str, Any]
    frozen: Mapping[str, Any]


def describe_release(release: Path, sources: Sources, outcome: Outcome) -> Mapping[str, Any]:
    """Write everything but the Parquet files into the folder of a release; returns the manifest."""
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
        'gold': outcome.gold,
        'plan': sources.plan.as_json(),
        'frozen': outcome.frozen,
        'code': {'version': program_version(), 'sha256': program_sha256()},
        'packages': packages(),
        'labeller': outcome.labeller,
        'voters': voters(release),
        'sidebar_entity_intrusion': sidebar_intrusion(release, splits) if sources.plan.entities == 'all' else None,
        'leakage': outcome.leakage,
        'clusters': None if sources.plan.duplicates.policy == 'off' else cluster_figures(read_relations(release)),
        'conservation': list(outcome.conservation),
        'repeatable': not any(UNREPEATABLE & row['rejected'].keys() for row in outcome.conservation),
        'splits': {split: {'pages': counts[split]['pages'], 'lines': counts[split]['lines']} for split in splits},
        'absent_splits': [split for split in possible_splits(sources.plan.split_policy.temporal_from) if split not in splits],
    }
    card = render_card(CardFacts(sources.version, manifest, outcome.written, counts, config_digests(outcome.written)))
    (release / DATASET_CARD).write_text(card, 'utf-8')
    (release / 'CHANGELOG.md').write_text(changelog(sources.version, release, manifest['splits'], sources.previous), 'utf-8')
    (release / 'LICENSE').write_text(folder('cards').joinpath('licence_note.md').read_text('utf-8'), 'utf-8')
    (release / 'schemas').mkdir()
    for schema in folder('schemas').iterdir():
        (release / 'schemas' / schema.name).write_bytes(schema.read_bytes())
    manifest['files'] = list_files(release, outcome.written)
    write_manifest(release, manifest)
    return manifest


def _inputs(sources: Sources) -> list[InputFile]:
    return [sources.rejects, *sources.files] if sources.rejects else list(sources.files)


def _retried(sources: Sources) -> dict[str, str] | None:
    """Which release's rejects these pages were."""
    if sources.retried is None:
        return None
    manifest = read_release_manifest(sources.retried)
    return {'version': manifest['version'], 'build_key': manifest['build_key']}
