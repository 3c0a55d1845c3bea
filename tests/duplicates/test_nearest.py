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
    cut = len(few) // 3
    found = nearest({'a': few[:cut], 'none': [], 'b': few[cut:]}, many, 'strict')
    assert {name: values.tolist() for name, values in found.items()} == {'a': expected[:cut], 'none': [], 'b': expected[cut:]}
    assert 0 < np.median(expected) < 1


def test_without_any_story_nothing_is_near() -> None:
    story = Segment('a', 0, 'Một chuyện trong xã.')
    wordless, shouted = Segment('b', 0, '…'), Segment('b', 0, story.text.upper())
    for targets, others, expected in (
        ([story, wordless], [], [0]),
        ([story], [wordless], [0]),
        ([], [story], []),
        ([story], [shouted], [1]),
    ):
        assert nearest({'test': targets}, others, 'strict')['test'].tolist() == expected
    assert nearest({}, [story], 'strict') == {}
