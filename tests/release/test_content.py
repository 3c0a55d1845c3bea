import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.release.content import ContentDigest

SCHEMA = pa.schema(
    [
        ('text', pa.string()),
        ('number', pa.int32()),
        ('share', pa.float32()),
        ('flag', pa.bool_()),
        ('spans', pa.list_(pa.struct([('start', pa.int32()), ('names', pa.list_(pa.string()))]))),
    ]
)
SPAN = st.fixed_dictionaries({'start': st.integers(0, 9), 'names': st.lists(st.text(max_size=3), max_size=2)})
ROW = st.fixed_dictionaries(
    {
        'text': st.none() | st.text(max_size=5),
        'number': st.none() | st.integers(-5, 5),
        'share': st.none() | st.floats(0, 1, width=32),
        'flag': st.none() | st.booleans(),
        'spans': st.lists(SPAN, max_size=3),
    }
)


def digest(*tables: pa.Table) -> str:
    content = ContentDigest()
    for table in tables:
        content.update(table)
    return content.hexdigest()


@given(st.lists(ROW, min_size=1, max_size=8), st.integers(0, 8))
def test_the_digest_does_not_depend_on_how_rows_are_cut(rows: list[dict[str, object]], cut: int) -> None:
    table = pa.Table.from_pylist(rows, SCHEMA)
    assert digest(table.slice(0, cut), table.slice(cut)) == digest(table)
    assert digest(pa.concat_tables([table.slice(0, cut), table.slice(cut)])) == digest(table)


@given(st.lists(ROW, min_size=1, max_size=6), ROW, st.integers(0, 5))
def test_another_row_gives_another_digest(rows: list[dict[str, object]], row: dict[str, object], at: int) -> None:
    other = list(rows)
    other[at % len(rows)] = row
    same = other == rows
    assert (digest(pa.Table.from_pylist(rows, SCHEMA)) == digest(pa.Table.from_pylist(other, SCHEMA))) is same


@pytest.mark.parametrize(
    ('one', 'other'),
    [([['ab', 'c']], [['a', 'bc']]), ([['a'], ['b']], [['a', 'b'], []]), ([[None]], [['']]), ([None], [[]])],
)
def test_boundaries_and_nulls_count(one: list[object], other: list[object]) -> None:
    kind = pa.list_(pa.string())
    assert digest(pa.table({'x': pa.array(one, kind)})) != digest(pa.table({'x': pa.array(other, kind)}))
