import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.text.normalization import match_key, nfc, nfc_view

CASES = yaml.safe_load((Path(__file__).parent.parent / 'cases' / 'match_keys.yaml').read_text('utf-8'))
# Letters and marks of Vietnamese in every form, Hangul jamo, singletons, emoji, invisible signs.
TEXT = st.one_of(
    st.text(),
    st.text(alphabet='aoeiuydđƠưệậớẫ\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323 “”.\u1100\u1161\u11a8\u212b\u0344\u200b😀\u0958'),
)


@given(TEXT)
def test_the_view_is_the_nfc_of_the_text(text: str) -> None:
    assert nfc_view(text).text == unicodedata.normalize('NFC', text)


@given(TEXT)
def test_pieces_of_the_view_map_back_to_what_they_were_made_of(text: str) -> None:
    view = nfc_view(text)
    edges = [0, *(edge for start, end, _, _ in view.runs for edge in (start, end)), len(view.text)]
    for start, end in pairwise(edges):
        assert nfc(text[view.raw_offset(start) : view.raw_offset(end)]) == view.text[start:end]


@given(TEXT)
def test_offsets_of_the_view_rise_with_the_text(text: str) -> None:
    view = nfc_view(text)
    offsets = [view.raw_offset(offset) for offset in range(len(view.text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text) or not view.text


def test_a_word_after_decomposed_text_keeps_its_place() -> None:
    raw = unicodedata.normalize('NFD', 'Ủy ban tỉnh: “Hà Nội”')
    view = nfc_view(raw)
    start = view.text.index('Hà Nội')
    assert nfc(raw[view.raw_offset(start) : view.raw_offset(start + len('Hà Nội'))]) == 'Hà Nội'
    assert view.raw_offset(view.text.index('“')) == raw.index('“')


def test_an_offset_outside_the_view_is_refused() -> None:
    with pytest.raises(ValueError, match='outside a text of 3'):
        nfc_view('abc').raw_offset(4)


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['label'])
def test_match_keys_agree_just_where_the_lines_are_one(case: dict[str, object]) -> None:
    assert (match_key(str(case['one'])) == match_key(str(case['other']))) is case['same']


@given(TEXT)
def test_the_match_key_is_stable_and_blind_to_the_normal_form(text: str) -> None:
    key = match_key(text)
    assert match_key(unicodedata.normalize('NFD', text)) == match_key(unicodedata.normalize('NFC', text))
    assert match_key(key) == key
