"""The command line: each command thin over the module of its name."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from builder.build import build
from builder.checking.check import check
from builder.commands import rights, training
from builder.console import Commands, ended_in_order, report_progress, require_elsewhere, tell
from builder.converters.inputs import find_inputs
from builder.doctor import diagnose, report
from builder.entities.adapters.choice import CHOICES, SHIPPED, own_weights
from builder.explain import explain, find_page
from builder.export import FORMS, export
from builder.label import label, whole_file, write_labels
from builder.options import BUILD_DUMPS, CONFIG, DUMPS, ENTITIES, FORMAT, GOLD, LABELLER, TEXT, WORKERS
from builder.plan import load_plan
from builder.planning import Request, explain_plan
from builder.publishing.publish import Publication, explain_publishing, explain_purge, publish
from builder.rebuild import rebuild, told
from builder.release.comparison import compare
from builder.release.comparison_report import as_json
from builder.release.comparison_report import report as report_comparison
from builder.resources import program_version
from builder.splits import SPLITS
from builder.synth import DUMP, TRUTH, synthesize


@click.group(cls=Commands, context_settings={'help_option_names': ['-h', '--help']})
@click.version_option(program_version(), prog_name='vinews')
def main() -> None:
    """Turn raw dumps of Vietnamese news pages into a versioned, checked benchmark for cleaning web text."""


@main.command('build', short_help='Build a release of the dataset.')
@BUILD_DUMPS
@click.option(
    '--out', required=True, type=click.Path(path_type=Path), help='Folder of the release; it must not exist, or hold this very build.'
)
@click.option('--version', required=True, help='Version of the release, X.Y.Z.')
@GOLD
@CONFIG
@LABELLER
@ENTITIES
@TEXT
@WORKERS
@click.option(
    '--previous',
    type=click.Path(path_type=Path),
    help='The release before this one; --version must be a step above its own that is large enough for what changed (`vinews diff -h`).',
)
@FORMAT
@click.option(
    '--retry-rejects',
    type=click.Path(path_type=Path),
    help='A release whose rejects to try again, and nothing else; give its DUMPS too, for those that were too large to keep.',
)
@click.option(
    '--keep-staged/--no-keep-staged',
    default=True,
    show_default=True,
    help='Whether <out>.staged keeps what was read, so that a build that names this release by --previous reads again only what has changed.',
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
    if built.taken_up:
        click.echo(f'{built.taken_up} of {built.shards} shards had been read before and were taken up')
    rejected = sum(sum(row['rejected'].values()) for row in built.manifest['conservation'])
    if rejected:
        click.echo(f'{rejected} pieces of input were rejected: {request.out}.rejects/rejects.jsonl says which and why')
    if not built.manifest['repeatable']:
        click.echo(
            'a piece of input killed its worker, or was stopped by the watchdog: no claim is made that a second build gives these bytes'
        )
    for line in _named_pages(built.manifest):
        click.echo(line)


def _named_pages(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What became of gold pages and frozen ids otherwise than their user will have thought."""
    missing = manifest['gold']['not_in_dump']
    left_out = [f'{page["name"]} ({page["reason"]})' for page in manifest['gold']['left_out']]
    for names, what in ((missing, 'are not in the dump'), (left_out, 'are in no test split')):
        if names:
            yield f'{len(names)} gold pages {what}: {", ".join(names[:5])}{" …" if len(names) > 5 else ""}'
    for split, of_list in manifest['frozen'].items():
        for names, what in ((of_list['absent'], 'are not in the dump'), (of_list['dropped'], 'were dropped for another reason')):
            if names:
                yield f'{len(names)} ids frozen in {split} {what}: {", ".join(names[:5])}{" …" if len(names) > 5 else ""}'


