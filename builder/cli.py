"""The command line: each command thin over the module of its name."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from builder.build import build
from builder.checking.check import check
from builder.console import Commands, report_progress, require_elsewhere, tell
from builder.converters.inputs import find_inputs
from builder.converters.sniffing import FORMATS
from builder.doctor import diagnose, report
from builder.entities.adapters.choice import CHOICES, choose_tagger
from builder.explain import explain, find_page
from builder.export import FORMS, export
from builder.label import label, write_labels
from builder.plan import load_plan
from builder.planning import Request, explain_plan
from builder.publishing.publish import Publication, explain_publishing, explain_purge, publish
from builder.resources import program_version
from builder.splits import SPLITS
from builder.synth import DUMP, TRUTH, synthesize
from builder.training.labeller import train_labeller
from builder.training.tagger import train_tagger

_DUMPS = click.argument('dumps', nargs=-1, required=True, type=click.Path(path_type=Path))
_BUILD_DUMPS = click.argument('dumps', nargs=-1, type=click.Path(path_type=Path))
_CONFIG = click.option(
    '--config', type=click.Path(path_type=Path), help='YAML build configuration; every setting stands in schemas/config.schema.json.'
)

_ENTITIES = click.option(
    '--entities',
    type=click.Choice(['story', 'all', 'none']),
    help='Lines in which names are looked for; the setting `entities` without it.',
)
_FORMAT = click.option('--format', type=click.Choice(FORMATS), help='What every file of the dump is, where content or names mislead.')


@click.group(cls=Commands, context_settings={'help_option_names': ['-h', '--help']})
@click.version_option(program_version(), prog_name='vinews')
def main() -> None:
    """Turn raw dumps of Vietnamese news pages into a versioned, checked benchmark for cleaning web text."""


@main.command('build', short_help='Build a release of the dataset.')
@_BUILD_DUMPS
@click.option(
    '--out', required=True, type=click.Path(path_type=Path), help='Folder of the release; it must not exist, or hold this very build.'
)
@click.option('--version', required=True, help='Version of the release, X.Y.Z.')
@click.option(
    '--gold', multiple=True, type=click.Path(path_type=Path), help='JSON lines of pages labelled by annotators; may be given again.'
)
@_CONFIG
@_ENTITIES
@click.option(
    '--workers',
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default='one a core',
    help='Processes; the bytes do not depend on it.',
)
@click.option('--previous', type=click.Path(path_type=Path), help='The release before this one; --version must be above its version.')
@_FORMAT
@click.option(
    '--retry-rejects',
    type=click.Path(path_type=Path),
    help='A release whose rejects to try again, and nothing else; give its DUMPS too, for those that were too large to keep.',
)
@click.option('--explain-plan', 'explain_only', is_flag=True, help='Say what would run, and why; write nothing.')
def build_command(*, explain_only: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Build a release from DUMPS: files, folders or archives of text, HTML, WARC, JSON, CSV, Parquet or Arrow, compressed or not.

    Example: vinews build examples/text --gold examples/gold.jsonl --out releases/example --version 0.1.0
    """
    request = Request(**options)
    if explain_only:
        for line in explain_plan(request):
            click.echo(line)
        return
    built = build(request, report_progress)
    counts = ', '.join(f'{split} {count["pages"]}' for split, count in built.manifest['splits'].items())
    done = 'built' if built.fresh else 'was built before and is unchanged:'
    click.echo(f'{request.out} {done} {request.version}: {counts} pages')
    rejected = sum(sum(row['rejected'].values()) for row in built.manifest['conservation'])
    if rejected:
        click.echo(f'{rejected} pieces of input were rejected: {request.out}.rejects/rejects.jsonl says which and why')
    if not built.manifest['repeatable']:
        click.echo(
            'a piece of input killed its worker, or was stopped by the watchdog: no claim is made that a second build gives these bytes'
        )
    missing = built.manifest['gold']['not_in_dump']
    if missing:
        click.echo(f'{len(missing)} gold pages are not in the dump: {", ".join(missing[:5])}{" …" if len(missing) > 5 else ""}')


