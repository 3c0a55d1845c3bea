"""`vinews build`: from dumps to a release, through a work folder that a second run takes up."""

import errno
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builder import engine
from builder.entities.crf_tagger import describe_tagger
from builder.errors import InputError
from builder.labelling.description import describe_labeller
from builder.planning import Request, plan_tasks, read_sources, staging_workers, workspace_of
from builder.release.assignment import Assignment, assign_pages, present_splits
from builder.release.balance import conservation, require_release, require_retried, require_tiling
from builder.release.certificate import certificate, staged_keys
from builder.release.comparison import contents_of
from builder.release.complete import Tables
from builder.release.describe import Outcome, Sources, describe_release
from builder.release.earlier import read_earlier
from builder.release.named_pages import frozen_facts, gold_facts
from builder.release.near_duplicates import Settled, settle_pages
from builder.release.parquet import WrittenFile
from builder.release.rejects import write_rejects
from builder.release.relations import write_relations
from builder.release.rows import configs_of
from builder.release.tombstones import Tombstone, merged, without_taken_down
from builder.release.write import collect_train_keys, plan_buckets, write_bucket
from builder.schema.loading import FULL
from builder.staging.folder import read_rejects
from builder.staging.shard import after_death, stage
from builder.workspace import Workspace

Report = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, how much there is)."""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it."""

    manifest: Mapping[str, Any]
    fresh: bool
    """False if the release was there already and has been verified."""
    shards: int = 0
    """How many there were to stage."""
    taken_up: int = 0
    """How many of them had been staged before."""


def build(request: Request, report: Report) -> Built:
    """Build the release, or verify the one that the same build has left.

    Raises UsageError (what was asked makes no sense, `out` holds something else, or the version is too small a step from the
    previous release: the same command with another version goes on from there), InputError (the dump, gold or the previous
    release cannot be used, or no page is left), BalanceError (something was lost), OSError (the disk).
    """
    workspace = workspace_of(request)
    sources = read_sources(request)
    finished = workspace.finished(sources.key)
    if finished:
        return Built(finished, fresh=False)
    with workspace.open(sources.key), _errors_name(workspace.work):
        return _build(workspace, sources, request, report)


@contextmanager
def _errors_name(folder: Path) -> Iterator[None]:
    """A full disk does not say which one it is."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(folder)) from error
        raise


def _build(workspace: Workspace, sources: Sources, request: Request, report: Report) -> Built:
    if sources.previous:
        contents_of(sources.previous)  # that it is damaged shall be said before hours of work
    shards, taken_up = _stage(workspace, sources, staging_workers(request, sources.plan), report)
    if sources.rejects:
        require_retried(sources.rejects.location, shards)
    else:
        require_tiling(sources.files, shards)
    tombstones = merged(filter(None, (sources.previous, sources.retried)))
    settled = _assign(workspace, sources, shards, tombstones, report)
    assignment = settled.assignment
    balance = conservation(shards, assignment)
    if not present_splits(assignment):
        message = _nothing_left([*request.dumps, *filter(None, [request.retry_rejects])], balance, shards)
        workspace.discard()
        raise InputError(message)
    tables = Tables(_full_folder(workspace, sources), _write(workspace, sources, assignment, shards, request.workers, report))
    require_release(assignment, tables.folder)
    if settled.relations is not None:
        write_relations(workspace.release, settled.relations)
    leakage = certificate(tables.folder, present_splits(assignment), partial(staged_keys, assignment, shards), sources.plan.duplicates)
    gold = gold_facts(sources.gold, sources.gold_facts, assignment, shards)
    frozen = frozen_facts(sources.plan.split_policy, assignment)
    models = {**describe_labeller(sources.plan.labeller), 'tagger': describe_tagger()}
    outcome = Outcome(balance, tables, models, leakage, gold, frozen, tombstones)
    manifest = describe_release(workspace.release, sources, outcome)
    rejected = write_rejects(workspace.rejects, assignment, shards, sources.plan.limits.reject_bytes)
    workspace.publish(with_rejects=rejected > 0, staged={folder.name for folder in shards} if request.keep_staged else ())
    return Built(manifest, fresh=True, shards=len(shards), taken_up=taken_up)


def _stage(workspace: Workspace, sources: Sources, workers: int, report: Report) -> tuple[list[Path], int]:
    """The staged shards, and how many of them had been staged before."""
    tasks = plan_tasks(workspace, sources, watched=workers > 0)
    report('reading pages', 0, len(tasks))
    read = 0
    for done, (_, anew) in enumerate(engine.run(stage, tasks, workers, after_death), 1):
        read += anew
        report('reading pages', done, len(tasks))
    return [task.folder for task in tasks], len(tasks) - read


def _assign(workspace: Workspace, sources: Sources, shards: Sequence[Path], tombstones: Sequence[Tombstone], report: Report) -> Settled:
    plan = sources.plan
    earlier = read_earlier(sources.previous, sources.retried)
    placed = without_taken_down(assign_pages(shards, plan.split_policy, earlier), tombstones)
    report('comparing stories', 0, 1)
    settled = settle_pages(placed, shards, plan.duplicates, plan.split_policy, workspace.work, earlier)
    report('comparing stories', 1, 1)
    return settled


def _write(
    workspace: Workspace, sources: Sources, assignment: Assignment, shards: Sequence[Path], workers: int, report: Report
) -> list[WrittenFile]:
    collect_train_keys(assignment, shards, workspace.work / 'train_keys.npy')
    limits, configs = sources.plan.limits, configs_of(sources.plan.entities)
    folder = _full_folder(workspace, sources)
    buckets = plan_buckets(assignment, present_splits(assignment), shards, folder, limits.file_bytes, configs)
    written: dict[int, list[WrittenFile]] = {}
    report('writing Parquet', 0, len(buckets))
    # What is written was made here, and kills nobody: one worker needs no process of its own.
    for number, files in engine.run(write_bucket, buckets, workers if workers > 1 else 0):
        written[number] = files
        report('writing Parquet', len(written), len(buckets))
    return [file for number in sorted(written) for file in written[number]]


def _full_folder(workspace: Workspace, sources: Sources) -> Path:
    """Where the rows are written with their texts: in the release, unless it is to hold none."""
    return workspace.release if sources.plan.text == FULL else workspace.full


def _nothing_left(inputs: Sequence[Path], balance: Sequence[Mapping[str, Any]], shards: Sequence[Path]) -> str:
    reasons: Counter[str] = Counter()
    for row in balance:
        reasons.update(row['rejected'])
        reasons.update(row['filtered'])
    told = ', '.join(f'{name} {count}' for name, count in sorted(reasons.items())) or 'nothing was read'
    first = next((reject for shard in shards for reject in read_rejects(shard)), None)
    example = f'; the first: {first["path"]} {first["unit"]}s {first["start"]}-{first["end"]}: {first["message"]}' if first else ''
    return f'{", ".join(map(str, inputs))}: no page is left for a release ({told}){example}'
