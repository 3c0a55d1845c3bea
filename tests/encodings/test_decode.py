"""Every encoding comes back as the text that went in; claims are weighed; what cannot be read is an error with its place."""

import codecs
import contextlib
import gzip
import random
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.encodings.decode import Decoded, decode
from builder.encodings.errors import UndecodableError
from tests.encodings.inverse import as_tcvn3, as_vni, to_viqr, to_windows_1258

RIGHT = yaml.safe_load(Path(__file__).with_name('right_texts.yaml').read_text('utf-8'))
SENTENCE = 'Buổi sáng, bác thợ mộc mang ghế ra sân; nắng đã lên và gió thổi nhẹ qua những luống rau muống.'
FRENCH = 'Le marché du village est ouvert dans la matinée, et les enfants jouent sur la place pour le plaisir.'
WORDS = st.sampled_from(
    re.findall(
        r'\S+',
        'nắng mưa gió đường phố những người thợ mộc dựng nhà bên bờ sông cũ kỹ nghiêng quả giếng khuya thuở ngoằn ngoèo xoáy tuyết'
        ' yêu lưỡi Hà Nội Ở Đà',
    )
)
ENCODERS: dict[str, Callable[[str], bytes]] = {
    'windows-1258': to_windows_1258,
    'tcvn3': lambda text: as_tcvn3(text).encode('cp1252'),
    'vni': lambda text: as_vni(text).encode('cp1252'),
    'viqr': to_viqr,
    'utf-16-le': lambda text: text.encode('utf-16-le'),
    'utf-16-be': lambda text: text.encode('utf-16-be'),
    'utf-8': lambda text: text.encode('utf-8'),
}


def nfc(text: str) -> str:
    return unicodedata.normalize('NFC', text)


@pytest.mark.parametrize('encoding', ENCODERS)
@given(words=st.lists(WORDS, max_size=20))
def test_words_in_every_encoding_come_back(encoding: str, words: list[str]) -> None:
    # A sentence in front, because three words are too little evidence; small letters, because TCVN3 has no accented capitals.
    text = f'{SENTENCE} {" ".join(words)}'.lower()
    found = decode(ENCODERS[encoding](text))
    assert (nfc(found.text), found.encoding, found.repaired) == (text, encoding, ())
    assert found.evidence == ('utf8' if encoding == 'utf-8' else 'content')


@pytest.mark.parametrize('encoding', ['windows-1258', 'vni', 'viqr'])
def test_capitals_come_back(encoding: str) -> None:
    assert nfc(decode(ENCODERS[encoding](SENTENCE.upper())).text) == SENTENCE.upper()
    assert nfc(decode(ENCODERS[encoding](SENTENCE.title())).text) == SENTENCE.title()


def test_tcvn3_typed_in_a_font_of_capitals_comes_out_in_small_letters() -> None:
    raw = as_tcvn3(SENTENCE.lower()).encode('cp1252')
    shouted = bytes(byte - 32 if 97 <= byte <= 122 else byte for byte in raw)
    found = decode(shouted)
    assert (found.encoding, found.text.lower()) == ('tcvn3', SENTENCE.lower())
    assert found.text.startswith('BUổI SáNG')


def test_windows_1258_is_not_normalized() -> None:
    found = decode(to_windows_1258(SENTENCE))
    assert found.text == to_windows_1258(SENTENCE).decode('cp1258')
    assert not unicodedata.is_normalized('NFC', found.text)


@pytest.mark.parametrize('case', RIGHT, ids=lambda case: str(case['case']))
def test_right_text_stays(case: dict[str, str]) -> None:
    found = decode(case['text'].encode())
    assert found == Decoded(case['text'], 'ascii' if case['text'].isascii() else 'utf-8', 'utf8')


@pytest.mark.parametrize(
    ('mark', 'codec'),
    [
        (codecs.BOM_UTF8, 'utf-8'),
        (codecs.BOM_UTF16_LE, 'utf-16-le'),
        (codecs.BOM_UTF16_BE, 'utf-16-be'),
        (codecs.BOM_UTF32_LE, 'utf-32-le'),
        (codecs.BOM_UTF32_BE, 'utf-32-be'),
    ],
)
def test_a_byte_order_mark_outweighs_every_claim(mark: bytes, codec: str) -> None:
    for text in (SENTENCE, '', 'ASCII'):
        assert decode(mark + text.encode(codec), http_charset='windows-1252') == Decoded(text, codec, 'bom')


