"""What only a build can say of its release: what it read, by what plan, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builder.converters.inputs import InputFile
from builder.journal import UNREPEATABLE
from builder.labels import LABEL_SET_VERSION
from builder.plan import Plan
from builder.release.changelog import changes_since, first_changelog
from builder.release.comparison import Contents
from builder.release.complete import REMOVALS, Tables, complete_release, program
from builder.release.manifest import packages, read_release_manifest


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

    conservation: Sequence[Mapping[str, Any]]
    tables: Tables
    labeller: Mapping[str, Any]
    leakage: Mapping[str, Any]
    """The leakage certificate, by test split."""
    gold: Mapping[str, Any]
    frozen: Mapping[str, Any]
    tombstones: Sequence[Mapping[str, Any]]


def describe_release(release: Path, sources: Sources, outcome: Outcome) -> Mapping[str, Any]:
    """Write everything but full Parquet files into the folder of a release; returns the manifest.

    Raises UsageError if the version is too small a step from the previous release, InputError if that is damaged.
    """
    facts = {
        'version': sources.version,
        'build_key': sources.key,
        'label_set_version': LABEL_SET_VERSION,
        'retried': _retried(sources),
        'derived_from': None,
        'inputs': [{'dump': file.dump, 'path': file.path, 'bytes': file.bytes, 'sha256': file.sha256} for file in _inputs(sources)],
        'gold': {**outcome.gold, 'removed': 0},
        'plan': sources.plan.as_json(),
        'frozen': outcome.frozen,
        'code': program(),
        'packages': packages(),
        'labeller': outcome.labeller,
        'leakage': outcome.leakage,
        'conservation': list(outcome.conservation),
        'removed': dict.fromkeys(REMOVALS, 0),
        'repeatable': not any(UNREPEATABLE & row['rejected'].keys() for row in outcome.conservation),
    }
    return complete_release(release, outcome.tables, facts, outcome.tombstones, partial(_changes, sources))


def _changes(sources: Sources, new: Contents, splits: Mapping[str, Mapping[str, int]]) -> str:
    """The text of the changelog, by what differs from the previous release."""
    return changes_since(sources.previous, new, splits) if sources.previous else first_changelog(new.version, splits)


def _inputs(sources: Sources) -> list[InputFile]:
    return [sources.rejects, *sources.files] if sources.rejects else list(sources.files)


def _retried(sources: Sources) -> dict[str, str] | None:
    """Which release's rejects these pages were."""
    if sources.retried is None:
        return None
    manifest = read_release_manifest(sources.retried)
    return {'version': manifest['version'], 'build_key': manifest['build_key']}
