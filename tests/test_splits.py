from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builder.plan import SplitPolicy
from builder.splits import assign, is_reserved

POLICY = SplitPolicy('test', 1, 'salt', 0.2, 0.3, ('always.example',), ('never.example',))
IDS = st.text('0123456789abcdef', min_size=32, max_size=32)


@given(IDS, st.text(min_size=1))
def test_gold_makes_the_test_splits_and_machine_labels_never_do(page: str, site: str) -> None:
    gold = assign(page, site, POLICY, gold=True)
    machine = assign(page, site, POLICY, gold=False)
    assert gold in {('test', 'gold_seen_site'), ('test_unseen_sites', 'gold_unseen_site')}
    if gold == ('test_unseen_sites', 'gold_unseen_site'):
        assert machine is None
    else:
        assert machine in {('train', 'machine'), ('validation', 'machine')}


def test_named_sites_are_where_the_policy_says_and_the_unknown_one_is_never_unseen() -> None:
    everything = replace(POLICY, unseen_site_share=1.0)
    assert is_reserved('always.example', replace(POLICY, unseen_site_share=0.0))
    assert not is_reserved('never.example', everything)
    assert not is_reserved('unknown', replace(everything, unseen_sites=('unknown',)))
    assert is_reserved('any.example', everything)


def test_shares_are_kept() -> None:
    pages = [f'{number:032x}' for number in range(4_000)]
    validation = sum(assign(page, 'never.example', POLICY, gold=False) == ('validation', 'machine') for page in pages)
    assert 0.17 < validation / len(pages) < 0.23
    unseen = sum(is_reserved(f'site{number}.example', POLICY) for number in range(4_000))
    assert 0.27 < unseen / 4_000 < 0.33


def test_a_page_keeps_its_split_in_every_version_of_the_program() -> None:
    splits = [assign(f'{number:032x}', 'never.example', POLICY, gold=False) for number in range(8)]
    wanted = ['validation', 'train', 'train', 'train', 'train', 'validation', 'validation', 'train']
    assert splits == [(split, 'machine') for split in wanted]


def test_another_salt_makes_other_splits() -> None:
    pages = [f'{number:032x}' for number in range(200)]
    salted = replace(POLICY, salt='other')
    assert [assign(page, 'a', POLICY, gold=False) for page in pages] != [assign(page, 'a', salted, gold=False) for page in pages]
