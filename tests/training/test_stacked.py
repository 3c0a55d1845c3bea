import unicodedata
from dataclasses import replace

import pytest
from invented import articles

from benchmarks.stacked import PROBES, bare, f1, scored, table
from benchmarks.stacked_layouts import LAYOUTS, compose_stacked
from builder.labelling.labeller import load_labeller
from builder.labels import KINDS, STORY_KINDS
from builder.text.lines import split_lines

STOCK = articles(24)
FRAMES = [['Trang chủ', 'Thời sự', 'Đăng nhập', 'Tòa soạn: số 1 phố Mới']]
PAGES = compose_stacked(STOCK, FRAMES, 3, 2)


def test_truth_is_complete():
    assert [page.layout for page in PAGES] == [name for name in LAYOUTS for _ in range(2)]
    for page in PAGES:
        assert page.no_story == (page.layout == 'no_story')
        assert all(line.kind in KINDS and (line.story is not None) == (line.kind == 'related_story') for line in page.lines)
        assert all(line.role in STORY_KINDS for line in page.lines if line.kind == 'related_story')
        assert [line.text for line in split_lines('\n'.join(line.text for line in page.lines))] == [line.text for line in page.lines]
        assert sum(line.kind == 'title' for line in page.lines) == (not page.no_story)


def test_the_longer_layout_has_a_longer_related_story():
    longest = replace(STOCK[0], title='Chuyện dài nhất trong số báo cuối tuần này', blocks=STOCK[0].blocks * 3)
    pages = [page for page in compose_stacked([*STOCK, longest], [], 5, 6) if page.layout == 'longer']
    for page in pages:
        own, related = (
            [line.text for line in page.lines if line.story == story and line.role in {'body', 'caption', 'byline'}] for story in (None, 1)
        )
        assert longest.title == page.lines[0].text or sum(map(len, related)) > sum(map(len, own))


def test_same_seed_same_pages():
    assert compose_stacked(STOCK, FRAMES, 3, 2) == PAGES
    assert compose_stacked(STOCK, FRAMES, 4, 2) != PAGES


@pytest.mark.parametrize('name', PROBES)
def test_probes_change_no_label(name):
    page = next(page for page in PAGES if page.layout == 'timed_lists')
    changed = PROBES[name](page)
    assert {line.kind for line in changed.lines} <= {line.kind for line in page.lines}
    gone = {'no credits': 'byline', 'no headings': 'section_heading', 'no title': 'title'}.get(name)
    assert all(line.role != 'byline' if gone == 'byline' else line.kind != gone for line in changed.lines)


def test_the_probe_puts_lists_first_and_takes_accents_off():
    page = next(page for page in PAGES if page.layout == 'one_related')
    assert PROBES['sidebar first'](page).lines[0].kind in {'section_heading', 'navigation'}
    assert all(unicodedata.is_normalized('NFD', line.text) for line in PROBES['NFD'](page).lines)
    assert bare('Đường phố Huế') == 'Duong pho Hue'


def test_scores():
    assert f1([True, False], [True, True]) == pytest.approx(2 / 3)
    assert f1([False], [False]) == 1
    labeller = load_labeller()
    scores = [scored(labeller, page) for page in (PAGES[0], PAGES[-1])]
    assert 0 <= scores[0].leaked <= scores[0].related
    assert 'leak' in table(scores[:1])
    assert table(scores[1:]).startswith('no story right')
