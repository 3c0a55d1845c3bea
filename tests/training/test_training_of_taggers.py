"""A tagger of invented names, dishes and vessels: it learns types that the rules do not know, the same twice, and opens by digest only."""

import json
import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.entities.conll import TaggedLine, write_line
from builder.entities.crf_features import page_features, rule_tags, stretches
from builder.entities.crf_tagger import CrfTagger
from builder.entities.tagger import load_tagger
from builder.entities.token_line import read_line
from builder.errors import InputError, ModelError, UsageError
from builder.training.tagger import token_tags, train_tagger, write_tagger
from tests.conftest import vinews
from tests.entities.test_conll import lines

PEOPLE = ('Trần Văn Bách', 'Lê Thị Sen', 'Phạm Minh Khôi', 'Đỗ Gia Hân')
DISHES = ('bún cá Rô Đồng', 'chè Bưởi', 'phở Khô', 'bánh Tày')
BOATS = ('Sao Biển 7', 'Hải Âu 12', 'Cá Kiếm 3', 'Rạng Đông 9')


def tagged(page: str, number: int, *parts: str | tuple[str, str]) -> TaggedLine:
    text, spans = '', []
    for part in parts:
        word, kind = (part, '') if isinstance(part, str) else part
        spans += [(len(text), len(text) + len(word), kind)] if kind else []
        text += word
    return TaggedLine(text, tuple(spans), page, number)


def pages() -> list[list[TaggedLine]]:
    return [
        [
            tagged(f'p{number}', 0, 'Ông ', (person, 'PER'), ' mời khách món ', (dish, 'DISH'), ' nấu ngay trên bến.'),
            tagged(f'p{number}', 1, 'Khách đến bằng tàu ', (boat, 'BOAT'), ', rồi ăn ', (dish, 'DISH'), ' với ', (person, 'PER'), '.'),
        ]
        for number, (person, dish, boat) in enumerate(
            (person, dish, boat) for person in PEOPLE[:3] for dish in DISHES[:3] for boat in BOATS[:3]
        )
    ]


@pytest.fixture(scope='module')
def conll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp('conll') / 'names.conll'
    path.write_text(''.join(write_line(line) for page in pages() for line in page), 'utf-8', newline='\n')
    return path


@pytest.fixture(scope='module')
def weights(conll: Path) -> Path:
    train_tagger([conll], conll.with_name('names.crfsuite'))
    return conll.with_name('names.crfsuite')


def test_types_of_the_users_own_are_learned_and_found_in_new_names(weights: Path) -> None:
    tagger = CrfTagger(weights)
    assert tagger.types == ('BOAT', 'DISH', 'PER')
    texts = ['Ông Đỗ Gia Hân mời khách món bánh Tày nấu ngay trên bến.', 'Khách đến bằng tàu Rạng Đông 9, rồi ăn bánh Tày với Đỗ Gia Hân.']
    found = tagger.tag(texts, [True, True])
    assert [[(entity.text, entity.type) for entity in entities] for entities in found] == [
        [('Đỗ Gia Hân', 'PER'), ('bánh Tày', 'DISH')],
        [('Rạng Đông 9', 'BOAT'), ('bánh Tày', 'DISH'), ('Đỗ Gia Hân', 'PER')],
    ]
    assert all(0 < entity.confidence <= 1 and entity.source == 'model' for entities in found for entity in entities)
    assert tagger.tag(texts, [True, False]) == [tagger.tag(texts[:1], [True])[0], []]


def test_a_confidence_lies_on_the_curve_of_the_weights(weights: Path, tmp_path: Path) -> None:
    record = json.loads(weights.with_suffix('.json').read_text('utf-8'))
    (tmp_path / 'names.crfsuite').write_bytes(weights.read_bytes())
    (tmp_path / 'names.json').write_text(json.dumps({**record, 'calibration': [0.0, 1.0]}), 'utf-8')
    (found,) = CrfTagger(tmp_path / 'names.crfsuite').tag(['Ông Đỗ Gia Hân mời khách món bánh Tày nấu ngay trên bến.'], [True])
    assert [entity.confidence for entity in found] == pytest.approx([1 / (1 + math.exp(-1))] * len(found))
    assert found


def test_training_again_gives_the_same_bytes_whatever_the_hash_seed(conll: Path, weights: Path, tmp_path: Path) -> None:
    done = vinews('train-tagger', conll, '-o', tmp_path / 'again.crfsuite', PYTHONHASHSEED='7')
    assert done.returncode == 0, done.stderr
    assert 'for BOAT, DISH, PER' in done.stdout
    assert (tmp_path / 'again.crfsuite').read_bytes() == weights.read_bytes()
    assert (tmp_path / 'again.json').read_bytes() == weights.with_suffix('.json').read_bytes()
    record = json.loads((tmp_path / 'again.json').read_text('utf-8'))
    assert record['types'] == ['BOAT', 'DISH', 'PER']
    assert [entry['file'] for entry in record['trained_on']] == ['names.conll']
    assert (record['pages'], record['lines']) == (27, 54)


