"""Splits as a build makes them: what earlier releases settled stays, frozen lists are honoured, groups stay together, gold that is lost is told."""

from pathlib import Path

import pytest

from builder.checking.check import check
from builder.split_policy import SplitPolicy
from builder.splits import machine_split
from tests.duplicates.test_clusters import article, seeded
from tests.release.small import POLICY, built, clusters, counted, manifest, page, page_id, splits, texts

STORIES = [' '.join(article(seeded(number), 40)) for number in range(40)]
SMALL = SplitPolicy('small', 1, 'small', 0.3, 0, (), ())
NAMES = sorted(map(str, range(80)), key=page_id, reverse=True)
T, V = ([name for name in NAMES if machine_split(page_id(name), SMALL) == split] for split in ('train', 'validation'))
"""Names of pages that go there where they stand alone; of the first the id is the greatest."""


def test_a_story_of_both_test_splits_stays_with_the_unseen_sites_and_the_lost_gold_page_is_told(tmp_path: Path) -> None:
    pages = [
        page('seen', STORIES[0], STORIES[1], gold=True),
        page('unseen', STORIES[2], STORIES[1], gold=True, site='unseen.example'),
        page('other', STORIES[3], gold=True),
        page(T[0], STORIES[0]),
        page(T[1], STORIES[2]),
    ]
    out = built(tmp_path / 'a', pages)
    assert splits(out) == {page_id('unseen'): 'test_unseen_sites', page_id('other'): 'test', page_id(T[0]): 'train'}
    assert counted(out) == {'kept': 3, 'leak': 2}
    gold = manifest(out)['gold']
    assert (gold['pages'], gold['joined'], gold['left_out']) == (3, 2, [{'name': 'seen', 'reason': 'leak'}])
    assert 'found and left out: seen (leak)' in (out / 'README.md').read_text('utf-8')
    assert [row['fate'] for row in clusters(out) if row['page'] == page_id('seen')] == ['leak', 'leak']
    assert check(out) == []


