"""The tables say what others say, where there are others; both directions agree."""

import shutil
import subprocess
import unicodedata

import pytest

from builder.encodings import legacy
from builder.encodings.declarations import _encodings
from builder.encodings.viqr import from_viqr

TONES = '\u0300\u0301\u0303\u0309\u0323'
VOWELS = 'aăâeêioôơuưy'
LETTERS = [unicodedata.normalize('NFC', vowel + tone) for vowel in VOWELS for tone in ('', *TONES)] + ['đ']


def test_tcvn3_agrees_with_glibc() -> None:
    iconv = shutil.which('iconv')
    if not iconv:
        pytest.skip('there is no iconv here to compare with')
    if subprocess.run([iconv, '-f', 'TCVN5712-1', '-t', 'UTF-8'], input=b'', capture_output=True, check=False).returncode:
        pytest.skip('this iconv does not know TCVN5712-1: not glibc, or its converters are not installed')
    table = legacy._tcvn3()
    assert sorted(table) == list(range(0xA1, 0x100))
    for byte, letter in table.items():
        # Spaces behind, because glibc holds a letter back to see whether a combining tone follows.
        done = subprocess.run([iconv, '-f', 'TCVN5712-1', '-t', 'UTF-8'], input=bytes([byte, 32, 32]), capture_output=True, check=True)
        assert done.stdout.decode() == letter + '  '


def test_tcvn3_has_every_small_letter() -> None:
    missing = {letter for letter in LETTERS if not letter.isascii()} - set(legacy._tcvn3().values())
    assert missing == set()


def test_vni_has_every_letter_in_both_cases_and_no_two_ways_to_read_a_sequence() -> None:
    table = legacy._vni()
    wanted = {letter for letter in LETTERS if not letter.isascii()}
    assert wanted | {letter.upper() for letter in wanted} == set(table.values())
    assert all(len(sequence) <= 2 and sequence.encode('cp1252') for sequence in table)


@pytest.mark.parametrize(
    ('viqr', 'text'),
    [
        ("To^i ye^u tie^'ng nu+o+'c to^i", 'Tôi yêu tiếng nước tôi'),
        ('DDa(.ng dda(.t Dde^m', 'Đặng đặt Đêm'),
        ('khoe? kho^ng?', 'khoẻ không?'),
        (r'nha`\. ai\? d\d a\(', 'nhà. ai? dd a('),
        (r'C:\tmp nhe^^', r'C:\tmp nhe^^'),
    ],
)
def test_viqr(viqr: str, text: str) -> None:
    assert from_viqr(viqr) == text


def test_signs_that_can_be_no_letter_stay() -> None:
    assert legacy.from_tcvn3('30°C, 50 m², 12×8, 12 × 8, th¸ng') == '30°C, 50 m², 12×8, 12 × 8, tháng'
    assert legacy.from_vni('ø 5 ngaøy') == 'ø 5 ngày'


def test_every_label_names_a_text_codec_of_python() -> None:
    for label, (name, codec) in _encodings().items():
        assert label == label.lower()
        assert b'a\0b\0c\0'.decode(codec) if name.startswith('utf-16') else b'abc'.decode(codec) == 'abc'
    assert {'x-user-defined', 'hex', 'rot13', 'utf-7'}.isdisjoint(_encodings())
