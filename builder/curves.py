"""Logistic curves over the log-odds of a probability (Platt, "Probabilistic outputs for support vector machines", 1999): from what a model gives
to how often it is right, fitted where the model was right or wrong on what it had not seen.
"""

import math
from collections.abc import Sequence
from typing import Final

_MOST: Final = 7.0
"""Log-odds beyond which a probability says nothing more."""
_STEPS: Final = 50
_STEP: Final = 0.5
"""The longest step of the fit, which keeps it from running away."""
_RIDGE: Final = 2.0
"""Pulls each curve towards the probability as it is, by as much as so many observations would."""
PLAIN: Final = (1.0, 0.0)
"""The curve that leaves a probability as it is."""


def on_curve(curve: Sequence[float], probability: float) -> float:
    """What the curve of this slope and shift makes of a probability."""
    slope, shift = curve
    return 1 / (1 + math.exp(-(slope * log_odds(probability) + shift)))


def log_odds(probability: float) -> float:
    """The log-odds of a probability, within bounds."""
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(math.log(bounded / (1 - bounded)), -_MOST), _MOST)


def fitted_curve(seen: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift of the curve for what was seen, each a probability and whether the model was right.

    Logistic regression by Newton's method, with a weak prior at slope 1, shift 0; a curve never falls.
    """
    slope, shift = PLAIN
    points = [(log_odds(probability), float(right)) for probability, right in seen]
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
