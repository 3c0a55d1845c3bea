"""`vinews build`: from dumps to a release, through a work folder that a second run takes up."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import engine
from builder.converters.inputs import find_inputs
from builder.errors import InputError
from builder.gold import load_gold
from builder.identity import load_sidecar
from builder.labelling.description import describe_labeller
from builder.plan import load_plan
from builder.release.assignment import Assignment, assign_pages, present_splits
from builder.release.balance import conservation, require_release, require_tiling
from builder.release.changelog import parse_version, require_later
from builder.release.describe import Outcome, Sources, describe_release
from builder.release.manifest import NAME, digest_of, file_sha256, packages
from builder.release.parquet import WrittenFile
from builder.release.rejects import write_rejects
from builder.release.write import collect_train_keys, plan_buckets, write_bucket
from builder.resources import program_sha256
from builder.shards import Shard, plan_shards
from builder.staging import Task, read_rejects, stage
from builder.workspace import Workspace

Report = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, how much there is)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `vinews build` was asked for."""

    dumps: tuple[Path, ...]
    out: Path
    version: str
    gold: tuple[Path, ...] = ()
    config: Path | None = None
    workers: int = 1
    previous: Path | None = None
    format: str | None = None
    """One of `builder.converters.sniffing.FORMATS`, where content must not decide."""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it."""

    manifest: Mapping[str, Any]
    fresh: bool
    """False if the release was there already and has been verified."""


def build(request: Request, report: Report) -> Built:
    """Build the release, or verify the one that the same build has left.

    Raises UsageError (what was asked makes no sense, or `out` holds something else), InputError (the dump or gold cannot
    be used, or no page is left), BalanceError (something was lost), OSError (the disk).
    """
    parse_version(request.version)
    if request.previous:
        require_later(request.version, request.previous)
    workspace = Workspace(request.out.absolute())
    workspace.require_outside(request.dumps)
    sources = _read_sources(request)
    finished = workspace.finished(sources.key)
    if finished:
        return Built(finished, fresh=False)
    with workspace.open(sources.key):
        return Built(_build(workspace, sources, request, report), fresh=True)


def _build(workspace: Workspace, sources: Sources, request: Request, report: Report) -> Mapping[str, Any]:
    shards = _stage(workspace, sources, request.workers, report)
    require_tiling(sources.files, shards)
    assignment = assign_pages(shards, sources.plan.split_policy)
    balance = conservation(shards, assignment)
    if not present_splits(assignment):
        message = _nothing_left(request.dumps, balance, shards)
        workspace.discard()
        raise InputError(message)
    written = _write(workspace, sources, assignment, shards, request.workers, report)
    require_release(assignment, workspace.release)
    manifest = describe_release(workspace.release, sources, Outcome(assignment, balance, written, describe_labeller()))
    rejected = write_rejects(workspace.rejects, assignment, shards, sources.plan.limits.reject_bytes)
    workspace.publish(with_rejects=rejected > 0)
    return manifest


def _read_sources(request: Request) -> Sources:
    plan = load_plan(request.config, request.format)
    files = find_inputs(request.dumps)
    load_gold(request.gold)
    if plan.sidecar:
        load_sidecar(plan.sidecar)
    gold = [{'name': file.name, 'sha256': file_sha256(file), 'pages': len(load_gold((file,)).by_lines)} for file in request.gold]
    decisive = {
        'version': request.version,
        'inputs': [(file.dump, file.path, file.sha256) for file in files],
        'gold': gold,
        'plan': plan.as_json(),
        'code': program_sha256(),
        'packages': packages(),
        'previous': file_sha256(request.previous / NAME) if request.previous else None,
    }
    return Sources(request.version, plan, files, request.gold, gold, request.previous, digest_of(decisive))


def _stage(workspace: Workspace, sources: Sources, workers: int, report: Report) -> list[Path]:
    shards = plan_shards(sources.files, sources.plan.limits.shard_bytes, sources.plan.format)
    tasks = [Task(shard, sources.plan, sources.gold, workspace.shards / _shard_key(shard, sources)) for shard in shards]
    report('reading pages', 0, len(tasks))
    for done, _ in enumerate(engine.run(stage, tasks, workers), 1):
        report('reading pages', done, len(tasks))
    return [task.folder for task in tasks]


def _shard_key(shard: Shard, sources: Sources) -> str:
    """Names a staged shard by everything that decides what is in it, so that a folder of this name is never stale."""
    segments = [(part.file.dump, part.file.path, part.file.sha256, part.start, part.end) for part in shard.segments]
    plan = sources.plan.as_json()
    del plan['split_policy'], plan['dataset']
    return digest_of([segments, plan, sources.gold_facts, program_sha256(), packages()])[:32]


def _write(
    workspace: Workspace, sources: Sources, assignment: Assignment, shards: Sequence[Path], workers: int, report: Report
) -> list[WrittenFile]:
    collect_train_keys(assignment, shards, workspace.work / 'train_keys.npy')
    buckets = plan_buckets(assignment, present_splits(assignment), shards, workspace.release, sources.plan.limits.file_bytes)
    written: dict[int, list[WrittenFile]] = {}
    report('writing Parquet', 0, len(buckets))
    for number, files in engine.run(write_bucket, buckets, workers):
        written[number] = files
        report('writing Parquet', len(written), len(buckets))
    return [file for number in sorted(written) for file in written[number]]


def _nothing_left(dumps: Sequence[Path], balance: Sequence[Mapping[str, Any]], shards: Sequence[Path]) -> str:
    reasons: Counter[str] = Counter()
    for row in balance:
        reasons.update(row['rejected'])
        reasons.update(row['filtered'])
    told = ', '.join(f'{name} {count}' for name, count in sorted(reasons.items())) or 'nothing was read'
    first = next((reject for shard in shards for reject in read_rejects(shard)), None)
    example = f'; the first: {first["path"]} {first["unit"]}s {first["start"]}-{first["end"]}: {first["message"]}' if first else ''
    return f'{", ".join(map(str, dumps))}: no page is left for a release ({told}){example}'
