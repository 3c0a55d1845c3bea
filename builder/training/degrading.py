"""Votes as a text labeller that fails gives them, so that the markup labeller learns to do without it: the ways in which it fails on unseen sites."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final

from builder.labelling.tags import RELATED
from builder.labels import MAIN, NOISE
from builder.model import Vote

_WAYS: Final = ('none', 'none', 'half', 'half', 'tail', 'tail', 'merged')
_OTHER: Final = 0.95
"""The text labeller's own least confidence in another story."""


def degraded(votes: Sequence[Vote], random: Random) -> list[Vote]:
    """The votes with one failure: no story found, half of its lines lost, its tail taken for another story, or another story taken for it."""
    way = random.choice(_WAYS)
    story = [line for line, vote in enumerate(votes) if vote.label == MAIN]
    others = [line for line, vote in enumerate(votes) if vote.kind == RELATED]
    made = list(votes)
    if way == 'tail' and len(story) > 4:
        cut = random.choice(story[2:])
        for line in story:
            made[line] = replace(votes[line], label=NOISE, kind=RELATED, confidence=_OTHER, story=1) if line >= cut else votes[line]
        return made
    if way == 'merged' and others:
        for line in others:
            made[line] = replace(votes[line], label=MAIN, kind='body', confidence=_chance(random), story=None)
        return made
    for line in story:
        if way != 'half' or random.random() < 0.5:
            made[line] = replace(votes[line], label=NOISE, kind='headline', confidence=_chance(random), story=None)
    return made


def _chance(random: Random) -> float:
    return round(random.uniform(0.55, 1.0), 4)
