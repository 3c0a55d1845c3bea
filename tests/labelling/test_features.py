from hypothesis import given, settings
from hypothesis import strategies as st

from builder.labelling.features import features
from builder.labelling.shapes import shape
from builder.text.normalization import nfc

LINES = st.lists(st.text(min_size=1, max_size=200).map(nfc), max_size=30)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_one_row_a_line_and_the_same_rows_again(texts):
    rows = features(texts)
    assert len(rows) == len(texts)
    assert rows == features(list(texts))


def test_a_page_without_lines_has_no_rows():
    assert features([]) == []


def test_features_grow_with_the_page_not_with_its_square():
    page = [
        'Thời sự',
        'Người dân xã An Hòa chung tay sửa cây cầu gỗ',
        'Sáng nay, người dân xã An Hòa cùng nhau sửa lại cây cầu gỗ đã cũ, đến trưa mới xong.',
    ]
    few, many = (sum(map(len, features(page * count))) for count in (20, 1700))
    assert many < 90 * few


def test_where_a_story_stands_on_the_page_does_not_change_the_features_of_its_middle():
    story = [
        f'Đoạn thứ {number} kể rằng người dân xã An Hòa vẫn đang sửa cây cầu gỗ bắc qua con sông nhỏ đầu làng.' for number in range(60)
    ]
    low, high = features(['Thời sự'] * 50 + story)[80], features(['Thời sự'] * 90 + story)[120]
    assert [row for row in low if not row.startswith('P')] == [row for row in high if not row.startswith('P')]


def test_shapes_see_dates_headlines_and_running_text():
    assert shape('Thứ Sáu, 14/02/2025 - 17:05').date
    assert shape("7' trước").date
    assert not shape('Ngày 7/3, xã An Hòa mở hội').date
    assert shape('Người dân xã An Hòa chung tay sửa cây cầu gỗ').heading
    assert not shape('Người dân xã An Hòa chung tay sửa cây cầu gỗ.').heading
    assert shape('Sáng nay, người dân xã An Hòa cùng nhau sửa lại cây cầu gỗ đã cũ, đến trưa mới xong.').long
