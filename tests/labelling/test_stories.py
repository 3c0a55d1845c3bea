import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.labelling.reading import Reading
from builder.labelling.shapes import shape
from builder.labelling.stories import find_stories, own_story
from builder.labelling.tags import NOISE_TAGS, STORY_TAGS
from builder.labels import STORY_KINDS
from tests.labelling.thresholds import THRESHOLDS

TITLE = 'Người dân An Hòa chung tay sửa cây cầu gỗ'
BRIDGE = [
    'Sáng nay, người dân xã An Hòa cùng nhau sửa lại cây cầu gỗ đã cũ, công việc đến trưa mới xong.',
    'Ông Trần Văn Minh, trưởng thôn ở An Hòa, cho biết cây cầu gỗ là lối đi duy nhất của người dân trong xã.',
    'Theo kế hoạch, cây cầu gỗ của xã An Hòa sẽ được sơn lại trước mùa mưa, người dân góp công cùng làm.',
]
OTHER_TITLE = 'Đội bóng trường Kim Long giành cúp mùa thu'
MATCH = [
    'Trận chung kết giải học sinh chiều qua kết thúc với bàn thắng ở phút cuối của đội bóng trường Kim Long.',
    'Huấn luyện viên Lê Quang Hải khen tinh thần của đội bóng trường Kim Long sau trận chung kết kịch tính.',
    'Chiếc cúp mùa thu sẽ được trưng bày ở phòng truyền thống của trường, nơi đội bóng tập luyện mỗi chiều.',
]


def read(lines):
    """A reading in which the model is certain of each (text, tag)."""
    probabilities = [0.99 if tag.removesuffix('^') in STORY_KINDS else 0.01 for _, tag in lines]
    return Reading([shape(text) for text, _ in lines], [tag for _, tag in lines], probabilities, THRESHOLDS)


def doubted(lines, probability):
    """A reading in which the model is certain of each (text, tag) but of those tagged `?`, noise of this story probability."""
    tags = [tag.replace('?', 'teaser') for _, tag in lines]
    probabilities = [probability if tag == '?' else 0.99 if tag.removesuffix('^') in STORY_KINDS else 0.01 for _, tag in lines]
    return Reading([shape(text) for text, _ in lines], tags, probabilities, THRESHOLDS)


def bodies(texts):
    return [(text, 'body') for text in texts]


def story(title, texts):
    return [(title, 'title^'), *bodies(texts)]


def kinds(lines):
    return [dict(found.kinds) for found in find_stories(read(lines))]


def test_no_lines_no_stories():
    assert find_stories(read([])) == []
    assert own_story([], [], 'Tin') is None


def test_a_gap_does_not_end_a_story():
    gap = [('Video', 'widget'), ('Xem thêm: Chợ hoa mở cửa', 'related_link'), ('Quảng cáo', 'advert')]
    found = kinds([(TITLE, 'title^'), *bodies(BRIDGE[:2]), *gap, *bodies(BRIDGE[2:])])
    assert [sorted(one) for one in found] == [[0, 1, 2, 6]]


def test_two_stories_are_two_and_the_first_is_the_pages_own():
    reading = read([*story(TITLE, BRIDGE), ('Văn Minh', 'byline'), *story(OTHER_TITLE, MATCH)])
    stories = find_stories(reading)
    assert [found.first for found in stories] == [0, 5]
    assert own_story(reading.shapes, stories, None) == 0


def test_the_pages_title_names_its_own_story():
    reading = read([*story(TITLE, BRIDGE), *story(OTHER_TITLE, MATCH)])
    assert own_story(reading.shapes, find_stories(reading), f'{OTHER_TITLE} - Báo Thử') == 1
    assert own_story(reading.shapes, find_stories(reading), 'Trang không tên') == 0


def test_a_missed_begin_is_found_after_a_credit():
    found = kinds([*story(TITLE, BRIDGE), ('Trần Văn Minh', 'byline'), (OTHER_TITLE, 'subheading'), *bodies(MATCH)])
    assert [min(one) for one in found] == [0, 5]


