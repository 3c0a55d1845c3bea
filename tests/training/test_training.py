import json

import pytest
from invented import articles

from builder.errors import InputError, UsageError
from builder.labelling.labeller import LineLabeller
from builder.training.labeller import train_labeller


@pytest.fixture(scope='module')
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp('training')
    stock = [{'title': one.title, 'lead': one.lead, 'blocks': [list(block) for block in one.blocks]} for one in articles(16)]
    (folder / 'articles.jsonl').write_text('\n'.join(map(json.dumps, stock)), 'utf-8')
    lines = [
        ('Trang chủ', 'navigation'),
        ('Hội làng năm nay vui hơn', 'title'),
        ('Hội làng năm nay có thêm ba trò chơi dân gian mới.', 'body'),
    ]
    pages = [{'id': site, 'site': site, 'lines': [{'text': text, 'kind': kind} for text, kind in lines]} for site in ('a.vn', 'b.vn')]
    (folder / 'gold.jsonl').write_text('\n'.join(map(json.dumps, pages)), 'utf-8')
    return folder


def test_training_again_gives_the_same_bytes_and_a_labeller_that_opens(files):
    for name in ('one', 'two'):
        train_labeller(
            files / 'articles.jsonl', [files / 'gold.jsonl'], files / f'{name}.crfsuite', seed=3, pages=12, exclude_sites=('b.vn',)
        )
    assert (files / 'one.crfsuite').read_bytes() == (files / 'two.crfsuite').read_bytes()
    assert (files / 'one.json').read_bytes() == (files / 'two.json').read_bytes()
    assert len(LineLabeller(files / 'one.crfsuite').label(['Trang chủ', 'Tin mới'])) == 2
    record = json.loads((files / 'one.json').read_text('utf-8'))
    assert record['sites'] == ['a.vn']
    assert [entry['file'] for entry in record['trained_on']] == ['articles.jsonl', 'gold.jsonl']


def test_weights_are_not_written_where_their_record_goes(files):
    with pytest.raises(UsageError, match='the record comes to lie there'):
        train_labeller(files / 'articles.jsonl', [], files / 'out.json', seed=1, pages=2)
    assert not (files / 'out.json').exists()


@pytest.mark.parametrize('read', ['articles.jsonl', 'gold.jsonl'])
def test_what_is_trained_on_is_not_written_over(read, files, tmp_path):
    for name in ('articles.jsonl', 'gold.jsonl'):
        (tmp_path / name).write_bytes((files / name).read_bytes())
    before = (tmp_path / read).read_bytes()
    (tmp_path / 'out.json').symlink_to(tmp_path / read)
    for out in (tmp_path / read, tmp_path / 'out.crfsuite'):
        with pytest.raises(UsageError, match=f'{read}: is read for the training'):
            train_labeller(tmp_path / 'articles.jsonl', [tmp_path / 'gold.jsonl'], out, seed=1, pages=2)
    assert (tmp_path / read).read_bytes() == before


def test_too_few_articles_are_refused(files, tmp_path):
    (tmp_path / 'few.jsonl').write_text((files / 'articles.jsonl').read_text('utf-8').splitlines()[0], 'utf-8')
    with pytest.raises(InputError, match='four or more'):
        train_labeller(tmp_path / 'few.jsonl', [files / 'gold.jsonl'], tmp_path / 'out.crfsuite', seed=1, pages=2)
