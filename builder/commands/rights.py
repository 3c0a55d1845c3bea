"""The commands for rights: pages that must go, and releases without texts."""

from pathlib import Path
from typing import Any

import click

from builder.console import report_progress, tell
from builder.errors import UsageError
from builder.options import NEXT_TEXT
from builder.rehydrate import Request as RehydrationRequest
from builder.rehydrate import rehydrate
from builder.schema.loading import load_schema
from builder.takedown import Request as TakedownRequest
from builder.takedown import find_victims, take_down


@click.command('takedown', short_help='Make the next version without some pages.')
@click.argument('release', type=click.Path(path_type=Path))
@click.option('--out', type=click.Path(path_type=Path), help='Folder of the next version; needed without --dry-run.')
@click.option('--version', help='Its version, X.Y.Z; the next MAJOR without it, and never less.')
@click.option('--url', 'urls', multiple=True, help='Address of a page that must go; may be given again.')
@click.option('--id', 'ids', multiple=True, help='Id of a page that must go; may be given again.')
@click.option(
    '--ids-from', type=click.Path(path_type=Path), help='File with an id at the head of each line, such as what --dry-run prints.'
)
@click.option(
    '--reason',
    type=click.Choice(load_schema('tombstone')['properties']['reason']['enum']),
    default='unstated',
    show_default=True,
    help='Why, for the tombstones.',
)
@NEXT_TEXT
@click.option('--dry-run', is_flag=True, help='List what would go, and why; write nothing.')
def takedown_command(*, dry_run: bool, ids: tuple[str, ...], ids_from: Path | None, out: Path | None, **asked: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Make the next version of RELEASE without some pages, without the dump; nothing else of it changes.

    A page is the smallest thing that goes. With a named page go those that have its text, those whose main story is a near-duplicate of its
    main story (by the threshold that the release was built with), and those on which a related story is. Copies of copies stay: name them.
    RELEASE must hold its texts; one that does not is rehydrated first, and --text gives the next version its form. Each page leaves a row in tombstones.jsonl (id, digest of its text, reason, version), and `vinews build --previous` keeps it out.

    Example: vinews takedown releases/example --url https://kinhte24.example/ --dry-run
    """
    if not dry_run and out is None:
        raise UsageError('no --out is given; name the folder of the next version, or give --dry-run')
    listed = (*ids, *(_read_ids(ids_from) if ids_from else ()))
    request = TakedownRequest(out=out or Path(), ids=listed, **asked)
    if dry_run:
        for victim in find_victims(request):
            click.echo(victim)
        return
    done = take_down(request, report_progress)
    for victim in done.victims:
        click.echo(victim)
    left = sum(split['pages'] for split in done.manifest['splits'].values())
    made = 'made' if done.fresh else 'was made before and is unchanged:'
    gone = f'{len(done.victims)} page{"s" if len(done.victims) > 1 else ""}'
    click.echo(f'{out} {made} {done.manifest["version"]}: {gone} taken down, {left} left')


@click.command('rehydrate', short_help='Join a release without texts to a crawl.')
@click.argument('release', type=click.Path(path_type=Path))
@click.argument('dumps', nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    '--out', required=True, type=click.Path(path_type=Path), help='Folder of the full release; it must not exist, or hold this very one.'
)
@click.option(
    '--config', type=click.Path(path_type=Path), help='YAML configuration that says how to read DUMPS; as RELEASE was built without it.'
)
@click.option(
    '--gold', multiple=True, type=click.Path(path_type=Path), help='Gold file that knows titles that DUMPS do not have; may be given again.'
)
def rehydrate_command(**asked: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Join RELEASE, which holds excerpts or no texts, to DUMPS, your own crawl: the full release, every digest verified.

    A page is found by its text, whatever its id or place in DUMPS. Pages that are not there as they were are listed and left out.

    Example: vinews rehydrate releases/standoff crawl.jsonl.zst --out releases/full
    """
    request = RehydrationRequest(**asked)
    done = rehydrate(request, report_progress, tell)
    for line in done.missing:
        click.echo(line)
    pages = sum(split['pages'] for split in done.manifest['splits'].values())
    made = 'made' if done.fresh else 'was made before and is unchanged:'
    verified = 'the content is that of the full release' if done.whole else 'not all of the full release'
    click.echo(f'{request.out} {made} {done.manifest["version"]}: {pages} pages; {verified}')
    if done.missing:
        click.echo(f'{len(done.missing)} pages are not in the crawl as they were, and were left out')
    if done.untitled:
        click.echo(
            f'{done.untitled} pages have no title here: no title in the crawl has its digest (give --config with its sidecar, or --gold)'
        )


def _read_ids(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text('utf-8').splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f'{path}: cannot be read ({error}); give a text file with an id at the head of each line') from error
    return tuple(line.split()[0] for line in lines if line.strip())


COMMANDS = (takedown_command, rehydrate_command)
