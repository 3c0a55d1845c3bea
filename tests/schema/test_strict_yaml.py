"""Only what JSON can say is read from YAML, and nothing that a text unfolds to can exhaust the reader."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.schema.strict_yaml import MOST_LEVELS, read_yaml

# PyYAML writes a NEL as it is, and reads it back as a space.
TEXT = st.text(st.characters(exclude_categories=['Cs'], exclude_characters='\x85'))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_every_json_value_comes_back(value: object) -> None:
    assert read_yaml(yaml.dump(value, Dumper=NoAliases, allow_unicode=True)) == value


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def test_a_date_is_text_or_refused() -> None:
    assert read_yaml('a: 2026-01-01', dates_are_text=True) == {'a': '2026-01-01'}
    with pytest.raises(ValueError, match=r"^a: '2026-01-01' is a timestamp to YAML; put it in quotes$"):
        read_yaml('a: 2026-01-01')


@pytest.mark.parametrize(
    ('text', 'says'),
    [
        ('a: {b: .inf}', r'^a\.b: .* not a finite number'),
        ('a: [1.0e+999]', r'^a\[0\]: .* not a finite number'),
        ('a: 9223372036854775808', '^a: .* 64 bits'),
        ('a: ' + '9' * 5_000, '^a: .* cannot be read as int'),
        ('a: !!int x', '^a: .* cannot be read as int'),
        ('a: !!binary aGk=', '^a: .* is a binary to YAML'),
        ('a: !!set {b}', '^a: has the tag set'),
        ('a: "\\ud800"', '^a: holds half of a surrogate pair'),
        ('a: "\\U00110000"', '^not YAML'),
        ('a: {1: b}', "^a: the key '1' is no text"),
        ('[a]: b', '^line 1: the key a list or a mapping is no text'),
        ('<<: {a: 1}', "^line 1: the key '<<' is no text"),
        ('b: 1\na: 1\na: 2', '^line 3: the key a stands twice'),
        ('a: &b 1\nc: *b', r'^line 2: \*b is a reference'),
        ('--- a\n--- b', '^not YAML'),
    ],
)
def test_what_json_cannot_say_is_refused_in_one_line_that_names_the_place(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        read_yaml(text)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('opening', ['[', '{a: ', '- ', '? '])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(ValueError, match=f'more than {MOST_LEVELS} levels'):
        read_yaml(opening * 100_000)


def test_references_that_unfold_are_refused_before_they_do() -> None:
    bomb = 'a0: &a0 [x, x]\n' + ''.join(f'a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n' for n in range(1, 100))
    with pytest.raises(ValueError, match=r'line 2: \*a0 is a reference'):
        read_yaml(bomb)
