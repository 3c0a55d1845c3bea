"""From the probability that the sequence models give a line to the confidence of its vote: how often such a label is right.

A line reaches its label on one of five ways, and each has its own logistic curve over the log-odds of its label (Platt, "Probabilistic
outputs for support vector machines", 1999), fitted on pages of sites that the models had not seen. The curves lie in the record of the weights.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

WAYS: Final = ('kept', 'added', 'other', 'noise', 'dropped')
"""Story by both passes, story by the second pass only, of another whole story, noise by both, noise by the second pass only."""
LEAST: Final = 0.55
"""Least confidence: a label that is less likely than not would not be given."""
_MOST: Final = 7.0
"""Log-odds beyond which a probability says nothing more."""
_STEPS: Final = 50
_STEP: Final = 0.5
"""The longest step of the fit, which keeps it from running away."""
_RIDGE: Final = 2.0
"""Pulls each curve towards the probability as it is, by as much as so many lines would."""


def confidence(curves: Mapping[str, Sequence[float]], way: str, probability: float) -> float:
    """The calibrated confidence in a label that has this probability and was reached on this way."""
    slope, shift = curves[way]
    return max(LEAST, 1 / (1 + math.exp(-(slope * log_odds(probability) + shift))))


def log_odds(probability: float) -> float:
    """The log-odds of a probability, within bounds."""
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(math.log(bounded / (1 - bounded)), -_MOST), _MOST)


def fitted_curve(lines: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift of the curve for lines of one way, each its label's probability and whether the label was right.

    Logistic regression by Newton's method, with a weak prior at slope 1, shift 0; a curve never falls.
    """
    slope, shift = 1.0, 0.0
    points = [(log_odds(probability), float(right)) for probability, right in lines]
    for _ in range(_STEPS):
        along, down, bend, cross, level = _RIDGE * (slope - 1), _RIDGE * shift, _RIDGE, 0.0, _RIDGE
        for odds, right in points:
            guess = 1 / (1 + math.exp(-(slope * odds + shift)))
            weight = guess * (1 - guess)
            along, down = along + (guess - right) * odds, down + guess - right
            bend, cross, level = bend + weight * odds * odds, cross + weight * odds, level + weight
        steeper = slope - _step((level * along - cross * down) / (bend * level - cross**2))
        free = steeper > 0  # a slope held at zero takes no part in the step of the shift
        shift -= _step((bend * down - cross * along) / (bend * level - cross**2) if free else down / level)
        slope = max(0.0, steeper)
    return round(slope, 4), round(shift, 4)


def _step(wanted: float) -> float:
    return min(max(wanted, -_STEP), _STEP)
