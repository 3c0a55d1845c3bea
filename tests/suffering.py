"""What a child process of a test runs: it imports nothing of a build, so that the child starts at once."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from builder.errors import InputError


def opening(fault: str = '') -> Callable[[str], object]:
    """What reads pages; that it is opened may be a fault too."""
    suffer(fault)
    return suffer


def suffer(word: str) -> object:
    """What a library may do, by the word; else the word and the process that was given it."""
    if word == 'abort':
        os.abort()
    if word == 'memory':
        os.kill(os.getpid(), signal.SIGKILL)
    if word == 'exit':
        os._exit(3)
    if word == 'ours':
        raise InputError('one line')
    if word == 'theirs':
        raise ValueError('of a library')
    if word == 'sleep':
        time.sleep(600)
    return os.getpid() if word == 'pid' else word


def is_running(process: str) -> bool:
    """Whether there is such a process, and not only what is left of it."""
    try:
        return ') Z ' not in Path(f'/proc/{process}/stat').read_text()
    except FileNotFoundError:
        return False
