"""`vinews check` finds what croissant.json says otherwise than the release, however carefully it was forged."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.checking.check import check
from builder.checking.croissant import croissant_faults
from builder.release.manifest import read_release_manifest
from tests.checking.forging import edit_manifest, sign_again

NAME = 'croissant.json'


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return shutil.copytree(release, tmp_path / 'copy')


def faults(folder: Path) -> list[str]:
    return list(croissant_faults(folder, read_release_manifest(folder)))


def change(folder: Path, how: Callable[[Any], object]) -> None:
    """Change the document and sign it again, as a careful forger would."""
    document = json.loads((folder / NAME).read_text('utf-8'))
    how(document)
    (folder / NAME).write_text(json.dumps(document, indent=2) + '\n', 'utf-8')
    sign_again(folder, NAME)


def named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry['@id'] == name)


def of_program(manifest: dict[str, Any], digest: str) -> None:
    manifest['code']['sha256'] = digest


FORGED = [
    (lambda told: told.update(version='9.9.9'), 'version is "9.9.9", but the release gives "0.1.0"'),
    (lambda told: told.update(license='https://a.example/'), 'license is "https://a.example/", but'),
    (lambda told: told['distribution'][0].update(sha256='0' * 64), 'distribution[0].sha256 is "000'),
    (lambda told: told['distribution'][0].update(contentSize='1 B'), 'distribution[0].contentSize is "1 B"'),
    (lambda told: told['distribution'].pop(), 'distribution is a list of'),
    (lambda told: named(told['recordSet'], 'splits')['data'].pop(), 'recordSet[0].data is a list of 3'),
    (lambda told: named(told['recordSet'], 'labels')['data'].reverse(), 'recordSet[1].data[0].labels/id is 1, but the release gives 0'),
    (lambda told: named(told['recordSet'], 'lines')['field'].pop(), 'field is a list of'),
    (lambda told: told.pop('conformsTo'), 'conformsTo is missing'),
    (lambda told: told.update(creator={'name': 'x'}), 'creator is an object, but the release gives missing'),
    (lambda told: told.update({'rai:hasSyntheticData': 1}), 'rai:hasSyntheticData is 1, but the release gives true'),
]


@pytest.mark.parametrize(('how', 'says'), FORGED)
def test_a_document_that_says_something_else_is_found(copy: Path, how: Callable[[Any], object], says: str) -> None:
    change(copy, how)
    assert any(fault.startswith(f'{NAME}: ') and says in fault and fault.endswith('; restore it') for fault in faults(copy)), faults(copy)
    edit_manifest(copy, lambda manifest: of_program(manifest, '0' * 64))
    assert any(says in fault for fault in faults(copy))


def test_a_changed_text_is_found_where_this_program_wrote_it(copy: Path) -> None:
    change(copy, lambda told: told.update({'rai:dataBiases': 'None.', 'description': 'All labels were checked.'}))
    assert [fault.split(' is ')[0] for fault in faults(copy)] == [f'{NAME}: description', f'{NAME}: rai:dataBiases']
    edit_manifest(copy, lambda manifest: of_program(manifest, '0' * 64))
    assert faults(copy) == []


def test_check_tells_what_was_changed_and_what_to_do(copy: Path) -> None:
    (copy / NAME).write_text((copy / NAME).read_text('utf-8').replace('0.1.0', '0.2.0'), 'utf-8')
    assert check(copy) == [f'{NAME}: sha256 differs from the manifest: the file was changed after the build; restore it']
    sign_again(copy, NAME)
    assert any(fault.startswith(f'{NAME}: version is "0.2.0"') for fault in check(copy))


def test_check_tells_that_it_is_missing_even_where_the_manifest_knows_of_none(copy: Path) -> None:
    (copy / NAME).unlink()
    assert check(copy) == [f'{NAME}: is in the manifest but not in the release; restore it']
    edit_manifest(copy, lambda manifest: manifest.update(files=[entry for entry in manifest['files'] if entry['path'] != NAME]))
    assert [fault for fault in check(copy) if fault.startswith(f'{NAME}: is missing; restore it, or build again')]


@pytest.mark.parametrize('content', [b'', b'{', b'\xff', b'[' * 100_000, b'null', b'[]', b'{"@context": NaN}'])
def test_what_is_no_document_is_a_fault_line(copy: Path, content: bytes) -> None:
    (copy / NAME).write_bytes(content)
    found = faults(copy)
    assert found
    assert all(fault.startswith(f'{NAME}: ') and '\n' not in fault for fault in found)


@pytest.mark.parametrize('name', ['dataset', 'voters', 'labeller'])
def test_a_manifest_that_tells_too_little_is_a_fault_line(copy: Path, name: str) -> None:
    manifest = read_release_manifest(copy)
    (manifest['plan'] if name == 'dataset' else manifest).update({name: {}})
    if name == 'voters':
        manifest['voters'] = [{'source': 'rule'}]
    found = list(croissant_faults(copy, manifest))
    assert [fault.startswith('manifest.json: does not tell what croissant.json is made of (') for fault in found] == [True]


def test_a_fault_is_one_line_of_signs_that_any_terminal_takes(copy: Path) -> None:
    change(copy, lambda told: told.update({'\n\ud800' + 'x' * 500: '\ud800\n\x1b[2J' + 'y' * 500}))
    (found,) = faults(copy)
    assert found.isprintable()
    assert len(found) < 400
