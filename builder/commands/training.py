"""The commands that train the labellers and taggers themselves."""

from pathlib import Path

import click

from builder.options import GOLD
from builder.training.labeller import train_labeller
from builder.training.tagger import train_tagger

_WEIGHTS = click.option(
    '-o',
    '--output',
    required=True,
    type=click.Path(path_type=Path),
    help='Weights to write; their record comes to lie beside them as .json.',
)


@click.command('train-labeller', short_help='Train a line labeller.')
@click.argument('articles', type=click.Path(path_type=Path))
@_WEIGHTS
@GOLD
@click.option('--pages', type=click.IntRange(1), default=500, show_default=True, help='Pages to compose.')
@click.option('--seed', type=int, default=1, show_default=True, help='The same seed and files give the same bytes.')
def train_command(articles: Path, output: Path, gold: tuple[Path, ...], pages: int, seed: int) -> None:
    """Train a line labeller on pages composed of ARTICLES (JSON lines of title, lead and typed blocks; also .gz) and on gold pages.

    Example: vinews train-labeller articles.jsonl.gz --gold gold.jsonl -o lines.crfsuite
    """
    train_labeller(articles, gold, output, seed=seed, pages=pages)
    click.echo(f'{output}: {output.stat().st_size} bytes')


@click.command('train-tagger', short_help='Train a tagger of names.')
@click.argument('files', nargs=-1, type=click.Path(path_type=Path))
@_WEIGHTS
@click.option('--articles', type=click.Path(path_type=Path), help='The articles whose names vinews has marked, to train on those too.')
def train_tagger_command(files: tuple[Path, ...], output: Path, articles: Path | None) -> None:
    """Train a tagger on CoNLL FILES, with the types that they have; the same files give the same bytes.

    Example: vinews train-tagger names.conll -o names.crfsuite
    """
    record = train_tagger(files, output, articles)
    click.echo(f'{output}: {record["bytes"]} bytes, for {", ".join(record["types"])}')


COMMANDS = (train_command, train_tagger_command)
