import random

from builder.model import Vote
from builder.training.compose import compose
from builder.training.degrading import degraded
from builder.training.markup import markup_tags
from builder.training.rendering import render
from tests.training.invented import articles


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - drawn again from its seed, not secret


PAGES = list(compose(articles(16), 3, 40))


def test_a_rendered_page_has_the_truth_of_each_of_its_lines():
    made = [render(page, PAGES[0], seeded(number)) for number, page in enumerate(PAGES)]
    assert sum(one is not None for one in made) > 30
    for one, page in zip(made, PAGES, strict=True):
        if one is not None:
            texts = one.page.text.split('\n')
            assert len(texts) == len(one.lines)
            wanted = [line.kind for line in page.lines if line.kind in {'title', 'body', 'lead'}]
            assert sorted(line.kind for line in one.lines if line.kind in {'title', 'body', 'lead'}) == sorted(wanted)


def test_the_same_draw_gives_the_same_page():
    assert render(PAGES[1], PAGES[0], seeded(5)) == render(PAGES[1], PAGES[0], seeded(5))


def test_tags_mark_noise_inside_the_story_and_where_another_begins():
    lines = [
        ('navigation', None),
        ('title', 0),
        ('widget', None),
        ('body', 0),
        ('related_story', 1),
        ('related_story', 1),
        ('footer', None),
    ]
    assert markup_tags(lines) == ['noise', 'title', 'noise~', 'body', 'related_story^', 'related_story', 'noise']


def test_a_failing_labeller_keeps_the_number_of_lines():
    votes = [Vote('model', 'x', '1', 'main_story', 'body', 0.9)] * 6
    assert all(len(degraded(votes, seeded(seed))) == 6 for seed in range(20))
    assert any(degraded(votes, seeded(seed)) != votes for seed in range(3))
