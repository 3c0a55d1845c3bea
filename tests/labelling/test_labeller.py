import hashlib
import json
import pickle
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.errors import ModelError
from builder.labelling.labeller import WEIGHTS, LineLabeller, load_labeller
from builder.labels import KINDS, LABEL_OF_KIND, MAIN, NOISE
from builder.text.normalization import nfc

PAGE = [
    'Trang chủ', 'Thời sự', 'Kinh tế', 'Thể thao', 'Đăng nhập',
    'Người dân An Hòa chung tay sửa cây cầu gỗ',
    '14/02/2025 17:05',
    'Hàng trăm người ở xã An Hòa vừa cùng nhau sửa lại cây cầu gỗ bắc qua con sông nhỏ đầu làng.',
    'Sáng nay, người dân xã An Hòa cùng nhau sửa lại cây cầu gỗ đã cũ, công việc kéo dài từ sớm đến trưa mới xong.',
    'Ông Trần Văn Minh, trưởng thôn ở An Hòa, cho biết cây cầu gỗ là lối đi duy nhất của người dân trong xã.',
    'Theo kế hoạch, cây cầu gỗ của xã An Hòa sẽ được sơn lại trước mùa mưa, người dân góp công cùng làm.',
    'Theo Trần Văn Minh/Báo Thử',
    'Đội bóng trường Kim Long giành cúp mùa thu',
    'Đội bóng trường Kim Long vừa thắng trận chung kết giải học sinh sau hai hiệp đấu căng thẳng.',
    'Trận chung kết giải học sinh chiều qua kết thúc với bàn thắng ở phút cuối của đội bóng trường Kim Long.',
    'Huấn luyện viên Lê Quang Hải khen tinh thần của đội bóng trường Kim Long sau trận chung kết kịch tính.',
    'Theo Quang Hải/Báo Thử',
    'Tin mới nhất', 'Chợ hoa xuân mở cửa sớm hơn mọi năm', '08:10', 'Giá cà phê tăng phiên thứ tư liên tiếp', '07:45',
    '© Bản quyền thuộc về Báo Thử.',
]  # fmt: skip


@pytest.fixture(scope='module')
def labeller():
    return load_labeller()


def test_labels_a_page_with_a_whole_second_story(labeller):
    votes = labeller.label(PAGE)
    assert [vote.label for vote in votes] == [NOISE] * 5 + [MAIN] * 7 + [NOISE] * 11
    assert [vote.story for vote in votes] == [None] * 12 + [1] * 5 + [None] * 6
    assert votes[5].kind == 'title'
    assert {vote.kind for vote in votes[12:17]} == {'related_story'}


def test_the_pages_title_decides_which_story_is_its_own(labeller):
    votes = labeller.label(PAGE, 'Đội bóng trường Kim Long giành cúp mùa thu')
    assert [vote.label for vote in votes] == [NOISE] * 12 + [MAIN] * 5 + [NOISE] * 6
    assert {vote.story for vote in votes[5:12]} == {1}


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.one_of(st.sampled_from(PAGE), st.text(min_size=1, max_size=80).map(nfc)), max_size=40),
    title=st.none() | st.sampled_from(PAGE),
)
def test_one_valid_vote_a_line_and_the_same_votes_again(labeller, texts, title):
    votes = labeller.label(texts, title)
    assert len(votes) == len(texts)
    for vote in votes:
        assert vote.source == 'model'
        assert vote.kind in KINDS
        assert vote.label == LABEL_OF_KIND[vote.kind]
        assert 0 < vote.confidence <= 1
        assert (vote.story is not None) == (vote.kind == 'related_story')
    numbers = sorted({vote.story for vote in votes if vote.story})
    assert numbers == list(range(1, len(numbers) + 1))
    assert labeller.label(texts, title) == votes


def test_no_lines_one_line_many_lines(labeller):
    assert labeller.label([]) == []
    assert [vote.label for vote in labeller.label(['Trang chủ'])] == [NOISE]
    assert len(labeller.label(PAGE * 218)) == 5014


def test_a_menu_has_no_story(labeller):
    assert {vote.label for vote in labeller.label(PAGE[:5] * 20)} == {NOISE}


def test_a_pickled_labeller_gives_the_same_votes(labeller):
    assert pickle.loads(pickle.dumps(labeller)).label(PAGE) == labeller.label(PAGE)  # noqa: S301 - its own bytes, to prove that workers can be handed one


@pytest.fixture
def weights(tmp_path):
    for suffix in ('.crfsuite', '.json'):
        shutil.copy(WEIGHTS.with_suffix(suffix), tmp_path)
    return tmp_path / WEIGHTS.name


def test_damaged_weights_are_not_opened(weights):
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match='sha256 is not the one'):
        LineLabeller(weights)


def test_missing_weights_and_other_features_are_told(weights):
    record = json.loads(weights.with_suffix('.json').read_text('utf-8'))
    weights.with_suffix('.json').write_text(json.dumps(record | {'feature_version': 0}), 'utf-8')
    with pytest.raises(ModelError, match='train it anew'):
        LineLabeller(weights)
    weights.unlink()
    with pytest.raises(ModelError, match='cannot be read'):
        LineLabeller(weights)


def test_copies_of_one_member_read_a_page_as_it_does(weights):
    record = json.loads(weights.with_suffix('.json').read_text('utf-8'))
    member = weights.read_bytes()[: record['members'][0]]
    votes = []
    for copies in (1, 3):
        content = member * copies
        changed = {'sha256': hashlib.sha256(content).hexdigest(), 'bytes': len(content), 'members': [len(member)] * copies}
        weights.write_bytes(content)
        weights.with_suffix('.json').write_text(json.dumps(record | changed), 'utf-8')
        votes.append(LineLabeller(weights).label(PAGE))
    alone, together = votes
    assert [(vote.kind, vote.story) for vote in alone] == [(vote.kind, vote.story) for vote in together]
    # The copies read a part of the page, at whose ends they know less.
    assert [vote.confidence for vote in together] == pytest.approx([vote.confidence for vote in alone], abs=0.01)


def test_the_record_tells_what_the_weights_are(weights):
    record = json.loads(weights.with_suffix('.json').read_text('utf-8'))
    assert record['bytes'] == weights.stat().st_size <= 4_000_000
    assert record['sites'] == sorted(record['sites'])
    assert all(len(entry['sha256']) == 64 for entry in record['trained_on'])
