"""`vinews takedown`: the next version of a release without some pages and their copies, from the release alone."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builder.checking.files import file_faults
from builder.digests import file_sha256
from builder.duplicates.nearest import likenesses
from builder.duplicates.segments import MAIN_STORY, released_segments
from builder.errors import InputError, UsageError
from builder.identity import canonical_url
from builder.plan import Duplicates
from builder.release.changelog import bumped, changes_since, parse_version
from builder.release.comparison import Bump
from builder.release.complete import Tables, tables_of
from builder.release.derive import Derivation, describe_derived
from builder.release.manifest import NAME, digest_of, read_release_manifest, require_texts
from builder.release.relations import relations_table, write_relations
from builder.release.removal import Remainder, without_pages
from builder.release.tombstones import TAKEN_DOWN, read_tombstones
from builder.resources import program_sha256
from builder.schema.loading import FULL
from builder.tables import read_columns
from builder.workspace import Workspace

Report = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, how much there is)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `vinews takedown` was asked for."""

    release: Path
    out: Path
    urls: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    version: str | None = None
    """The next MAJOR where None."""
    reason: str = 'unstated'
    text: str = FULL
    """Mode of text of the next version."""


@dataclass(frozen=True, slots=True)
class Victim:
    """A page that goes, and why: `match` as in `schemas/tombstone.schema.json`, and what is like which story."""

    page: str
    site: str
    split: str
    text_sha256: str
    match: str = 'named'
    of: str | None = None
    """The named page that it copies."""
    story: int = MAIN_STORY
    """The story on it that is a copy: its main one, or a related one."""
    similarity: float | None = None

    def __str__(self) -> str:
        why = {
            'named': 'named',
            'same_text': f'has the text of {self.of}',
            'copy': f'main story is that of {self.of}, similarity {self.similarity or 0:.3f}',
            'related': f'related story {self.story} is the main story of {self.of}, similarity {self.similarity or 0:.3f}',
        }
        return f'{self.page} {self.site} {self.split}: {why[self.match]}'


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What came of it."""

    manifest: Mapping[str, Any]
    victims: tuple[Victim, ...]
    fresh: bool
    """False if the next version was there already and has been verified."""


def find_victims(request: Request) -> tuple[Victim, ...]:
    """The pages that would go: the named ones, then the others, each by id. Nothing is written.

    Raises UsageError where a page is not there, the release holds no texts, or no page would be left; InputError where it is damaged.
    """
    manifest = _sound_manifest(request.release)
    if not request.urls and not request.ids:
        raise UsageError('no page is named; give --url, --id or --ids-from')
    tables = tables_of(request.release, manifest)
    pages = {page.page: page for page in _pages(tables)}
    named = _named(request, tables, pages)
    victims = {**_copies(tables, named, pages, Duplicates(**manifest['plan']['duplicates'])), **named}
    if len(victims) == len(pages):
        raise UsageError(f'{request.release}: all of its {len(pages)} pages would go; withdraw the release instead')
    return tuple(sorted(victims.values(), key=lambda victim: (victim.match != 'named', victim.page)))


def take_down(request: Request, report: Report) -> TakenDown:
    """Write the next version. Raises what `find_victims` raises, and UsageError where `out` or the version will not do."""
    version = _next_version(request)
    workspace = Workspace(request.out.absolute())
    workspace.require_outside((request.release,))
    report('looking for copies', 0, 1)
    victims = find_victims(request)
    report('looking for copies', 1, 1)
    key = _key(request, version, victims)
    finished = workspace.finished(key)
    if finished:
        return TakenDown(finished, victims, fresh=False)
    with workspace.open(key):
        manifest = _write(request, workspace, version, key, victims)
        workspace.publish(with_rejects=False, staged=())
    return TakenDown(manifest, victims, fresh=True)


def _write(request: Request, workspace: Workspace, version: str, key: str, victims: tuple[Victim, ...]) -> dict[str, Any]:
    before = read_release_manifest(request.release)
    rows = workspace.release if request.text == FULL else workspace.full
    gone = {victim.page for victim in victims}
    rest = without_pages(tables_of(request.release, before), gone, TAKEN_DOWN, rows)
    write_relations(workspace.release, relations_table(rest.relations))
    new = [
        {
            'id': victim.page,
            'text_sha256': victim.text_sha256,
            'reason': request.reason,
            'match': victim.match,
            'version': version,
        }
        for victim in victims
    ]
    tombstones = sorted([*read_tombstones(request.release), *new], key=lambda row: str(row['id']))
    before = {**before, 'inputs': _inputs_of_the_rest(request.release, before, gone)}
    derivation = Derivation('takedown', before, version, key, request.text, {TAKEN_DOWN: len(victims)}, tombstones)
    changes = partial(changes_since, request.release, note=_note(victims, rest))
    return describe_derived(workspace.release, rest.tables, derivation, changes)


def _inputs_of_the_rest(release: Path, manifest: Mapping[str, Any], gone: Collection[str]) -> list[Any]:
    """The files read, but for those that gave the release nothing but pages that are gone: a file may bear a page's address or title."""
    paths: dict[bool, set[str]] = {True: set(), False: set()}
    for file in tables_of(release, manifest).files:
        if file.config == 'pages':
            table = read_columns(release / file.path, ('id', 'path'))
            for page, path in zip(table['id'].to_pylist(), table['path'].to_pylist(), strict=True):
                paths[page in gone].add(path.partition('!')[0])
    hidden = paths[True] - paths[False]
    return [entry for entry in manifest['inputs'] if entry['path'] not in hidden]


