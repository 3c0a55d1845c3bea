"""`vinews rehydrate`: a release without texts joined to a user's own crawl becomes a full one, every digest verified."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from builder.checking.files import file_faults
from builder.converters.inputs import InputFile, find_inputs
from builder.crawl import Search, begin, look_through
from builder.digests import file_sha256
from builder.errors import InputError, UsageError
from builder.gold import load_gold
from builder.model import Reject
from builder.plan import Plan, load_plan, plan_of
from builder.release.complete import NOT_REHYDRATED, Tables, in_order, tables_of
from builder.release.derive import Derivation, describe_derived
from builder.release.manifest import NAME, digest_of, read_release_manifest
from builder.release.parquet import WrittenFile, write_parquet
from builder.release.refill import misfits, refill
from builder.release.relations import relations_table, write_relations
from builder.release.removal import mend
from builder.release.rows import CONFIGS
from builder.release.tombstones import read_tombstones
from builder.resources import program_sha256
from builder.schema.loading import FULL
from builder.tables import read_columns
from builder.workspace import Workspace

Report = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, how much there is)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `vinews rehydrate` was asked for."""

    release: Path
    dumps: tuple[Path, ...]
    out: Path
    gold: tuple[Path, ...] = ()
    """Gold files that may know titles that the dump does not have."""
    config: Path | None = None
    """How to read the dump, where the plan of the release must not say."""


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """What came of it."""

    manifest: Mapping[str, Any]
    whole: bool
    """Whether the content is that of the full release as it was built, by digest."""
    missing: tuple[str, ...] = ()
    """A line for each page that was left out: its id, and why."""
    untitled: int = 0
    """Pages whose title was not found, and is null."""
    fresh: bool = True
    """False if the full release was there already and has been verified."""


def is_whole(manifest: Mapping[str, Any], without_texts: Mapping[str, Any]) -> bool:
    """Whether a full release has, by digest, the content that the one without texts had when its texts were left out."""
    found = {(entry['path'], entry['content_sha256']) for entry in manifest['files'] if entry['config']}
    return found == {(entry['path'], entry['content_sha256']) for entry in without_texts['full']}


def rehydrate(request: Request, report: Report, tell: Callable[[Reject], None]) -> Rehydrated:
    """Write the full release, of the pages that are in the dump as they were.

    Raises UsageError where the release is full already, or the output will not do; InputError where it is damaged, or no page is found.
    """
    manifest = _sound_manifest(request.release)
    workspace = Workspace(request.out.absolute())
    workspace.require_outside((*request.dumps, request.release))
    plan = load_plan(request.config) if request.config else plan_of(manifest['plan'], f'{request.release / NAME}')
    files = find_inputs(request.dumps)
    key = _key(request, plan, files)
    finished = workspace.finished(key)
    if finished:
        return Rehydrated(finished, is_whole(finished, manifest), fresh=False)
    with workspace.open(key):
        search = begin(tables_of(request.release, manifest), workspace.full)
        for number, file in enumerate(files):
            report('looking through the crawl', number, len(files))
            look_through(search, file, plan, load_gold(request.gold), tell)
        report('looking through the crawl', len(files), len(files))
        try:
            done = _write(request, workspace, manifest, search, key)
        except InputError:
            workspace.discard()
            raise
        workspace.publish(with_rejects=False, staged=())
    return done


def _sound_manifest(release: Path) -> dict[str, Any]:
    manifest = read_release_manifest(release)
    if manifest['plan']['text'] == FULL:
        raise UsageError(f'{release}: is full, and holds its texts already')
    for fault in file_faults(release, manifest):
        raise InputError(f'{release}: {fault}')
    return manifest


def _key(request: Request, plan: Plan, files: Sequence[InputFile]) -> str:
    decisive = {
        'step': 'rehydrate',
        'release': file_sha256(request.release / NAME),
        'inputs': [(file.dump, file.path, file.sha256) for file in files],
        'plan': plan.as_json(),
        'gold': [file_sha256(file) for file in request.gold],
        'code': program_sha256(),
    }
    return digest_of(decisive)


def _write(request: Request, workspace: Workspace, manifest: Mapping[str, Any], search: Search, key: str) -> Rehydrated:
    tables, target = tables_of(request.release, manifest), workspace.release
    missing = {page: search.why_missing(page) for page in search.ids if page not in search.found}
    files = in_order(file for number in range(len(tables.files)) for file in _refilled(tables, number, search, missing, target))
    if not files:
        dumps = ', '.join(map(str, request.dumps))
        raise InputError(
            f'{dumps}: none of the {len(missing)} pages of {request.release} is here as it was; give the crawl it was built from'
        )
    untitled = sum(not titled for page, titled in search.found.items() if page not in missing)
    rest = mend(tables, Tables(target, files), missing.keys(), NOT_REHYDRATED)
    write_relations(target, relations_table(rest.relations))
    removed = {NOT_REHYDRATED: len(missing)}
    derivation = Derivation('rehydrate', manifest, manifest['version'], key, FULL, removed, read_tombstones(request.release))
    facts = describe_derived(target, rest.tables, derivation, lambda _new, _splits: _changes(request.release, len(missing), untitled))
    whole = is_whole(facts, manifest)
    if not (whole or missing or untitled):
        raise InputError(
            f'{request.release}: every page and line was found, but the rows are not those of the full release; it was changed, '
            'or was made by another version of vinews: get it anew, or use that version'
        )
    return Rehydrated(facts, whole, tuple(f'{page}: {why}' for page, why in sorted(missing.items())), untitled)


def _refilled(tables: Tables, number: int, search: Search, missing: dict[str, str], target: Path) -> list[WrittenFile]:
    """Write the full rows of the pages that were found of one file of `pages`, in all configs; those that do not fit become `missing`."""
    file = tables.files[number]
    if file.config != 'pages':
        return []
    name = file.path.partition('/')[2]
    rows = {entry.config: read_columns(tables.folder / entry.path) for entry in tables.files if entry.path == f'{entry.config}/{name}'}
    if 'lines' not in rows:
        raise InputError(f'{tables.folder}: lines/{name} is missing; run `vinews check` on it, and restore it')
    found = search.texts(number)
    for page, line in misfits(rows['pages'], found).items():
        missing[page] = f'in the crawl, but its line {line} is not that of the digest'
        del found[page]
    ids = pa.array(list(found), pa.string())
    full = refill({config: table.filter(pc.is_in(table['id'], ids)) for config, table in rows.items()}, found)
    return [
        write_parquet(target, f'{config}/{name}', config, file.split, full[config])
        for config in CONFIGS
        if config in full and full[config].num_rows
    ]


def _changes(release: Path, missing: int, untitled: int) -> str:
    """The changelog of the release, with what the full one lacks."""
    text = (release / 'CHANGELOG.md').read_text('utf-8')
    if not (missing or untitled):
        return text
    note = f'Joined to a crawl that did not have all of it: {missing} pages are left out, and {untitled} have no title.'
    return text.replace('# Changes\n\n', f'# Changes\n\n{note}\n\n', 1)
