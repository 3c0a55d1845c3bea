"""The same input gives the same bytes in whatever process, place and time it is built."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder.release.comparison import contents_of
from builder.release.parquet import content_of
from tests.conftest import EXAMPLES, vinews
from tests.test_build import contents

GOLD, CONFIG = EXAMPLES / 'gold.jsonl', EXAMPLES / 'build.yaml'
MOVED_CLOCK = """
import time
for name in ('time', 'time_ns'):
    setattr(time, name, lambda real=getattr(time, name): real() // 2)
"""
"""A `sitecustomize` module, which each process and each of its workers loads first."""
PLACES = [
    (1, {'PYTHONHASHSEED': '1', 'TZ': 'Asia/Kathmandu', 'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0'}),
    (2, {'PYTHONHASHSEED': '2', 'TZ': 'America/Caracas', 'LC_ALL': 'tr_TR.UTF-8', 'LANGUAGE': 'tr'}),
]


@pytest.mark.parametrize(('workers', 'environment'), PLACES, ids=['no UTF-8', 'two workers'])
def test_bytes_do_not_depend_on_process_place_and_time(workers: int, environment: dict[str, str], release: Path, tmp_path: Path) -> None:
    for name in ('site', 'cwd'):
        (tmp_path / name).mkdir()
    (tmp_path / 'site' / 'sitecustomize.py').write_text(MOVED_CLOCK)
    command = ('build', EXAMPLES / 'text', '--gold', GOLD, '--config', CONFIG, '--out', 'elsewhere', '--version', '0.1.0')
    done = vinews(*command, '--workers', workers, cwd=tmp_path / 'cwd', PYTHONPATH=str(tmp_path / 'site'), **environment)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / 'cwd' / 'elsewhere') == contents(release)


def test_no_file_holds_the_day_or_the_place_of_its_building(release: Path) -> None:
    days = [datetime.now(UTC) + timedelta(days=shift) for shift in (-1, 0, 1)]
    forms = ('%Y-%m-%d', '%Y%m%d', '%d/%m/%Y', '%d %b %Y')
    told = '|'.join([re.escape(str(release.parent)), *(day.strftime(form) for day in days for form in forms)]).encode()
    assert not [path for path, content in contents(release).items() if re.search(told, content)]


def test_each_parquet_file_has_a_digest_of_its_bytes_and_one_of_its_content(release: Path) -> None:
    files = contents_of(release).files  # which verifies the bytes
    assert len(files) == len(list(release.glob('*/*.parquet'))) > 0
    for file in files:
        assert content_of(release / file.path) == (file.rows, file.content_sha256)
