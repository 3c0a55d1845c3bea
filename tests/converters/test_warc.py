import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from builder.converters.convert import Segment, convert
from builder.converters.inputs import find_inputs
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Rules
from builder.model import Framing, Page, Reject, Skipped
from builder.plan import load_plan

# warcio leaves its temporary files to the garbage collector.
pytestmark = pytest.mark.filterwarnings('ignore:Unclosed file:ResourceWarning', 'ignore::pytest.PytestUnraisableExceptionWarning')
RULES = Rules(load_plan().limits, field_mapping({}))
COUNT = 20


def html(number: int) -> bytes:
    head = f'<head><meta charset="utf-8"><title>Trang {number}</title><script>bỏ()</script></head>'
    return f'<!doctype html><html>{head}<body><h1>Cầu số {number}</h1><p>Sáng nay cầu thông xe.</p></body></html>'.encode()


def write_warc(path: Path, *, compressed: bool) -> None:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=compressed)
    writer.write_record(writer.create_warcinfo_record('dump.warc', {'software': 'test'}))
    for number in range(COUNT):
        uri = f'https://songhau.example/{number}'
        headers = StatusAndHeaders('200 OK', [('Content-Type', 'text/html; charset=utf-8')], protocol='HTTP/1.1')
        date = {'WARC-Date': f'2026-03-{number + 1:02d}T00:00:00Z'}
        writer.write_record(
            writer.create_warc_record(uri, 'response', payload=io.BytesIO(html(number)), http_headers=headers, warc_headers_dict=date)
        )
    for status, kind in (('404 Not Found', 'text/html'), ('301 Moved', 'text/html'), ('200 OK', 'image/png')):
        headers = StatusAndHeaders(status, [('Content-Type', kind)], protocol='HTTP/1.1')
        writer.write_record(
            writer.create_warc_record('https://songhau.example/x', 'response', payload=io.BytesIO(b'x'), http_headers=headers)
        )
    text = 'Tin chữ trơn'.encode()
    writer.write_record(
        writer.create_warc_record('https://songhau.example/w', 'conversion', payload=io.BytesIO(text), warc_content_type='text/plain')
    )
    path.write_bytes(stream.getvalue())


def read(path: Path) -> list[Page | Reject | Framing | Skipped]:
    (file,) = find_inputs([path])
    items = list(convert(Segment(file), RULES))
    reached = 0
    for item in items:
        assert item.place.start == reached
        reached = item.place.end
    assert reached == path.stat().st_size
    return items


@pytest.mark.parametrize('name', ['dump.warc', 'dump.warc.gz', 'no_suffix'])
def test_pages_come_with_address_date_and_title_and_the_rest_is_counted(name: str, tmp_path: Path) -> None:
    write_warc(tmp_path / name, compressed=name.endswith('gz'))
    items = read(tmp_path / name)
    pages = [item for item in items if isinstance(item, Page)]
    assert [page.text for page in pages] == [*(f'Cầu số {number}\nSáng nay cầu thông xe.' for number in range(COUNT)), 'Tin chữ trơn']
    assert (pages[3].url, pages[3].crawled, pages[3].title) == ('https://songhau.example/3', '2026-03-04T00:00:00Z', 'Trang 3')
    assert [item.reason for item in items if isinstance(item, Skipped)] == ['warc_warcinfo', 'http_404', 'http_301', 'content_image_png']
    assert not [item for item in items if isinstance(item, Reject)]


def test_a_damaged_member_costs_its_page_alone(tmp_path: Path) -> None:
    path = tmp_path / 'dump.warc.gz'
    write_warc(path, compressed=True)
    content = bytearray(path.read_bytes())
    starts = [page.place.start for page in read(path) if isinstance(page, Page)]
    content[starts[7] + 200 : starts[7] + 208] = b'\xff' * 8
    path.write_bytes(bytes(content))
    items = read(path)
    kept = [item.url for item in items if isinstance(item, Page)]
    assert kept == [f'https://songhau.example/{number}' for number in range(COUNT) if number != 7] + ['https://songhau.example/w']
    (lost,) = [item for item in items if isinstance(item, Reject)]
    assert (lost.reason, lost.place.start) == ('damaged_member', starts[7])


def test_a_payload_that_is_not_what_its_digest_says_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / 'dump.warc'
    write_warc(path, compressed=False)
    path.write_bytes(path.read_bytes().replace('Cầu số 5'.encode(), 'Cầu số 6'.encode()))
    rejects = [item for item in read(path) if isinstance(item, Reject)]
    assert [reject.reason for reject in rejects] == ['digest_mismatch']
