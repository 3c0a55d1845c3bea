"""Whether a headline in running text begins another story or is a subheading or caption of the one before it.

Cohesion alone does not tell them apart where both stories are of one event: a logistic regression weighs it against what else changes where a
story begins. The title of a story is long, its text says its words and its names again, its first paragraph sums up those that follow and dates
them, and the title of the story before is spoken of no more. The weights were fitted on 909 pairs of whole stories in a row, without credits,
nearest neighbours in topic and names (2,269 headlines in them, a quarter of them titles); on the articles of other publishers the area under the
curve is .97, that of cohesion alone .81. `benchmarks/seams.py` fits such a regression anew and looks at both: .982 and .978.
"""

from collections.abc import Sequence
from typing import Final

from builder.labelling.cohesion import name_overlap, overlap
from builder.labelling.shapes import Shape

WINDOW: Final = 8
"""Running lines on either side of a headline that are compared."""
_NEAR: Final = 3
"""The nearest of them."""
_WORDS: Final = (12, 25)
"""Words from which a headline is as long as a title, and beyond which it is no longer than one."""
_UNTITLED: Final = 0.15
"""What a story whose title is not known repeats of it: the mean."""
_PICTURED: Final = 'ppicture'
WEIGHTS: Final = {
    'cohesion': -5.9,
    'names_known': 2.4,
    'repeated': 1.65,
    'said_before': -4.1,
    'words': 0.452,
    'words_beyond': -0.403,
    'dated': 1.4,
    'old_title': -4.0,
    'picture': -5.9,
    'summary': 4.5,
    'names_before': -0.56,
    'names_after': 2.0,
}
_CONSTANT: Final = -7.6


def newness(before: Sequence[Shape], title: Shape | None, headline: Shape, after: Sequence[Shape]) -> float:
    """Log odds that `headline` begins another story, given the running lines before and after it and the title of the story before it."""
    signs = seam_signs(before, title, headline, after)
    return _CONSTANT + sum(WEIGHTS[name] * sign for name, sign in signs.items())


def seam_signs(before: Sequence[Shape], title: Shape | None, headline: Shape, after: Sequence[Shape]) -> dict[str, float]:
    """What is weighed, by the names of the weights."""
    told, coming = before[-WINDOW:], after[:WINDOW]
    words = min(len(headline.words), _WORDS[1])
    return {
        'cohesion': min(cohesion(told[-_NEAR:], coming[:_NEAR]), 0.4),
        'names_known': name_overlap(told, coming),
        'repeated': min(overlap(coming, [headline]), 0.8),
        'said_before': min(overlap(told, [headline]), 0.8),
        'words': words,
        'words_beyond': max(words - _WORDS[0], 0),
        'dated': any(_is_dated(one) for one in coming[:2]),
        'old_title': min(overlap(coming, [title]), 0.8) if title else _UNTITLED,
        'picture': _PICTURED in headline.features,
        'summary': min(overlap(coming[1:], coming[:1]), 0.6),
        'names_before': name_overlap(told, [headline]),
        'names_after': name_overlap(coming, [headline]),
    }


def cohesion(before: Sequence[Shape], after: Sequence[Shape]) -> float:
    """How far two stretches of running lines speak of the same: the mean of what they share in word pairs, and a part of it in names."""
    if not before or not after:
        return 0.0
    return (overlap(before, after) + overlap(after, before)) / 2 + 0.2 * min(name_overlap(before, after), name_overlap(after, before))


def _is_dated(one: Shape) -> bool:
    """Whether a date or a time stands in the line."""
    return any(sign[0] == 't' and sign[1:].isdigit() for sign in one.features)
