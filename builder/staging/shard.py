"""One shard, from bytes to staged records: a pure function of the shard, the plan and the program."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from builder.converters.convert import Segment, convert
from builder.converters.mapping import field_mapping
from builder.converters.pieces import Piece, Rules, enter
from builder.converters.retry import Retry, retry
from builder.errors import BalanceError, InputError, VinewsError
from builder.identity import load_sidecar, with_sidecar
from builder.journal import Deadly, Journal, forget, read_journal
from builder.model import Framing, Page, Place, Reject, Skipped
from builder.plan import Plan
from builder.records import Annotators, build_record, load_annotators
from builder.shards import Shard
from builder.staging.folder import is_as_written, is_final, seal, take_up
from builder.staging.writer import ShardWriter

_MOST_DEADLY: Final = 100
"""Pieces of one shard that may kill their worker before the machine is held to be at fault, not the pieces."""
_FAILED: Final = 70  # exit status of a worker; what it is makes no difference


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to stage a shard."""

    shard: Shard
    plan: Plan
    gold: tuple[Path, ...]
    folder: Path
    """Where the staged shard appears; its name is a digest of everything that decides what is in it."""
    made_from: Mapping[str, str] = field(default_factory=dict)
    """Digests of what decides that, by name."""
    kept: tuple[Path, ...] = ()
    """Where it may stand already, as other builds left it."""
    watched: bool = False
    """Whether this runs in a worker whose death is survived: it keeps a journal, and the watchdog may stop it."""
    deaths: tuple[Deadly, ...] = ()
    """What such workers died of."""

    @property
    def barred(self) -> list[Deadly]:
        """What killed two workers, the second of them at work alone, and is not to be touched again."""
        return [death for number, death in enumerate(self.deaths) if death.place and death.place in _places(self.deaths[:number])]

    @property
    def journal(self) -> Path:
        """Where the worker notes what it is at."""
        return self.folder.with_name(f'{self.folder.name}.journal')


def stage(task: Task) -> bool:
    """Stage the shard, unless it is there as it was written; one that was damaged since is deleted and made again.

    Returns whether anything was read; a shard that another build has left as it was written is taken up.
    Raises VinewsError and OSError. Any other error, of a library or for want of memory, ends a watched worker: it is as good as a
    kill, and what it came from is found in the same way.
    """
    if is_final(task.folder):
        return False
    shutil.rmtree(task.folder, ignore_errors=True)
    # A name of this process alone: the worker of a build that was killed may still be at work on the same shard.
    unfinished = task.folder.with_name(f'{task.folder.name}.{os.getpid()}.part')
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    kept = next(filter(is_final, task.kept), None)
    if kept:
        take_up(kept, unfinished)
    else:
        _make(task, unfinished)
    try:
        unfinished.replace(task.folder)
    except OSError:
        if not is_as_written(task.folder):  # such a worker was first, with the same bytes
            raise
        shutil.rmtree(unfinished)
    return kept is None


def _make(task: Task, folder: Path) -> None:
    """Write the files of the shard into the folder, under the journal and the watchdog if it is watched."""
    try:
        journal = Journal(task.journal, task.plan.limits.watchdog_seconds, task.barred) if task.watched else Journal()
        _write(task, folder, journal)
    except (VinewsError, OSError):
        raise
    except Exception as error:
        if task.watched:
            journal.blame(error)
            os._exit(_FAILED)
        raise
    journal.close()


def after_death(task: Task) -> Task:
    """The task of a worker that died, with what it was at remembered: twice the same, and it is barred.

    Raises InputError where twice it was at no piece of input, or where too many pieces of the shard have killed workers.
    """
    found = read_journal(task.journal)
    forget(task.journal)
    before = _places(task.deaths)
    again = before.count(found.place)
    if again > 1 or (again and (found.place is None or found.place in _ranges(task.shard))):
        message = f'its workers were killed, and not by a piece of input ({found.error or "out of memory?"})'
    elif len(task.barred) == _MOST_DEADLY:
        message = f'{_MOST_DEADLY} pieces killed their workers'
    else:
        return replace(task, deaths=(*task.deaths, found))
    damaged = f', or train {task.plan.labeller} anew' if task.plan.labeller else ''
    raise InputError(f'shard {task.shard.name}: {message}; give it more memory{damaged}, and run the same command again to go on from here')


def _places(deaths: Sequence[Deadly]) -> list[Place | None]:
    return [death.place for death in deaths]


def _ranges(shard: Shard) -> set[Place]:
    """The places of segments that are a part of a file, which cannot be rejected as a whole: its lines do not end where they do."""
    return {_whole(segment) for segment in shard.segments if segment.end is not None}


def _write(task: Task, folder: Path, journal: Journal) -> None:
    """Write the files of the shard into the folder."""
    with ExitStack() as stack:
        writer = ShardWriter(folder, stack, task.plan.limits.reject_bytes)
        _fill(writer, task, load_annotators(task.gold, task.plan.labeller), journal)
        writer.flush()
    settled = writer.fates.total()
    if writer.read != settled:
        raise BalanceError(f'shard {task.shard.name}: read {writer.read} pieces, but {settled} have a fate; please report this')
    counts = {'read': writer.read, 'fates': dict(sorted(writer.fates.items()))}
    seal(folder, {'shard': task.shard.name, 'made_from': dict(task.made_from), **counts})


def _fill(writer: ShardWriter, task: Task, annotators: Annotators, journal: Journal) -> None:
    plan = task.plan
    rules = Rules(plan.limits, field_mapping(dict(plan.fields)), plan.format, journal)
    sidecar = load_sidecar(plan.sidecar) if plan.sidecar else {}
    for segment in task.shard.segments:
        for item in _items(segment, rules):
            made = (
                build_record(with_sidecar(item, sidecar), annotators, plan.site_pattern, plan.entities) if isinstance(item, Page) else item
            )
            journal.leave()
            writer.read += not isinstance(item, Framing)
            if isinstance(made, Framing):
                writer.framing(made.place)
            elif isinstance(made, Skipped):
                writer.filter(made.place, {}, made.reason)
            elif isinstance(made, Reject):
                writer.reject(made)
            elif not made['gold'] and made['language'] not in plan.languages:
                writer.filter(item.place, made, f'language_{made["language"]}')
            else:
                writer.keep(item.place, made)


def _items(segment: Segment | Retry, rules: Rules) -> Iterator[Page | Reject | Framing | Skipped]:
    """What is in the segment. Between its pieces the journal says that the file as a whole is at work: a container, a compression."""
    whole = _whole(segment)
    if barred := enter(Piece(whole, b'', 'text'), rules):
        yield replace(barred, format=None)
        return
    for item in retry(segment, rules) if isinstance(segment, Retry) else convert(segment, rules):
        yield item
        rules.journal.enter(whole)


def _whole(segment: Segment | Retry) -> Place:
    file = segment.file
    return Place(file.dump, file.path, 'byte', segment.start, file.bytes if segment.end is None else segment.end)
