"""The soak: a build of 2,000 pages that is killed, starved and refused the disk, and must end with the same bytes every time.

Outside the default suite, which collects `test_*.py` only: `make soak`, or `pytest tests/soak.py --log-cli-level=INFO`, which tells figures
too. Takes about half an hour on two cores; `SOAK_KILLS` and `SOAK_WORKERS` change how often it kills and how many workers build.
"""

import hashlib
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.converters.dumps import COMPRESS

LOG = logging.getLogger(__name__)
PAGES = 2_000
KILLS = int(os.environ.get('SOAK_KILLS', '25'))
SEED = 20_261_122
WORKERS = os.environ.get('SOAK_WORKERS', '2')
LONGEST = 600
"""Seconds after which a build is taken to hang."""
CONFIG = 'limits: {shard_bytes: 150000, file_bytes: 5000000}\n'


@dataclass(frozen=True)
class Soak:
    """A dump, and what an undisturbed build of it makes and takes."""

    dump: Path
    config: Path
    digest: str
    seconds: float


def varied(number: int, texts: list[str], chance: random.Random) -> str:
    """An example page, made another one: its lines keep their order, some are left out, and each page has a number of its own."""
    lines = [line for line in texts[number % len(texts)].splitlines() if chance.random() > 0.1]
    return '\n'.join([*lines, f'Trang thử số {number}'])


