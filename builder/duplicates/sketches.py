"""What is kept of every segment while duplicates are looked for: some hundred bytes in memory, its shingles in a file."""

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.minhash import Banding, band_hashes
from builder.duplicates.segments import WHOLE_PAGE, Segment
from builder.duplicates.shingles import jaccard, shingles, whole
from builder.text.dates import iso_day

UNDATED: Final = 99_999_999
_BYTES: Final = 8  # of a hash


@dataclass(frozen=True, slots=True)
class Sketches:
    """The segments that hold a word, by number: where each stands, and what candidates are found with."""

    pages: tuple[str, ...]
    """Id of each segment's page."""
    stories: NDArray[np.int64]
    days: NDArray[np.int64]
    """Of publication, as in 20260131; UNDATED where it is not known."""
    digests: NDArray[np.int64]
    """A hash of each one's whole set of shingles."""
    bands: NDArray[np.uint64]
    """Shape (segments, bands)."""
    ends: NDArray[np.int64]
    """Where each one's shingles end in the spool, in hashes."""
    spool: IO[bytes]

    def shingles(self, segment: int) -> NDArray[np.uint64]:
        """The shingles of a segment, read back."""
        start = int(self.ends[segment - 1]) if segment else 0
        self.spool.seek(start * _BYTES)
        return np.frombuffer(self.spool.read((int(self.ends[segment]) - start) * _BYTES), np.uint64)

    def jaccard(self, one: int, other: int) -> float:
        """The exact Jaccard index of two segments."""
        return jaccard(self.shingles(one), self.shingles(other))


def sketch(segments: Iterable[Segment], banding: Banding, key: str, spool: IO[bytes]) -> Sketches:
    """The sketches of all segments, in their order; their shingles are written to `spool`, an empty binary file."""
    pages: list[str] = []
    stories, days, digests, ends, bands, end = array('q'), array('q'), array('q'), array('q'), array('Q'), 0
    for segment in segments:
        found = whole(segment.text) if segment.story == WHOLE_PAGE else shingles(segment.text, key)
        if not len(found):
            continue
        raw = found.tobytes()
        spool.write(raw)
        end += len(found)
        pages.append(segment.page)
        stories.append(segment.story)
        days.append(int((iso_day(segment.published) or str(UNDATED)).replace('-', '')))
        ends.append(end)
        digests.append(int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), 'big', signed=True))
        bands.frombytes(band_hashes(found, banding).tobytes())
    table = np.frombuffer(bands, np.uint64).reshape(len(pages), banding.bands)
    numbers = [np.array(column, np.int64) for column in (stories, days, digests, ends)]
    return Sketches(tuple(pages), numbers[0], numbers[1], numbers[2], table, numbers[3], spool)