def test_a_false_begin_is_joined():
    found = kinds([*story(TITLE, BRIDGE[:2]), (BRIDGE[2], 'body^'), (BRIDGE[0], 'body')])
    assert [sorted(one) for one in found] == [[0, 1, 2, 3, 4]]


def test_a_lone_paragraph_is_no_story():
    assert kinds([('Trang chủ', 'navigation'), (BRIDGE[0], 'body^'), ('Tin mới', 'section_heading')]) == []


def test_a_list_of_snippets_is_no_story():
    snippets = [
        ('Chợ hoa xuân mở cửa sớm hơn mọi năm', 'Các gian hàng bày bán từ cuối tuần này, khách tới đông vào buổi chiều muộn.'),
        ('Giá cà phê tăng phiên thứ tư liên tiếp', 'Nông hộ kỳ vọng thu nhập khá hơn sau vụ mùa trước nhiều khó khăn vì hạn hán.'),
        ('Nữ sinh lớp chín đoạt giải toán quốc tế', 'Em tự học qua mạng, mỗi tối giải ba đề rồi nhờ thầy cô sửa từng bước chi tiết.'),
        ('Tàu du lịch đầu tiên cập cảng phía bắc', 'Hơn hai nghìn du khách lên bờ tham quan phố cổ, thưởng thức món ăn vùng biển.'),
        ('Bệnh viện huyện có thêm máy chụp mới', 'Thiết bị hiện đại giúp rút ngắn thời gian chờ đợi, bác sĩ được tập huấn kỹ.'),
    ]
    lines = [pair for headline, text in snippets for pair in ((headline, 'subheading'), (text, 'body'))]
    assert kinds(lines) == []


def test_a_title_lost_in_the_list_above_is_found_with_its_date():
    above = [('Giá cà phê tăng phiên thứ tư liên tiếp', 'headline'), (TITLE, 'headline'), ('14/02/2025 17:05', 'timestamp')]
    found = kinds([*above, (BRIDGE[0], 'lead^'), *bodies(BRIDGE[1:])])
    assert found == [{1: 'title', 2: 'dateline', 3: 'lead', 4: 'body', 5: 'body'}]


def test_a_story_has_one_title():
    found = kinds([*story(TITLE, BRIDGE), (OTHER_TITLE, 'title'), *bodies(MATCH)])
    assert [list(one.values()).count('title') for one in found] == [1, 1]


def test_a_paragraph_in_a_storys_hole_is_its_own():
    lines = [*story(TITLE, BRIDGE[:2]), ('Video', 'widget'), (MATCH[0], '?'), *bodies(BRIDGE[2:])]
    assert [sorted(dict(found.kinds)) for found in find_stories(doubted(lines, 0.1))] == [[0, 1, 2, 4, 5]]
    assert [sorted(dict(found.kinds)) for found in find_stories(doubted(lines, 0.001))] == [[0, 1, 2, 5]]


def test_nothing_is_added_behind_a_credit():
    lines = [*story(TITLE, BRIDGE), ('Theo Trần Văn Minh', 'byline'), (MATCH[0], '?')]
    assert [max(dict(found.kinds)) for found in find_stories(doubted(lines, 0.4))] == [4]


def test_a_doubtful_story_is_told_where_there_is_no_other():
    lines = [('Trang chủ', 'navigation'), (TITLE, 'headline'), *((text, '?') for text in BRIDGE)]
    found = find_stories(doubted(lines, 0.2))
    assert [dict(one.kinds) for one in found] == [{1: 'title', 2: 'body', 3: 'body', 4: 'body'}]
    assert find_stories(doubted(lines, 0.05)) == []


def test_doubtful_summaries_under_headlines_are_no_story():
    lines = [line for text in (*BRIDGE, *MATCH) for line in ((OTHER_TITLE, 'headline'), (text, '?'))]
    assert find_stories(doubted(lines, 0.3)) == []


def test_four_titled_parts_without_a_credit_are_a_round_up():
    titles = (TITLE, OTHER_TITLE, 'Trưởng thôn An Hòa kêu gọi góp công sửa cầu', 'Huấn luyện viên Kim Long nói về trận chung kết')
    parts = [story(title, [text]) for title, text in zip(titles, (BRIDGE[0], MATCH[0], BRIDGE[1], MATCH[1]), strict=True)]
    lines = [line for part in parts for line in part]
    assert [sorted(one) for one in kinds(lines)] == [list(range(8))]


