"""A function kept in a process of its own: real processes, really killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from builder.apart import opened
from builder.errors import InputError, ModelError
from tests.conftest import ROOT
from tests.suffering import is_running, opening

OWN = [Path('own.crfsuite')]
SCRIPT = """
import signal
from pathlib import Path
from builder.apart import opened
from tests.suffering import opening
if __name__ == '__main__':
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
    with opened(opening, [Path('own.crfsuite')]) as read:
        print(read('first', 'pid'), flush=True)
        read('second', 'sleep')
"""


def test_without_weights_of_ones_own_nothing_leaves_this_process() -> None:
    with opened(opening, []) as read:
        assert read('page', 'pid') == os.getpid()
        assert multiprocessing.active_children() == []
        with pytest.raises(ValueError, match='of a library'):
            read('page', 'theirs')


def test_each_page_is_answered_by_the_same_child_which_then_ends() -> None:
    with opened(opening, OWN) as read:
        (child,) = multiprocessing.active_children()
        assert [read(number, word) for number, word in enumerate(('a', 'b', 'pid', 'c' * 1_000_000))] == [
            'a',
            'b',
            child.pid,
            'c' * 1_000_000,
        ]
        with pytest.raises(InputError, match=r'^one line$'):
            read('page', 'ours')
        with pytest.raises(
            ModelError, match=r'^own.crfsuite: reading page 7 with it failed \(ValueError: of a library\); train it anew, or'
        ):
            read(7, 'theirs')
        assert read('after errors', 'd') == 'd'
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ('word', 'how'),
    [('abort', 'signal 6, Aborted'), ('memory', 'signal 9, Killed: out of memory?'), ('exit', 'exit code 3')],
)
def test_of_what_a_child_died_is_told(word: str, how: str) -> None:
    with opened(opening, OWN) as read, pytest.raises(ModelError) as told:
        read('a.txt', word)
    assert str(told.value) == f'own.crfsuite: reading page a.txt with it killed the process ({how}); train it anew, or leave the page out'
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ('word', 'how'),
    [('abort', r'own.crfsuite or other: opening it killed the process \(signal 6, Aborted\); train it anew'), ('ours', '^one line$')],
)
def test_what_cannot_be_opened_is_told_at_once(word: str, how: str) -> None:
    with pytest.raises((ModelError, InputError), match=how), opened(partial(opening, word), [*OWN, Path('other')]):
        raise AssertionError('was opened')
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize('word', [signal.SIGINT, signal.SIGKILL])
def test_a_child_at_work_ends_with_a_parent_that_is_interrupted_or_killed(word: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / 'script.py').write_text(SCRIPT)
    command, environment = [sys.executable, str(tmp_path / 'script.py')], {**os.environ, 'PYTHONPATH': f'{ROOT}'}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout
        child = parent.stdout.readline().strip()
        if word == signal.SIGINT:
            os.killpg(parent.pid, word)  # as a terminal does: the child is told too
        else:
            parent.kill()
        try:
            _, said = parent.communicate(timeout=60)
        finally:
            parent.kill()
    assert 'SpawnProcess' not in said
    for _ in range(600):
        if not is_running(child):
            return
        time.sleep(0.1)
    raise AssertionError(f'process {child} outlived its parent by a minute')
