"""clusters.jsonl against the pages, the manifest and its schema."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.checking.check import check
from builder.checking.clusters import cluster_faults
from tests.checking.forging import edit_manifest, sign_again

NAME = 'clusters.jsonl'
Rows = list[dict[str, Any]]


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    shutil.copytree(release, tmp_path / 'copy')
    return tmp_path / 'copy'


def faults(release: Path) -> list[str]:
    return list(cluster_faults(release, json.loads((release / 'manifest.json').read_text('utf-8'))))


def change(release: Path, forged: Callable[[Rows], object]) -> None:
    path = release / NAME
    rows = [json.loads(line) for line in path.read_text('utf-8').splitlines()]
    forged(rows)
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), 'utf-8')


def test_the_example_release_has_a_cluster_and_its_pages_say_the_same(release: Path) -> None:
    assert (release / NAME).is_file()
    assert faults(release) == []


@pytest.mark.parametrize(
    ('forged', 'says'),
    [
        (lambda rows: rows[0].update(similarity=1.5), f'{NAME}:1: 1.5 is greater than the maximum'),
        (lambda rows: rows[0].pop('size'), f"{NAME}:1: 'size' is a required property"),
        (lambda rows: rows.reverse(), 'is not in the order of cluster, page and story'),
        (lambda rows: rows.insert(1, dict(rows[0])), 'is not in the order'),
        (lambda rows: rows[0].update(split='validation' if rows[0]['split'] == 'train' else 'train'), 'stands in'),
        (lambda rows: rows[0].update(fate='leak'), 'is in the release, but its fate is said to be leak'),
        (lambda rows: rows[0].update(page='0' * 32), 'is not in the release, but its fate is said to be kept'),
        (lambda rows: rows.pop(1), 'has 1 rows, but its size is said to be 2'),
        (lambda rows: [row.update(cluster='0' * 32) for row in rows[:2]], 'by pages, but in ' + '0' * 32),
        (lambda rows: rows.clear(), 'by pages, but in None here'),
    ],
    ids=['schema', 'field', 'order', 'twice', 'split', 'fate', 'page', 'size', 'cluster', 'empty'],
)
def test_a_changed_row_is_found(copy: Path, forged: Callable[[Rows], object], says: str) -> None:
    change(copy, forged)
    assert any(says in fault for fault in faults(copy)), faults(copy)


@pytest.mark.parametrize('content', [b'{', b'\xff', b'5\n', b'[' * 100_000], ids=['cut', 'not UTF-8', 'a number', 'deep'])
def test_what_is_no_json_is_one_line(copy: Path, content: bytes) -> None:
    (copy / NAME).write_bytes(content)
    (fault,) = faults(copy)
    assert fault.startswith(NAME)
    assert '\n' not in fault


def test_other_counts_in_the_manifest_are_found_and_so_is_a_missing_file(copy: Path) -> None:
    edit_manifest(copy, lambda manifest: manifest['clusters'].update(straddling=1))
    assert any('how many straddle' in fault for fault in faults(copy))
    edit_manifest(copy, lambda manifest: manifest.update(clusters=None))
    assert any('sizes of clusters' in fault for fault in faults(copy))
    (copy / NAME).unlink()
    assert any(fault.startswith(f'{NAME}: is in the manifest but not in the release') for fault in check(copy))


def test_a_forger_who_signs_again_is_found_by_check(copy: Path) -> None:
    change(copy, lambda rows: rows[0].update(split='validation' if rows[0]['split'] == 'train' else 'train'))
    sign_again(copy, NAME)
    assert any(fault.startswith(f'{NAME}:1: page ') for fault in check(copy))
