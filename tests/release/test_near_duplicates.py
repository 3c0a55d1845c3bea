"""What becomes of copies: none stands in train and in a test split, none on both sides of train and validation, all are counted."""

import json
import random
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builder.build import build
from builder.duplicates.segments import Segment
from builder.duplicates.shingles import jaccard, shingles
from builder.labels import LABELS, MAIN
from builder.plan import Duplicates
from builder.planning import Request
from builder.release.assignment import Assignment, released
from builder.release.near_duplicates import settle_pages
from builder.split_policy import SplitPolicy
from builder.splits import machine_split
from tests.conftest import EXAMPLES, silent
from tests.duplicates.test_clusters import article, edited, seeded
from tests.duplicates.test_segments import record, staged

POLICY = SplitPolicy('test', 1, 'salt', 0.3, 0, (), ())
KEEP_ALL = Duplicates('keep_all', 0.7, 'strict')

Pages = list[tuple[str, str, list[str]]]
"""Id, split, and stories: the main one first."""


def settled(pages: Pages, rules: Duplicates, folder: Path) -> dict[str, dict[str, Any]]:
    """The rows of the settled assignment by page, of pages staged in two shards."""
    halves = [pages[: len(pages) // 2], pages[len(pages) // 2 :]]
    shards, rows = [], []
    for number, half in enumerate(halves):
        told = [[(text, LABELS[bool(story)], story or None) for story, text in enumerate(texts)] for _, _, texts in half]
        records = [record(page, *lines) for (page, _, _), lines in zip(half, told, strict=True)]
        shards.append(staged(folder / str(number), *records, rows=3))
        rows += [
            {'shard': number, 'row': row, 'id': page, 'split': split, 'standing': 'fixed' if split.startswith('test') else 'free'}
            for row, (page, split, _) in enumerate(half)
        ]
    fates = {'fate': 'kept', 'reason': None, 'group': 'machine'}
    table = pa.Table.from_pylist([{**row, **fates} for row in rows])
    table = table.set_column(table.column_names.index('reason'), 'reason', pa.nulls(len(rows), pa.string()))
    done = settle_pages(Assignment(table), shards, rules, POLICY, folder).assignment
    return {row['id']: row for row in done.table.to_pylist()}


def named(number: int) -> str:
    return f'{number:032x}'


def invented(numbers: random.Random, count: int) -> Pages:
    """Pages of `count` stories told once to four times, some as a related story; a tenth are in a test split."""
    pages: Pages = []
    for _ in range(count):
        story = article(numbers, 120)
        for copy in range(numbers.randint(1, 4)):
            told = ' '.join(edited(numbers, story, numbers.uniform(0, 0.2)))
            name = f'{numbers.getrandbits(128):032x}'
            split = 'test' if numbers.random() < 0.1 else machine_split(name, POLICY)
            own = ' '.join(article(numbers, 120))
            pages.append((name, split, [own, told] if copy == 3 else [told]))
    return pages


def near(pages: Pages) -> Iterator[tuple[str, int, str, int]]:
    """(page, story, page, story) of the near-duplicates among all stories of pages, by brute force."""
    sets = [(page, story, shingles(text)) for page, _, texts in pages for story, text in enumerate(texts)]
    for (one, first, left), (other, second, right) in combinations(sets, 2):
        if jaccard(left, right) >= 0.7:
            yield one, first, other, second


def test_no_story_of_a_test_page_stands_outside_and_no_cluster_straddles(tmp_path: Path) -> None:
    pages = invented(seeded(1), 60)
    rows = settled(pages, KEEP_ALL, tmp_path)
    before = {page: split for page, split, _ in pages}
    pairs = list(near(pages))
    assert any(before[one] != before[other] for one, _, other, _ in pairs if 'test' not in {before[one], before[other]})
    for one, first, other, second in pairs:
        splits = {rows[one]['split'], rows[other]['split']} - {None}
        assert splits == {'test'} or 'test' not in splits
        if first == second == 0 and len(splits) > 1:
            raise AssertionError(f'{one} and {other} stand in {splits}')
        if first == second == 0 and None not in {rows[one]['split'], rows[other]['split']}:
            assert rows[one]['cluster'] == rows[other]['cluster'] is not None
    leaks = [row for row in rows.values() if row['fate'] == 'leak']
    assert leaks
    assert all((row['split'], row['group'], row['cluster'], row['reason']) == (None,) * 4 for row in leaks)
    for page, split, _ in pages:
        assert split != 'test' or rows[page]['split'] == 'test'


def test_pages_of_one_story_go_where_its_smallest_page_goes(tmp_path: Path) -> None:
    story = ' '.join(article(seeded(2)))
    names = [named(number) for number in range(20, 0, -1)]
    others = [(named(number), 'train', [' '.join(article(seeded(number)))]) for number in range(100, 130)]
    rows = settled([*((name, machine_split(name, POLICY), [story]) for name in names), *others], KEEP_ALL, tmp_path)
    assert {rows[name]['split'] for name in names} == {machine_split(named(1), POLICY)}
    assert {rows[name]['cluster'] for name in names} == {named(1)}


def test_of_copies_one_is_kept_if_the_plan_says_so(tmp_path: Path) -> None:
    numbers = seeded(3)
    story, other = (' '.join(article(numbers)) for _ in range(2))
    pages: Pages = [(named(1), 'train', [story]), (named(2), 'train', [story]), (named(3), 'test', [other]), (named(4), 'test', [other])]
    rows = settled(pages, Duplicates('keep_one', 0.7, 'strict'), tmp_path)
    assert [(row['fate'], row['reason'], row['cluster']) for row in rows.values()] == [
        ('kept', None, None),
        ('filtered', 'near_duplicate', None),
        ('kept', None, named(3)),
        ('kept', None, named(3)),
    ]


@pytest.mark.parametrize(('policy', 'cluster'), [('mark', named(1)), ('off', None)])
def test_a_plan_may_leave_every_page_where_it_is(policy: str, cluster: str | None, tmp_path: Path) -> None:
    story = ' '.join(article(seeded(4)))
    splits = ['train', 'test', 'validation']
    rows = settled([(named(place), split, [story]) for place, split in enumerate(splits, 1)], Duplicates(policy, 0.7, 'strict'), tmp_path)
    assert [(row['split'], row['fate'], row['cluster']) for row in rows.values()] == [(split, 'kept', cluster) for split in splits]


def test_a_sidebar_that_stands_on_every_page_makes_no_cluster(tmp_path: Path) -> None:
    numbers = seeded(5)
    sidebar = [(' '.join(article(numbers, 12)), 'sidebar_noise', None) for _ in range(40)]
    pages = [record(named(number), (' '.join(article(numbers, 40)), MAIN, None), *sidebar) for number in range(10)]
    shard = staged(tmp_path / 'shard', *pages)
    columns = {'shard': [0] * 10, 'row': list(range(10)), 'id': [named(number) for number in range(10)], 'split': ['train'] * 10}
    table = pa.table(
        {**columns, 'standing': ['free'] * 10, 'group': ['machine'] * 10, 'fate': ['kept'] * 10, 'reason': pa.nulls(10, pa.string())}
    )
    done = settle_pages(Assignment(table), [shard], KEEP_ALL, POLICY, tmp_path).assignment
    assert done.table['cluster'].null_count == 10


def test_rows_without_a_split_are_not_read() -> None:
    table = pa.table({'shard': [0, 0, 0, 2], 'row': [1, -1, 0, 3], 'split': ['train', None, 'test', 'train']})
    assert [rows.tolist() for rows in released(Assignment(table), 4)] == [[0, 1], [], [3], []]


def stories(release: Path, splits: Iterable[str]) -> list[Segment]:
    found = []
    for split in splits:
        for path in sorted((release / 'pages').glob(f'{split}-*.parquet')):
            for page in pq.ParquetFile(path).read(columns=['id', 'lines']).to_pylist():
                texts: dict[int, list[str]] = {}
                for line in page['lines']:
                    number = 0 if line['label'] == LABELS.index(MAIN) else line['story']
                    if number is not None:
                        texts.setdefault(number, []).append(line['text'])
                found += [Segment(page['id'], number, '\n'.join(lines)) for number, lines in texts.items()]
    return found


def test_copies_of_gold_pages_are_dropped_and_counted(tmp_path: Path) -> None:
    dump = tmp_path / 'dump'
    dump.mkdir()
    gold = [json.loads(line) for line in (EXAMPLES / 'gold.jsonl').read_text('utf-8').splitlines()]
    originals = [[line['text'] for line in page['lines']] for page in gold[:12]]
    copies = [[*lines, 'Bản in của trang báo bạn'] for lines in originals]
    rows = [{'id': str(number), 'text': '\n'.join(lines)} for number, lines in enumerate([*originals, *copies])]
    (dump / 'pages.jsonl').write_text('\n'.join(json.dumps(row, ensure_ascii=False) for row in rows), 'utf-8')
    out = tmp_path / 'out'
    build(Request((dump,), out, '0.1.0', (EXAMPLES / 'gold.jsonl',)), silent)
    manifest = json.loads((out / 'manifest.json').read_text('utf-8'))
    counts = {name: sum(row[name] for row in manifest['conservation']) for name in ('read', 'kept', 'leak')}
    assert counts['kept'] + counts['leak'] == counts['read'] == 24
    assert counts['leak'] >= 8
    outside = [shingles(segment.text) for segment in stories(out, ('train', 'validation'))]
    inside = [shingles(segment.text) for segment in stories(out, ('test', 'test_unseen_sites'))]
    assert max(of['stories']['highest'] for of in manifest['leakage'].values()) < 0.7
    assert max((jaccard(one, other) for one in outside for other in inside), default=0) < 0.7


def test_the_certificate_says_what_marking_alone_leaves_in_train(tmp_path: Path) -> None:
    config = tmp_path / 'config.yaml'
    config.write_text('duplicates: {policy: mark}\nsplit_policy: splits.yaml\n')
    (tmp_path / 'splits.yaml').write_text((EXAMPLES / 'splits.yaml').read_text().replace('validation_share: 0.2', 'validation_share: 0'))
    dump = tmp_path / 'dump'
    dump.mkdir()
    gold = [json.loads(line) for line in (EXAMPLES / 'gold.jsonl').read_text('utf-8').splitlines()]
    lines = next([line['text'] for line in page['lines']] for page in gold if any(line['label'] == MAIN for line in page['lines']))
    rows = [{'id': str(number), 'text': '\n'.join([*lines, *more])} for number, more in enumerate([[], ['Bản in của trang báo bạn']])]
    (dump / 'pages.jsonl').write_text('\n'.join(json.dumps(row, ensure_ascii=False) for row in rows), 'utf-8')
    out = tmp_path / 'out'
    build(Request((dump,), out, '0.1.0', (EXAMPLES / 'gold.jsonl',), config), silent)
    manifest = json.loads((out / 'manifest.json').read_text('utf-8'))
    assert manifest['splits'].keys() >= {'train'}
    (said,) = manifest['leakage'].values()
    assert said['stories']['highest'] >= 0.7
    assert said['stories']['near'] >= 1
    assert said['pages']['highest'] >= 0.7
    assert said['seen_lines'] == len(lines)
    counted = [sum(of[name] for of in said['long_lines'].values()) for name in ('lines', 'seen')]
    assert counted == [sum(len(line) >= 40 for line in lines)] * 2
    read = (pq.ParquetFile(path).read(columns=['text', 'label']) for path in sorted((out / 'lines').glob('*.parquet')))
    shorter, longer = sorted((table.to_pylist() for table in read), key=len)
    given = [{row['label'] for row in longer if row['text'] == one['text']} - {one['label']} for one in shorter]
    assert said['label_conflicts'] == sum(map(bool, given))
    assert '| `test' in (out / 'README.md').read_text('utf-8').split('### What of the tests stands in train')[1]
