"""What a worker is at, written where it outlives the worker: so that a piece of input that kills it is found, and then left alone.

The worker writes the place of each piece before it touches it. A crash, a signal, or the watchdog below then leaves the place behind.
This file is the one place of a build that looks at a clock, and only a worker that would else never end feels it.
"""

import faulthandler
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from builder.model import Place

KILLED: Final = 'killed'
"""The worker died of it: a crash of a library, a signal, too little memory."""
WATCHDOG: Final = 'watchdog'
"""The worker was at it for longer than `limits.watchdog_seconds` and was stopped."""
UNREPEATABLE: Final = frozenset({KILLED, WATCHDOG})
"""Reasons of rejects that another machine or another day may not repeat."""
_WIDTH: Final = 1 << 16  # bytes of an entry, in which the longest path fits that a disk knows, escaped, and its member's
_ERROR: Final = 1000  # code points of an error that are noted


@dataclass(frozen=True, slots=True)
class Deadly:
    """A place that a worker died at, None where it was at no piece of input, and how: `killed` or `watchdog`."""

    place: Place | None
    reason: str
    error: str | None = None
    """What the worker could still say of it."""


class Journal:
    """The journal of one shard, kept by its worker. Without a path it writes nothing and watches nothing."""

    def __init__(self, path: Path | None = None, seconds: int = 0, deadly: Iterable[Deadly] = ()) -> None:
        """`seconds` is how long a worker may be at one piece; `deadly` are the places that are not to be touched again."""
        self._deadly = {found.place: found for found in deadly}
        self._at: Place | None = None
        self._seconds = seconds
        self._entries: IO[bytes] | None = None
        if path:
            self._path = path
            self._entries = path.open('wb', buffering=0)
            self._stack = _stack(path).open('w')

    def enter(self, place: Place) -> Deadly | None:
        """Note that the piece is being worked on; why it must not be, if it killed workers before."""
        self._at = place
        if self._entries is not None:
            self._note()
            # A thread of C code ends the process, whatever Python is stuck in; what it says of the stack shows that it was the watchdog.
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._stack)
        return self._deadly.get(place)

    def leave(self) -> None:
        """Note that what is being done now is not about any one piece of input."""
        if self._entries is not None:
            faulthandler.cancel_dump_traceback_later()
            self._at = None
            self._note()

    def blame(self, error: Exception) -> None:
        """Note what ends the worker, which does so of its own will."""
        if self._entries is not None:
            self._note(f'{type(error).__name__}: {error}'[:_ERROR])

    def close(self) -> None:
        """Stop watching, and remove the journal: the shard is done."""
        if self._entries is None:
            return
        faulthandler.cancel_dump_traceback_later()
        self._entries.close()
        self._stack.close()
        forget(self._path)

    def _note(self, error: str | None = None) -> None:
        entry = json.dumps({'place': asdict(self._at) if self._at else None, 'error': error})
        # The page cache keeps what a killed process wrote; only a power cut would lose it.
        os.pwrite(self._entries.fileno(), entry.encode().ljust(_WIDTH), 0)  # type: ignore[union-attr] # callers have looked


def read_journal(path: Path) -> Deadly:
    """Where the last worker of a journal died, and of what."""
    try:
        entry = json.loads(path.read_bytes())
        place = Place(**entry['place']) if entry['place'] else None
        return Deadly(place, WATCHDOG if _stack(path).stat().st_size else KILLED, entry['error'])
    except (OSError, ValueError):  # it died before it wrote anything
        return Deadly(None, KILLED)


def forget(path: Path) -> None:
    """Remove a journal, if it is there."""
    path.unlink(missing_ok=True)
    _stack(path).unlink(missing_ok=True)


def _stack(path: Path) -> Path:
    return path.with_name(f'{path.name}.stack')