@main.command('label', short_help='Label pages, as JSON lines.')
@_DUMPS
@click.option('-o', '--output', type=click.Path(path_type=Path), help='File to write; standard output without it.')
@_ENTITIES
@click.option('--tagger', 'said', default='rules', show_default=True, help=f'What finds the names: {CHOICES}.')
@_CONFIG
@_FORMAT
def label_command(dumps: tuple[Path, ...], output: Path | None, said: str, **plan_options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Write the record of every page of DUMPS, one a line; rejects go to standard error.

    Example: vinews label examples/text -o labelled.jsonl
    """
    plan = load_plan(plan_options['config'], plan_options['format'], plan_options['entities'])
    files = find_inputs(dumps)
    require_elsewhere(output, files)
    made = label(files, plan, choose_tagger(said))
    # Atomic: what is at `output` already stays as it is until the new file is whole.
    with click.open_file(str(output or '-'), 'w', encoding='utf-8', atomic=output is not None) as stream:
        counts = write_labels(made, stream, tell)
    click.echo(f'{output or "standard output"}: {counts.records} pages labelled, {counts.rejects} rejected', err=True)


@main.command('doctor', short_help='Say what is in a dump.')
@_DUMPS
@_CONFIG
@_FORMAT
def doctor_command(dumps: tuple[Path, ...], **plan_options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Say what is in DUMPS: formats, encodings, languages, sites, duplicates, rejects, without building.

    Example: vinews doctor examples/text
    """
    plan = load_plan(plan_options['config'], plan_options['format'])
    files = find_inputs(dumps)
    for line in report(diagnose(files, plan), files, plan):
        click.echo(line)


@main.command('check', short_help='Verify a release.')
@click.argument('release', type=click.Path(path_type=Path))
def check_command(release: Path) -> None:
    """Verify RELEASE: bytes, rows, labels, spans, card, splits, and that it loads.

    Example: vinews check releases/example
    """
    faults = check(release)
    for fault in faults:
        click.echo(f'{release}: {fault}', err=True)
    if faults:
        sys.exit(1)
    click.echo(f'{release}: every check passed')


@main.command('publish', short_help='Publish a release to a hub.')
@click.argument('release', type=click.Path(path_type=Path))
@click.argument('repo_id')
@click.option('--dry-run', is_flag=True, help='Say what would be sent and show the card; send nothing.')
@click.option('--pr', 'as_pull_request', is_flag=True, help='Offer it as a pull request; the tag is set by a run after the merge.')
@click.option('--private/--public', default=None, help='Who may read it; private unless told.')
@click.option('--endpoint', metavar='URL', help='The hub; the one of huggingface_hub without it.')
@click.option('--rights-cleared', is_flag=True, help='Say that the texts may be given to everybody, though the release names no licence.')
@click.option('--purge', is_flag=True, help='Then take every older version away for good; what that costs is said first, and asked.')
@click.option('--yes', is_flag=True, help='The answer to what --purge asks.')
def publish_command(release: Path, repo_id: str, *, dry_run: bool, yes: bool, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Publish RELEASE to the dataset repository REPO_ID (NAMESPACE/NAME): one commit, verified, tagged, loaded by its tag.

    REPO_ID may also be an address that fsspec opens (file:///…, s3://…): a folder vX.Y.Z appears there, its manifest last.

    Example: vinews publish releases/example me/example --dry-run
    """
    asked = Publication(release, repo_id, **options)
    if asked.purge and not dry_run and not yes:
        for line in explain_purge(asked):
            click.echo(line)
        click.confirm('take it away for good? (--yes says so beforehand)', abort=True)
    for line in explain_publishing(asked) if dry_run else publish(asked, report_progress):
        click.echo(line)


@main.command('explain', short_help='Say why a page has its labels.')
@click.argument('source', type=click.Path(path_type=Path))
@click.argument('page_id')
def explain_command(source: Path, page_id: str) -> None:
    """Show each line of a page of SOURCE, a release or a file that `vinews label` wrote: its votes, what spoke for them, the decision.

    The first letters of an id are enough.

    Example: vinews explain releases/example 3f2a
    """
    for line in explain(find_page(source, page_id)):
        click.echo(line)


@main.command('export', short_help="Write a release's entities for the training of taggers.")
@click.argument('release', type=click.Path(path_type=Path))
@click.option('--to', 'form', required=True, type=click.Choice(list(FORMS)), help='CoNLL rows, or JSON lines of spaCy documents.')
@click.option(
    '-o', '--output', required=True, type=click.Path(path_type=Path), help='Folder for a file of each split; with --split, the one file.'
)
@click.option('--split', type=click.Choice(SPLITS), help='This split alone.')
def export_command(release: Path, form: str, output: Path, split: str | None) -> None:
    """Write the main-story lines of RELEASE with their entities: tokens with BIO tags, or text with spans.

    Example: vinews export releases/example --to conll -o example-conll
    """
    counts = export(release, output, form, split)
    click.echo(f'{output}: {", ".join(f"{name} {count}" for name, count in counts.items())} lines')


@main.command('synth', short_help='Compose pages with known truth.')
@click.argument('articles', type=click.Path(path_type=Path))
@click.option('-o', '--output', required=True, type=click.Path(path_type=Path), help='Folder to write; it must not exist.')
@click.option('--pages', type=click.IntRange(1), default=100, show_default=True, help='Pages to compose.')
@click.option('--seed', type=int, default=1, show_default=True, help='The same seed and articles give the same bytes.')
@click.option('--form', type=click.Choice(['NFC', 'NFD']), default='NFC', show_default=True, help='Unicode form of the text.')
def synth_command(articles: Path, output: Path, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Compose pages of ARTICLES: a dump, and its truth for `vinews build --gold`.

    ARTICLES are records as for train-labeller, or saved HTML whose publishers' markup holds the stories.

    Example: vinews synth articles.jsonl.gz -o composed --pages 1000
    """
    synthesize(articles, output, **options)
    click.echo(f'{output}: {options["pages"]} pages in {DUMP}, their labels in {TRUTH}')


@main.command('train-labeller', short_help='Train a line labeller.')
@click.argument('articles', type=click.Path(path_type=Path))
@click.option(
    '-o',
    '--output',
    required=True,
    type=click.Path(path_type=Path),
    help='Weights to write; their record comes to lie beside them as .json.',
)
@click.option(
    '--gold', multiple=True, type=click.Path(path_type=Path), help='JSON lines of pages labelled by annotators; may be given again.'
)
@click.option('--pages', type=click.IntRange(1), default=500, show_default=True, help='Pages to compose.')
@click.option('--seed', type=int, default=1, show_default=True, help='The same seed and files give the same bytes.')
def train_command(articles: Path, output: Path, gold: tuple[Path, ...], pages: int, seed: int) -> None:
    """Train a line labeller on pages composed of ARTICLES (JSON lines of title, lead and typed blocks; also .gz) and on gold pages.

    Example: vinews train-labeller articles.jsonl.gz --gold gold.jsonl -o lines.crfsuite
    """
    train_labeller(articles, gold, output, seed=seed, pages=pages)
    click.echo(f'{output}: {output.stat().st_size} bytes')


@main.command('train-tagger', short_help='Train a tagger of names.')
@click.argument('files', nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    '-o',
    '--output',
    required=True,
    type=click.Path(path_type=Path),
    help='Weights to write; their record comes to lie beside them as .json.',
)
def train_tagger_command(files: tuple[Path, ...], output: Path) -> None:
    """Train a tagger on CoNLL FILES, with the types that they have; the same files give the same bytes.

    Example: vinews train-tagger names.conll -o names.crfsuite
    """
    record = train_tagger(files, output)
    click.echo(f'{output}: {record["bytes"]} bytes, for {", ".join(record["types"])}')
