"""Arguments and options that several commands have in common."""

import os
from pathlib import Path

import click

from builder.converters.sniffing import FORMATS
from builder.schema.loading import EXCERPT, FULL, STANDOFF

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
LABELLER = click.option(
    '--labeller',
    type=click.Path(path_type=Path),
    help='Weights of your own that label the lines, as train-labeller writes them; the setting `labeller` without it.',
)
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
_MODES = click.Choice([FULL, EXCERPT, STANDOFF])
TEXT = click.option(
    '--text',
    type=_MODES,
    help='How texts stand in the release: whole, the first of each line, or as digests alone; the setting `text` without it.',
)
NEXT_TEXT = click.option('--text', type=_MODES, default=FULL, show_default=True, help='How texts stand in the next version.')
