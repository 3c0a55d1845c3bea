"""Platt's calibration: a line through the log odds, fitted to held-out predictions (Platt, "Probabilistic outputs for support vector machines", 1999)."""

import math
from collections.abc import Sequence
from typing import Final

Scored = tuple[float, bool, float]
"""A probability, whether it was true, and how much the case counts."""

_BOUND: Final = 0.001
"""No probability counts as more certain than this, as the label of one odd line must not bend the line."""
_STEPS: Final = 50
_RIDGE: Final = 0.01


def log_odds(probability: float) -> float:
    """The log odds of a probability, bounded."""
    bounded = min(max(probability, _BOUND), 1 - _BOUND)
    return math.log(bounded / (1 - bounded))


def fit_platt(cases: Sequence[Scored]) -> tuple[float, float]:
    """Slope and intercept that make the log odds of the cases likeliest, by Newton's method; (1, 0), which changes nothing, where there are none."""
    odds = [(log_odds(chance), float(true), weight) for chance, true, weight in cases]
    slope, intercept = 1.0, 0.0
    for _ in range(_STEPS):
        pulls = [_pull(slope * odd + intercept, true, weight) for odd, true, weight in odds]
        gradient = [_RIDGE * (slope - 1), _RIDGE * intercept]
        square, cross, plain = _RIDGE, 0.0, _RIDGE
        for (odd, _, _), (error, curve) in zip(odds, pulls, strict=True):
            gradient[0] += error * odd
            gradient[1] += error
            square, cross, plain = square + curve * odd * odd, cross + curve * odd, plain + curve
        size = square * plain - cross * cross
        slope -= (plain * gradient[0] - cross * gradient[1]) / size
        intercept -= (square * gradient[1] - cross * gradient[0]) / size
    return round(slope, 4), round(intercept, 4)


def _pull(odds: float, true: float, weight: float) -> tuple[float, float]:
    """The weighted error and curvature of one case."""
    chance = 1 / (1 + math.exp(-odds))
    return (chance - true) * weight, chance * (1 - chance) * weight
