"""What a split policy can ask for: group keys, a day from which pages are a test, lists of ids; and what it cannot."""

from pathlib import Path

import pytest

from builder.checking.check import check
from builder.errors import InputError, UsageError
from tests.release.small import POLICY, Page, built, counted, manifest, page, page_id, splits
from tests.release.test_groups_of_a_build import STORIES, T, V


def frozen(folder: Path, **lists: str) -> str:
    """A policy beside which lie these lists."""
    folder.mkdir()
    for split, ids in lists.items():
        (folder / f'{split}.txt').write_text(ids)
    return POLICY + 'frozen: {' + ', '.join(f'{split}: ../{split}.txt' for split in lists) + '}\n'


@pytest.mark.parametrize(
    ('key', 'one', 'other'),
    [
        ('canonical_url', {'url': 'https://a.example/1?b=2&a=1', 'crawled': '2026-01-01'}, {'url': 'https://A.example/1?a=1&b=2#top'}),
        ('crawl_day', {'crawled': '2026-01-01T03:00:00Z'}, {'crawled': '2026-01-01 22:00'}),
        ('site', {'site': 'b.example'}, {'site': 'B.example'}),
    ],
)
def test_pages_of_one_key_stand_together(key: str, one: dict[str, str], other: dict[str, str], tmp_path: Path) -> None:
    last = page_id(T[0])
    first = next(name for name in V if page_id(name) < last)
    fill = [page(name, STORIES[place]) for place, name in enumerate(T[1:6], 10)]
    pages = [page(first, STORIES[0], **one), page(T[0], STORIES[1], **other), *fill]
    apart = splits(built(tmp_path / 'a', pages, policy=POLICY + 'group_by: [cluster]\n'))
    together = splits(built(tmp_path / 'b', pages, policy=f'{POLICY}group_by: [cluster, {key}]\n'))
    assert (apart[page_id(first)], apart[last]) == ('validation', 'train')
    assert (together[page_id(first)], together[last]) == ('validation', 'validation')


def test_what_shares_an_address_or_a_day_with_a_gold_page_leaks_and_what_shares_its_site_does_not(tmp_path: Path) -> None:
    address, day = 'https://a.example/1', '2026-01-01T01:00:00Z'
    pages = [
        page('gold', STORIES[0], gold=True, url=address, crawled=day),
        page(T[0], STORIES[1], url=address, crawled='2026-01-02'),
        page(T[1], STORIES[2], url='https://a.example/2', crawled=day),
        page(T[2], STORIES[3], url='https://a.example/3', crawled='2026-01-03'),
    ]
    for keys, leaks in (('cluster', 0), ('canonical_url', 1), ('crawl_day', 1), ('canonical_url, crawl_day, site', 2)):
        out = built(tmp_path / keys, pages, policy=f'{POLICY}group_by: [{keys}]\n')
        assert counted(out).get('leak', 0) == leaks


def test_without_the_key_of_stories_they_are_marked_and_the_card_says_so(tmp_path: Path) -> None:
    pages = [page('gold', STORIES[0], gold=True), page(T[0], STORIES[0]), page(T[1], STORIES[1])]
    out = built(tmp_path / 'a', pages, policy=f'{POLICY}group_by: []\n')
    assert counted(out) == {'kept': 3}
    assert manifest(out)['clusters'] == {'sizes': {'2': 1}, 'straddling': 1}
    assert manifest(out)['leakage']['test']['stories'] == {'count': 1, 'highest': 1.0, 'percentile_99': 1.0, 'near': 1}
    card = (out / 'README.md').read_text('utf-8')
    assert 'Nothing was dropped or moved for it' in card
    assert '1 of them have pages in more than one split' in card


LIST = f'Trang list\n{STORIES[20]}'
"""The text of a page of that name that tells no story, with what stands beside."""


def listed(name: str, text: str, field: str = 'text') -> Page:
    """A page without a story that nobody has labelled."""
    return {'row': {'id': name, 'site': 'a.example', field: text}, 'truth': page(f'not {name}')['truth']}


def test_a_page_without_a_story_is_a_copy_only_if_all_its_lines_are(tmp_path: Path) -> None:
    pages = [page('list', gold=True, beside=STORIES[20]), listed(T[0], LIST.upper()), listed(T[1], f'{LIST}\nTrang sau')]
    out = built(tmp_path / 'a', pages)
    assert splits(out) == {page_id('list'): 'test', page_id(T[1]): 'train'}
    assert counted(out) == {'kept': 2, 'leak': 1}


def test_gold_from_a_day_on_is_a_test_of_its_own_and_nothing_that_young_is_trained_on(tmp_path: Path) -> None:
    pages = [
        page('old', STORIES[0], gold=True, published='2026-02-27'),
        page('undated', STORIES[1], gold=True),
        page('young', STORIES[2], STORIES[9], gold=True, published='2026-03-01T08:00:00+07:00'),
        page('unseen', STORIES[3], gold=True, published='2026-03-02', site='unseen.example'),
        page(T[0], STORIES[4], published='2026-02-28'),
        page(T[1], STORIES[5], published='2026-03-01'),
        page(T[2], STORIES[6]),
        page(V[0], STORIES[9], crawled='2026-02-01'),
    ]
    policy = POLICY + 'temporal_from: 2026-03-01\n'
    out = built(tmp_path / 'a', pages, policy=policy)
    expected = {'old': 'test', 'undated': 'test', 'young': 'test_temporal', 'unseen': 'test_unseen_sites', T[0]: 'train'}
    assert splits(out) == {page_id(name): split for name, split in expected.items()}
    assert counted(out) == {'kept': 5, 'temporal': 1, 'undated': 1, 'leak': 1}
    assert 'pages published from 2026-03-01 on' in (out / 'README.md').read_text('utf-8')
    assert manifest(out)['absent_splits'] == ['validation']
    assert check(out) == []
    with pytest.raises(InputError, match=rf'page {page_id(T[0])}: stands in train, .* is temporal under temporal_from 2026-02-01; give'):
        built(tmp_path / 'b', pages, policy=POLICY + 'temporal_from: 2026-02-01\n', previous=out)


