"""MinHash signatures cut into bands: texts that share a band are candidates for being near-duplicates.

Broder, "On the resemblance and containment of documents" (1997); banding as in Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", 3.4. Two sets of Jaccard index s share one of b bands of r rows with probability 1 - (1 - s**r)**b.
"""

import math
import random
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from builder.duplicates.shingles import mixed

_MISSED: Final = 0.001
"""Share of the pairs right at the threshold that no band brings together."""
_MOST_HASHES: Final = 128
_SEED: Final = 1997  # any will do; another one gives other candidates, and after verification nearly always the same clusters


@dataclass(frozen=True, slots=True)
class Banding:
    """Bands of so many rows each; a row is one hash function."""

    bands: int
    rows: int


def banding(threshold: float) -> Banding:
    """The bands that miss one pair in a thousand at the threshold: as many rows a band as 128 hash functions allow.

    Rows keep the unlike apart. Raises ValueError where the threshold is not in (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError(f'threshold {threshold} is not above 0 and at most 1')
    chosen = Banding(_bands(threshold, 1), 1)
    for rows in range(2, _MOST_HASHES + 1):
        bands = _bands(threshold, rows)
        if bands * rows > _MOST_HASHES:
            break
        chosen = Banding(bands, rows)
    return chosen


def _bands(threshold: float, rows: int) -> int:
    shared: float = threshold**rows
    return max(1, math.ceil(math.log(_MISSED) / math.log1p(-shared))) if shared < 1 else 1


def band_hashes(shingles: NDArray[np.uint64], banding: Banding) -> NDArray[np.uint64]:
    """One hash for each band of the set's signature; the set must not be empty."""
    factors, offsets, weights = _functions(banding)
    short = (shingles >> np.uint64(32)).astype(np.uint32)
    signature = (short * factors + offsets).min(axis=1).astype(np.uint64)
    return mixed((signature.reshape(banding.bands, banding.rows) * weights).sum(axis=1, dtype=np.uint64))


@cache
def _functions(banding: Banding) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint64]]:
    """Factors and offsets of the hash functions x -> a x + b modulo 2**32, a odd, as columns; and a weight for each row of a band."""
    numbers = random.Random(_SEED)  # noqa: S311 - hash functions must be the same in every build, not secret
    count = banding.bands * banding.rows
    factors = np.array([numbers.getrandbits(32) | 1 for _ in range(count)], np.uint32)
    offsets = np.array([numbers.getrandbits(32) for _ in range(count)], np.uint32)
    weights = np.array([numbers.getrandbits(64) | 1 for _ in range(banding.rows)], np.uint64)
    return factors[:, None], offsets[:, None], weights
