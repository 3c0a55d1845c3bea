"""The command as a user meets it: another folder, exit codes, one line of error; and another process where that makes a difference."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from builder.cli import main
from tests.conftest import EXAMPLES, ROOT, invoked, vinews

COMMANDS = sorted(main.commands)


@pytest.mark.parametrize('name', COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name: str) -> None:
    text = main.commands[name].get_help(click.Context(main.commands[name]))
    assert f'Example: vinews {name} ' in text
    assert f'`vinews {name} ' in (ROOT / 'README.md').read_text('utf-8')


def test_label_writes_one_record_a_line_and_one_line_for_each_non_blank_line(tmp_path: Path) -> None:
    done = invoked('label', EXAMPLES / 'text', '-o', 'labelled.jsonl', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in (tmp_path / 'labelled.jsonl').read_text('utf-8').splitlines()]
    files = sorted(path for path in (EXAMPLES / 'text').rglob('*.txt'))
    assert [record['source']['path'] for record in records] == [path.relative_to(EXAMPLES / 'text').as_posix() for path in files]
    for record, path in zip(records, files, strict=True):
        text = path.read_text('utf-8')
        assert record['text'] == text
        assert [text[line['start'] : line['end']] for line in record['lines']] == [line for line in text.split('\n') if line.strip()]
        assert {line['label'] for line in record['lines']} <= {'main_story', 'sidebar_noise'}
        for line in record['lines']:
            assert not line['entities'] or line['label'] == 'main_story'
            assert all(line['text'][entity['start'] : entity['end']] == entity['text'] for entity in line['entities'])
    assert list(tmp_path.iterdir()) == [tmp_path / 'labelled.jsonl']


def test_label_tags_all_lines_or_none_on_request(tmp_path: Path) -> None:
    dump = EXAMPLES / 'text' / 'baomien.example'
    counts = {}
    for mode in ('story', 'all', 'none'):
        done = invoked('label', dump, '--entities', mode, '-o', tmp_path / mode)
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in (tmp_path / mode).read_text('utf-8').splitlines()]
        counts[mode] = sum(len(line['entities']) for record in records for line in record['lines'])
    assert counts['none'] == 0 < counts['story'] < counts['all']


@pytest.mark.parametrize(
    ('content', 'says'),
    [
        (b'', 'empty_file'),
        (b'Tin s\xe1ng', 'undecodable: byte 5 is in no encoding'),
        (b'Tin\0', 'nul_byte'),
        (b'a' * 50_000_000, 'page_too_large: 50000000 bytes'),
    ],
    ids=['empty', 'bytes', 'nul', '50 MB'],
)
def test_a_page_that_cannot_be_labelled_is_told_and_its_neighbour_is_labelled(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / 'dump').mkdir()
    (tmp_path / 'dump' / 'bad.txt').write_bytes(content)
    alone = invoked('label', 'dump', '-o', 'out.jsonl', cwd=tmp_path)
    assert alone.returncode == 1
    assert says in alone.stderr
    assert 'vinews: no page could be labelled' in alone.stderr
    (tmp_path / 'dump' / 'good.txt').write_text('Sáng nay trời mưa to ở khắp các tỉnh miền Tây.')
    both = invoked('label', 'dump', '-o', 'out.jsonl', cwd=tmp_path)
    assert both.returncode == 0
    assert says in both.stderr
    assert len((tmp_path / 'out.jsonl').read_text('utf-8').splitlines()) == 1


@pytest.mark.parametrize(
    ('arguments', 'code', 'says'),
    [
        (['label', 'missing'], 2, 'missing: no such file or folder'),
        (['label', '.'], 1, 'the folder holds no page'),
        (['check', '.'], 1, 'no release here'),
        (['build', '.', '--out', 'out', '--version', '1'], 2, 'not of the form X.Y.Z'),
        (['build', '.', '--version', '1.0.0'], 2, "Missing option '--out'"),
        (['nonsense'], 2, 'No such command'),
    ],
)
def test_errors_are_one_line_and_an_exit_code(arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    done = invoked(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_stands_at_the_output_stays_if_labelling_fails(tmp_path: Path) -> None:
    (tmp_path / 'dump').mkdir()
    (tmp_path / 'dump' / 'empty.txt').write_text('')
    (tmp_path / 'out.jsonl').write_text('before\n')
    failed = invoked('label', 'dump', '-o', 'out.jsonl', cwd=tmp_path)
    assert failed.returncode == 1
    assert (tmp_path / 'out.jsonl').read_text() == 'before\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ['dump', 'out.jsonl']


def test_label_writes_to_where_a_link_leads_and_keeps_the_mode_of_what_it_replaces(tmp_path: Path) -> None:
    kept, link, beside = tmp_path / 'kept.jsonl', tmp_path / 'link.jsonl', tmp_path / 'kept.jsonl.part'
    kept.write_text('before\n')
    kept.chmod(0o600)
    link.symlink_to(kept)
    beside.write_text('of another\n')
    assert invoked('label', EXAMPLES / 'text' / 'baomien.example', '-o', link).returncode == 0
    assert link.is_symlink()
    assert len(kept.read_text('utf-8').splitlines()) > 1
    assert kept.stat().st_mode & 0o777 == 0o600
    assert beside.read_text() == 'of another\n'


def test_label_says_that_the_folder_of_its_output_is_missing(tmp_path: Path) -> None:
    failed = invoked('label', EXAMPLES / 'text', '-o', tmp_path / 'none' / 'out.jsonl')
    assert failed.returncode == 2
    assert 'there is no folder' in failed.stderr


def test_label_does_not_read_what_it_writes(tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_text('Sáng nay trời mưa to ở khắp các tỉnh miền Tây.')
    first = invoked('label', '.', '-o', 'out.jsonl', cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, 'out.jsonl: 1 pages labelled, 0 rejected\n')
    again = invoked('label', '.', '-o', 'out.jsonl', cwd=tmp_path)
    assert again.returncode == 2
    assert 'out.jsonl: is a file of the dump and the output at once' in again.stderr
    with (tmp_path / 'z.jsonl').open('w') as stream:
        redirected = subprocess.run(
            [sys.executable, '-m', 'builder', 'label', '.'], stdout=stream, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    assert redirected.returncode == 2
    assert redirected.stderr.startswith('vinews: z.jsonl: is a file of the dump and the output at once')
    assert redirected.stderr.count('\n') == 1


def test_the_format_can_be_said(tmp_path: Path) -> None:
    (tmp_path / 'rows.data').write_text('text,url\n"Sáng nay trời mưa to\nở khắp các tỉnh.",https://a.example/1\n')
    assert 'unsupported_format' in invoked('label', '.', '-o', tmp_path / 'none', cwd=tmp_path).stderr
    done = vinews('label', tmp_path, '--format', 'csv')
    assert json.loads(done.stdout)['url'] == 'https://a.example/1'


def test_a_file_name_that_is_not_utf8_is_no_obstacle(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b'/\xff.txt'
    with open(path, 'w', encoding='utf-8') as stream:  # noqa: PTH123 - a path of bytes
        stream.write('Sáng nay trời mưa to ở khắp các tỉnh miền Tây.')
    done = vinews('label', os.fsdecode(path))
    assert done.returncode == 0, done.stderr
    out = tmp_path.with_name(f'{tmp_path.name}.jsonl')
    assert invoked('label', tmp_path, '-o', out).returncode == 0
    for labelled in (done.stdout, out.read_text('utf-8')):
        assert json.loads(labelled)['source']['path'] == '\\xff.txt'


def test_an_unwritable_place_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()
    done = invoked('build', EXAMPLES / 'text', '--out', tmp_path / 'file' / 'out', '--version', '0.1.0')
    assert done.returncode == 1
    assert done.stderr.count('\n') == 1
    assert 'Not a directory' in done.stderr


def test_build_and_check_from_another_folder(tmp_path: Path) -> None:
    command = (
        'build',
        EXAMPLES / 'jsonl',
        '--gold',
        EXAMPLES / 'gold.jsonl',
        '--config',
        EXAMPLES / 'build.yaml',
        '--out',
        'r',
        '--version',
        '0.1.0',
    )
    built = vinews(*command, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert built.stdout.startswith('r built 0.1.0: train ')
    assert 'was built before and is unchanged' in invoked(*command, cwd=tmp_path).stdout
    checked = invoked('check', 'r', cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, 'r: every check passed\n')
    (tmp_path / 'r' / 'LICENSE').write_text('')
    broken = invoked('check', 'r', cwd=tmp_path)
    assert broken.returncode == 1
    assert broken.stderr.startswith('r: LICENSE: sha256 differs')