def test_utf16_may_begin_with_nul() -> None:
    assert decode(codecs.BOM_UTF16_LE + '\0a'.encode('utf-16-le')) == Decoded('\0a', 'utf-16-le', 'bom')


CLAIMS = [
    # bytes, HTTP charset, <meta> charset, encoding, evidence
    (SENTENCE.encode(), 'utf-8', None, 'utf-8', 'http'),
    (SENTENCE.encode(), ' "UTF8" ', 'windows-1252', 'utf-8', 'http'),
    (SENTENCE.encode(), 'iso-8859-1', 'utf-8', 'utf-8', 'meta'),
    (SENTENCE.encode(), 'iso-8859-1', None, 'utf-8', 'utf8'),
    (SENTENCE.encode(), 'x-user-defined', 'no-such-label', 'utf-8', 'utf8'),
    (SENTENCE.encode(), 'utf-16', None, 'utf-8', 'utf8'),
    (FRENCH.encode('cp1252'), None, 'latin1', 'windows-1252', 'meta'),
    (FRENCH.encode('cp1252'), 'ISO-8859-1', 'utf-8', 'windows-1252', 'http'),
    (FRENCH.encode('cp1252'), 'utf-8', None, 'windows-1252', 'content'),
    (FRENCH.encode('cp1252'), None, None, 'windows-1252', 'content'),
    (b'plain words', 'windows-1258', 'utf-8', 'ascii', 'utf8'),
    (b'plain words', 'utf-16', None, 'ascii', 'utf8'),
    (to_windows_1258(SENTENCE), 'windows-1258', None, 'windows-1258', 'http'),
    (to_windows_1258(SENTENCE), 'iso-8859-1', 'windows-1258', 'windows-1258', 'content'),
    (to_windows_1258('Nhà cũ'), None, 'x-cp1258', 'windows-1258', 'meta'),
    (as_tcvn3(SENTENCE.lower()).encode('cp1252'), 'windows-1252', 'x-user-defined', 'tcvn3', 'content'),
    (as_tcvn3(SENTENCE.lower()).encode('cp1252'), 'utf-8', 'utf-8', 'tcvn3', 'content'),
    (as_vni(SENTENCE).encode('cp1252'), None, 'iso-8859-1', 'vni', 'content'),
    ('今天的新闻报道了很多事情'.encode('gbk'), 'gb2312', None, 'gb18030', 'http'),
    ('ニュース'.encode('iso2022-jp'), None, 'iso-2022-jp', 'iso-2022-jp', 'meta'),
    ('Это русский текст'.encode('cp1251'), None, 'windows-1251', 'windows-1251', 'meta'),
    (SENTENCE.encode('utf-16-le'), 'utf-16', None, 'utf-16-le', 'http'),
    ('今天的新闻'.encode('utf-16-be'), 'utf-16be', None, 'utf-16-be', 'http'),
]


@pytest.mark.parametrize(('body', 'http', 'meta', 'encoding', 'evidence'), CLAIMS)
def test_a_claim_is_weighed(body: bytes, http: str | None, meta: str | None, encoding: str, evidence: str) -> None:
    head = (
        f'<html><!-- <meta charset="koi8-r"> --><META name="d" content="charset=koi8-r"><meta charset={meta}><p>'.encode() if meta else b''
    )
    found = decode(head + body, http_charset=http, html=True)
    assert (found.encoding, found.evidence, found.repaired) == (encoding, evidence, ())


def test_meta_is_read_in_html_and_in_its_first_4_kib_only() -> None:
    tag = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    body = 'Это русский текст'.encode('cp1251')
    assert decode(tag + body, html=True).evidence == 'meta'
    for raw, html in ((tag + body, False), (b' ' * 4_096 + tag + body, True)):
        with pytest.raises(UndecodableError):
            decode(raw, html=html)


