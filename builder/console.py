"""What every command has in common: errors as one line and an exit code, rejects and progress on standard error."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from builder.converters.inputs import InputFile
from builder.errors import UsageError, VinewsError
from builder.model import Reject


class Commands(click.Group):
    """Turns errors into one line on standard error: 1 the work failed, 2 bad usage."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except VinewsError as error:
            _fail(str(error), error.exit_code)
        except MemoryError:
            _fail('out of memory; run the same command again with more of it, or with fewer --workers', 1)
        except BrokenPipeError:
            raise  # click ends quietly when a reader such as `head` has seen enough
        except OSError as error:
            where = f'{error.filename}: ' if error.filename else ''
            _fail(f'{where}{error.strerror or error}; mend it and run the same command again', 1)


def _fail(message: str, code: int) -> None:
    # A file name need not be valid UTF-8, and must not break the message about it.
    line = f'vinews: {" ".join(message.split())}'.encode('utf-8', 'backslashreplace').decode()
    click.echo(line, err=True)
    sys.exit(code)


def require_elsewhere(output: Path | None, files: Sequence[InputFile], others: Iterable[Path | None]) -> None:
    """Raises UsageError if the output is, or standard output goes to, a file of the dump, which would be read while it is written, or one
    of the other files that the command reads.
    """
    target = output.stat() if output and output.exists() else None if output else os.fstat(sys.stdout.fileno())
    for file in files:
        if target and os.path.samestat(target, file.location.lstat()):
            raise UsageError(f'{file.location}: is a file of the dump and the output at once; write somewhere else')
    for path in others:
        if target and path and path.exists() and os.path.samestat(target, path.stat()):
            raise UsageError(f'{path}: is read by this command and the output at once; write somewhere else')


@contextmanager
def ended_in_order() -> Iterator[None]:
    """While this lasts SIGTERM ends the program as an error does, so that what it has begun is put away."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def tell(reject: Reject) -> None:
    """A reject, on standard error."""
    click.echo(f'rejected {reject.place}: {reject.reason}: {reject.message}', err=True)


def report_progress(stage: str, done: int, total: int) -> None:
    """Progress on standard error: one line that is written over where a terminal is there, else a line for each finished stage."""
    if sys.stderr.isatty():
        click.echo(f'\r{stage}: {done}/{total}', err=True, nl=done == total)
    elif done == total:
        click.echo(f'{stage}: {done}/{total}', err=True)
