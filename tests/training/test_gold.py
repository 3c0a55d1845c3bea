import json
from random import Random

import pytest
from invented import articles

from builder.errors import InputError
from builder.labels import STORY_KINDS
from builder.training.compose import compose
from builder.training.gold import GoldPage, framed, read_gold, tagged, variants

PAGE = GoldPage(
    'p1',
    'thu.vn',
    (
        ('Trang chủ', 'navigation'), ('Thời sự', 'navigation'), ('Chợ hoa mở cửa', 'title'), ('Chợ hoa của xã vừa mở cửa.', 'lead'),
        ('Video', 'widget'), ('Bà con đến chợ từ sớm.', 'body'), ('Văn Minh', 'byline'), ('Tin mới', 'section_heading'), ('Bản quyền', 'footer'),
    ),
)  # fmt: skip
SEEDED = Random(1)  # noqa: S311 - drawn again from its seed, not secret
LIST = GoldPage('p2', 'thu.vn', (('Trang chủ', None), ('12:30', None), ('x' * 120, None)))


def test_reads_the_gold_format_and_names_a_bad_line(tmp_path):
    file = tmp_path / 'gold.jsonl'
    record = {'id': 'p1', 'site': 'thu.vn', 'lines': [{'text': text, 'kind': kind, 'label': ''} for text, kind in PAGE.lines]}
    file.write_text(json.dumps(record) + '\n', 'utf-8')
    assert list(read_gold(file)) == [PAGE]
    file.write_text(json.dumps(record) + '\n' + json.dumps(record).replace('"lead"', '"sapo"') + '\n', 'utf-8')
    with pytest.raises(InputError, match='line 2: unknown kinds sapo'):
        list(read_gold(file))


def test_begin_of_a_story_and_noise_inside_it_are_marked():
    assert tagged(PAGE)[1][2:7] == ['title^', 'lead', 'widget~', 'body', 'byline']


def test_lines_without_a_kind_are_tagged_as_noise():
    assert tagged(LIST)[1] == ['navigation', 'timestamp', 'teaser']


def test_variants_hold_lines_of_the_page_only_and_keep_some_of_its_story():
    for variant in variants(PAGE, SEEDED, 30):
        assert set(variant.lines) <= set(PAGE.lines)
        assert variant.story_lines()


def test_a_composed_story_in_a_gold_frame_keeps_its_truth_and_loses_the_frames_story():
    pages = list(compose(articles(12), 1, 5, bare=True))
    for inner, page in zip(pages, framed(pages, [PAGE, LIST], SEEDED), strict=True):
        own = [line for line in page.lines if line.kind in STORY_KINDS]
        assert own == [line for line in inner.lines if line.kind in STORY_KINDS]
        assert 'Chợ hoa mở cửa' not in {line.text for line in page.lines}
