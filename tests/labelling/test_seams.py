from builder.labelling.reading import Reading
from builder.labelling.seams import cohesion, newness
from builder.labelling.shapes import shape
from builder.labelling.stories import find_stories
from builder.labelling.trimming import trimmed
from builder.labels import STORY_KINDS
from tests.labelling.thresholds import THRESHOLDS

TITLE = 'Người dân An Hòa chung tay sửa cây cầu gỗ bắc qua sông'
BRIDGE = [
    'Sáng nay, người dân xã An Hòa cùng nhau sửa lại cây cầu gỗ đã cũ, công việc đến trưa mới xong.',
    'Ông Trần Văn Minh, trưởng thôn ở An Hòa, cho biết cây cầu gỗ là lối đi duy nhất của người dân trong xã.',
    'Theo kế hoạch, cây cầu gỗ của xã An Hòa sẽ được sơn lại trước mùa mưa, người dân góp công cùng làm.',
]
OTHER = 'Đội bóng trường Kim Long giành cúp mùa thu sau loạt luân lưu nghẹt thở'
MATCH = [
    'Chiều 12/10, đội bóng trường Kim Long giành cúp mùa thu sau trận chung kết giải học sinh toàn tỉnh.',
    'Trận chung kết giải học sinh toàn tỉnh kết thúc ở loạt luân lưu, đội bóng trường Kim Long thắng sát nút.',
    'Huấn luyện viên Lê Quang Hải của trường Kim Long khen tinh thần đội bóng sau trận chung kết ngày 12/10.',
]


def shapes(texts):
    return [shape(text) for text in texts]


def read(lines):
    """A reading in which the model is certain of each (text, tag)."""
    probabilities = [0.99 if tag.removesuffix('^') in STORY_KINDS else 0.01 for _, tag in lines]
    return Reading(shapes(text for text, _ in lines), [tag for _, tag in lines], probabilities, THRESHOLDS)


def bodies(texts):
    return [(text, 'body') for text in texts]


def lines_of(lines):
    return [sorted(dict(story.kinds)) for story in find_stories(read(lines))]


def test_a_title_is_newer_than_a_subheading():
    title = newness(shapes(BRIDGE), shape(TITLE), shape(OTHER), shapes(MATCH))
    subheading = newness(shapes(BRIDGE[:2]), shape(TITLE), shape('Góp công sửa cầu trước mùa mưa'), shapes([BRIDGE[2], BRIDGE[0]]))
    assert title > 0 > subheading


def test_cohesion_of_nothing_is_none():
    assert cohesion([], shapes(BRIDGE)) == 0
    assert cohesion(shapes(BRIDGE), shapes(BRIDGE)) == 1.2


def test_an_uncredited_story_under_noise_is_another():
    lines = [(TITLE, 'title^'), *bodies(BRIDGE), ('Mời theo dõi', 'section_heading'), (OTHER, 'subheading'), *bodies(MATCH)]
    assert lines_of(lines) == [[0, 1, 2, 3], [5, 6, 7, 8]]


def test_a_story_under_a_heading_that_was_taken_for_a_subheading_is_another():
    lines = [(TITLE, 'title^'), *bodies(BRIDGE), ('Mời theo dõi', 'subheading'), (OTHER, 'subheading'), *bodies(MATCH)]
    assert lines_of(lines) == [[0, 1, 2, 3], [5, 6, 7, 8]]


def test_a_pointer_inside_a_story_begins_no_other():
    lines = [(TITLE, 'title^'), *bodies(BRIDGE[:2]), (OTHER, 'related_link~'), *bodies([*BRIDGE[2:], *BRIDGE[:1]])]
    assert lines_of(lines) == [[0, 1, 2, 4, 5]]


def test_a_dated_title_begins_another_story():
    lines = [(TITLE, 'title^'), *bodies(BRIDGE), (OTHER, 'title^'), ('08:15 - 12/10/2024', 'dateline'), *bodies(MATCH)]
    assert lines_of(lines) == [[0, 1, 2, 3], [4, 5, 6, 7, 8]]


def test_times_of_a_list_beside_the_story_are_dropped_and_those_of_a_live_report_kept():
    beside = [(TITLE, 'title^'), (BRIDGE[0], 'body'), ('17:24', 'subheading'), (OTHER, 'related_link~'), *bodies(BRIDGE[1:])]
    assert lines_of(beside) == [[0, 1, 4, 5]]
    live = [(TITLE, 'title^'), *(line for text in BRIDGE for line in (('17:24', 'subheading'), (text, 'body')))]
    assert lines_of(live) == [[0, 1, 2, 3, 4, 5, 6]]


def test_the_heading_of_the_next_story_is_trimmed_and_an_author_in_capitals_is_not():
    for text, kept in (('TIN BÀI CÙNG MẠCH', False), ('TRẦN VĂN MINH', True), ('MINH CHÂU', True)):
        reading = read([(TITLE, 'title^'), *bodies(BRIDGE), (text, 'byline'), (OTHER, 'title^'), *bodies(MATCH)])
        assert (4 in trimmed(reading, [[0, 1, 2, 3, 4], [5, 6, 7, 8]])[0]) == kept


def test_a_counter_is_no_credit():
    reading = read([(TITLE, 'title^'), *bodies(BRIDGE), ('0 5 0 0', 'byline')])
    assert trimmed(reading, [[0, 1, 2, 3, 4]]) == [[0, 1, 2, 3]]
