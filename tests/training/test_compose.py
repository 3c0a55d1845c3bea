import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import articles

from builder.labels import KINDS, LABEL_OF_KIND, MAIN, STORY_KINDS
from builder.text.lines import split_lines
from builder.training.compose import compose
from builder.training.lexicon import LEXICON

STOCK = articles(24)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_truth_is_complete(seed):
    for page in compose(STOCK, seed, 4):
        assert page.lines
        assert all(line.kind in KINDS and (line.story is not None) == (line.kind == 'related_story') for line in page.lines)
        assert all(line.role in STORY_KINDS for line in page.lines if line.kind == 'related_story')
        assert [line.text for line in split_lines(page.text)] == [line.text for line in page.lines]
        has_story = any(LABEL_OF_KIND[line.kind] == MAIN for line in page.lines)
        assert has_story != page.no_story


def test_same_seed_same_pages_and_other_seed_other_pages():
    assert list(compose(STOCK, 7, 6)) == list(compose(STOCK, 7, 6))
    assert list(compose(STOCK, 7, 6)) != list(compose(STOCK, 8, 6))


def test_pages_do_not_depend_on_how_many_are_asked_for():
    assert list(compose(STOCK, 7, 3)) == list(compose(STOCK, 7, 9))[:3]


def test_stories_are_numbered_in_the_order_of_the_page_and_follow_the_own_one():
    for page in compose(STOCK, 3, 60):
        order = [line.story or 0 for line in page.lines if line.story or line.kind in STORY_KINDS]
        assert order == sorted(order)
        assert sorted(set(order)) == list(range(len(set(order))))


def test_own_title_stands_once_and_may_be_missing():
    counts = {sum(line.kind == 'title' for line in page.lines) for page in compose(STOCK, 5, 80) if not page.no_story}
    assert counts == {0, 1}


def test_grammar_reaches_every_kind():
    seen = {line.kind for page in compose(STOCK, 1, 150) for line in page.lines}
    assert seen == set(KINDS)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_reshaped_text_is_a_storys_text(seed):
    for page in compose(STOCK, seed, 1, bare=True):
        kinds = [line.kind for line in page.lines if line.kind in STORY_KINDS]
        assert kinds
        assert all(line.text.strip() == line.text for line in page.lines if line.kind == 'subheading')


def test_bare_pages_have_a_story_and_no_frame():
    for page in compose(STOCK, 2, 20, bare=True):
        assert not page.no_story
        assert all(line.kind != 'footer' for line in page.lines)


def test_halves_of_the_lexicon_share_no_phrase():
    first, second = LEXICON.half(0), LEXICON.half(1)
    assert not set(first.headings) & set(second.headings)
    assert not set(first.widgets) & set(second.widgets)
    assert len(first.sections) + len(second.sections) == len(LEXICON.sections)


def test_too_few_articles_are_refused():
    with pytest.raises(ValueError, match='too few'):
        list(compose(STOCK[:3], 1, 1))
