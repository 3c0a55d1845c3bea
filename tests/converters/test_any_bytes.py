"""Whatever bytes a dump holds: every converter goes through them without an exception, its places tile them, and it does so twice alike."""

import gzip
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model import Framing, Page, Reject
from tests.converters.dumps import COMPRESS, FORMATS, as_tar, as_zip
from tests.fuzz.corpus import as_html, as_warc
from tests.fuzz.invariants import Item, read, require_sound

ROWS = [
    {'url': f'https://a.example/{number}', 'title': 'Tựa "một", hai', 'text': f'Sáng nay, cầu số {number} thông xe.\nDòng hai.'}
    for number in range(6)
]
MEMBERS = {'a/mot.txt': 'Tin một'.encode(), 'b.jsonl': FORMATS['pages.jsonl'](ROWS), 'c.html.gz': gzip.compress(as_html('Tin'), mtime=0)}
DUMPS: Mapping[str, tuple[str | None, bytes]] = {
    'text': ('text', ROWS[0]['text'].encode() * 9),
    'html': ('html', as_html(ROWS[0]['text'])),
    'jsonl': ('jsonl', FORMATS['pages.jsonl'](ROWS)),
    'json': ('json', FORMATS['pages.json'](ROWS)),
    'csv': ('csv', FORMATS['pages.csv'](ROWS)),
    'tsv': ('tsv', FORMATS['pages.tsv'](ROWS)),
    'parquet': ('parquet', FORMATS['pages.parquet'](ROWS)),
    'arrow stream': ('arrow', FORMATS['stream.arrow'](ROWS)),
    'arrow file': ('arrow', FORMATS['file.arrow'](ROWS)),
    'warc': ('warc', as_warc(ROWS)),
    'warc.gz': ('warc', gzip.compress(as_warc(ROWS), mtime=0)),
    'tar': (None, as_tar(MEMBERS, 'w')),
    'tar.gz': (None, as_tar(MEMBERS)),
    'zip': (None, as_zip(MEMBERS)),
    **{f'jsonl{suffix}': (None, pack(FORMATS['pages.jsonl'](ROWS))) for suffix, pack in COMPRESS.items()},
}
"""For each kind of dump the format that it is read as, None where its content must tell, and a sound one."""

FRAGMENTS = [b'', b'\0', b'\xff' * 8, b'\xef\xbb\xbf', b'\n', b'\r\n\r\n', b'"', b'{', b'}', b'\\ud800', b'<!--', b'</script>', b'&#0;', b'\x1f\x8b\x08\0', b'PAR1',
             b'ARROW1', b'WARC/1.0\r\n', b'Content-Length: 999999\r\n', b'PK\x03\x04', b'PK\x05\x06', 'ế'.encode()[:2]]  # fmt: skip
HARM = st.tuples(st.floats(0, 1), st.sampled_from([0, 1, 2, 7, 64, 700]), st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=24)))
"""Where in a dump, as a share of it, how many bytes go, and what comes in their place."""


def harmed(content: bytes, harms: list[tuple[float, int, bytes]]) -> bytes:
    for share, size, other in harms:
        start = int(share * len(content))
        content = content[:start] + other + content[start + size :]
    return content


def items_of(content: bytes, form: str | None, name: str = 'dump') -> list[Item]:
    """What is in a file of these bytes, found to be sound, and the same when it is read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        items = read(path, form)
        require_sound(items, content, form)
        assert items == read(path, form)
        return items


@pytest.mark.parametrize('name', DUMPS)
@given(harms=st.lists(HARM, max_size=4))
@settings(max_examples=60)
def test_a_harmed_dump_is_read_to_its_end(name: str, harms: list[tuple[float, int, bytes]]) -> None:
    form, content = DUMPS[name]
    assert items_of(harmed(content, harms), form), 'bytes that became nothing were lost'


@pytest.mark.parametrize('form', [*sorted({form for form, _ in DUMPS.values() if form}), None])
@given(content=st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(b''.join)))
@settings(max_examples=60)
def test_any_bytes_are_read_to_their_end(form: str | None, content: bytes) -> None:
    assert items_of(content, form), 'an empty file, too, is told'


@pytest.mark.parametrize('pack', [*COMPRESS.values(), lambda data: as_tar({'x': data}, 'w'), lambda data: as_zip({'x': data})])
@given(content=st.binary(max_size=200), name=st.sampled_from(['x', 'x.jsonl', 'x.html', 'x.csv', 'x.parquet', 'x.warc']))
@settings(max_examples=30)
def test_any_bytes_in_a_package_are_read_to_their_end(pack: Callable[[bytes], bytes], content: bytes, name: str) -> None:
    assert items_of(pack(content), None, f'{name}.gz'), 'bytes that became nothing were lost'


@given(
    st.dictionaries(
        st.sampled_from(['text', 'url', 'id', 'title', 'date', 'meta', 'warc_headers']),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
@settings(max_examples=200)
def test_any_values_under_the_names_of_a_page_are_a_page_or_a_reject(record: dict[str, object]) -> None:
    line = json.dumps(record).encode() + b'\n'
    for form in ('jsonl', 'json'):
        found = [item for item in items_of(line * 2, form) if not isinstance(item, Framing)]
        assert [type(item) for item in found] == [type(found[0])] * 2
        assert isinstance(found[0], Page | Reject)
