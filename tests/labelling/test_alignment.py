from builder.labelling.alignment import align, words_of
from builder.labelling.publisher import publisher_votes
from builder.labels import MAIN, NOISE
from builder.markup import Claim

LINES = [
    'Trang chủ > Đời sống > Làng An Hòa mở hội đèn bên sông',
    'Làng An Hòa mở hội đèn bên sông',
    '14/02/2025 17:05',
    'Hội đèn của làng An Hòa trở lại sau ba năm, kéo dài hai ngày bên bờ sông.',
    'Tối qua, hàng trăm chiếc đèn lồng do học sinh trong làng làm được thả xuống dòng sông trước đình.',
    'Bà con',
    'Ông Lê Văn Sơn, trưởng ban tổ chức, cho biết năm nay đèn đều làm bằng giấy và tre của làng.',
    'Lê Sơn',
    'Bản quyền thuộc về một tờ báo không có thật, mọi sao chép phải ghi rõ nguồn và được đồng ý bằng văn bản.',
]


def aligned(**said):
    return align(Claim('json_ld', 'NewsArticle', **said), [words_of(line) for line in LINES], LINES)


def test_a_headline_with_the_sites_name_is_found():
    assert aligned(headline='Làng An Hòa mở hội đèn bên sông - Báo Thử').headline == (1,)


def test_a_description_that_is_cut_is_found():
    assert aligned(description='Hội đèn của làng An Hòa trở lại sau ba năm, kéo dài hai...').description == (3,)


def test_a_body_in_one_piece_with_tags_and_entities_is_found_line_by_line():
    said = aligned(body=f'&lt;p&gt;{LINES[4]}&lt;/p&gt;<p>{LINES[5]}</p>{LINES[6]}')
    assert (said.body, said.body_cut) == ((4, 5, 6), False)


def test_a_body_that_is_cut_says_so():
    said = aligned(body=f'{LINES[4]} {LINES[6][:60]}')
    assert said.body_cut
    assert said.body == (4, 6)


def test_a_date_is_found_in_either_order_and_an_author_in_short_lines_only():
    said = aligned(published='2025-02-14T17:05:00+07:00', author='Lê Sơn')
    assert (said.published, said.author) == ((2,), (7,))


def test_a_name_on_many_lines_is_the_sites():
    lines = ['Báo Thử'] * 9
    assert align(Claim('open_graph', '', author='Báo Thử'), [words_of(line) for line in lines], lines).author == ()


def test_a_whole_body_with_its_headline_says_what_is_left_out():
    said = aligned(headline=LINES[1], body=f'{LINES[4]} {LINES[5]} {LINES[6]}')
    votes = publisher_votes([said], [words_of(line) for line in LINES])
    assert [[vote.label for vote in line] for line in votes[4:7]] == [[MAIN]] * 3
    assert [vote.label for vote in votes[8]] == [NOISE]
    assert votes[8][0].kind is None


def test_a_body_without_its_headline_counts_less_and_leaves_nothing_out():
    votes = publisher_votes([aligned(headline='Chuyện khác hẳn ở một nơi xa', body=LINES[4])], [words_of(line) for line in LINES])
    assert votes[4][0].confidence < 0.7
    assert votes[8] == []
