import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.curves import fitted_curve
from builder.labelling.calibration import LEAST, WAYS, confidence

PROBABILITIES = st.floats(0, 1)


def test_a_curve_says_how_often_such_lines_were_right():
    lines = [(0.9, number % 10 < 7) for number in range(1000)] + [(0.6, number % 10 < 6) for number in range(1000)]
    curves = {'kept': fitted_curve(lines)}
    assert confidence(curves, 'kept', 0.9) == pytest.approx(0.7, abs=0.02)
    assert confidence(curves, 'kept', 0.6) == pytest.approx(0.6, abs=0.02)


def test_without_lines_the_probability_is_the_confidence():
    assert fitted_curve([]) == (1.0, 0.0)
    assert confidence({'noise': (1.0, 0.0)}, 'noise', 0.8) == pytest.approx(0.8)


@given(st.lists(st.tuples(PROBABILITIES, st.booleans()), max_size=40), PROBABILITIES, PROBABILITIES)
def test_a_curve_never_falls_and_no_confidence_is_less_than_likely(lines, one, other):
    curves = dict.fromkeys(WAYS, fitted_curve(lines))
    low, high = sorted((one, other))
    assert LEAST <= confidence(curves, 'added', low) <= confidence(curves, 'added', high) <= 1
