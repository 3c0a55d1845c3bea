"""Writes the card of the shipped models from what they record of themselves and from the floors: `python -m tests.gate.model_card`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined

from builder.labelling.labeller import WEIGHTS
from builder.labelling.markup_labeller import MARKUP_WEIGHTS
from builder.resources import folder
from tests.gate.measure import FLOORS

CARD: Final = WEIGHTS.with_name('README.md')


def rendered() -> str:
    """The text of the card."""
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False).from_string(  # noqa: S701 - Markdown of our own files
        folder('cards').joinpath('model_card.md.j2').read_text('utf-8')
    )
    records = {name: json.loads(path.with_suffix('.json').read_text('utf-8')) for name, path in PATHS.items()}
    return template.render(**records, floors=json.loads(FLOORS.read_text('utf-8'))['floors'], settings=settings)


PATHS: Final[Mapping[str, Path]] = {'text': WEIGHTS, 'markup': MARKUP_WEIGHTS}


def settings(of: Mapping[str, object]) -> str:
    """Settings for one cell."""
    return ', '.join(f'`{name}` {value}' for name, value in of.items())


if __name__ == '__main__':
    CARD.write_text(rendered(), 'utf-8')
