"""Planted truth: invented articles with reprints, embedded stories and shared sidebars; nothing missed, nothing made up."""

import os
import random
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from builder.duplicates.clusters import Clusters, find_clusters, page_clusters, sketched
from builder.duplicates.minhash import Banding, banding
from builder.duplicates.segments import Segment
from builder.duplicates.shingles import jaccard, shingles
from tests.conftest import ROOT

VOCABULARY = (
    'người dân trong xã đã ra đồng từ sáng sớm để gặt lúa khi nước lũ dâng cao hơn mọi năm chính quyền huy động lực lượng giúp bà con '
    'đưa tài sản lên nơi an toàn trường học đóng cửa hai ngày bệnh viện trực suốt đêm giá gạo tăng nhẹ chợ vẫn họp đông khách hàng '
    'xe buýt đổi tuyến cầu mới thông xe hoà bình thuỷ điện xả lũ bán mua vé tàu thi đấu trận bóng kết thúc với tỷ số cách biệt'
)
WORDS = VOCABULARY.split()
THRESHOLD = 0.7


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a test, not a secret


def article(numbers: random.Random, length: int = 300) -> list[str]:
    return numbers.choices(WORDS, k=length)


def edited(numbers: random.Random, words: Sequence[str], share: float) -> list[str]:
    """A reprint: a stretch of that share of its words is replaced, and half as many words scattered in it."""
    length = int(share * len(words))
    start = numbers.randrange(len(words) - length)
    changed = [*words[:start], *article(numbers, length), *words[start + length :]]
    for place in numbers.sample(range(len(changed)), int(share / 20 * len(words))):
        changed[place] = numbers.choice(WORDS)
    return changed


def planted(numbers: random.Random, count: int) -> tuple[list[Segment], list[int]]:
    """Segments, and of each the article that it comes from; every other article is reprinted, every fourth stands under another."""
    segments: list[Segment] = []
    origins: list[int] = []

    def add(story: int, words: Sequence[str], origin: int) -> None:
        page = f'{len(segments) if not story else len(segments) - 1:08d}'
        segments.append(Segment(page, story, ' '.join(words)))
        origins.append(origin)

    for origin in range(count):
        words = article(numbers)
        add(0, words, origin)
        if origin % 2:
            add(0, edited(numbers, words, numbers.uniform(0, 0.3)), origin)
        if origin % 4 == 3:
            add(1, edited(numbers, words, numbers.uniform(0, 0.3)), origin)
    return segments, origins


def found_in(segments: Sequence[Segment], folder: Path, key: str = 'strict', held: Mapping[str, int] | None = None) -> Clusters:
    with sketched(segments, THRESHOLD, key, folder) as sketches:
        return find_clusters(sketches, THRESHOLD, held)


def together(texts: Sequence[str], folder: Path, key: str = 'strict') -> bool:
    found = found_in([Segment(f'{number:032x}', 0, text) for number, text in enumerate(texts)], folder, key)
    return len(set(found.components.tolist())) == 1


def test_reprints_are_found_and_nothing_else(tmp_path: Path) -> None:
    segments, origins = planted(seeded(5), 600)
    found = found_in(segments, tmp_path)
    sets = [shingles(segment.text) for segment in segments]
    by_origin: dict[int, list[int]] = {}
    for number, origin in enumerate(origins):
        by_origin.setdefault(origin, []).append(number)
    pairs = [pair for members in by_origin.values() for pair in combinations(members, 2)]
    near = [pair for pair in pairs if jaccard(sets[pair[0]], sets[pair[1]]) >= THRESHOLD]
    assert 200 < len(near) < len(pairs)
    hits = sum(found.components[one] == found.components[other] for one, other in near)
    assert hits >= 0.99 * len(near)
    for component in set(found.components.tolist()):
        members = np.flatnonzero(found.components == component).tolist()
        assert len({origins[member] for member in members}) == 1
        linked = {member for pair in near for member in pair}
        assert len(members) == 1 or linked.issuperset(members)


