"""What the labellers are and were trained on, for the manifest of a release."""

import json
from pathlib import Path
from typing import Any

from builder.labelling.labeller import WEIGHTS, LineLabeller, read_record
from builder.labelling.markup_labeller import MARKUP_WEIGHTS, MarkupLabeller


def describe_labeller(weights: Path | None = None) -> dict[str, Any]:
    """Name and version of the shipped labeller, or of that of a user's own weights, with the record of its training: settings, sites, and
    files by digest; and of the shipped labeller of HTML.

    The weights are not opened. Raises ModelError if they are not the recorded ones.
    """
    version, record = read_record(weights or WEIGHTS)
    markup = MarkupLabeller()
    of_markup: dict[str, Any] = json.loads(MARKUP_WEIGHTS.with_suffix('.json').read_text('utf-8'))
    html = {'name': markup.name, 'version': markup.version, 'training': of_markup}
    return {'name': LineLabeller.name, 'version': version, 'training': record, 'html': html}
