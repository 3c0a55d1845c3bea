"""From the votes on a line to one decision."""

import math
from collections.abc import Sequence
from typing import Final

from builder.labels import MAIN, NOISE
from builder.model import Vote

COMBINING: Final = 'markup_labeller'
"""The voter that has read the others' votes and learned what each is worth: on HTML pages its vote is the combination."""
_BOUND: Final = 0.999
"""No machine vote counts as more certain than this, so that one source alone can always be outvoted."""


def decide(votes: Sequence[Vote]) -> Vote:
    """The vote that decides the line, with the combined confidence in its label.

    Gold decides alone, and without gold a vote that already combines the others (`COMBINING`). Otherwise the log-odds of all votes are added, as for independent sources with an even prior
    (a naive Bayes combination); the most certain vote of the winning label lends its kind, story and source.

    Raises ValueError if there is no vote.
    """
    gold = next((vote for vote in votes if vote.source == 'gold'), None)
    if gold:
        return gold
    combined = next((vote for vote in votes if vote.name == COMBINING), None)
    if combined:
        return combined
    if not votes:
        raise ValueError('a line without a vote cannot be labelled')
    score = sum(_log_odds(vote.confidence) * (1 if vote.label == MAIN else -1) for vote in votes)
    label = MAIN if score > 0 else NOISE
    winner = max((vote for vote in votes if vote.label == label), key=lambda vote: vote.confidence, default=None)
    if winner is None:  # every vote was less likely than not
        winner = min(votes, key=lambda vote: vote.confidence)
        return Vote(winner.source, winner.name, winner.version, label, None, _probability(abs(score)))
    return Vote(winner.source, winner.name, winner.version, label, winner.kind, _probability(abs(score)), winner.story)


def _log_odds(confidence: float) -> float:
    bounded = min(max(confidence, 1 - _BOUND), _BOUND)
    return math.log(bounded / (1 - bounded))


def _probability(log_odds: float) -> float:
    return round(1 / (1 + math.exp(-log_odds)), 6)
