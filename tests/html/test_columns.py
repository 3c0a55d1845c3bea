from builder.html.columns import reading_order
from builder.html.limits import HtmlLimits
from builder.html.segmenter import segment

TABLE = '<table><tr><td><p>menu một<p>menu hai</td><td><p>đoạn thứ nhất của bài<p>đoạn thứ hai của bài</td></tr></table>'


def test_columns_are_read_one_after_another_and_lines_keep_what_their_column_says():
    page = segment(f'<p>đầu trang</p>{TABLE}<p>chân trang</p>', HtmlLimits())
    assert page.text.split('\n') == ['đầu trang', 'menu một đoạn thứ nhất của bài', 'menu hai đoạn thứ hai của bài', 'chân trang']
    assert [block.own for block in page.blocks] == [None, 'đoạn thứ nhất của bài', 'đoạn thứ hai của bài', None]


def test_the_cells_of_a_row_of_figures_belong_together():
    page = segment('<table><tr><td>Nước</td><td>Số ca</td></tr><tr><td>An Hòa</td><td>12</td></tr></table>', HtmlLimits())
    assert [block.own for block in page.blocks] == [None, None]


def test_lines_of_mixed_columns_are_sorted_by_cell_and_others_stay():
    assert reading_order([(), (5,), (3,), (5,), (3, 9), (3, 8), (), (7,)]) == (0, 2, 5, 4, 1, 3, 6, 7)


def test_a_page_without_tables_is_read_as_it_stands():
    assert segment('<p>một<p>hai<div>ba<br>bốn</div>', HtmlLimits()).markup.order == (0, 1, 2, 3)
