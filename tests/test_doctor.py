import json
import re
from pathlib import Path

import pytest

from builder.converters.inputs import find_inputs
from builder.doctor import diagnose, report
from builder.plan import load_plan
from tests.conftest import EXAMPLES, invoked

STORY = 'Sáng nay, người dân hai bên bờ sông đã ra đồng từ rất sớm để gặt cho kịp con nước lớn, vì chiều có mưa'


def test_the_examples_are_what_their_author_says() -> None:
    plan = load_plan(EXAMPLES / 'build.yaml')
    found = diagnose(find_inputs([EXAMPLES / 'text']), plan)
    assert found.pages == 40
    assert found.formats == {'text': 40}
    assert found.languages == {'vi': 40}
    assert len(found.sites) == 8
    assert set(found.sites.values()) == {5}
    assert found.lines == sum(
        line.strip() != '' for path in (EXAMPLES / 'text').rglob('*.txt') for line in path.read_text('utf-8').split('\n')
    )
    assert 0 < found.template_lines < found.lines
    assert sum(found.sizes) == sum(path.stat().st_size for path in (EXAMPLES / 'text').rglob('*.txt'))


def test_the_hours_rest_on_what_was_measured_in_the_same_run_and_say_so() -> None:
    plan = load_plan(EXAMPLES / 'build.yaml')
    files = find_inputs([EXAMPLES / 'jsonl'])
    found = diagnose(files, plan)
    assert found.timed_pages == sum(number.bit_count() <= 2 for number in range(1, found.pages + 1))
    assert 0 < found.timed_lines < found.lines
    assert found.seconds > 0
    assert found.timed_seconds > 0
    assert found.expected_hours * 3_600 == pytest.approx(found.seconds + found.timed_seconds / found.timed_lines * found.lines)
    said = list(report(found, files, plan))[-1]
    assert re.fullmatch(
        r'hours to expect: (?:\d+\.\d\d|less than 0\.01) on one core .*; assumed: reading as it went here \(\d+\.\d s\), '
        rf'labelling at \d+\.\d\d ms a line, measured just now on {found.timed_pages} of these pages; writing the release comes on top',
        said,
    )
    found.lines *= 1_000_000
    assert re.match(r'hours to expect: \d+\.\d\d on one core', list(report(found, files, plan))[-1])


def test_without_a_page_no_hours_are_invented(tmp_path: Path) -> None:
    (tmp_path / 'empty.txt').touch()
    files = find_inputs([tmp_path])
    said = list(report(diagnose(files, load_plan()), files, load_plan()))
    assert said[-1] == 'hours to expect: unknown, for no page was there to be timed'


def test_what_will_go_wrong_is_told_before(tmp_path: Path) -> None:
    rows = [
        {'text': STORY, 'url': 'https://a.example/1'},
        {'text': STORY, 'url': 'https://a.example/1'},
        {'text': f'{STORY} khác.', 'url': 'https://a.example/1'},
        {
            'text': 'The farmers on both banks of the river went out early this morning to bring in the harvest.',
            'url': 'https://b.example/1',
        },
        {'title': 'không có chữ'},
    ]
    (tmp_path / 'dump.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    (tmp_path / 'legacy.txt').write_bytes(f'{STORY}.'.encode('cp1258', 'ignore'))
    plan = load_plan()
    files = find_inputs([tmp_path])
    found = diagnose(files, plan)
    assert (found.pages, found.same_page, found.same_id_other_text, found.truncated) == (5, 1, 1, 2)
    assert found.rejected == {'no_text': 1}
    assert found.languages == {'vi': 4, 'en': 1}
    text = '\n'.join(report(found, files, plan))
    assert '1 pages are in a language that the plan filters' in text
    assert 'no_text, first at dump.jsonl' in text


def test_the_command_prints_it_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / 'page.txt').write_text(STORY)
    done = invoked('doctor', tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('1 files, ')
    assert [path.name for path in tmp_path.iterdir()] == ['page.txt']