def test_the_components_do_not_depend_on_the_order(tmp_path: Path) -> None:
    segments, _ = planted(seeded(6), 60)
    pages = sorted({segment.page for segment in segments})
    expected = page_clusters(found_in(segments, tmp_path), pages)
    seeded(7).shuffle(segments)
    assert page_clusters(found_in(segments, tmp_path), pages) == expected
    assert expected


def test_the_clusters_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = (
        'import random, sys; from pathlib import Path; from tests.duplicates.test_clusters import *; '
        'segments, _ = planted(seeded(8), 40); found = found_in(segments, Path(sys.argv[1])); '
        'print(found.components.tolist(), page_clusters(found, {one.page for one in segments}))'
    )
    # This process has a seed of its own.
    seed = '1' if os.environ.get('PYTHONHASHSEED') != '1' else '2'
    other = subprocess.run([sys.executable, '-c', code, tmp_path], capture_output=True, check=True, cwd=ROOT, env={'PYTHONHASHSEED': seed})
    segments, _ = planted(seeded(8), 40)
    found = found_in(segments, tmp_path)
    assert other.stdout.decode() == f'{found.components.tolist()} {page_clusters(found, {one.page for one in segments})}\n'


@pytest.mark.parametrize('form', ['NFC', 'NFD'])
def test_how_tones_are_composed_and_placed_does_not_count(form: str, tmp_path: Path) -> None:
    text = 'Nhà máy thuỷ điện Hoà Bình xả lũ lúc 5 giờ, người dân hai bên bờ đã được báo trước một ngày.'
    other = text.replace('thuỷ', 'thủy').replace('Hoà', 'Hòa').upper()
    assert together([text, unicodedata.normalize(form, other)], tmp_path)


def test_tones_count_at_the_strict_key_only(tmp_path: Path) -> None:
    for one, other in (('Bán hàng', 'Bạn hàng'), ('Bán hàng ở chợ nổi', 'Bạn hàng ở chợ nổi')):
        assert not together([one, other], tmp_path)
        assert together([one, other], tmp_path, 'loose')


def test_words_out_of_order_are_another_text(tmp_path: Path) -> None:
    words = article(seeded(9))
    assert not together([' '.join(words), ' '.join(reversed(words))], tmp_path)


def test_a_text_without_words_is_in_no_cluster(tmp_path: Path) -> None:
    found = found_in([Segment('a', 0, '— … —'), Segment('b', 0, ''), Segment('c', 0, '\u200b')], tmp_path)
    assert found.pages == ()
    assert page_clusters(found, ['a', 'b', 'c']) == {}


def test_a_cluster_is_named_by_the_smallest_page_that_tells_it_as_its_own(tmp_path: Path) -> None:
    numbers = seeded(10)
    shared, apart, alone = (' '.join(article(numbers)) for _ in range(3))
    segments = [
        Segment('1', 0, apart),
        Segment('1', 1, shared),
        Segment('2', 0, shared),
        Segment('3', 0, shared),
        Segment('4', 0, alone),
        Segment('4', 1, alone),
    ]
    found = found_in(segments, tmp_path)
    assert page_clusters(found, '1234') == {'2': '2', '3': '2'}
    assert page_clusters(found, '13') == {'3': '3'}
    assert page_clusters(found, '3') == {}


def test_many_pages_that_are_alike_but_not_near_cost_no_square(tmp_path: Path) -> None:
    numbers = seeded(11)
    template = article(numbers, 200)
    segments = [Segment(f'{number:08d}', 0, ' '.join([*template, *article(numbers, 200)])) for number in range(2000)]
    assert len(set(found_in(segments, tmp_path).components.tolist())) == 2000


@pytest.mark.parametrize('threshold', [0.3, 0.5, 0.7, 0.9, 1.0])
def test_bands_miss_one_in_a_thousand_at_the_threshold(threshold: float) -> None:
    chosen = banding(threshold)
    assert chosen.bands * chosen.rows <= 128
    assert (1 - threshold**chosen.rows) ** chosen.bands <= 0.001


