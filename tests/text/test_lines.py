import re

from hypothesis import given
from hypothesis import strategies as st

from builder.text.lines import split_lines
from builder.text.normalization import nfc

TEXT = st.text(alphabet='aạ ê\u0323\t\n\r\u2028\x0b\x0c\x1c\x85\ufeff\u200b')


@given(TEXT)
def test_lines_are_the_non_blank_stretches_between_line_ends(text: str) -> None:
    parts = [part for part in re.split('\r\n|\r|\n', text) if part and not part.isspace()]
    assert [line.text for line in split_lines(text)] == [nfc(part) for part in parts]


@given(TEXT)
def test_nothing_but_line_ends_and_blank_stretches_lies_between_lines(text: str) -> None:
    reached = 0
    for line in [*split_lines(text)]:
        between = text[reached : line.start]
        assert not between or between.isspace()
        assert nfc(text[line.start : line.end]) == line.text
        reached = line.end
    assert not text[reached:] or text[reached:].isspace()


def test_what_only_unicode_calls_a_line_end_stays_inside_a_line() -> None:
    assert [line.text for line in split_lines('một\u2028hai\x0bba\x85bốn\r\nnăm\rsáu\n\n \n')] == [
        'một\u2028hai\x0bba\x85bốn',
        'năm',
        'sáu',
    ]
