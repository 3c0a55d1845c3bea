"""The shingles of a text: the set of its runs of five words, as 64-bit hashes, under a strict or a loose key.

The strict key is the match key: tones count, where they are written and how they are composed does not. The loose key has no tones,
for copies that lost or garbled them; "Bán hàng" and "Bạn hàng" are one there, so that it finds candidates rather than copies.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from builder.staging.rows import line_key
from builder.text.normalization import match_key

KEYS: Final = ('strict', 'loose')
WIDTH: Final = 5
"""Words in a shingle (Vietnamese syllables): fewer make set phrases look like copies, more let one edited word undo too much."""
_TONES: Final = re.compile('[\u0300\u0301\u0303\u0309\u0323]')
_EDGES: Final = re.compile(r'^\W+|\W+$')
_CACHED_WORDS: Final = 1 << 18  # some 40 MB; news use some tens of thousands of spellings
_NO_WORD: Final = 0
_FACTORS: Final = np.array([pow(0x9E3779B97F4A7C15, power, 1 << 64) for power in range(1, WIDTH + 1)], np.uint64)
"""Powers of an odd number (the golden ratio's bits), so that the order of words counts."""


def shingles(text: str, key: str = 'strict') -> NDArray[np.uint64]:
    """The sorted, distinct hashes of the text's shingles; of fewer than five words they are one shingle, of none it is empty.

    Two shingles of one hash are one in 2**64: the Jaccard index of two texts is taken to be that of their hashes.
    """
    spell = _strict_hash if key == 'strict' else _loose_hash
    every = np.fromiter(map(spell, text.split()), np.uint64)
    words: NDArray[np.uint64] = every[every != _NO_WORD]
    if not len(words):
        return words
    width = min(WIDTH, len(words))
    count = len(words) - width + 1
    sums = np.zeros(count, np.uint64)
    for place in range(width):
        sums += words[place : place + count] * _FACTORS[place]
    distinct: NDArray[np.uint64] = np.unique(mixed(sums))
    return distinct


def whole(text: str) -> NDArray[np.uint64]:
    """One hash of all lines by their match keys: of two texts it is the same if these are, in order."""
    return np.array([text_key(np.array([line_key(line) for line in text.split('\n')], np.int64))], np.int64).view(np.uint64)


def text_key(line_keys: NDArray[np.int64]) -> int:
    """64 bits of a hash of the line keys of a page, as a signed integer."""
    return int.from_bytes(hashlib.blake2b(line_keys.astype('<i8').tobytes(), digest_size=8).digest(), 'big', signed=True)


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The values with every bit depending on all others: the finaliser of MurmurHash3 (public domain)."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def jaccard(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """Shared members over all members of two sets, given sorted and distinct; 0 where both are empty."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(len(one) + len(other) - shared, 1)


@lru_cache(_CACHED_WORDS)
def _strict_hash(word: str) -> int:
    return _hash(_EDGES.sub('', match_key(word)))


@lru_cache(_CACHED_WORDS)
def _loose_hash(word: str) -> int:
    return _hash(_TONES.sub('', unicodedata.normalize('NFD', _EDGES.sub('', match_key(word)))))


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), 'big') if word else _NO_WORD
