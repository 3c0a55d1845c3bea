"""Models of a user's own, opened in a child process alone: the reader of a damaged CRF file can crash, and then takes that process with it.

It guards against damage, not against malice: the child may do whatever this process may.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from builder.engine import end_with_parent
from builder.errors import ModelError, VinewsError

ItemT = TypeVar('ItemT')
ResultT = TypeVar('ResultT')
Opening = Callable[[], Callable[[ItemT], ResultT]]
"""Opens models, and returns what reads a page with them."""


@contextmanager
def opened(opening: Opening[ItemT, ResultT], own: Sequence[Path]) -> Iterator[Callable[[object, ItemT], ResultT]]:
    """What `opening` returns, to be given the name of each page and the page; in a child process if it opens weights of the user's `own`.

    The child is given one page at a time, and has ended when this ends, in whatever way. Raises ModelError, then and for each page, where
    the child has died or failed, and whatever VinewsError it raised.
    """
    if not own:
        read = opening()
        yield lambda _, page: read(page)
        return
    weights = ' or '.join(map(str, own))
    # Spawned, not forked: a fork copies threads' locks. A pool would not tell by which signal its worker died.
    context = multiprocessing.get_context('spawn')
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, opening), daemon=True)
    with ours:
        # The child alone holds its end from then on, so that its death can be read at ours; and it inherits that interrupts are ignored:
        # while it imports it would else print where it was.
        with theirs, _interrupts_ignored():
            child.start()
        try:
            _answer(child, ours, f'{weights}: opening it', 'train it anew')
            yield lambda name, page: _answer(
                child, ours, f'{weights}: reading page {name} with it', 'train it anew, or leave the page out', page
            )
        finally:
            child.kill()  # it holds nothing that it would have to put away
            child.join()


def _answer(child: multiprocessing.process.BaseProcess, ours: Connection, doing: str, remedy: str, *pages: object) -> Any:  # noqa: ANN401 - whatever was read
    """What the child answers to the page, or to nothing where it is still opening the models."""
    try:
        for page in pages:
            ours.send(page)
        result, error = ours.recv()
    except (EOFError, OSError):  # its end of the pipe is closed
        child.join()
        raise ModelError(f'{doing} killed the process ({_cause(child.exitcode)}); {remedy}') from None
    if isinstance(error, VinewsError):
        raise error
    if error:
        raise ModelError(f'{doing} failed ({error}); {remedy}')
    return result


def _cause(code: int | None) -> str:
    """How a process ended, by its exit code, which is negative for a signal."""
    if code is None or code >= 0:
        return f'exit code {code}'
    memory = ': out of memory?' if code == -signal.SIGKILL else ''
    return f'signal {-code}, {signal.strsignal(-code)}{memory}'


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # no other may, nor is any other interrupted
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(theirs: Connection, opening: Opening[Any, Any]) -> None:
    """The child: opens the models and says so, then answers each page by what comes of it, or by what it failed of."""
    # Once more, for a child that another thread began: a terminal interrupts the parent too, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    read, error = _tried(opening)
    theirs.send((None, error))
    while read:
        try:
            page = theirs.recv()
        except EOFError:  # the parent was killed
            return
        theirs.send(_tried(read, page))


def _tried(function: Callable[..., Any], *given: object) -> tuple[Any, VinewsError | str | None]:
    """The result and None, or None and the error. A damaged model may fail of anything; errors of libraries go by their words, as not all can be sent."""
    try:
        return function(*given), None
    except VinewsError as error:
        return None, error
    except Exception as error:  # noqa: BLE001 - told by the parent
        return None, f'{type(error).__name__}: {error}'
