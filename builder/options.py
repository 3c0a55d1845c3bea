"""Arguments and options that several commands have in common."""

import os
from pathlib import Path

import click

from builder.converters.sniffing import FORMATS

DUMPS = click.argument('dumps', nargs=-1, required=True, type=click.Path(path_type=Path))
BUILD_DUMPS = click.argument('dumps', nargs=-1, type=click.Path(path_type=Path))
CONFIG = click.option(
    '--config', type=click.Path(path_type=Path), help='YAML build configuration; every setting stands in schemas/config.schema.json.'
)

ENTITIES = click.option(
    '--entities',
    type=click.Choice(['story', 'all', 'none']),
    help='Lines in which names are looked for; the setting `entities` without it.',
)
FORMAT = click.option('--format', type=click.Choice(FORMATS), help='What every file of the dump is, where content or names mislead.')
GOLD = click.option(
    '--gold', multiple=True, type=click.Path(path_type=Path), help='JSON lines of pages labelled by annotators; may be given again.'
)
WORKERS = click.option(
    '--workers',
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default='one a core',
    help='Processes; the bytes do not depend on it.',
)
