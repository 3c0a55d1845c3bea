"""The nearest story, against counting by brute force."""

import numpy as np

from builder.duplicates.nearest import nearest
from builder.duplicates.segments import Segment
from builder.duplicates.shingles import jaccard, shingles
from tests.duplicates.test_clusters import planted, seeded


def test_the_nearest_is_found_however_far_it_is() -> None:
    segments, _ = planted(seeded(1), 40)
    few, many = segments[::3], [segment for number, segment in enumerate(segments) if number % 3]
    expected = [max(jaccard(shingles(one.text), shingles(other.text)) for other in many) for one in few]
    assert nearest(few, many, 'strict').tolist() == expected
    assert 0 < np.median(expected) < 1


def test_without_any_story_nothing_is_near() -> None:
    story = Segment('a', 0, 'Một chuyện trong xã.')
    assert nearest([story, Segment('b', 0, '…')], [], 'strict').tolist() == [0]
    assert nearest([story], [Segment('b', 0, '…')], 'strict').tolist() == [0]
    assert nearest([], [story], 'strict').tolist() == []
    assert nearest([story], [Segment('b', 0, story.text.upper())], 'strict').tolist() == [1]
