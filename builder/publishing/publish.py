"""The command: check, publish to a hub or a file store, load by tag."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from huggingface_hub import HfApi

from builder.checking.check import check
from builder.checking.manifest import rows_of
from builder.errors import PublishError, UsageError
from builder.publishing.hub import Report, dry_run, losses, publish_to_hub
from builder.publishing.licence import licence_is_unknown, offer_of_standoff, require_licence
from builder.publishing.plan import ReleaseFile, plan_lines, release_files
from builder.publishing.store import Store, look_at_store, open_store, publish_to_store
from builder.publishing.stranger import stranger_faults
from builder.publishing.survey import Target
from builder.release.manifest import read_release_manifest
from builder.release.rows import CONFIGS

_REPO_ID: Final = re.compile(r'[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*', re.ASCII)


@dataclass(frozen=True)
class Publication:
    """What the user asked for; `endpoint` None is the client's own, `private` None is private without having been said.

    `rights_cleared`: the user says that texts of unknown licence may be passed on. `purge`: nothing of older versions is to stay.
    """

    release: Path
    destination: str
    private: bool | None = None
    endpoint: str | None = None
    as_pull_request: bool = False
    rights_cleared: bool = False
    purge: bool = False


def publish(asked: Publication, report: Report) -> Iterator[str]:
    """Check and publish a release; yields what was done, line by line.

    Raises InputError if the folder holds no release; PublishError if it has faults, or with what the destination holds; UsageError.
    """
    destination = _destination(asked, f'v{read_release_manifest(asked.release)["version"]}')
    yield from _rights(asked)
    manifest = _checked(asked.release)
    files, tag = release_files(asked.release, manifest), f'v{manifest["version"]}'
    if isinstance(destination, Store):
        yield from _publish_to_store(destination, files, report)
        return
    done = publish_to_hub(destination, files, tag, report)
    if done.fresh:
        sent = sum(file.size for file in done.plan.sent)
        yield f'{asked.destination}: {len(done.plan.sent)} files ({sent:,} bytes) sent, {len(done.plan.deleted)} deleted, commit {done.commit[:8]}'
    if done.pull_request:
        yield f'{done.pull_request}: merge it, then run this again without --pr for the tag {tag}'
        return
    if asked.purge:
        yield f'{asked.destination}: purged: {tag} is the only tag, and its commit the only one of main'
    yield from _load(destination, manifest, tag)
    yield f'{asked.destination}: {tag} is at {done.commit[:8]}, verified, and every config loads by it'


def explain_publishing(asked: Publication) -> Iterator[str]:
    """What `publish` would do, line by line, and the card; nothing is sent. Raises what `publish` raises."""
    destination = _destination(asked, f'v{read_release_manifest(asked.release)["version"]}')
    yield from _rights(asked)
    manifest = _checked(asked.release)
    files = release_files(asked.release, manifest)
    if isinstance(destination, Store):
        plan, told = look_at_store(destination, files)
    else:
        plan, told = dry_run(destination, files, f'v{manifest["version"]}')
    yield told
    yield from plan_lines(plan)
    if asked.purge:
        yield from explain_purge(asked)
    yield 'the card:'
    yield card_body((asked.release / 'README.md').read_text('utf-8'))


def explain_purge(asked: Publication) -> Iterator[str]:
    """What a purge would take away, line by line. Raises InputError or UsageError."""
    manifest = read_release_manifest(asked.release)
    tag = f'v{manifest["version"]}'
    destination = _destination(asked, tag)
    if isinstance(destination, Target):
        yield from losses(destination, release_files(asked.release, manifest), tag)


def card_body(card: str) -> str:
    """The card as a hub shows it: without the front matter, which becomes tags and the viewer's settings."""
    return re.sub(r'\A---\n.*?\n---\n+', '', card, flags=re.DOTALL)


def _checked(release: Path) -> dict[str, Any]:
    faults = check(release)
    if faults:
        raise PublishError(f'{release}: {faults[0]} ({len(faults)} faults in all: `vinews check`); nothing was sent')
    return read_release_manifest(release)


def _rights(asked: Publication) -> Iterator[str]:
    """A line where the texts have no known licence. Raises UsageError where they would be given to everybody."""
    if licence_is_unknown(read_release_manifest(asked.release)):
        require_licence(asked.release, public=asked.private is False, rights_cleared=asked.rights_cleared)
        yield offer_of_standoff(asked.release)


def _destination(asked: Publication, tag: str) -> Target | Store:
    """Raises UsageError if the destination is neither an address of a file store nor a repository id."""
    if '://' in asked.destination:
        if asked.as_pull_request or asked.purge or asked.endpoint or asked.private is not None:
            kind = asked.destination.split('://')[0]
            raise UsageError(f'--pr, --purge, --endpoint, --private and --public are for a hub, and {kind}:// is none')
        return open_store(asked.destination, tag)
    if not _REPO_ID.fullmatch(asked.destination):
        raise UsageError(f'{asked.destination}: is no repository and no address; give NAMESPACE/NAME, or file:///…, s3://… and the like')
    if asked.as_pull_request and asked.purge:
        raise UsageError('--purge works on main, and --pr leaves it as it is; merge first, then purge')
    api = HfApi(endpoint=asked.endpoint and asked.endpoint.rstrip('/'))
    return Target(api, asked.destination, asked.private, asked.as_pull_request, asked.purge)


def _publish_to_store(store: Store, files: tuple[ReleaseFile, ...], report: Report) -> Iterator[str]:
    plan = publish_to_store(store, files, report)
    if not plan.is_empty:
        yield f'{store.shown}: {len(plan.sent)} files ({sum(file.size for file in plan.sent):,} bytes) sent'
    yield f'{store.shown}: is there, verified by reading back'


def _load(target: Target, manifest: dict[str, Any], tag: str) -> Iterator[str]:
    rows = {config: counts for config in CONFIGS if (counts := rows_of(manifest, config))}
    text = manifest['plan']['text']
    faults = stranger_faults(target.api.endpoint, target.repo_id, tag, rows, private=target.private is not False, text=text)
    yield from faults
    if faults:
        raise PublishError(f'{target.repo_id}: {tag} is there and verified, but a stranger could not load it; try again in a minute')
