from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.split_policy import SplitPolicy
from builder.splits import Place, assign, is_reserved, machine_split, tense

POLICY = SplitPolicy('test', 1, 'salt', 0.2, 0.3, ('always.example',), ('never.example',))
IDS = st.text('0123456789abcdef', min_size=32, max_size=32)


@given(IDS, st.booleans(), st.sampled_from([None, 'temporal', 'undated']))
def test_gold_makes_the_test_splits_and_machine_labels_never_do(page: str, reserved: bool, when: str | None) -> None:
    gold = assign(page, POLICY, gold=True, reserved=reserved, tense=when)
    machine = assign(page, POLICY, gold=False, reserved=reserved, tense=when)
    if reserved:
        assert (gold, machine) == (Place('test_unseen_sites', 'gold_unseen_site'), Place(None, None, 'reserved_site'))
        return
    assert gold == (Place('test_temporal', 'gold_temporal') if when == 'temporal' else Place('test', 'gold_seen_site'))
    assert machine == (Place(None, None, when) if when else Place(machine_split(page, POLICY), 'machine'))


@pytest.mark.parametrize(
    ('published', 'crawled', 'expected'),
    [
        ('2026-02-28T23:59:59+07:00', '2026-04-01', None),
        ('2026-03-01', '2026-03-02', 'temporal'),
        (None, '2026-02-28', None),
        ('2026-03-01', '2026-02-28', None),
        (None, '2026-03-01', 'undated'),
        ('01/03/2026', None, 'undated'),
        (None, None, 'undated'),
    ],
)
def test_what_may_be_younger_than_the_day_is_not_trained_on(published: str | None, crawled: str | None, expected: str | None) -> None:
    assert tense(published, crawled, '2026-03-01') == expected
    assert tense(published, crawled, None) is None


def test_named_sites_are_where_the_policy_says_and_the_unknown_one_is_never_unseen() -> None:
    everything = replace(POLICY, unseen_site_share=1.0)
    assert is_reserved('always.example', replace(POLICY, unseen_site_share=0.0))
    assert not is_reserved('never.example', everything)
    assert not is_reserved('unknown', replace(everything, unseen_sites=('unknown',)))
    assert is_reserved('any.example', everything)


def test_shares_are_kept() -> None:
    pages = [f'{number:032x}' for number in range(4_000)]
    validation = sum(machine_split(page, POLICY) == 'validation' for page in pages)
    assert 0.17 < validation / len(pages) < 0.23
    unseen = sum(is_reserved(f'site{number}.example', POLICY) for number in range(4_000))
    assert 0.27 < unseen / 4_000 < 0.33


def test_a_page_keeps_its_split_in_every_version_of_the_program() -> None:
    splits = [machine_split(f'{number:032x}', POLICY) for number in range(8)]
    assert splits == ['validation', 'train', 'train', 'train', 'train', 'validation', 'validation', 'train']


def test_another_salt_makes_other_splits() -> None:
    pages = [f'{number:032x}' for number in range(200)]
    salted = replace(POLICY, salt='other')
    assert [machine_split(page, POLICY) for page in pages] != [machine_split(page, salted) for page in pages]
