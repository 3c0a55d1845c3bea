"""Which split the pages of a group stand in, and who is dropped because it cannot be: numbers alone, no files.

Pages that share a key are to stand in one split. Pages of earlier releases are never touched; after them come, in the order of
`PRECEDENCE`, those whose split is fixed, each dropped where a page of another split was there before it; the others go where
their group is, or as one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from builder.splits import PRECEDENCE, is_test

LEAK: Final = -1
_TESTS: Final = [number for number, split in enumerate(PRECEDENCE) if is_test(split)]
_VALIDATION: Final = PRECEDENCE.index('validation')
_TRAIN: Final = PRECEDENCE.index('train')


@dataclass(frozen=True, slots=True)
class Members:
    """Which page has which key: two columns of one length, numbers of pages and of keys."""

    pages: NDArray[np.int64]
    keys: NDArray[np.int64]

    def limited(self, which: NDArray[np.bool_]) -> 'Members':
        """Those of the pages that `which` marks."""
        chosen = which[self.pages]
        return Members(self.pages[chosen], self.keys[chosen])

    def touched(self, keys: NDArray[np.bool_], pages: int) -> NDArray[np.bool_]:
        """The pages, of so many, that have a marked key."""
        found = np.zeros(pages, bool)
        found[self.pages[keys[self.keys]]] = True
        return found


def joined(parts: list[Members]) -> Members:
    """All of them together, with keys of different parts kept apart and numbered from 0; a key of one page alone is left out."""
    pages, keys, first = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for part in parts:
        pairs = np.unique(np.column_stack([part.keys, part.pages]), axis=0)
        _, numbers, counts = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
        shared = counts[numbers] > 1
        pages.append(pairs[shared, 1])
        keys.append(numbers[shared] + first)
        first += len(counts)
    return Members(np.concatenate(pages), np.concatenate(keys))


def settle(splits: NDArray[np.int64], earlier: NDArray[np.bool_], free: NDArray[np.bool_], members: Members) -> NDArray[np.int64]:
    """The split of each page as a number of `PRECEDENCE`, or LEAK; pages are in the order of their ids.

    `splits` is where each would stand alone; the rest of the pages, neither `earlier` nor `free`, are fixed.
    """
    settled, count = splits.copy(), len(splits)
    claims = np.zeros((members.keys.max(initial=-1) + 1, len(PRECEDENCE)), bool)
    _claim(claims, members.limited(earlier), settled)
    for split in range(len(PRECEDENCE)):
        mine = ~earlier & ~free & (splits == split)
        of_others: NDArray[np.bool_] = np.logical_or.reduce(np.delete(claims, split, axis=1), axis=1)
        settled[mine & members.touched(of_others, count)] = LEAK
        _claim(claims, members.limited(mine & (settled != LEAK)), settled)
    near = {split: members.touched(claims[:, split], count) for split in range(len(PRECEDENCE))}
    leaking = np.any([near[split] for split in _TESTS], axis=0) | (near[_VALIDATION] & near[_TRAIN])
    settled[free & leaking] = LEAK
    open_ = free & ~leaking
    return _together(settled, open_, near[_VALIDATION], near[_TRAIN], components(members.limited(open_), count))


def _claim(claims: NDArray[np.bool_], members: Members, splits: NDArray[np.int64]) -> None:
    claims[members.keys, splits[members.pages]] = True


def _together(
    settled: NDArray[np.int64],
    open_: NDArray[np.bool_],
    near_validation: NDArray[np.bool_],
    near_train: NDArray[np.bool_],
    groups: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The free pages of a group go where a settled page that one of them shares a key with is, else where the first of them would.

    A group that lies between settled pages of validation and of train goes to validation, without its pages that touch train. One of
    more than half of the free pages goes to train: by its hash it could as well take nearly all of them to validation.
    """
    validation, train = (np.isin(groups, groups[open_ & near]) & open_ for near in (near_validation, near_train))
    sizes = np.bincount(groups[open_], minlength=len(settled))[groups]
    large = open_ & (sizes > 1) & (2 * sizes > open_.sum())
    alone = open_ & ~validation & ~train
    settled[alone] = np.where(large, _TRAIN, settled[groups])[alone]
    settled[train & ~validation] = _TRAIN
    settled[validation] = np.where(near_train, LEAK, _VALIDATION)[validation]
    return settled


def components(members: Members, pages: int) -> NDArray[np.int64]:
    """For each page the smallest page that is reached from it over shared keys.

    Every round hands the smallest number from pages to keys and back, and halves the paths (Shiloach and Vishkin, 1982).
    """
    labels = np.arange(pages)
    while True:
        smallest = np.full(members.keys.max(initial=-1) + 1, pages)
        np.minimum.at(smallest, members.keys, labels[members.pages])
        after = labels.copy()
        np.minimum.at(after, members.pages, smallest[members.keys])
        np.minimum.at(after, labels, after.copy())
        after = after[after]
        if np.array_equal(after, labels):
            return labels
        labels = after
