"""What a build will do, decided before it does anything: its sources by digest, and a task for each shard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.converters.inputs import InputFile, find_inputs
from builder.converters.retry import Retry
from builder.digests import file_sha256
from builder.errors import UsageError
from builder.gold import load_gold
from builder.identity import load_sidecar
from builder.labelling.labeller import require_labeller
from builder.plan import Plan, load_plan
from builder.release.changelog import parse_version, require_later
from builder.release.describe import Sources
from builder.release.manifest import NAME, digest_of, packages, read_release_manifest
from builder.release.rejects import NAME as REJECTS
from builder.resources import program_sha256
from builder.shards import Shard, plan_retries, plan_shards
from builder.staging.folder import is_final, read_manifest
from builder.staging.shard import Task
from builder.workspace import Workspace, kept_shards


@dataclass(frozen=True, slots=True)
class Request:
    """What `vinews build` was asked for."""

    dumps: tuple[Path, ...]
    out: Path
    version: str
    gold: tuple[Path, ...] = ()
    config: Path | None = None
    workers: int = 0
    """Worker processes; 0 to do everything in this one."""
    previous: Path | None = None
    format: str | None = None
    """One of `builder.converters.sniffing.FORMATS`, where content must not decide."""
    retry_rejects: Path | None = None
    """A release whose rejects are to be tried again, instead of reading the dumps."""
    entities: str | None = None
    """`story`, `all` or `none`, where the configuration must not decide."""
    text: str | None = None
    """`full`, `excerpt` or `standoff`, where the configuration must not decide."""
    labeller: Path | None = None
    """Weights of a line labeller of the user's own, where the configuration must not decide."""
    keep_staged: bool = True
    """Whether the staged shards are kept beside the release, for the build of the next one."""


def workspace_of(request: Request) -> Workspace:
    """The folders that the build will use. Raises UsageError where what was asked makes no sense, before any dump is read."""
    parse_version(request.version)
    for release in filter(None, (request.previous, request.retry_rejects)):
        require_later(request.version, release)
    workspace = Workspace(request.out.absolute())
    workspace.require_outside(request.dumps)
    return workspace


def read_sources(request: Request) -> Sources:
    """Everything that decides what the build makes, read and found to be usable.

    Raises UsageError (a file or setting makes no sense), InputError (a dump, a gold file or a release cannot be used), ModelError (a labeller).
    """
    plan = load_plan(request.config, request.format, request.entities, request.text, request.labeller)
    files = find_inputs(request.dumps)
    rejects = _find_rejects(request.retry_rejects, files) if request.retry_rejects else None
    if not files and not rejects:
        raise UsageError('no dump is given; name a file or a folder to build from')
    load_gold(request.gold)
    if plan.sidecar:
        load_sidecar(plan.sidecar)
    if plan.labeller:
        require_labeller(plan.labeller)
    gold = [{'name': file.name, 'sha256': file_sha256(file), 'pages': len(load_gold((file,)).by_lines)} for file in request.gold]
    decisive = {
        'version': request.version,
        'inputs': [(file.dump, file.path, file.sha256) for file in files],
        'gold': gold,
        'plan': plan.as_json(),
        'code': program_sha256(),
        'packages': packages(),
        'previous': file_sha256(request.previous / NAME) if request.previous else None,
        'retried': [file_sha256(request.retry_rejects / NAME), rejects.sha256] if request.retry_rejects and rejects else None,
    }
    return Sources(request.version, plan, files, request.gold, gold, request.previous, digest_of(decisive), request.retry_rejects, rejects)


def staging_workers(request: Request, plan: Plan) -> int:
    """How many processes stage shards: at least one where a labeller of the user's own is opened, which this one must outlive."""
    return max(request.workers, 1) if plan.labeller else request.workers


def _find_rejects(release: Path, files: Sequence[InputFile]) -> InputFile:
    """The rejects of a release. Raises UsageError where it has none, or where a file that is at hand is not the one it was built from."""
    manifest = read_release_manifest(release)
    folder = release.absolute().with_name(f'{release.absolute().name}.rejects')
    if not (folder / REJECTS).is_file():
        raise UsageError(f'{folder}: no rejects here; {release} was built without any, or they were moved')
    known = {(entry['dump'], entry['path']): entry['sha256'] for entry in manifest['inputs']}
    for file in files:
        if known.get((file.dump, file.path)) != file.sha256:
            raise UsageError(
                f'{file.location}: not what {release} was built from; give the same dump, under the same name, or build it anew'
            )
    return next(file for file in find_inputs([folder]) if file.path == REJECTS)