@main.command('label', short_help='Label pages, as JSON lines.')
@DUMPS
@click.option('-o', '--output', type=click.Path(path_type=Path), help='File to write; standard output without it.')
@ENTITIES
@LABELLER
@click.option('--tagger', 'said', default=SHIPPED, show_default=True, help=f'What finds the names: {CHOICES}.')
@CONFIG
@FORMAT
def label_command(dumps: tuple[Path, ...], output: Path | None, said: str, **plan_options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Write the record of every page of DUMPS, one a line; rejects go to standard error.

    Example: vinews label examples/text -o labelled.jsonl
    """
    plan = load_plan(plan_options['config'], plan_options['format'], plan_options['entities'], labeller=plan_options['labeller'])
    files = find_inputs(dumps)
    models = [path for path in (plan.labeller, own_weights(said)) if path]
    require_elsewhere(output, files, [*models, *(path.with_suffix('.json') for path in models), plan_options['config'], plan.sidecar])
    to = whole_file(output) if output else click.open_file('-', 'w', encoding='utf-8')
    with ended_in_order(), closing(label(files, plan, said)) as made, to as stream:
        counts = write_labels(made, stream, tell)
    click.echo(f'{output or "standard output"}: {counts.records} pages labelled, {counts.rejects} rejected', err=True)


@main.command('doctor', short_help='Say what is in a dump.')
@DUMPS
@CONFIG
@FORMAT
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
@click.option('--rebuild', 'shards', type=click.IntRange(1), help='Build so many shards again, from the --dump, and compare their records.')
@click.option('--seed', type=click.IntRange(0), help='What draws the shards; by chance without it. The same seed draws the same.')
@click.option(
    '--dump', 'dumps', multiple=True, type=click.Path(path_type=Path), help='What the release was built from; may be given again.'
)
@GOLD
@CONFIG
@LABELLER
@ENTITIES
@FORMAT
@WORKERS
def check_command(release: Path, *, shards: int | None, seed: int | None, **options: Any) -> None:  # noqa: ANN401 - click passes options by name
    """Verify RELEASE: bytes, rows, labels, spans, card, splits, and that it loads. With --rebuild also that it can be built again.

    Dumps, gold and settings must then be those that it was built from. Other versions of packages are told, and are a fault only if
    the records differ.

    Example: vinews check releases/example
    """
    if shards is None and (options['dumps'] or seed is not None):
        raise click.UsageError('--dump and --seed need --rebuild')
    faults = check(release)
    passed = f'{release}: every check passed'
    if shards and not faults:
        rebuilt = rebuild(release, Request(out=release, version='0.0.0', **options), shards, seed)
        for line in told(rebuilt):
            click.echo(line)
        faults, passed = list(rebuilt.faults), f'{passed}; {rebuilt.pages} pages came again as they are'
    for fault in faults:
        click.echo(f'{release}: {fault}', err=True)
    if faults:
        sys.exit(1)
    click.echo(passed)


@main.command('diff', short_help='Say what differs between two releases.')
@click.argument('old', type=click.Path(path_type=Path))
@click.argument('new', type=click.Path(path_type=Path))
@click.option('--json', 'as_text', is_flag=True, help='As JSON (schemas/diff.schema.json), with every page by id.')
def diff_command(old: Path, new: Path, *, as_text: bool) -> None:
    """Say what differs from the release OLD to the release NEW, and which step of the version that needs. Exit code 0 either way.

    MAJOR: a page has gone or moved to another split; its text, lines, labels, entities, votes, confidences or any field but those
    named below has changed; a config or column has gone or has another type.

    MINOR: none of that, but pages, configs, columns or classes came; or what a page was read from (source, path) or its relation to
    other pages of the release (cluster, seen_in_train) has changed.

    PATCH: the data read is the same, whatever the bytes.

    Of a page that differs in several ways the first is told: text, labels, entities, votes, others. Versions 0.Y.Z have no rule of their own.

    Example: vinews diff releases/0.1.0 releases/0.2.0
    """
    comparison = compare(old, new)
    for line in [json.dumps(as_json(comparison), indent=1)] if as_text else report_comparison(comparison):
        click.echo(line)


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
@click.option('--labeller', type=click.Path(path_type=Path), help='The weights that labelled the page, where they were your own.')
def explain_command(source: Path, page_id: str, labeller: Path | None) -> None:
    """Show each line of a page of SOURCE, a release or a file that `vinews label` wrote: its votes, what spoke for them, the decision.

    The first letters of an id are enough.

    Example: vinews explain releases/example 3f2a
    """
    for line in explain(find_page(source, page_id), labeller):
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


for command in (*rights.COMMANDS, *training.COMMANDS):
    main.add_command(command)
