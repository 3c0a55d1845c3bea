"""Spans are exact, ordered and repeatable on any text; evidence crosses lines of the story, and only those."""

import os
import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.entities.crf_tagger import CrfTagger
from builder.entities.spans import CONFIDENCE
from builder.entities.tagger import NAME, VERSION, Tagger, load_tagger
from builder.labels import ENTITY_TYPES

WORDS = st.sampled_from(
    [
        'ông', 'Ông', 'Nguyễn', 'Văn', 'Bách', 'Mỹ', 'Hà Nội', 'TP.HCM', 'TP', 'quận', '1', 'UBND', 'tỉnh', 'Bộ', 'Y tế', 'Sở', 'và', ',', '-', '/',
        '(', ')', '"', '.', ':', 'Ảnh', 'Theo', 'Park', 'Sa-myeong', 'van', 'Báo', 'Công ty', 'của', 'tại', 'MINH', 'CHÂU', '😀', '\u200b', '\u0301',
        '\ufeff', '\u00a0', '\u00ad', 'e\u0323\u0302', 'Ðà', 'Nẵng', '東京', "O'Neal", 'N.T.H', '\u0e33', '\u1d2c', 'ǅ',
    ]
)  # fmt: skip
LINES = st.lists(st.tuples(WORDS, st.sampled_from([' ', '', '\u00a0', '\u200b'])), max_size=40).map(
    lambda pairs: ''.join(word + gap for word, gap in pairs)
)


SHIPPED = CrfTagger()


def assert_exact(text: str, tagger: Tagger | None = None) -> None:
    (entities,) = (tagger or load_tagger()).tag([text], [True])
    made_by = ('model', SHIPPED.name, SHIPPED.version) if tagger else ('rule', NAME, VERSION)
    end = 0
    for entity in entities:
        assert end <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        assert entity.type in ENTITY_TYPES
        assert (entity.source, entity.name, entity.version) == made_by
        assert 0 < entity.confidence <= 1
        end = entity.end


@given(LINES)
@settings(max_examples=600, deadline=None)
def test_spans_slice_the_line_exactly(text: str) -> None:
    assert_exact(text)


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_spans_slice_a_decomposed_line_exactly(text: str) -> None:
    assert_exact(unicodedata.normalize('NFD', text))


@given(st.one_of(LINES, LINES.map(lambda text: unicodedata.normalize('NFD', text)), st.text(max_size=200)))
@settings(max_examples=300, deadline=None)
def test_spans_of_the_shipped_tagger_slice_any_line_exactly(text: str) -> None:
    assert_exact(text, SHIPPED)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert_exact(text)


@given(st.lists(LINES, max_size=6))
@settings(max_examples=100, deadline=None)
def test_same_page_same_entities(texts: list[str]) -> None:
    story = [index % 3 != 2 for index in range(len(texts))]
    first = load_tagger().tag(texts, story)
    assert first == load_tagger().tag(texts, story)
    assert all(not entities for entities, wanted in zip(first, story, strict=True) if not wanted)


def test_offsets_are_those_of_the_text_as_given() -> None:
    text = unicodedata.normalize('NFD', '😀 Sáng nay ở \u200bHà\u00a0Nội, ông Trần Văn Bách nói.')
    (entities,) = load_tagger().tag([text], [True])
    assert [(unicodedata.normalize('NFC', entity.text), entity.type) for entity in entities] == [
        ('Hà\u00a0Nội', 'LOC'),
        ('Trần Văn Bách', 'PER'),
    ]


def test_a_full_name_proves_the_short_one_elsewhere() -> None:
    texts = ['Thư này chính Kono soạn.', 'Ngoại trưởng Nhật Bản Taro Kono đã đến.']
    found = load_tagger().tag(texts, [True, True])
    assert [(entity.text, entity.type) for entity in found[0]] == [('Kono', 'PER')]


@pytest.mark.parametrize('tagger', [load_tagger(), SHIPPED], ids=['rules', 'shipped'])
def test_a_full_name_proves_a_person_called_like_a_country(tagger: Tagger) -> None:
    texts = ['Bị can Lò Văn Đức bị bắt.', 'Tối đó Đức bỏ trốn.', 'Hàng nhập từ Đức vẫn đắt.']
    assert [(entity.text, entity.type) for entity in tagger.tag(texts, [True] * 3)[1]] == [('Đức', 'PER')]
    assert [(entity.text, entity.type) for entity in tagger.tag(texts[1:], [True, True])[1]] == [('Đức', 'LOC')]


def test_where_the_rules_overrule_the_model_their_confidence_counts() -> None:
    found = SHIPPED.tag(['Bị can Lò Văn Đức bị bắt.', 'Tối đó Đức bỏ trốn.'], [True, True])
    assert [entity.confidence for entity in found[1]] == [CONFIDENCE['known', 'PER']]


def test_who_signs_a_picture_is_not_spoken_of_in_the_story() -> None:
    texts = ['Cầu mới nhìn từ trên cao. Ảnh: Tuấn Anh', 'Đoàn từ Anh sang thăm cầu.']
    assert [(entity.text, entity.type) for entity in load_tagger().tag(texts, [True, True])[1]] == [('Anh', 'LOC')]


def test_lines_outside_the_story_are_no_evidence() -> None:
    texts = ['Thư này chính Kono soạn.', 'Ngoại trưởng Nhật Bản Taro Kono đã đến.']
    assert load_tagger().tag(texts, [True, False]) == [[], []]


@pytest.mark.parametrize(
    'piece',
    [
        'Sở Y tế, ',
        'Nguyễn ',
        'Bộ ',
        '(',
        'Công ty Hà ',
        'ông ',
        'a\u200b',
        'Ảnh: A/',
        'Thanh tra Sở và ',
        '-A',
        '"A b ',
        'A.',
        'Ông Lê Bách (Sở Y tế). ',
        'Đức a a a a a a a a a ',
    ],
)
def test_a_very_long_line_is_read_in_linear_time(piece: str) -> None:
    tagger = CrfTagger()

    def seconds(length: int) -> float:
        def once() -> float:
            start = time.process_time()
            tagger.tag([f'Lò Văn Đức, {piece * (length // len(piece))}'], [True])
            return time.process_time() - start

        return min(once() for _ in range(3))

    # Linear: 8 times; quadratic: 64 times.
    assert seconds(40_000) < 0.02 + 20 * seconds(5_000)


def test_hash_seed_changes_nothing() -> None:
    program = (
        'from builder.entities.crf_tagger import CrfTagger\nfrom builder.entities.tagger import load_tagger\n'
        "texts = ['Theo Phương Hoa/TTXVN', 'Ông Kim Jong-un gặp Tổng thống Mỹ Donald Trump ở Hà Nội, cùng Bộ Công an.']\n"
        'print(load_tagger().tag(texts, [True, True]), CrfTagger().tag(texts, [True, True]))\n'
    )
    outputs = {
        subprocess.run([sys.executable, '-c', program], capture_output=True, check=True, env={**os.environ, 'PYTHONHASHSEED': seed}).stdout
        for seed in ('0', '1')
    }
    assert len(outputs) == 1