def _note(victims: tuple[Victim, ...], rest: Remainder) -> str:
    counts = Counter(victim.match for victim in victims)
    told = ', '.join(f'{count} {match.replace("_", " ")}' for match, count in sorted(counts.items()))
    return (
        f'Taken down: {len(victims)} pages ({told}), listed in `tombstones.jsonl`; drop them from copies of older versions. No other page changed, '
        f'but where it spoke of these: `seen_in_train` of {rest.unseen_lines} lines and `cluster` of {rest.other_clusters} pages.\n'
    )


def _key(request: Request, version: str, victims: tuple[Victim, ...]) -> str:
    decisive = {
        'step': 'takedown',
        'release': file_sha256(request.release / NAME),
        'version': version,
        'pages': [(victim.page, victim.match) for victim in victims],
        'reason': request.reason,
        'text': request.text,
        'code': program_sha256(),
    }
    return digest_of(decisive)


def _next_version(request: Request) -> str:
    """Raises UsageError unless it is a higher MAJOR: records that users have are gone from it."""
    before = read_release_manifest(request.release)['version']
    least = bumped(before, Bump.MAJOR)
    version = request.version or least
    if parse_version(version) < parse_version(least):
        raise UsageError(f'version {version}: pages of {before} will be gone, which needs {least} or above; give it, or no --version')
    return version


def _sound_manifest(release: Path) -> dict[str, Any]:
    manifest = read_release_manifest(release)
    require_texts(release, manifest)  # without them no copy is found
    for fault in file_faults(release, manifest):
        raise InputError(f'{release}: {fault}')
    return manifest


def _pages(tables: Tables) -> Iterator[Victim]:
    """Every page, as if it were named."""
    for file in tables.files:
        if file.config == 'pages':
            table = read_columns(tables.folder / file.path, ('id', 'site', 'text_sha256'))
            columns = (table[name].to_pylist() for name in ('id', 'site', 'text_sha256'))
            yield from (Victim(page, site, file.split, text) for page, site, text in zip(*columns, strict=True))


def _named(request: Request, tables: Tables, pages: Mapping[str, Victim]) -> dict[str, Victim]:
    gone_before = {row['id']: row['version'] for row in read_tombstones(request.release)}
    faults = []
    for page in dict.fromkeys(request.ids):
        if page in gone_before:
            faults.append(f'id {page} was taken down in {gone_before[page]} already')
        elif page not in pages:
            faults.append(f'no page has the id {page}')
    by_url = _by_url(tables, request.urls)
    faults += [f'no page has the address {url}' for url, found in by_url.items() if not found]
    if faults:
        more = f' (and {len(faults) - 5} more)' if len(faults) > 5 else ''
        raise UsageError(f'{request.release}: {"; ".join(faults[:5])}{more}; nothing was written')
    return {page: pages[page] for page in (*request.ids, *(page for found in by_url.values() for page in found))}


def _by_url(tables: Tables, urls: tuple[str, ...]) -> dict[str, list[str]]:
    """The pages of each address: it may have been read more than once."""
    wanted = {canonical_url(url): url for url in urls}
    found: dict[str, list[str]] = {url: [] for url in wanted.values()}
    for file in tables.files if wanted else ():
        if file.config == 'pages':
            table = read_columns(tables.folder / file.path, ('id', 'url'))
            for page, url in zip(table['id'].to_pylist(), table['url'].to_pylist(), strict=True):
                if url and (asked := wanted.get(canonical_url(url))):
                    found[asked].append(page)
    return found


def _copies(tables: Tables, named: Mapping[str, Victim], pages: Mapping[str, Victim], rules: Duplicates) -> dict[str, Victim]:
    """The pages that copy a named one: by their whole text, else by their main story, else by a related story, the most similar."""
    paths = [tables.folder / file.path for file in tables.files if file.config == 'pages']
    own = [segment for segment in released_segments(paths) if segment.page in named and segment.story == MAIN_STORY]
    found: dict[str, Victim] = {}
    for like in likenesses(own, released_segments(paths), rules.key, rules.threshold):
        page = pages[like.other.page]
        match = 'related' if like.other.story > MAIN_STORY else 'copy'
        victim = Victim(page.page, page.site, page.split, page.text_sha256, match, like.target.page, like.other.story, like.similarity)
        found[page.page] = min(found.get(page.page, victim), victim, key=lambda one: (one.match, -(one.similarity or 0)))
    texts = {victim.text_sha256: victim.page for victim in named.values()}
    for page in pages.values():
        if page.text_sha256 in texts:
            found[page.page] = Victim(page.page, page.site, page.split, page.text_sha256, 'same_text', texts[page.text_sha256])
    return found