UNDECODABLE = [
    ('truncated tail', (SENTENCE + 'ế').encode()[:-1], len(SENTENCE.encode())),
    ('one bad byte', SENTENCE.encode() + b'\xff' + SENTENCE.encode(), len(SENTENCE.encode())),
    ('damage behind a mark', codecs.BOM_UTF8 + 'nhà'.encode() + b'\xff', 7),
    ('UTF-16 cut in a unit', SENTENCE.encode('utf-16-le') + b'a', 2 * len(SENTENCE)),
    ('UTF-16 with mark cut in a unit', codecs.BOM_UTF16_BE + 'nhà'.encode('utf-16-be') + b'\0', 8),
    ('Chinese without a claim', b'abc' + '今天的新闻报道了很多事情'.encode('gbk'), None),
    ('Russian without a claim', 'Это русский текст о погоде'.encode('koi8-r'), 0),
    ('too short to tell', b'ca f\xe9', 4),
]


@pytest.mark.parametrize(('name', 'raw', 'offset'), UNDECODABLE)
def test_what_cannot_be_read_is_an_error_with_its_place(name: str, raw: bytes, offset: int | None) -> None:
    with pytest.raises(UndecodableError) as raised:
        decode(raw)
    assert offset is None or raised.value.offset == offset, name
    assert str(raised.value).startswith(f'byte {raised.value.offset}: ')


def test_damaged_utf8_is_not_let_through_as_a_single_byte_encoding() -> None:
    with pytest.raises(UndecodableError):
        decode(SENTENCE.encode() + b'\xff', http_charset='windows-1252')


def test_random_bytes_are_in_no_legacy_encoding() -> None:
    drawn = random.Random(1)  # noqa: S311 - no secret: bytes that are the same in every run
    for size in (40, 200, 1_000) * 100:
        for low in (0, 32):
            with pytest.raises(UndecodableError):
                decode(bytes(drawn.randrange(low, 256) for _ in range(size)))


@given(raw=st.binary(max_size=200), label=st.sampled_from([None, 'utf-8', 'gbk', 'windows-1258', 'utf-16', 'big5', 'hex', 'rot13']))
def test_any_bytes_give_a_text_or_the_one_error(raw: bytes, label: str | None) -> None:
    outcomes = [_outcome(raw, label) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert not isinstance(outcomes[0], int) or 0 <= outcomes[0] < len(raw)


def _outcome(raw: bytes, label: str | None) -> Decoded | int:
    try:
        return decode(raw, http_charset=label, html=True)
    except UndecodableError as error:
        return error.offset


def test_markup_and_addresses_in_viqr_stay() -> None:
    page = f'<a href="o^a(.html" title="to^i">{to_viqr(SENTENCE).decode()}</a> http://a.vn/o.html ba@o.vn <script>a(e^u)</script>'
    found = decode(page.encode(), html=True)
    assert found.encoding == 'viqr'
    assert found.text == page.replace(to_viqr(SENTENCE).decode(), SENTENCE)


BAIT = [
    b'<',
    b'<a ',
    b'<script',
    b'<!--',
    b'\xb8',
    b'a^',
    b'\\',
    b'a\xcc\xd2',
    b'@',
    b'a\xcc\x81\xcc\xa3',
    'Ã\x83Â'.encode(),
    'Ã¡ '.encode(),
]


@pytest.mark.parametrize('bait', BAIT)
def test_bait_takes_linear_time(bait: bytes) -> None:
    def seconds(size: int) -> float:
        raw = b'<meta ' + bait * (size // len(bait)) + b'\n'
        start = time.process_time()
        with contextlib.suppress(UndecodableError):
            decode(raw, html=True)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(400_000) < 0.2 + 20 * seconds(50_000)  # linear: 8 times; quadratic: 64 times


def test_real_pages_are_utf8_and_need_no_repair(shared: Path) -> None:
    paths = [path for folder in ('gold/text', 'gold/html', 'dirty') for path in sorted((shared / folder).iterdir())]
    for path in paths:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == '.gz' else path.read_bytes()
        found = decode(raw, html=path.suffix == '.gz')
        assert (found.encoding in {'utf-8', 'ascii'}, found.repaired) == (True, ()), path.name
        assert found.text.encode() == raw.removeprefix(codecs.BOM_UTF8)
