import gzip
import json

import pytest

from builder.errors import InputError
from builder.training.articles import Article, read_articles, without_copies

RECORD = {'title': 'Chợ hoa mở cửa', 'lead': None, 'blocks': [['body', 'Chợ  hoa\nmở cửa.'], ['caption', ' ']], 'publisher': 'Báo Thử'}


def test_reads_plain_and_compressed_files_alike(tmp_path):
    content = json.dumps(RECORD).encode() + b'\n\n'
    (tmp_path / 'a.jsonl').write_bytes(content)
    (tmp_path / 'a.jsonl.gz').write_bytes(gzip.compress(content))
    expected = [Article('Chợ hoa mở cửa', None, (('body', 'Chợ hoa mở cửa.'),), 'Báo Thử')]
    assert list(read_articles(tmp_path / 'a.jsonl')) == list(read_articles(tmp_path / 'a.jsonl.gz')) == expected


@pytest.mark.parametrize(
    'bad',
    [
        'not json',
        '[]',
        '{"title": ""}',
        '{"title": "Tin"}',
        '{"title": "Tin", "blocks": [["verse", "a"]]}',
        '{"title": "Tin", "blocks": [[{}]]}',
    ],
)
def test_a_line_that_is_no_article_is_named(tmp_path, bad):
    (tmp_path / 'a.jsonl').write_text(json.dumps(RECORD) + '\n' + bad + '\n', 'utf-8')
    with pytest.raises(InputError, match='line 2'):
        list(read_articles(tmp_path / 'a.jsonl'))


def test_copies_of_known_text_are_dropped():
    copied = Article('Tin một', None, (('body', 'Sáng nay trời mưa to ở khắp các xã ven biển phía đông của tỉnh.'),))
    other = Article('Tin hai', None, (('body', 'Đội bóng của trường vừa giành chiến thắng thứ năm trong mùa giải mới.'),))
    known = ['sáng nay trời mưa to ở khắp các xã ven biển phía đông của tỉnh']
    assert without_copies([copied, other], known) == [other]
