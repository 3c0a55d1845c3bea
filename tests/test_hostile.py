"""Input made to do harm: it becomes a reject with its reason, its neighbours are kept, and neither time nor memory grows beyond what the limits say.

Faults of ordinary dumps stand in `tests/test_faults.py`, bait for the HTML parser in `tests/html/test_limits.py`, for the WARC reader in `tests/warc`.
"""

import io
import os
import signal
import stat
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from builder.build import Request, build
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.converters.sniffing import sniff_format
from builder.encodings.decode import decode
from builder.html.limits import HtmlLimits
from builder.labelling import rules as surface
from builder.labelling.shapes import shape
from builder.model import Framing, Page, Reject, Skipped
from builder.plan import Limits, load_plan
from builder.schema.loading import load_schema
from builder.text.language import detect_language
from builder.warc.fields import charset
from builder.warc.model import WarcLimits
from tests.conftest import silent
from tests.converters.dumps import COMPRESS, as_jsonl, write
from tests.warc.files import response

RULES = Rules(load_plan().limits, field_mapping({}))
GOOD = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn.'
Item = Page | Reject | Framing | Skipped


def read(dump: Path) -> list[Item]:
    return [item for file in find_inputs([dump]) for item in convert(Segment(file), RULES)]


def verdict(dump: Path) -> tuple[list[str], list[str]]:
    """The texts of the pages, and the reasons of the rejects."""
    items = read(dump)
    return [item.text for item in items if isinstance(item, Page)], [item.reason for item in items if isinstance(item, Reject)]


class EndlessError(Exception):
    """A step went on for ever, or as good as."""


@contextmanager
def an_end_is_seen(seconds: int = 20) -> Iterator[None]:
    """Breaks off what would else hold the suite up for hours. It measures nothing: what is linear ends in a fraction of a second."""

    def stop(*_: object) -> None:
        raise EndlessError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# Every limit that a user can set.


def test_the_limits_of_the_readers_are_those_of_the_configuration() -> None:
    limits = load_plan().limits
    html = {field.name: getattr(limits, f'html_{field.name}') for field in fields(HtmlLimits)}
    warc = {field.name: getattr(limits, f'warc_{field.name}') for field in fields(WarcLimits) if field.name != 'reject_bytes'}
    assert HtmlLimits(**html) == HtmlLimits()
    assert WarcLimits(**warc, reject_bytes=limits.reject_bytes) == WarcLimits()


def test_every_limit_is_stated_with_what_it_means() -> None:
    stated = load_schema('config')['properties']['limits']['properties']
    assert set(stated) == {field.name for field in fields(Limits)}
    assert all(len(setting['description']) > 20 and 'default' in setting and 'minimum' in setting for setting in stated.values())


BAIT_PAGE = '<div><div><p>' + GOOD