def plan_tasks(workspace: Workspace, sources: Sources, *, watched: bool) -> list[Task]:
    """A task for each shard, in the order of the dump."""
    plan = sources.plan
    if sources.rejects:
        shards = plan_retries(sources.rejects, sources.files, plan.limits.shard_bytes)
    else:
        shards = plan_shards(sources.files, plan.limits.shard_bytes, plan.format)
    same = _shared_digests(plan, sources)
    return [_task(shard, sources, workspace, {'input': _input_digest(shard), **same}, watched=watched) for shard in shards]


def _task(shard: Shard, sources: Sources, workspace: Workspace, made_from: dict[str, str], *, watched: bool) -> Task:
    # Named by everything that decides what is in it, so that a folder of this name is never stale.
    name = digest_of(made_from)[:32]
    kept = tuple(folder / name for folder in _kept(workspace, sources) if (folder / name).is_dir())
    return Task(shard, sources.plan, sources.gold, workspace.shards / name, made_from, kept, watched)


def _kept(workspace: Workspace, sources: Sources) -> list[Path]:
    """The folders in which shards of other builds may lie: that of the previous release, and of one that was in the place of this one."""
    return [kept_shards(sources.previous.absolute()), workspace.kept] if sources.previous else [workspace.kept]


def _shared_digests(plan: Plan, sources: Sources) -> dict[str, str]:
    """What decides the records of every shard. Splits, duplicates, what is left of the texts and the words of the card come later."""
    decisive: dict[str, Any] = plan.as_json()
    for later in ('split_policy', 'duplicates', 'text', 'excerpt_length', 'dataset'):
        del decisive[later]
    return {
        **{f'plan.{name}': digest_of(value) for name, value in decisive.items()},
        'gold': digest_of(sources.gold_facts),
        'program': program_sha256(),
        'packages': digest_of(packages()),
    }


def _input_digest(shard: Shard) -> str:
    parts = [(part.file.dump, part.file.path, part.file.sha256, part.start, part.end) for part in shard.segments]
    retried = (part for part in shard.segments if isinstance(part, Retry))
    at_hand = [(file.dump, file.path, file.sha256) for part in retried for file in part.dump]
    return digest_of([parts, at_hand])


def explain_plan(request: Request) -> Iterator[str]:
    """What `build` would do now, and why, as plain lines. Nothing is written. Raises what the other functions raise."""
    workspace = workspace_of(request)
    sources = read_sources(request)
    if workspace.finished(sources.key):
        yield f'{request.out}: built before by this very build; nothing will run'
        return
    tasks = plan_tasks(workspace, sources, watched=False)
    earlier = _made_before([workspace.shards, *_kept(workspace, sources)])
    there = 0
    for task in tasks:
        found = next(filter(is_final, (task.folder, *task.kept)), None)
        there += found is not None
        size = sum((part.file.bytes if part.end is None else part.end) - part.start for part in task.shard.segments)
        why = f'is staged already: {found.parent}' if found else f'will run: {_reason(task, earlier.get(task.shard.name))}'
        yield f'{task.shard.name} ({len(task.shard.segments)} parts, {size} bytes) {why}'
    yield f'{len(tasks)} shards: {there} staged already, {len(tasks) - there} will run; splits, Parquet, card and manifest are written anew'


def _made_before(folders: Sequence[Path]) -> dict[str, dict[str, str]]:
    """By its name, what a shard that lies in one of the folders was made from; the first of them that has it says."""
    found: dict[str, dict[str, str]] = {}
    for folder in (staged for base in folders for staged in sorted(base.glob('*'))):
        try:
            manifest = read_manifest(folder)
            found.setdefault(manifest['shard'], dict(manifest['made_from']))
        except (OSError, ValueError, LookupError, TypeError):
            continue  # unfinished, or damaged: it will be made again
    return found


def _reason(task: Task, before: dict[str, str] | None) -> str:
    if before is None:
        return 'not staged yet'
    changed = sorted(name for name in task.made_from if before.get(name) != task.made_from[name])
    return f'changed since it was staged: {", ".join(changed)}' if changed else 'its staged files were damaged, or its workers killed'