def test_frozen_lists_are_honoured_and_absent_and_dropped_ids_are_told(tmp_path: Path) -> None:
    lists = {
        'test': f'# tay chọn\n{page_id("gold of b")}\n\n{page_id("gone")}  # không còn\n',
        'train': f'{page_id(V[0])}\n{page_id("gold of train")}\n{page_id(V[1])}\n',
        'validation': page_id(T[0]),
    }
    policy = frozen(tmp_path / 'lists', **lists).replace('[unseen.example]', '[b.example]')
    pages = [
        page('gold', STORIES[0], gold=True),
        page('gold of b', STORIES[1], gold=True, site='b.example'),
        page('gold of train', STORIES[2], gold=True),
        page(V[0], STORIES[3]),
        page(V[1], STORIES[0]),
        page(T[0], STORIES[4]),
        page(T[1], STORIES[5], site='b.example'),
    ]
    out = built(tmp_path / 'lists' / 'a', pages, policy=policy)
    expected = {'gold': 'test', 'gold of b': 'test', 'gold of train': 'train', V[0]: 'train', T[0]: 'validation', T[1]: 'train'}
    assert splits(out) == {page_id(name): split for name, split in expected.items()}
    assert manifest(out)['frozen'] == {
        'test': {'listed': 2, 'placed': 1, 'dropped': [], 'absent': [page_id('gone')]},
        'train': {'listed': 3, 'placed': 2, 'dropped': [page_id(V[1])], 'absent': []},
        'validation': {'listed': 1, 'placed': 1, 'dropped': [], 'absent': []},
    }
    assert manifest(out)['plan']['split_policy']['frozen'][0].keys() == {'split', 'name', 'sha256'}
    assert manifest(out)['gold']['left_out'] == [{'name': 'gold of train', 'reason': 'train'}]
    assert 'Frozen in `test` by a list: 2 ids, 1 placed, 1 not in the dump' in (out / 'README.md').read_text('utf-8')
    assert check(out) == []


@pytest.mark.parametrize(
    ('lists', 'says'),
    [
        ({'test': page_id(T[0])}, r'is frozen in test, but is labelled by machine'),
        ({'test_unseen_sites': page_id('gold nowhere')}, r'stands in test_unseen_sites, .* but its site is unknown'),
        (
            {'test_unseen_sites': page_id('gold'), 'train': page_id(T[0])},
            r'but its site a\.example stands in (another split|test_unseen_sites) too',
        ),
    ],
)
def test_a_list_that_contradicts_the_pages_is_refused(lists: dict[str, str], says: str, tmp_path: Path) -> None:
    nowhere = page('gold nowhere', STORIES[1], gold=True, site='unknown')
    pages = [page('gold', STORIES[0], gold=True), nowhere, page(T[0], STORIES[2])]
    with pytest.raises(InputError, match=says):
        built(tmp_path / 'lists' / 'a', pages, policy=frozen(tmp_path / 'lists', **lists))


def test_a_list_that_contradicts_the_previous_release_is_refused(tmp_path: Path) -> None:
    first = built(tmp_path / 'first', [page(T[0], STORIES[0])])
    policy = frozen(tmp_path / 'lists', validation=page_id(T[0]))
    with pytest.raises(InputError, match='is frozen in validation, but the previous release has it in train; take it'):
        built(tmp_path / 'lists' / 'a', [page(T[0], STORIES[0])], policy=policy, previous=first)


@pytest.mark.parametrize(
    ('lists', 'more', 'says'),
    [
        ({'train': 'abc'}, '', r"train\.txt:1: 'abc' is no page id"),
        ({'train': page_id('a'), 'test': f'\n{page_id("a")}'}, '', rf'train\.txt:1: {page_id("a")} is frozen in test too'),
        ({'test_temporal': page_id('a')}, '', r'set temporal_from'),
        ({}, 'group_by: [story]\n', r"'story' is not one of"),
        ({}, 'temporal_from: 2026-02-30x\n', r'temporal_from'),
        ({}, 'frozen: {test: nowhere.txt}\n', r'nowhere\.txt: cannot read the list of ids'),
        ({}, 'frozen: {tset: a.txt}\n', r'tset'),
        ({}, 'frozen: {test: "a\\0b"}\n', r'cannot read the list of ids'),
    ],
)
def test_a_wrong_policy_is_one_line_that_says_what(lists: dict[str, str], more: str, says: str, tmp_path: Path) -> None:
    policy = (frozen(tmp_path / 'lists', **lists) if lists else POLICY) + more
    with pytest.raises(UsageError, match=says) as caught:
        built(tmp_path / 'lists' / 'a', [page(T[0], STORIES[0])], policy=policy)
    assert '\n' not in str(caught.value)


def test_the_key_of_a_text_is_one_in_a_dump_and_in_a_release(tmp_path: Path) -> None:
    lost = [listed(T[0], LIST.upper(), 'noi_dung'), listed(T[1], f'{LIST}\nTrang sau', 'noi_dung')]
    first = built(tmp_path / 'a', [page('list', gold=True, beside=STORIES[20]), *lost])
    again = built(tmp_path / 'b', [], 'fields: {text: [noi_dung]}', retry_rejects=first, version='0.2.0', gold=(), dumps=())
    assert counted(again) == {'kept': 1, 'leak': 1}
