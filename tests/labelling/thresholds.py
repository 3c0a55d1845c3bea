"""Thresholds that stay as they are: the rules of the second pass are tested, not the numbers that happen to be shipped."""

import json
from pathlib import Path

from builder.labelling.thresholds import Thresholds

THRESHOLDS = Thresholds(**json.loads(Path(__file__).with_suffix('.json').read_text()))