def test_a_threshold_of_nothing_is_refused() -> None:
    assert banding(0.7) == Banding(26, 4)
    with pytest.raises(ValueError, match='threshold 0 '):
        banding(0)


def linked(numbers: random.Random) -> tuple[str, str, str]:
    """Three texts of which the second is near to the others, and these are not near to one another."""
    words = article(numbers, 400)
    left, right = ([*words[:start], *article(numbers, 60), *words[start + 60 :]] for start in (0, 340))
    texts = ' '.join(left), ' '.join(words), ' '.join(right)
    near = [jaccard(shingles(one), shingles(other)) >= THRESHOLD for one, other in combinations(texts, 2)]
    assert near == [True, False, True]
    return texts


def test_one_between_two_others_joins_them_unless_they_are_held_apart(tmp_path: Path) -> None:
    left, middle, right = linked(seeded(12))
    segments = [Segment('1', 0, left), Segment('2', 0, middle), Segment('3', 0, right)]
    assert len(set(found_in(segments, tmp_path).components.tolist())) == 1
    apart = found_in(segments, tmp_path, held={'1': 0, '3': 1})
    one, two, three = apart.components.tolist()
    assert one != three
    assert two in {one, three}
    (group,) = apart.apart
    assert 1 in group
    assert apart.beside.segments.tolist() == sorted(group)
    assert found_in(segments, tmp_path, held={'1': 0, '3': 0}).apart == ()


def test_copies_of_what_is_held_apart_are_apart_too(tmp_path: Path) -> None:
    left, middle, right = linked(seeded(13))
    segments = [Segment(str(number), 0, text) for number, text in enumerate([left, middle, middle.upper(), middle, right])]
    found = found_in(segments, tmp_path, held={'0': 0, '4': 1})
    assert any({1, 2, 3} < set(group) for group in found.apart)
    assert {1, 2, 3} <= set(found.beside.segments.tolist())
    same = found_in([Segment('a', 0, left), Segment('b', 0, left), Segment('c', 0, left)], tmp_path, held={'a': 0, 'c': 1})
    assert same.apart == ((0, 1, 2),)
    assert same.components.tolist() in ([0, 0, 2], [1, 1, 2])


@pytest.mark.parametrize('seed', range(4))
def test_held_or_not_the_components_do_not_depend_on_the_order(seed: int, tmp_path: Path) -> None:
    segments, _ = planted(seeded(seed), 60)
    held = {segment.page: number % 3 for number, segment in enumerate(segments) if number % 3 or number % 2}

    def parts(found: Clusters) -> set[frozenset[tuple[str, int]]]:
        stories = list(zip(found.pages, found.stories.tolist(), strict=True))
        components = found.components.tolist()
        return {frozenset(story for story, other in zip(stories, components, strict=True) if other == one) for one in set(components)}

    expected = found_in(segments, tmp_path, held=held)
    assert expected.apart
    seeded(seed + 100).shuffle(segments)
    assert parts(found_in(segments, tmp_path, held=held)) == parts(expected)


def test_the_first_to_tell_a_story_tells_it_as_its_own_early_and_has_the_smallest_id(tmp_path: Path) -> None:
    numbers = seeded(14)
    words = article(numbers)
    told = [
        ('5', 0, '2026-02-02'),
        ('4', 0, None),
        ('3', 0, '2026-02-01T10:00'),
        ('2', 0, '2026-02-01T09:00'),
        ('1', 1, '2026-01-01'),
        ('0', 0, 'hôm qua'),
    ]
    segments = [Segment(page, story, ' '.join(edited(numbers, words, 0.05)), day) for page, story, day in told]
    found = found_in(segments, tmp_path)
    assert {found.pages[first] for first in found.firsts.tolist()} == {'2'}
    sets = [shingles(segment.text) for segment in segments]
    assert found.similarities.tolist() == [jaccard(one, sets[3]) for one in sets]
