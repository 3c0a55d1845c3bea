"""What of staged records is compared: stories apart, sidebars left out."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from builder.duplicates.segments import WHOLE_PAGE, Segment, staged_segments
from builder.staging.rows import line_key


def record(page: str, *lines: tuple[str, str, int | None], **fields: str) -> dict[str, Any]:
    return {'id': page, **fields, 'lines': [{'text': text, 'label': label, 'story': story} for text, label, story in lines]}


def staged(folder: Path, *records: dict[str, Any], rows: int = 1) -> Path:
    folder.mkdir()
    line = pa.struct([('text', pa.string()), ('label', pa.string()), ('story', pa.int64())])
    text = pa.string()
    fields = {'id': text, 'published': text, 'crawled': text, 'url': text, 'site': text, 'line_keys': pa.list_(pa.int64())}
    keyed = [{**one, 'line_keys': [line_key(line['text']) for line in one['lines']]} for one in records]
    pq.write_table(
        pa.Table.from_pylist(keyed, pa.schema([*fields.items(), ('lines', pa.list_(line))])),
        folder / 'records.parquet',
        row_group_size=rows,
    )
    return folder


def test_stories_stand_apart_and_sidebars_do_not_count(tmp_path: Path) -> None:
    page = record(
        'a',
        ('Mới nhất', 'noise', None),
        ('Một.', 'main_story', None),
        ('Kia, một.', 'noise', 2),
        ('Này, một.', 'noise', 1),
        ('Hai.', 'main_story', None),
        ('Này, hai.', 'noise', 1),
    )
    found = list(staged_segments([staged(tmp_path / '0', page)], [np.array([0])]))
    assert found == [Segment('a', 0, 'Một.\nHai.'), Segment('a', 1, 'Này, một.\nNày, hai.'), Segment('a', 2, 'Kia, một.')]


def test_wanted_rows_are_read_in_order_from_any_row_group(tmp_path: Path) -> None:
    pages = [record(str(number), (f'Chuyện {number}.', 'main_story', None)) for number in range(7)]
    shards = [staged(tmp_path / '0', *pages[:5], rows=2), staged(tmp_path / '1', *pages[5:]), staged(tmp_path / '2', record('x'))]
    found = list(staged_segments(shards, [np.array([0, 3, 4]), np.array([1]), np.array([0])]))
    assert [segment.page for segment in found] == ['0', '3', '4', '6']


def test_a_page_without_a_story_is_one_segment_of_all_its_lines(tmp_path: Path) -> None:
    pages = [
        record('a', ('Mới.', 'noise', None), ('Cũ.', 'noise', None), published='2026-01-31'),
        record('b', ('Một.', 'main_story', None)),
    ]
    found = list(staged_segments([staged(tmp_path / '0', *pages, rows=2)], [np.array([0, 1])]))
    assert found == [Segment('a', WHOLE_PAGE, 'Mới.\nCũ.', '2026-01-31'), Segment('b', 0, 'Một.')]