@pytest.fixture(scope='module')
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that later ones may not contradict."""
    pages = [
        page('gold', STORIES[0], gold=True),
        page('gold unseen', STORIES[1], gold=True, site='unseen.example'),
        page(T[0], STORIES[2]),
        page(V[0], STORIES[3]),
        page(T[1], STORIES[4]),
        page('gone', STORIES[5], gold=True),
    ]
    return built(tmp_path_factory.mktemp('first') / 'a', pages)


def test_with_a_previous_release_its_pages_stay_and_newcomers_go_with_them_or_are_dropped(first: Path, tmp_path: Path) -> None:
    pages = [
        page('gold too', STORIES[2], gold=True),
        page(T[2], STORIES[0]),
        page(T[3], STORIES[3]),
        page(V[1], STORIES[10], STORIES[2]),
        page('gold', STORIES[0], gold=True),
        page('gold unseen', STORIES[1], gold=True, site='unseen.example'),
        page(T[0], STORIES[2]),
        page(V[0], STORIES[3]),
        page(T[1], STORIES[4]),
        page(T[4], STORIES[5]),
        page('gold of a new site', STORIES[6], STORIES[0], gold=True, site='other.example'),
    ]
    other_policy = POLICY.replace('salt: small', 'salt: other').replace('[unseen.example]', '[a.example, other.example]')
    out = built(tmp_path / 'b', pages, policy=other_policy, previous=first)
    expected = {**splits(first), page_id(T[3]): 'validation', page_id(V[1]): 'train'}
    del expected[page_id('gone')]
    found = splits(out)
    newcomer = found.pop(page_id(T[4]))
    assert newcomer in {'train', 'validation'}
    assert found == expected
    assert counted(out) == {'kept': len(expected) + 1, 'leak': 3}
    assert manifest(out)['gold']['left_out'] == [
        {'name': 'gold of a new site', 'reason': 'leak'},
        {'name': 'gold too', 'reason': 'leak'},
    ]
    assert {row['cluster'] for row in clusters(out) if row['page'] == page_id(V[1])} == {page_id(T[0])}
    assert check(out) == []


def test_where_one_copy_is_kept_it_is_that_of_the_previous_release(first: Path, tmp_path: Path) -> None:
    smaller = T[10]
    pages = [page(smaller, STORIES[2]), page(T[0], STORIES[2]), page(T[1], STORIES[4]), page(V[0], STORIES[20])]
    alone = built(tmp_path / 'alone', pages, 'duplicates: {policy: keep_one}')
    assert page_id(smaller) in splits(alone)
    assert page_id(T[0]) not in splits(alone)
    after = built(tmp_path / 'after', pages, 'duplicates: {policy: keep_one}', previous=first)
    assert splits(after) == {page_id(T[0]): 'train', page_id(T[1]): 'train', page_id(V[0]): 'validation'}
    assert counted(after) == {'kept': 3, 'near_duplicate': 1}
    assert {row['page']: row['fate'] for row in clusters(after)} == {page_id(smaller): 'near_duplicate', page_id(T[0]): 'kept'}
    assert check(after) == []


def test_of_two_texts_of_one_id_that_of_the_previous_release_is_kept(first: Path, tmp_path: Path) -> None:
    other = page(T[0], STORIES[30])
    pages = [{**other, 'truth': {**other['truth'], 'id': 'other'}}, page(T[0], STORIES[2])]
    out = built(tmp_path / 'a', pages, previous=first)
    assert counted(out) == {'kept': 1, 'id_conflict': 1}
    assert texts(out)[page_id(T[0])].endswith(STORIES[2])


def test_a_test_page_that_has_lost_its_gold_is_in_no_split(first: Path, tmp_path: Path) -> None:
    out = built(tmp_path / 'a', [page('gold', STORIES[0]), page(T[0], STORIES[2])], previous=first)
    assert counted(out) == {'kept': 1, 'lost_gold': 1}


def test_a_train_page_that_has_become_gold_stays_and_is_told(first: Path, tmp_path: Path) -> None:
    out = built(tmp_path / 'a', [page('gold', STORIES[0], gold=True), page(T[0], STORIES[2], gold=True)], previous=first)
    assert splits(out) == {page_id('gold'): 'test', page_id(T[0]): 'train'}
    assert manifest(out)['gold']['left_out'] == [{'name': T[0], 'reason': 'train'}]
    assert check(out) == []


def test_what_comes_back_of_rejects_may_not_leak_against_their_release(tmp_path: Path) -> None:
    lost = {'field': 'noi_dung'}
    pages = [
        page('gold', STORIES[0], gold=True),
        page(T[0], STORIES[2]),
        page(V[0], STORIES[3], STORIES[8]),
        page(T[1], STORIES[0], **lost),
        page('gold too', STORIES[2], gold=True, **lost),
        page('gold again', STORIES[0], gold=True, **lost),
        page(V[1], STORIES[2], **lost),
        page(T[2], STORIES[4], STORIES[3], **lost),
        page(T[3], STORIES[8], STORIES[2], **lost),
        page(V[2], STORIES[6], **lost),
    ]
    first = built(tmp_path / 'a', pages)
    assert splits(first) == {page_id('gold'): 'test', page_id(T[0]): 'train', page_id(V[0]): 'validation'}
    mended = 'fields: {text: [noi_dung, text]}'
    again = built(tmp_path / 'b', [], mended, retry_rejects=first, version='0.2.0', gold=(tmp_path / 'a' / 'gold.jsonl',), dumps=())
    assert splits(again) == {
        page_id('gold again'): 'test',
        page_id(V[1]): 'train',
        page_id(T[2]): 'validation',
        page_id(V[2]): 'validation',
    }
    assert counted(again) == {'kept': 4, 'leak': 3}
    named = {row['page']: (row['cluster'], row['fate']) for row in clusters(again)}
    assert named[page_id('gold')] == (page_id('gold'), 'earlier')
    assert named[page_id('gold again')] == (page_id('gold'), 'kept')
    assert check(again) == []
