"""Groups: nobody stands in two splits, nobody is dropped without a reason, and numbers do not matter."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builder.release.grouping import LEAK, Members, components, joined, settle
from builder.splits import PRECEDENCE, is_test

VALIDATION, TRAIN = PRECEDENCE.index('validation'), PRECEDENCE.index('train')
STANDINGS = ('earlier', 'fixed', 'free')


@dataclass(frozen=True)
class World:
    """Pages, each (split, standing), and keys, each a set of pages."""

    pages: list[tuple[int, str]]
    keys: list[set[int]]

    def settled(self) -> list[int]:
        splits = np.array([split for split, _ in self.pages], np.int64)
        earlier, free = (np.array([standing == name for _, standing in self.pages], bool) for name in ('earlier', 'free'))
        return settle(splits, earlier, free, members(self.keys)).tolist()


def members(keys: list[set[int]]) -> Members:
    pairs = [(page, key) for key, pages in enumerate(keys) for page in pages]
    return Members(*(np.array([pair[column] for pair in pairs], np.int64) for column in (0, 1)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 14))
    standings = draw(st.lists(st.sampled_from(STANDINGS), min_size=count, max_size=count))
    splits = [draw(st.sampled_from([VALIDATION, TRAIN]) if name == 'free' else st.integers(0, len(PRECEDENCE) - 1)) for name in standings]
    keys = draw(st.lists(st.sets(st.integers(0, count - 1), min_size=2, max_size=4), max_size=10)) if count > 1 else []
    return World(list(zip(splits, standings, strict=True)), [key for key in keys if len(key) > 1])


@given(worlds())
def test_what_shares_a_key_stands_in_one_split_but_for_what_earlier_releases_did(world: World) -> None:
    settled = world.settled()
    for key in world.keys:
        kept = {page for page in key if settled[page] != LEAK}
        if any(world.pages[page][1] != 'earlier' for page in kept):
            assert len({settled[page] for page in kept}) == 1


@given(worlds())
def test_earlier_pages_stay_fixed_ones_are_not_moved_and_free_ones_make_no_test_split(world: World) -> None:
    for (split, standing), now in zip(world.pages, world.settled(), strict=True):
        if standing == 'earlier':
            assert now == split
        elif standing == 'fixed':
            assert now in {split, LEAK}
        else:
            assert now in {VALIDATION, TRAIN, LEAK}


@given(worlds())
def test_nobody_is_dropped_without_a_reason(world: World) -> None:
    settled = world.settled()
    for page, (split, standing) in enumerate(world.pages):
        if settled[page] != LEAK:
            continue
        beside = {(other, settled[other]) for key in world.keys if page in key for other in key - {page} if settled[other] != LEAK}
        if standing == 'fixed':
            assert any(now < split or (now != split and world.pages[other][1] == 'earlier') for other, now in beside)
        else:
            tested = any(is_test(PRECEDENCE[now]) for _, now in beside)
            assert tested or any(now == TRAIN for _, now in beside)


@given(worlds(), st.randoms())
def test_the_numbers_of_keys_do_not_matter(world: World, numbers: object) -> None:
    keys = list(world.keys)
    numbers.shuffle(keys)  # type: ignore[attr-defined]
    assert World(world.pages, keys).settled() == world.settled()


@given(worlds())
def test_components_are_those_of_a_walk(world: World) -> None:
    labels = components(members(world.keys), len(world.pages)).tolist()
    for page in range(len(world.pages)):
        reached, ahead = {page}, [page]
        while ahead:
            at = ahead.pop()
            new = {other for key in world.keys if at in key for other in key} - reached
            reached |= new
            ahead += new
        assert labels[page] == min(reached)


def test_a_long_chain_is_one_component() -> None:
    count = 3_000
    order = np.random.default_rng(1).permutation(count)
    chain = Members(np.concatenate([order[:-1], order[1:]]), np.tile(np.arange(count - 1), 2))
    assert not components(chain, count).any()


def test_a_group_of_more_than_half_of_the_free_pages_goes_to_train() -> None:
    free = [(VALIDATION, 'free')] * 3
    assert World([*free, (VALIDATION, 'free'), (VALIDATION, 'free')], [{0, 1, 2}]).settled() == [TRAIN] * 3 + [VALIDATION] * 2
    assert World([*free, *free], [{0, 1, 2}]).settled() == [VALIDATION] * 6


def test_the_first_page_of_a_group_decides_and_a_settled_page_before_it() -> None:
    free = [(TRAIN, 'free'), (VALIDATION, 'free'), (VALIDATION, 'free'), (TRAIN, 'free'), (TRAIN, 'free')]
    assert World(free, [{0, 1}]).settled() == [TRAIN, TRAIN, VALIDATION, TRAIN, TRAIN]
    assert World([*free, (VALIDATION, 'earlier')], [{0, 1}, {1, 5}]).settled() == [
        VALIDATION,
        VALIDATION,
        VALIDATION,
        TRAIN,
        TRAIN,
        VALIDATION,
    ]


def test_a_newcomer_between_train_and_validation_of_an_earlier_release_is_dropped() -> None:
    earlier = [(TRAIN, 'earlier'), (VALIDATION, 'earlier')]
    assert World([*earlier, (TRAIN, 'free')], [{0, 2}, {1, 2}]).settled() == [TRAIN, VALIDATION, LEAK]
    between = World([*earlier, (TRAIN, 'free'), (TRAIN, 'free')], [{0, 2}, {2, 3}, {1, 3}])
    assert between.settled() == [TRAIN, VALIDATION, LEAK, VALIDATION]


def test_keys_of_different_kinds_are_different_keys_and_one_page_alone_shares_nothing() -> None:
    one, other = Members(np.array([0, 1, 1]), np.array([7, 7, 7])), Members(np.array([1, 2, 3]), np.array([7, 7, 8]))
    both = joined([one, other])
    assert sorted(zip(both.pages.tolist(), both.keys.tolist(), strict=True)) == [(0, 0), (1, 0), (1, 1), (2, 1)]
    assert len(joined([]).pages) == 0
