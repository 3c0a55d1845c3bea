"""The local engine: maps a pure function over tasks, in this process or in spawned ones. Only speed depends on it."""

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from builder.errors import InputError

TaskT = TypeVar('TaskT')
ResultT = TypeVar('ResultT')
_DEATHS = (BrokenProcessPool, MemoryError)
"""What ends a task without any fault of its function: its process is gone, or could not even begin."""


def run(
    function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT], workers: int, mend: Callable[[TaskT], TaskT] | None = None
) -> Iterator[tuple[int, ResultT]]:
    """(number, result) of each task, as they finish. Raises what the function raises.

    A task whose worker is killed is tried again when all others are done, alone, so that it cannot have been another's fault. Each time,
    `mend` is given the task and returns what to try instead, or raises; without `mend` the second death raises InputError.
    With 0 workers everything runs in this process, and nothing is survived.
    """
    if not workers:
        yield from ((number, function(task)) for number, task in enumerate(tasks))
        return
    killed: list[int] = []
    with _no_thread_dies_unseen():
        for number, future in _as_finished(function, enumerate(tasks), min(workers, len(tasks))):
            if isinstance(future.exception(), _DEATHS):
                killed.append(number)
            else:
                yield number, future.result()
        yield from ((number, _alone(function, tasks[number], mend)) for number in sorted(killed))


def _alone(function: Callable[[TaskT], ResultT], task: TaskT, mend: Callable[[TaskT], TaskT] | None) -> ResultT:
    """The result of a task that has killed a worker."""
    while True:
        task = mend(task) if mend else task
        ((_, future),) = _as_finished(function, [(0, task)], 1)
        if not isinstance(future.exception(), _DEATHS):
            return future.result()
        if mend is None:
            raise InputError('two workers were killed (out of memory?); give them more, and run the same command again to go on from here')


def _as_finished(
    function: Callable[[TaskT], ResultT], tasks: Iterable[tuple[int, TaskT]], workers: int
) -> Iterator[tuple[int, Future[ResultT]]]:
    """Each task's number and finished future. Every worker has an executor of its own, so that a dead one tells which task it was at."""
    waiting = deque(tasks)
    idle = [_worker() for _ in range(workers)]
    busy: dict[Future[ResultT], tuple[int, ProcessPoolExecutor]] = {}
    try:
        while waiting or busy:
            while waiting and idle:
                number, task = waiting.popleft()
                worker = idle.pop()
                busy[worker.submit(function, task)] = number, worker
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                number, worker = busy.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    worker.shutdown()
                    worker = _worker()
                idle.append(worker)
                yield number, future
    finally:
        for worker in (*idle, *(worker for _, worker in busy.values())):
            worker.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _no_thread_dies_unseen() -> Iterator[None]:
    """An executor whose thread dies, for want of memory, would leave its futures waiting for ever."""
    before = threading.excepthook
    threading.excepthook = _end
    try:
        yield
    finally:
        threading.excepthook = before


def _end(failed: threading.ExceptHookArgs) -> None:
    sys.stderr.write(
        f'vinews: a thread failed ({failed.exc_value!r}, out of memory?); run the same command again with more, to go on from here\n'
    )
    sys.stderr.flush()
    os._exit(1)


def _worker() -> ProcessPoolExecutor:
    # Spawned, not forked: a fork copies threads' locks. An executor, not a Pool, which waits for ever on a killed worker.
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn'), initializer=end_with_parent)


def end_with_parent() -> None:
    """A worker whose parent was killed would else wait for work for ever: it holds both ends of the queue itself."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
