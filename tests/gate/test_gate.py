"""The shipped labeller is as good as it was, on pages that it was not trained on."""

import json

from tests.gate.measure import FLOORS, digests, fallen, measured
from tests.gate.model_card import CARD, rendered

PINNED = json.loads(FLOORS.read_text('utf-8'))


def test_model_and_corpora_are_those_that_the_floors_were_measured_with() -> None:
    """If this fails, the change was meant, and the scores hold: run `python -m tests.gate.measure`."""
    assert {name: PINNED['digests'].get(name) for name in digests()} == digests()


def test_no_score_is_below_its_floor() -> None:
    assert fallen(PINNED['floors'], measured()) == []


def test_a_score_below_its_floor_is_told_by_name() -> None:
    told = fallen({'examples': {'strict': 0.9, 'core': 0.5}, 'absent': {'strict': 1.0}}, {'examples': {'strict': 0.8, 'core': 0.6}})
    assert told == ['examples strict: 0.8 is below the floor of 0.9']


def test_the_model_card_says_what_the_models_and_the_floors_say() -> None:
    """If this fails, run `python -m tests.gate.model_card`."""
    assert CARD.read_text('utf-8') == rendered()
