"""What the shipped labeller is and was trained on, for the manifest of a release."""

import json
from typing import Any

from builder.labelling.labeller import WEIGHTS, LineLabeller
from builder.labelling.markup_labeller import MARKUP_WEIGHTS, MarkupLabeller


def describe_labeller() -> dict[str, Any]:
    """Name and version of the shipped labeller with the record of its training: settings, sites, and files by digest; and of that of HTML.

    Raises ModelError if the shipped weights are not the recorded ones.
    """
    labeller = LineLabeller()
    record: dict[str, Any] = json.loads(WEIGHTS.with_suffix('.json').read_text('utf-8'))
    markup = MarkupLabeller()
    of_markup: dict[str, Any] = json.loads(MARKUP_WEIGHTS.with_suffix('.json').read_text('utf-8'))
    html = {'name': markup.name, 'version': markup.version, 'training': of_markup}
    return {'name': labeller.name, 'version': labeller.version, 'training': record, 'html': html}
