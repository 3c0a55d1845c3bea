"""`vinews check --rebuild`: some shards of a release built again from its dump, and compared with what the release holds."""

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from builder import engine
from builder.checking.rebuilt import compare_shards
from builder.errors import InputError, UsageError
from builder.planning import Request, plan_tasks, read_sources, staging_workers
from builder.release.comparison import contents_of
from builder.release.describe import Sources
from builder.release.manifest import packages, read_release_manifest, require_texts
from builder.resources import program_sha256, program_version
from builder.staging.shard import after_death, stage
from builder.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    shards: Sequence[str]
    """Names of those that were drawn."""
    of: int
    """How many there are."""
    seed: int
    """What draws the same again."""
    pages: int
    """How many pages were compared."""
    packages: Sequence[str]
    """Packages of other versions than the release was built with. That the same rows come of them all the same is no fault."""
    faults: Sequence[str]
    """What differs, a line each."""


def rebuild(release: Path, request: Request, shards: int, seed: int | None = None) -> Rebuilt:
    """Build that many shards again, drawn by the seed or by chance, and compare what comes of them with the release, by content.

    The request names the dumps, gold and settings that the release was built from. Raises UsageError where they are others, InputError
    where the release was built by another program, or is damaged.
    """
    manifest = read_release_manifest(release)
    contents = contents_of(release)
    _require_program(release, manifest)
    sources = read_sources(request)
    _require_sources(release, manifest, sources)
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    with TemporaryDirectory(prefix='vinews-rebuild-') as folder:
        workers = staging_workers(request, sources.plan)
        tasks = plan_tasks(Workspace(Path(folder) / 'rebuilt'), sources, watched=workers > 0)
        chosen = sorted(random.Random(seed).sample(range(len(tasks)), min(shards, len(tasks))))  # noqa: S311 - a sample, not a secret
        drawn = [tasks[number] for number in chosen]
        for _ in engine.run(stage, drawn, workers, after_death):
            pass
        pages, faults = compare_shards(contents, [task.folder for task in drawn], manifest['conservation'], Path(folder))
    return Rebuilt([task.shard.name for task in drawn], len(tasks), seed, pages, _other_packages(manifest), faults)


def _require_program(release: Path, manifest: Mapping[str, Any]) -> None:
    if manifest['retried']:
        raise UsageError(f'{release}: holds rejects that were tried again, and only what was built from a dump can be rebuilt')
    if manifest['derived_from']:
        raise UsageError(
            f'{release}: was made by {manifest["derived_from"]["step"]} of a release, and only what was built from a dump can be rebuilt'
        )
    require_texts(release, manifest)
    code = manifest['code']
    if code['sha256'] != program_sha256():
        raise InputError(
            f'{release}: was built by vinews {code["version"]} (sha256 {code["sha256"][:12]}), but this is {program_version()} '
            f'({program_sha256()[:12]}); rebuild it with the program that built it'
        )


def _require_sources(release: Path, manifest: Mapping[str, Any], sources: Sources) -> None:
    there = {(entry['dump'], entry['path']): entry['sha256'] for entry in manifest['inputs']}
    given = {(file.dump, file.path): file.sha256 for file in sources.files}
    for name in sorted(there.keys() | given.keys()):
        if there.get(name) != given.get(name):
            fault = 'is missing' if name not in given else 'is another' if name in there else 'was not there'
            raise UsageError(f'{"/".join(name)}: {fault}; give by --dump what {release} was built from, under the same names')
    if manifest['gold']['files'] != sources.gold_facts:
        raise UsageError(f'{release}: was built with other gold; give its files by --gold, in the same order')
    plan = sources.plan.as_json()
    others = sorted(name for name in plan.keys() | manifest['plan'].keys() if plan.get(name) != manifest['plan'].get(name))
    if others:
        raise UsageError(
            f'{release}: was built with other settings ({", ".join(others)}); give the --config and the options that it was built with'
        )


def _other_packages(manifest: Mapping[str, Any]) -> list[str]:
    theirs, ours = manifest['packages'], packages()
    return [f'{name} {theirs.get(name)} → {ours.get(name)}' for name in sorted(theirs | ours) if theirs.get(name) != ours.get(name)]


def told(rebuilt: Rebuilt) -> Iterator[str]:
    """What was done, as plain lines, without the faults."""
    yield f'rebuilt {len(rebuilt.shards)} of {rebuilt.of} shards (--seed {rebuilt.seed}): {", ".join(rebuilt.shards)}'
    if rebuilt.packages:
        yield f'with other packages than the release was built with: {", ".join(rebuilt.packages)}'
