from hypothesis import given
from hypothesis import strategies as st

from builder.model import Entity
from builder.text.tokens import bio_tags, spans, tokenize


@st.composite
def texts_with_entities(draw: st.DrawFn) -> tuple[str, list[Entity]]:
    text = draw(st.text(alphabet='aĐệ -.(/😀\u0301\u200b9', min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = draw(st.lists(st.sampled_from(['PER', 'LOC', 'ORG', None]), min_size=len(cuts), max_size=len(cuts)))
    ranges = zip(cuts, cuts[1:], kinds, strict=False)
    chosen = [
        (start, end, kind)
        for start, end, kind in ranges
        if kind and text[start] != ' ' and text[end - 1] != ' ' and text[start:end].strip()
    ]
    return text, [Entity(start, end, kind, text[start:end]) for start, end, kind in chosen]


@given(texts_with_entities())
def test_spans_come_back_from_tags_exactly(case: tuple[str, list[Entity]]) -> None:
    text, entities = case
    ranges, tags = bio_tags(text, entities)
    assert spans(ranges, tags) == [(entity.start, entity.end, entity.type) for entity in entities]


@given(st.text())
def test_tokens_are_in_order_and_leave_out_only_spaces(text: str) -> None:
    reached = 0
    for start, end in tokenize(text):
        assert start < end
        assert not text[reached:start].strip()
        reached = end
    assert not text[reached:].strip()


def test_two_countries_joined_by_a_hyphen_are_two_names() -> None:
    text = 'quan hệ Mỹ-Triều'
    ranges, tags = bio_tags(text, [Entity(8, 10, 'LOC', 'Mỹ'), Entity(11, 16, 'LOC', 'Triều')])
    assert [text[start:end] for start, end in ranges] == ['quan', 'hệ', 'Mỹ', '-', 'Triều']
    assert tags == ['O', 'O', 'B-LOC', 'O', 'B-LOC']


def test_a_token_that_an_entity_cuts_is_cut() -> None:
    ranges, tags = bio_tags('U23Việt', [Entity(3, 7, 'LOC', 'Việt')])
    assert ranges == [(0, 3), (3, 7)]
    assert tags == ['O', 'B-LOC']


def test_the_work_on_a_line_does_not_grow_with_tokens_times_entities() -> None:
    compared = 0

    class Offset(int):
        def __lt__(self, other: int) -> bool:
            nonlocal compared
            compared += 1
            return int(self) < int(other)

        def __gt__(self, other: int) -> bool:
            nonlocal compared
            compared += 1
            return int(self) > int(other)

    count = 1000
    entities = [Entity(Offset(3 * number), Offset(3 * number + 2), 'LOC', 'Mỹ') for number in range(count)]
    ranges, tags = bio_tags('Mỹ ' * count, entities)
    assert len(ranges) == count
    assert set(tags) == {'B-LOC'}
    assert compared < 100 * count
