"""The local engine: maps a pure function over tasks, in this process or in spawned ones. Only speed depends on it."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from builder.errors import InputError

TaskT = TypeVar('TaskT')
ResultT = TypeVar('ResultT')


def run(function: Callable[[TaskT], ResultT], tasks: Sequence[TaskT], workers: int) -> Iterator[tuple[int, ResultT]]:
    """(number, result) of each task, as they finish. Raises what the function raises, and InputError if a worker was killed."""
    if workers <= 1 or len(tasks) <= 1:
        yield from ((number, function(task)) for number, task in enumerate(tasks))
        return
    # Spawned, not forked: a fork copies threads' locks. An executor, not a Pool, which waits for ever on a killed worker.
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=multiprocessing.get_context('spawn')) as pool:
        numbers = {pool.submit(function, task): number for number, task in enumerate(tasks)}
        try:
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        except BrokenProcessPool as error:
            raise InputError(
                'a worker was killed (out of memory?); run the same command again, with fewer workers, to go on from here'
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