@pytest.mark.parametrize(
    ('setting', 'name', 'content', 'reason'),
    [
        ('html_nodes: 3', 'page.html', BAIT_PAGE.encode(), 'html_limit'),
        ('html_depth: 2', 'page.html', BAIT_PAGE.encode(), 'html_limit'),
        ('html_bytes: 50', 'page.html', BAIT_PAGE.encode(), 'html_limit'),
        ('html_steps: 2', 'page.html', BAIT_PAGE.encode(), 'html_limit'),
        ('warc_record_bytes: 60', 'dump.warc', response(b'HTTP/1.1 200 OK\r\n\r\n' + GOOD.encode()), 'record_too_large'),
        ('warc_header_bytes: 40', 'dump.warc', response(b'HTTP/1.1 200 OK\r\n\r\n' + GOOD.encode()), 'bad_header'),
        (
            'warc_ratio: 2',
            'dump.warc.gz',
            COMPRESS['.gz'](response(b'HTTP/1.1 200 OK\r\n\r\n' + b' '.join(b'%d' % n for n in range(400_000)))),
            'bomb',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_limit_in_the_configuration_reaches_its_reader(setting: str, name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    config = write(tmp_path, 'config.yaml', f'limits: {{{setting}}}\n'.encode())
    path = write(tmp_path, name, content)
    (file,) = find_inputs([path])
    found = list(convert(Segment(file), Rules(load_plan(config).limits, field_mapping({}))))
    rejects = [item for item in found if isinstance(item, Reject)]
    assert [item.reason for item in rejects][:1] == [reason]
    if reason == 'html_limit':
        assert f'(limits.{setting.split(":", maxsplit=1)[0]})' in rejects[0].message
    assert not any(isinstance(item, Reject) for item in read(path))


# Regular expressions, and all else that looks at a text, on long lines that make the careless ones quadratic.

LENGTH = 300_000
BAIT = {
    'spaces': 'a' + ' ' * LENGTH + 'b',
    'digits': '0' * LENGTH,
    'letters': 'a' * LENGTH,
    'capitals': 'A' * LENGTH,
    'stops': '.' * LENGTH,
    'brackets': '(' * LENGTH,
    'quotes': '"' * LENGTH,
    'slashed digits': '1/' * (LENGTH // 2),
    'credits': 'Theo A/' * (LENGTH // 7),
    'pictures': 'Ảnh minh họa ' * (LENGTH // 13),
    'words': 'Nguyễn Văn A ' * (LENGTH // 13),
    'a licence of no number': 'giấy phép số' + ' ' * LENGTH + '!',
    'licences': 'giấy phép số ' * (LENGTH // 13),
    'a charset of no name': 'text/html; charset=' + ' ' * LENGTH + ';',
    'comments': '<!---->' * (LENGTH // 7),
    'open comments': '<!--' * (LENGTH // 4),
    'declarations': '<?xml ' * (LENGTH // 6),
    'braces': '{' * LENGTH,
    'escapes': '{"' + '\\"' * (LENGTH // 2),
    'addresses': 'a@' * (LENGTH // 2),
    'marks': 'a\u0301' * (LENGTH // 2),
    'broken encodings': 'Ã¡' * (LENGTH // 2),
}
LOOKS: dict[str, Callable[[str], object]] = {
    'the shape of a line': shape,
    'surface rules': lambda text: surface.votes([text]),
    'language': lambda text: detect_language([text]),
    'encoding of a text': lambda text: decode(text.encode()),
    'encoding of a page': lambda text: decode(text.encode(), html=True),
    'format': lambda text: sniff_format(text.encode(), 'page.txt'),
    'charset': lambda text: charset(text[:65_536] + ';'),
}


@pytest.mark.parametrize('bait', BAIT)
@pytest.mark.parametrize('look', LOOKS)
def test_no_line_takes_for_ever(look: str, bait: str) -> None:
    assert comes_to_an_end(lambda: LOOKS[look](BAIT[bait]))


def comes_to_an_end(look: Callable[[], object]) -> bool:
    """Whether the call returns before it is broken off."""
    try:
        with an_end_is_seen():
            look()
    except EndlessError:
        return False
    return True


def test_what_has_no_end_is_broken_off() -> None:
    with pytest.raises(EndlessError), an_end_is_seen(1):
        time.sleep(60)


@pytest.mark.parametrize('name', ['page.txt', 'page.html', 'page.json', 'page.jsonl', 'page.csv', 'page.tsv', 'page.warc', 'page.parquet'])
@pytest.mark.parametrize('bait', sorted(set(BAIT) - {'comments'}))
def test_no_converter_takes_for_ever(name: str, bait: str, tmp_path: Path) -> None:
    with an_end_is_seen():
        assert read(write(tmp_path, name, BAIT[bait].encode()))


# Bombs and archives.

SPARE = 48 << 20  # bytes of memory that reading may take on top of the program: a few times the limit on a page, and the allocator's slack
MEASURED = f"""
import resource, sys
from dataclasses import replace
from pathlib import Path
from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.plan import load_plan
rules = Rules(replace(load_plan().limits, page_bytes=1_000_000, warc_record_bytes=2_000_000), field_mapping({{}}))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
found = [(type(item).__name__, getattr(item, 'reason', '')) for file in find_inputs([Path(sys.argv[1])]) for item in convert(Segment(file), rules)]
assert peak() - before < {SPARE}, peak() - before
print(*(reason or kind for kind, reason in found))
"""


def measured(dump: Path) -> list[str]:
    """What is in the dump, read by a process of its own that fails where it takes more memory than it should."""
    done = subprocess.run([sys.executable, '-c', MEASURED, str(dump)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize('suffix', COMPRESS)
def test_a_bomb_costs_no_memory_and_itself(suffix: str, tmp_path: Path) -> None:
    write(tmp_path, 'dump/1.txt', GOOD.encode())
    write(tmp_path, f'dump/2.txt{suffix}', COMPRESS[suffix](bytes(64 << 20)))
    write(tmp_path, 'dump/3.txt', GOOD.encode())
    assert measured(tmp_path / 'dump') == ['Page', 'page_too_large', 'Page']


def test_a_bomb_in_a_bomb_is_not_set_off(tmp_path: Path) -> None:
    write(tmp_path, 'dump/1.txt', GOOD.encode())
    write(tmp_path, 'dump/2.txt.gz', COMPRESS['.gz'](COMPRESS['.gz'](bytes(10_000_000))))
    write(tmp_path, 'dump/3.zip', zipped({'x.zip': zipped({'y.txt': bytes(10_000_000)}), 'good.txt': GOOD.encode()}))
    assert verdict(tmp_path / 'dump') == ([GOOD] * 2, ['undecodable', 'nested_archive'])


@pytest.mark.parametrize(
    ('name', 'reason'),
    [('page.txt', 'page_too_large'), ('page.html', 'page_too_large'), ('pages.jsonl', 'page_too_large'), ('pages.csv', 'page_too_large')],
)
def test_one_line_without_an_end_costs_no_memory(name: str, reason: str, tmp_path: Path) -> None:
    row = {'page.txt': b'', 'page.html': b'', 'pages.jsonl': as_jsonl([{'text': GOOD}]), 'pages.csv': f'text\n"{GOOD}"\n'.encode()}[name]
    with (tmp_path / name).open('wb') as stream:
        stream.write(row)
        stream.seek(64 << 20, os.SEEK_CUR)
        stream.write(b'x\n' + row.removeprefix(b'text\n'))
    wanted = [reason] if name.startswith('page.') else ['Page', reason, 'Page']
    assert [item for item in measured(tmp_path / name) if item != 'Framing'] == wanted


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_links_and_devices_in_a_tar_are_never_followed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
    with tarfile.open(fileobj=stream, mode='w') as archive:
        for number, kind in enumerate(kinds):
            link = tarfile.TarInfo(f'{number}.txt')
            link.type, link.linkname = kind, '/etc/passwd'
            archive.addfile(link)
        good = tarfile.TarInfo('good.txt')
        good.size = len(GOOD.encode())
        archive.addfile(good, io.BytesIO(GOOD.encode()))
    assert verdict(write(tmp_path, 'dump.tar', stream.getvalue())) == ([GOOD], ['no_regular_member'] * len(kinds))


def test_a_link_in_a_zip_is_never_followed_and_members_that_overlap_are_no_page(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as archive:
        link = zipfile.ZipInfo('link.txt')
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, '/etc/passwd')
        archive.writestr('good.txt', GOOD)
        archive.writestr('other.txt', GOOD)
        archive.getinfo('other.txt').header_offset = archive.getinfo('good.txt').header_offset
    pages, reasons = verdict(write(tmp_path, 'dump.zip', stream.getvalue()))
    assert (pages, reasons) == ([GOOD], ['no_regular_member', 'damaged_stream'])


# Depth, entities, signs that are none.


@pytest.mark.parametrize(
    ('name', 'content', 'reasons'),
    [
        ('2.html', b'<div>' * 100_000 + b'x', ['html_limit']),
        ('2.jsonl', b'{"text":' + b'[' * 100_000 + b'\n', ['invalid_json']),
        ('2.json', b'{"text":' * 100_000 + b'"x"' + b'}' * 100_000, ['invalid_json']),
        ('2.csv', b'text\n' + b'"' * 100_001 + b'\n', ['bad_row']),
        ('2.txt', b'Tin \xed\xa0\x80 Tin', ['undecodable']),
        ('2.txt', GOOD.encode('utf-16-le') + b'\0\xd8', ['undecodable']),
        ('2.jsonl', b'{"text": "a", "url": "https://a.example/\\udc80"}\n', ['bad_field']),
        ('2.jsonl', b'{"text": "a", "id": "\\u0000"}\n', ['bad_field']),
    ],
)
def test_what_is_too_deep_or_no_text_is_a_reject_between_its_neighbours(
    name: str, content: bytes, reasons: list[str], tmp_path: Path
) -> None:
    for other, text in (('1.txt', GOOD.encode()), (name, content), ('3.txt', GOOD.encode())):
        write(tmp_path, f'dump/{other}', text)
    assert verdict(tmp_path / 'dump') == ([GOOD, GOOD], reasons)


LAUGHS = ''.join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize(
    'head',
    [
        f'<!DOCTYPE html [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE html><script type="application/ld+json">' + '{"a":' * 100_000 + '</script>',
        '<!DOCTYPE html><title>' + '&lt;' * 100_000 + '</title>',
        '<!DOCTYPE html><link rel=canonical href="http://[' + ':' * 100_000 + '">',
        '<!DOCTYPE html><meta charset="' + 'x' * 100_000 + '">',
    ],
    ids=['entities of entities', 'deep JSON-LD', 'flood of entities', 'an address that is none', 'a charset that is none'],
)
def test_metadata_that_means_harm_does_not_cost_the_page(head: str, tmp_path: Path) -> None:
    with an_end_is_seen():
        (page,) = read(write(tmp_path, 'page.html', f'{head}<p>{GOOD} &l9;</p>'.encode()))
    assert isinstance(page, Page)
    assert page.text.endswith(f'{GOOD} &l9;')
    assert len(page.title or '') <= 10_000


@pytest.mark.parametrize('field', ['WARC-Target-URI: https://a.example/\0x', 'WARC-Date: 2026\0'])
def test_a_nul_in_an_address_or_a_date_does_not_reach_a_record(field: str, tmp_path: Path) -> None:
    sound = response(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n' + GOOD.encode())
    bad = response(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n' + GOOD.encode(), field)
    assert verdict(write(tmp_path, 'dump.warc', sound + bad + sound)) == ([GOOD, GOOD], ['bad_field'])


# Names of files.


def test_any_name_that_a_disk_takes_is_read_and_written_down(tmp_path: Path) -> None:
    names = [b'\xff\xfe.txt', b'a\nb.txt', b'-rf.txt', b'\x1b[31m.txt', b'\xe1\xba.txt', 'ế'.encode() * 83 + b'.txt', b'$(x) `y` "z".txt']
    folder = os.fsencode(tmp_path / 'dump')
    Path(os.fsdecode(folder)).mkdir()
    for number, name in enumerate(names):
        Path(os.fsdecode(folder + b'/' + name)).write_text(f'{GOOD} Trang {number}.')
    built = build(Request((tmp_path / 'dump',), tmp_path / 'out', '0.1.0'), silent)
    assert sum(row['kept'] for row in built.manifest['conservation']) == len(names)
    listed = [entry['path'] for entry in built.manifest['inputs']]
    assert len(set(listed)) == len(names)
    assert '\\xff\\xfe.txt' in listed
