"""`--retry-rejects` after a fix: what comes back is what a build of the whole dump would have made of it, and nothing is read twice."""

import csv
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.errors import UsageError
from builder.planning import Request
from tests.conftest import silent

STORY = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn, theo chính quyền xã {}.'
MENDED = 'fields: {text: [text, noi_dung]}\nlimits: {reject_bytes: 2000}\n'


def row(name: str, field: str, copies: int = 1) -> dict[str, str]:
    return {'id': name, field: '\n'.join([STORY.format(name)] * copies)}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Pages whose text has a name that the mapping does not know, in every kind of file, with pages that it does between them."""
    folder = tmp_path / 'dump'
    folder.mkdir()
    rows = [row(str(number), 'noi_dung' if number % 2 else 'text', copies=30 if number == 3 else 1) for number in range(6)]
    (folder / 'pages.jsonl').write_text('\n\n'.join(map(json.dumps, rows)) + '\n{"cut')
    (folder / 'pages.json').write_text(json.dumps([row('a', 'text'), row('b', 'noi_dung'), row('c', 'text')], ensure_ascii=False))
    (folder / 'pages.jsonl.gz').write_bytes(gzip.compress(json.dumps(row('zipped', 'noi_dung')).encode(), mtime=0))
    with (folder / 'pages.csv').open('w', encoding='utf-8', newline='') as stream:
        writer = csv.DictWriter(stream, ['id', 'noi_dung'])
        writer.writeheader()
        writer.writerows([row('csv 1', 'noi_dung'), row('csv 2', 'noi_dung')])
    pq.write_table(pa.Table.from_pylist([row('parquet 1', 'noi_dung'), row('parquet 2', 'noi_dung')]), folder / 'pages.parquet')
    (folder / 'page.txt').write_text(STORY.format('text'))
    (tmp_path / 'first.yaml').write_text('limits: {reject_bytes: 2000}\n')
    (tmp_path / 'mended.yaml').write_text(MENDED)
    return folder


def request(dumps: tuple[Path, ...], config: str, out: str, version: str, retry: Path | None = None) -> Path:
    base = retry.parent if retry else dumps[0].parent
    build(Request(dumps, base / out, version, config=base / config, retry_rejects=retry), silent)
    return base / out


def pages(release: Path) -> dict[str, str]:
    tables = [pq.read_table(path, columns=['id', 'text']) for path in sorted((release / 'pages').glob('*'))]
    return dict(zip(*(pa.concat_tables(tables)[name].to_pylist() for name in ('id', 'text')), strict=True))


def rejects(release: Path) -> list[dict[str, object]]:
    path = release.with_name(f'{release.name}.rejects') / 'rejects.jsonl'
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def test_with_the_dump_everything_comes_back_that_a_whole_build_would_keep(dump: Path) -> None:
    first = request((dump,), 'first.yaml', 'first', '0.1.0')
    whole = request((dump,), 'mended.yaml', 'whole', '0.1.0')
    again = request((dump,), 'mended.yaml', 'again', '0.2.0', first)
    assert len(pages(again)) == 3 + 1 + 1 + 2 + 2
    assert pages(first) | pages(again) == pages(whole)
    assert not pages(first).keys() & pages(again).keys()
    assert [reject['reason'] for reject in rejects(again)] == ['invalid_json']
    manifest = json.loads((again / 'manifest.json').read_text('utf-8'))
    assert sum(shard['read'] for shard in manifest['conservation']) == len(rejects(first))
    assert manifest['retried']['version'] == '0.1.0'


def test_without_the_dump_those_come_back_whose_bytes_were_kept(dump: Path) -> None:
    first = request((dump,), 'first.yaml', 'first', '0.1.0')
    again = request((), 'mended.yaml', 'again', '0.2.0', first)
    assert sorted(text.split()[-1] for text in pages(again).values()) == ['1.', '5.', 'b.', 'zipped.']
    told = [reject for reject in rejects(again) if 'give its dump' in str(reject['message'])]
    assert sorted({str(reject['path']) for reject in told}) == ['pages.csv', 'pages.jsonl', 'pages.parquet']
    assert len(rejects(again)) + len(pages(again)) == len(rejects(first))


def test_a_second_retry_takes_up_what_the_first_left(dump: Path) -> None:
    first = request((dump,), 'first.yaml', 'first', '0.1.0')
    second = request((), 'mended.yaml', 'second', '0.2.0', first)
    third = request((dump,), 'mended.yaml', 'third', '0.3.0', first)
    assert pages(second).items() < pages(third).items()


def test_a_page_whose_id_the_release_has_with_another_text_is_still_refused(tmp_path: Path) -> None:
    folder = tmp_path / 'dump'
    folder.mkdir()
    rows = [{'id': 'same', 'text': STORY.format('one')}, {'id': 'same', 'text': STORY.format('two')}, {'id': 'other', 'noi_dung': STORY}]
    (folder / 'pages.jsonl').write_text('\n'.join(map(json.dumps, rows)))
    (tmp_path / 'first.yaml').write_text('')
    (tmp_path / 'mended.yaml').write_text(MENDED)
    first = request((folder,), 'first.yaml', 'first', '0.1.0')
    again = request((folder,), 'mended.yaml', 'again', '0.2.0', first)
    assert list(pages(again).values()) == [STORY]
    assert [reject['reason'] for reject in rejects(again)] == ['id_conflict']


def test_another_dump_than_the_releases_is_refused(dump: Path, tmp_path: Path) -> None:
    first = request((dump,), 'first.yaml', 'first', '0.1.0')
    (dump / 'page.txt').write_text('another')
    with pytest.raises(UsageError, match='not what'):
        request((dump,), 'mended.yaml', 'again', '0.2.0', first)
    (tmp_path / 'first.rejects' / 'rejects.jsonl').unlink()
    with pytest.raises(UsageError, match='no rejects here'):
        request((), 'mended.yaml', 'again', '0.2.0', first)
