"""From the probability that the sequence models give a line to the confidence of its vote: how often such a label is right.

A line reaches its label on one of five ways, and each has its own curve (`builder.curves`), fitted on pages of sites that the
models had not seen. The curves lie in the record of the weights.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from builder.curves import on_curve

WAYS: Final = ('kept', 'added', 'other', 'noise', 'dropped')
"""Story by both passes, story by the second pass only, of another whole story, noise by both, noise by the second pass only."""
LEAST: Final = 0.55
"""Least confidence: a label that is less likely than not would not be given."""


def confidence(curves: Mapping[str, Sequence[float]], way: str, probability: float) -> float:
    """The calibrated confidence in a label that has this probability and was reached on this way."""
    return max(LEAST, on_curve(curves[way], probability))
