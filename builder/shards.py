"""Cutting a dump into shards: the unit of work, of memory and of resumption.

A large JSON lines file is cut into byte ranges. Small files go into buckets by a hash of their path, so that one file
more shifts none of the others; the number of buckets is a power of two and changes only when a dump doubles.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from builder.converters.convert import Segment, is_splittable
from builder.converters.inputs import InputFile
from builder.converters.retry import Retry

_FEWEST_BUCKETS: Final = 4  # so that a second worker has something to do on a small dump


@dataclass(frozen=True, slots=True)
class Shard:
    """Segments that one task reads, in order, and a name that is unique in the build."""

    name: str
    segments: tuple[Segment | Retry, ...]


def plan_shards(files: Sequence[InputFile], shard_bytes: int, form: str | None = None) -> list[Shard]:
    """The shards of all files, in the order of the dumps; depends on nothing but the files, `shard_bytes` and the format if one is set."""
    shards: list[Shard] = []
    for dump, group in groupby(files, key=lambda file: file.dump):
        of_dump = list(group)
        small = [file for file in of_dump if file.bytes < shard_bytes]
        for file in of_dump:
            if file.bytes >= shard_bytes:
                shards += _ranges(file, shard_bytes, form)
        shards += _buckets(dump, small, shard_bytes)
    return shards


def plan_retries(rejects: InputFile, dump: Sequence[InputFile], shard_bytes: int) -> list[Shard]:
    """The shards of a file of rejects, which are tried again from their own bytes or from the files of `dump`."""
    ends = [*range(shard_bytes, rejects.bytes, shard_bytes), rejects.bytes]
    return [
        Shard(f'{rejects.dump}/{rejects.path}[{start}:{end}]', (Retry(rejects, start, end, tuple(dump)),))
        for start, end in zip((0, *ends), ends, strict=False)
    ]


def _ranges(file: InputFile, shard_bytes: int, form: str | None) -> Iterator[Shard]:
    name = f'{file.dump}/{file.path}'
    if not is_splittable(file, form):
        yield Shard(name, (Segment(file),))
        return
    for start in range(0, file.bytes, shard_bytes):
        end = min(start + shard_bytes, file.bytes)
        yield Shard(f'{name}[{start}:{end}]', (Segment(file, start, end),))


def _buckets(dump: str, files: Sequence[InputFile], shard_bytes: int) -> Iterator[Shard]:
    total = sum(file.bytes for file in files)
    count = _FEWEST_BUCKETS
    while count * shard_bytes < total:
        count *= 2
    buckets: dict[int, list[Segment]] = {}
    for file in files:
        buckets.setdefault(_bucket(file.path, count), []).append(Segment(file))
    for number in sorted(buckets):
        yield Shard(f'{dump}#{number}of{count}', tuple(buckets[number]))


def _bucket(path: str, count: int) -> int:
    digest = hashlib.blake2b(path.encode(), digest_size=8).digest()
    return int.from_bytes(digest, 'big') % count