PART_TITLES = (
    TITLE,
    OTHER_TITLE,
    'Trưởng thôn An Hòa kêu gọi góp công sửa cầu gỗ',
    'Huấn luyện viên Kim Long nói về trận chung kết',
    'Cây cầu gỗ của xã An Hòa sắp được sơn lại',
    'Đội bóng trường Kim Long trưng bày cúp mùa thu',
)


@pytest.mark.parametrize(('count', 'tagged', 'starts'), [(4, 2, [0, 8]), (5, 4, [0, 16]), (6, 2, [0]), (6, 4, [0])])
def test_many_parts_in_a_row_told_by_words_alone_are_a_round_up_and_so_is_one_that_was_tagged(count, tagged, starts):
    parts = [
        [(title, 'title^' if number in {0, tagged} else 'subheading'), *bodies((BRIDGE, MATCH)[number % 2])]
        for number, title in enumerate(PART_TITLES[:count])
    ]
    assert [min(one) for one in kinds([line for part in parts for line in part])] == starts


@pytest.mark.parametrize(('headlines', 'added'), [(1, [3]), (2, []), (3, [])])
def test_one_doubtful_headline_in_a_hole_is_a_subheading_several_are_a_list(headlines, added):
    lines = [*story(TITLE, BRIDGE[:2]), *((title, '?') for title in PART_TITLES[1 : 1 + headlines]), *bodies(BRIDGE[2:])]
    found = [sorted(dict(one.kinds)) for one in find_stories(doubted(lines, 0.4))]
    assert found == [[0, 1, 2, *added, 3 + headlines]]


def test_a_second_copy_of_the_title_is_not_the_storys():
    found = kinds([*story(TITLE, BRIDGE), (TITLE, 'caption')])
    assert [sorted(one) for one in found] == [[0, 1, 2, 3]]


def test_an_untitled_piece_goes_on_with_the_story_before_it():
    found = kinds([*story(TITLE, BRIDGE), ('Video', 'widget'), ('Quảng cáo', 'advert'), (MATCH[0], 'body^'), *bodies(MATCH[1:])])
    assert [sorted(one) for one in found] == [[0, 1, 2, 3, 6, 7, 8]]


SHARED = 'Chiều qua, thầy trò trường Kim Long và người dân xã An Hòa cùng dự lễ khánh thành cây cầu gỗ mới, đông vui.'
LINES = st.tuples(
    st.sampled_from([*PART_TITLES, *BRIDGE, *MATCH, SHARED, 'Video', '14/02/2025 17:05', 'Theo Trần Văn Minh', 'Xong./.']),
    st.sampled_from([*STORY_TAGS, *NOISE_TAGS, '?']),
)
STRETCHES = st.one_of(st.lists(LINES, max_size=3), st.sampled_from([story(TITLE, BRIDGE), story(OTHER_TITLE, MATCH), [(SHARED, '?')]]))


@given(st.lists(STRETCHES, max_size=8), st.floats(0, 1))
def test_every_line_is_of_one_story_at_most_and_every_story_has_one_title_at_most(stretches, probability):
    lines = [line for stretch in stretches for line in stretch]
    stories = [dict(found.kinds) for found in find_stories(doubted(lines, probability))]
    told = [line for one in stories for line in one]
    assert len(told) == len(set(told))
    assert [min(one) for one in stories] == sorted(min(one) for one in stories)
    assert all(list(one) == sorted(one) and set(one.values()) <= STORY_KINDS for one in stories)
    assert all(list(one.values()).count('title') <= 1 for one in stories)


def test_a_paragraph_between_two_stories_is_of_the_first_alone():
    lines = [*story(TITLE, BRIDGE), (SHARED, '?'), *story(OTHER_TITLE, MATCH)]
    assert [sorted(dict(one.kinds)) for one in find_stories(doubted(lines, 0.3))] == [[0, 1, 2, 3, 4], [5, 6, 7, 8]]