def test_weights_of_another_digest_are_not_opened(weights: Path, tmp_path: Path) -> None:
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / 'names.crfsuite').write_bytes(content)
    (tmp_path / 'names.json').write_bytes(weights.with_suffix('.json').read_bytes())
    with pytest.raises(ModelError, match='its sha256 is not the one in names'):
        CrfTagger(tmp_path / 'names.crfsuite')


def test_what_cannot_be_learned_from_is_told(conll: Path, tmp_path: Path) -> None:
    (tmp_path / 'none.conll').write_text('A\tO\n')
    with pytest.raises(InputError, match='no entity in any line'):
        train_tagger([tmp_path / 'none.conll'], tmp_path / 'out.crfsuite')
    with pytest.raises(UsageError, match='the record comes to lie there'):
        train_tagger([conll], tmp_path / 'out.json')
    with pytest.raises(UsageError, match='is read for the training'):
        train_tagger([tmp_path / 'none.conll'], tmp_path / 'none.conll')
    assert [path.name for path in tmp_path.iterdir()] == ['none.conll']


def test_the_features_hold_the_rules_the_lists_and_the_rest_of_the_page() -> None:
    readings = [reading for reading in load_tagger().read(['Ông Trần Văn Bách ở Huế.', 'Sau đó Bách về.'], [True, True]) if reading]
    rows = [stretch.rows for (stretch,) in page_features(readings, None)]
    assert rule_tags(readings[0]) == ['O', 'B-PER', 'I-PER', 'I-PER', 'O', 'B-LOC', 'O']
    assert {'rule=B-PER', 'in=family', 'word=trần', 'shape=C', 'word[-1]=ông', 'rule[1]=I-PER'} <= set(rows[0][1])
    assert {'list=B-place', 'word[-1]=ở'} <= set(rows[0][5])
    assert {'page=PER', 'page inside'} <= set(rows[1][2])


def test_words_far_from_any_capital_are_in_no_stretch() -> None:
    (reading,) = (found for found in load_tagger().read(['một hai ba bốn năm sáu Huế một hai ba bốn năm sáu bảy'], [True]) if found)
    assert stretches(reading, 4) == [range(2, 11)]
    assert stretches(reading, None) == [range(14)]
    (near,) = page_features([reading], 4)[0]
    (whole,) = page_features([reading], None)[0]
    assert (near.start, near.rows) == (2, whole.rows[2:11])


@given(lines(), st.integers(0, 5))
def test_stretches_hold_every_capital_and_lie_apart(line: TaggedLine, near: int) -> None:
    (reading,) = (found for found in load_tagger().read([line.text], [True]) if found)
    found = stretches(reading, near)
    assert all(first.stop < second.start for first, second in pairwise(found))
    assert all(any(index in stretch for stretch in found) for index in range(len(reading[0])) if reading[0].named(index))
    assert all(0 <= stretch.start < stretch.stop <= len(reading[0]) for stretch in found)


def test_names_without_capitals_are_learned_where_they_are_marked(tmp_path: Path) -> None:
    dishes = ('bún cá', 'chè bưởi', 'phở khô', 'bánh tày')
    marked = [[tagged(f'p{number}', 0, 'khách vào quán gọi món ', (dish, 'DISH'), ' rồi về.')] for number, dish in enumerate(dishes * 3)]
    record = write_tagger(marked, tmp_path / 'dishes.crfsuite', [])
    assert record['near'] is None
    (found,) = CrfTagger(tmp_path / 'dishes.crfsuite').tag(['khách vào quán gọi món chè bưởi rồi về.'], [True])
    assert [(entity.text, entity.type) for entity in found] == [('chè bưởi', 'DISH')]


@given(lines())
def test_spans_of_the_trained_tagger_slice_the_line_exactly(weights: Path, line: TaggedLine) -> None:
    (found,) = CrfTagger(weights).tag([line.text], [True])
    end = 0
    for entity in found:
        assert end <= entity.start < entity.end
        assert line.text[entity.start : entity.end] == entity.text
        end = entity.end


def test_a_span_that_cuts_a_token_is_that_of_the_tokens_that_begin_in_it() -> None:
    assert token_tags(read_line('tàu Rạng-Đông 9'), [(4, 8, 'BOAT'), (10, 15, 'X')]) == ['O', 'B-BOAT', 'O', 'O', 'B-X']


def test_the_tagger_goes_to_another_process_by_its_path(weights: Path) -> None:
    program = f'import pickle\nfrom pathlib import Path\nfrom builder.entities.crf_tagger import CrfTagger\nprint(pickle.loads(pickle.dumps(CrfTagger(Path({str(weights)!r})))).version)'
    done = subprocess.run([sys.executable, '-c', program], check=True, env=dict(os.environ), capture_output=True, text=True)
    assert done.stdout.strip() == CrfTagger(weights).version
