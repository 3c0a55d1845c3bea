"""CoNLL files: what is written is read back to the same code points; files of others are read, and broken ones are told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.entities.conll import TaggedLine, pages_of, read_conll, write_line
from builder.errors import InputError

SIGNS = st.sampled_from(
    [*'aĐệ -.(/#9\t_', '\u0301', '\u0323', '\u200b', '\ufeff', '\u00ad', '\u00a0', '\u2028', '\x85', '😀', '👨\u200d👩', '東', 'B-PER']
)
TEXTS = st.lists(SIGNS, min_size=1, max_size=40).map(''.join)


@st.composite
def lines(draw: st.DrawFn) -> TaggedLine:
    """A line with entities anywhere, as long as none begins or ends with white space."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = draw(st.lists(st.sampled_from(['PER', 'LOC', 'VŨ-KHÍ', None]), min_size=len(cuts), max_size=len(cuts)))
    found = [
        (start, end, kind)
        for start, end, kind in zip(cuts, cuts[1:], kinds, strict=False)
        if kind and text[start:end].strip() == text[start:end] != ''
    ]
    return TaggedLine(text, tuple(found), 'page-1', draw(st.integers(0, 999)))


@given(st.lists(lines(), max_size=4))
def test_what_is_written_is_read_back_to_the_same_code_points(tmp_path_factory: pytest.TempPathFactory, written: list[TaggedLine]) -> None:
    path = tmp_path_factory.mktemp('conll') / 'a.conll'
    path.write_text(''.join(map(write_line, written)), 'utf-8', newline='\n')
    read = list(read_conll(path))
    kept = [line for line in written if line.text.strip()]
    assert [(line.text, line.spans, line.page, line.line) for line in read] == [
        (line.text, line.spans, line.page, line.line) for line in kept
    ]


def read(tmp_path: Path, text: str) -> list[TaggedLine]:
    (tmp_path / 'a.conll').write_text(text, 'utf-8', newline='')
    return list(read_conll(tmp_path / 'a.conll'))


def test_four_columns_bioes_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = '-DOCSTART- -X- O O\r\n\r\nÔng N x O\r\nBách N x S-PER\r\n\r\nHà N x B-LOC\r\nNội N x E-LOC\r\n'
    assert [(line.text, line.spans) for line in read(tmp_path, text)] == [
        ('Ông Bách', ((4, 8, 'PER'),)),
        ('Hà Nội', ((0, 6, 'LOC'),)),
    ]
    assert [len(page) for page in pages_of(read(tmp_path, text))] == [2]


def test_lines_of_no_known_page_are_pages_of_their_own(tmp_path: Path) -> None:
    assert [len(page) for page in pages_of(read(tmp_path, 'A\tO\n\nB\tO\n'))] == [1, 1]


@pytest.mark.parametrize(
    ('text', 'says'),
    [
        ('A\tO\nB\n', 'a.conll:2: is no token with its tag'),
        ('A\tX-PER\n', "a.conll:1: 'X-PER' is no tag"),
        ('A\tB-\n', "'B-' is no tag"),
        ('# text = A C\nA\tO\nB\tO\n\n', 'do not make the text'),
        ('# text = A B C\nA\tO\nB\tO\n', 'do not make the text'),
    ],
)
def test_a_broken_file_is_told_by_its_row(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, text)


def test_other_bytes_than_utf8_are_told(tmp_path: Path) -> None:
    (tmp_path / 'a.conll').write_bytes(b'\xff\tO\n')
    with pytest.raises(InputError, match='cannot read the CoNLL file'):
        list(read_conll(tmp_path / 'a.conll'))
