"""A release whose rows come from another release: what it says of itself is that one's, but for what its own rows tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from builder.plan import Duplicates
from builder.release.certificate import certificate, released_keys
from builder.release.complete import REMOVALS, Changes, Tables, complete_release, gold_lines, program
from builder.release.tombstones import Tombstone

_OF_THE_BUILD: Final = (
    'label_set_version',
    'retried',
    'inputs',
    'code',
    'packages',
    'labeller',
    'conservation',
    'repeatable',
    'frozen',
)
"""Fields of a manifest that tell how the rows were made, whoever handed them on."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What was done to a release: the step, the manifest of that release, and what is new."""

    step: str
    manifest: Mapping[str, Any]
    version: str
    key: str
    """Digest of all that decides the outcome."""
    text: str
    """Mode of text of the new release."""
    removed: Mapping[str, int]
    """Pages removed by this step, by reason."""
    tombstones: Sequence[Tombstone]


def describe_derived(release: Path, tables: Tables, derivation: Derivation, changes: Changes) -> dict[str, Any]:
    """Write everything but full Parquet files into the folder of the new release; returns its manifest. Raises what `complete_release` does."""
    before = derivation.manifest
    gold = before['gold']
    splits = list(dict.fromkeys(file.split for file in tables.files))
    joined = len(gold_lines(tables.folder))
    rows = partial(released_keys, tables.folder)
    rules = Duplicates(**before['plan']['duplicates'])
    facts = {
        **{name: before[name] for name in _OF_THE_BUILD},
        'version': derivation.version,
        'build_key': derivation.key,
        'derived_from': {'step': derivation.step, 'version': before['version'], 'build_key': before['build_key'], 'code': program()},
        'gold': {**gold, 'joined': joined, 'removed': gold['removed'] + gold['joined'] - joined},
        'plan': {**before['plan'], 'text': derivation.text},
        'leakage': certificate(tables.folder, splits, rows, rules),
        'removed': {reason: before['removed'][reason] + derivation.removed.get(reason, 0) for reason in REMOVALS},
    }
    return complete_release(release, tables, facts, derivation.tombstones, changes)
