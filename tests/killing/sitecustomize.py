"""Put first on the path of a build's processes, this makes pages with certain words kill whoever works on them, as a faulty library would."""

import ctypes
import os
import signal
from pathlib import Path
from typing import Any

import builder.html.segmenter
import builder.records

real_segment, real_build_record = builder.html.segmenter.segment, builder.records.build_record


def suffer(text: str) -> None:
    if 'SEGFAULT' in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if 'ENDLESS' in text:
        ctypes.PyDLL(None).sleep(3600)  # in C, without ever letting another thread run
    if 'MEMORY' in text:
        bytearray(1 << 62)
    if 'ONCE' in text:
        mark = Path(os.environ['KILLED_ONCE'])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def segment(text: str, *rest: Any, **named: Any) -> Any:
    suffer(text)
    return real_segment(text, *rest, **named)


def build_record(page: Any, *rest: Any, **named: Any) -> Any:
    suffer(page.text)
    return real_build_record(page, *rest, **named)


builder.html.segmenter.segment = segment
builder.records.build_record = build_record
