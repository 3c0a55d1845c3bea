"""Vietnamese that was read wrongly is read again; right text comes back as the same object."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.encodings.repair import repair
from tests.encodings.inverse import as_tcvn3, as_vni

RIGHT = yaml.safe_load(Path(__file__).with_name('right_texts.yaml').read_text('utf-8'))
SENTENCE = 'Buổi sáng, bác thợ mộc “già” mang ghế ra sân; nắng đã lên và gió thổi nhẹ qua những luống rau muống…'


def as_latin_1(text: str) -> str:
    return text.encode().decode('latin-1')


def as_windows_1252(text: str) -> str:
    """As programs read it: windows-1252, and controls where that has nothing."""
    return ''.join(bytes([byte]).decode('cp1252' if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else 'latin-1') for byte in text.encode())


@pytest.mark.parametrize(
    ('wrong', 'step'),
    [
        (as_windows_1252(SENTENCE), 'double_utf8'),
        (as_latin_1(SENTENCE), 'double_utf8'),
        (as_latin_1(as_latin_1(SENTENCE)), 'double_utf8'),
        (as_windows_1252(as_windows_1252(SENTENCE)), 'double_utf8'),
        (as_tcvn3(SENTENCE), 'tcvn3'),
        (as_vni(SENTENCE), 'vni'),
    ],
)
def test_a_wrong_text_is_read_again(wrong: str, step: str) -> None:
    found = repair(wrong)
    assert (found.text, found.repaired) == (SENTENCE, (step,))
    assert repair(found.text).text is found.text


def test_wrong_lines_among_right_ones_are_read_again_and_the_others_kept() -> None:
    right = '\r\n'.join([SENTENCE] * 20)
    found = repair(f'{right}\n{as_latin_1(SENTENCE)}\n{as_tcvn3(SENTENCE)}\n “ViÃ”\n')
    assert found.text == f'{right}\n{SENTENCE}\n{SENTENCE}\n “ViÃ”\n'
    assert found.repaired == ('double_utf8', 'tcvn3')


@pytest.mark.parametrize('typed', [as_tcvn3, as_vni])
def test_a_right_menu_around_a_body_typed_in_a_font_is_kept(typed: Callable[[str], str]) -> None:
    menu = 'Trang chủ\nThông báo\nÝ kiến\n'
    body = '\n'.join([typed(SENTENCE)] * 5)
    assert repair(menu + body).text == menu + '\n'.join([SENTENCE] * 5)


@pytest.mark.parametrize('case', RIGHT, ids=lambda case: str(case['case']))
def test_right_text_comes_back_as_the_same_object(case: dict[str, str]) -> None:
    assert repair(case['text']).text is case['text']
    assert repair(case['text']).repaired == ()


def test_nothing_else_is_mended() -> None:
    tail = ' &amp; ﬁ Ａ “x” \u2028 \x85 \x07 \r\n' + unicodedata.normalize('NFD', 'ế')
    assert repair(as_latin_1(SENTENCE) + tail).text == SENTENCE + tail


@given(st.text(max_size=60))
def test_text_of_no_language_is_left_alone(text: str) -> None:
    found = repair(text)
    assert found.text is text or found.repaired