def write_dump(folder: Path) -> None:
    """2,000 pages: plain JSON lines, packed JSON lines, and text files."""
    rows = map(json.loads, (EXAMPLES / 'jsonl' / 'pages.jsonl').read_text('utf-8').splitlines())
    texts, chance = [row['text'] for row in rows], random.Random(SEED)  # noqa: S311 - nothing secret
    pages = [{'url': f'https://bao{number % 9}.example/{number}', 'text': varied(number, texts, chance)} for number in range(PAGES)]
    lines = [json.dumps(page, ensure_ascii=False).encode() + b'\n' for page in pages]
    (folder / 'text').mkdir(parents=True)
    (folder / 'plain.jsonl').write_bytes(b''.join(lines[: PAGES // 2]))
    (folder / 'packed.jsonl.gz').write_bytes(COMPRESS['.gz'](b''.join(lines[PAGES // 2 : PAGES * 3 // 4])))
    for number in range(PAGES * 3 // 4, PAGES):
        (folder / 'text' / f'{number}.txt').write_text(pages[number]['text'], 'utf-8')


def command(soak: Soak, out: Path) -> list[str]:
    options = ['--config', str(soak.config), '--out', str(out), '--version', '0.1.0', '--workers', WORKERS]
    return [sys.executable, '-m', 'builder', 'build', str(soak.dump), *options]


def run(soak: Soak, out: Path, limits: str = '') -> subprocess.CompletedProcess[str]:
    """The build to its end; `limits` are options of the shell's `ulimit`."""
    wanted = command(soak, out)
    limited = ['sh', '-c', f'ulimit {limits}; exec "$@"', 'sh', *wanted] if limits else wanted
    return subprocess.run(limited, capture_output=True, text=True, check=False, timeout=LONGEST)


def digest_of(release: Path) -> str:
    """One digest over the names and bytes of all files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in release.rglob('*') if path.is_file()):
        digest.update(f'{path.relative_to(release).as_posix()}\0{path.stat().st_size}\0'.encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope='module')
def soak(tmp_path_factory: pytest.TempPathFactory) -> Soak:
    folder = tmp_path_factory.mktemp('soak')
    write_dump(folder / 'dump')
    (folder / 'config.yaml').write_text(CONFIG)
    made = Soak(folder / 'dump', folder / 'config.yaml', '', 0.0)
    began = time.monotonic()
    done = run(made, folder / 'undisturbed')
    assert done.returncode == 0, done.stderr
    made = Soak(made.dump, made.config, digest_of(folder / 'undisturbed'), time.monotonic() - began)
    shutil.rmtree(folder / 'undisturbed')
    LOG.info('undisturbed: %.1f s, digest %s', made.seconds, made.digest[:16])
    return made


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / 'out'
    shutil.rmtree(tmp_path, ignore_errors=True)


MOMENTS = [random.Random(SEED + number).uniform(0.01, 1) for number in range(KILLS)]  # noqa: S311 - nothing secret


def build_and_kill(soak: Soak, out: Path, seconds: float) -> float:
    """Begin the build and kill all of its processes after so many seconds; sooner, and once more, where it was done by then. Returns when."""
    process = subprocess.Popen(command(soak, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        return seconds
    shutil.rmtree(out)
    return build_and_kill(soak, out, seconds / 2)


@pytest.mark.parametrize('share', MOMENTS, ids=lambda share: f'at {share:.0%}')
def test_a_build_killed_at_this_moment_ends_with_the_same_bytes(share: float, soak: Soak, out: Path) -> None:
    seconds = build_and_kill(soak, out, share * soak.seconds)
    staged = len(list(out.with_name('out.work').glob('shards/*/manifest.json')))
    LOG.info('killed after %.1f s with %d shards staged', seconds, staged)
    done = run(soak, out)
    assert done.returncode == 0, done.stderr
    assert digest_of(out) == soak.digest
    assert not out.with_name('out.work').exists()


def require_clear_failure(done: subprocess.CompletedProcess[str], out: Path) -> None:
    """One line at the end that says what, where and what to do; no release; no traceback, but what Python itself tells of exceptions
    that it ignores while a worker dies."""
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert done.stderr.splitlines()[-1].startswith('vinews: '), done.stderr
    assert done.stderr.count('Traceback') == done.stderr.count('Exception ignored in'), done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith('vinews: ')][1:] == [], done.stderr
    assert not out.exists()


def address_space() -> int:
    """KiB of address space that the program takes before it reads anything."""
    script = 'import builder.cli\nprint(next(line for line in open("/proc/self/status") if line.startswith("VmPeak")).split()[1])'
    return int(subprocess.run([sys.executable, '-c', script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not Path('/proc/self/status').exists(), reason='the limit is found by what /proc says of a process')
# With less to spare, Python itself cannot start a worker, and says so in its own words.
@pytest.mark.parametrize('more', [1 << 16, 1 << 17, 1 << 18, 3 << 17])
def test_too_little_memory_is_told_in_one_line_and_costs_nothing_for_good(more: int, soak: Soak, out: Path) -> None:
    done = run(soak, out, limits=f'-v {address_space() + more}')
    LOG.info('%d MiB to spare: exit %d, %s', more // 1024, done.returncode, done.stderr.splitlines()[-1:])
    if done.returncode:
        require_clear_failure(done, out)
        done = run(soak, out)
        assert done.returncode == 0, done.stderr
    assert digest_of(out) == soak.digest


@contextmanager
def file_system(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory on `folder`, which is made; skips where this user may not mount one."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f'nothing can be mounted here ({mounted.stderr.strip()})')
    try:
        yield
    finally:
        subprocess.run(['umount', folder], check=True)


@pytest.mark.parametrize('size', ['64k', '400k', '3m'])
def test_a_full_disk_is_told_in_one_line_and_a_larger_one_takes_it_up(size: str, soak: Soak, tmp_path: Path) -> None:
    disk = tmp_path / 'disk'
    with file_system(disk, f'size={size}'):
        done = run(soak, disk / 'out')
        LOG.info('disk of %s: %s', size, done.stderr.splitlines()[-1:])
        require_clear_failure(done, disk / 'out')
        subprocess.run(['mount', '-o', 'remount,size=200m', disk], check=True)
        done = run(soak, disk / 'out')
        assert done.returncode == 0, done.stderr
        assert digest_of(disk / 'out') == soak.digest


@pytest.mark.parametrize('blocks', [20, 200])
def test_files_that_may_not_grow_are_told_in_one_line(blocks: int, soak: Soak, out: Path) -> None:
    done = run(soak, out, limits=f'-f {blocks}')
    LOG.info('%d blocks a file: %s', blocks, done.stderr.splitlines()[-1:])
    require_clear_failure(done, out)
    done = run(soak, out)
    assert done.returncode == 0, done.stderr
    assert digest_of(out) == soak.digest


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that may not be written, also not by root, whom permissions do not stop."""
    if os.geteuid():
        folder.mkdir(mode=0o555)
        yield
    else:
        with file_system(folder, 'ro'):
            yield


def test_a_folder_that_may_not_be_written_is_told_in_one_line(soak: Soak, tmp_path: Path) -> None:
    folder = tmp_path / 'read_only'
    with read_only(folder):
        done = run(soak, folder / 'out')
        LOG.info('%s', done.stderr.splitlines()[-1:])
        require_clear_failure(done, folder / 'out')
        assert str(folder) in done.stderr
        assert list(folder.iterdir()) == []
