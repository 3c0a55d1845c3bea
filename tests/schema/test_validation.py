"""The fast gate and the judge must always agree: every way to break a record is shown to both."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.errors import SchemaError
from builder.labels import KINDS, LABEL_OF_KIND
from builder.schema.loading import load_schema, with_defaults
from builder.schema.validation import AUDIT_EVERY, Validator, validator

SCHEMAS = sorted(path.name.removesuffix('.schema.json') for path in (Path(__file__).parents[2] / 'schemas').iterdir())
RECORD: dict[str, Any] = {
    'id': 'a' * 32,
    'site': 'songhau.example',
    'source': {'dump': 'd', 'path': 'p.txt', 'format': 'text', 'unit': 'byte', 'start': 0, 'end': 6, 'sha256': 'b' * 64},
    'url': None,
    'title': None,
    'published': None,
    'crawled': None,
    'language': 'vi',
    'language_method': 'letters',
    'normalization': ['nfc'],
    'text': 'Hà Nội',
    'text_sha256': 'c' * 64,
    'gold': False,
    'no_story': False,
    'lines': [
        {
            'start': 0,
            'end': 6,
            'text': 'Hà Nội',
            'label': 'main_story',
            'kind': 'title',
            'story': None,
            'label_source': 'model',
            'confidence': 0.9,
            'flags': ['uncertain'],
            'votes': [
                {'source': 'model', 'name': 'm', 'version': '1', 'label': 'main_story', 'kind': 'title', 'story': None, 'confidence': 0.9},
            ],
            'entities': [
                {'start': 0, 'end': 6, 'type': 'LOC', 'text': 'Hà Nội', 'source': 'rule', 'name': 'r', 'version': '1', 'confidence': 1},
            ],
        }
    ],
}
ODD_VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    1.0,
    1.5,
    2,
    10**30,
    '',
    'x',
    'main_story',
    'LOC',
    [],
    [None],
    {},
    {'x': 1},
    'A' * 32,
    'a' * 64 + '\n',
]


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


def changed(path: tuple[Any, ...], value: Any) -> Any:
    record = copy.deepcopy(RECORD)
    if not path:
        return value
    parent = record
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return record


PATHS = list(paths(RECORD))


@pytest.mark.parametrize('name', SCHEMAS)
def test_every_schema_is_valid_and_describes_every_property(name: str) -> None:
    Validator(name)
    stack = [load_schema(name)]
    while stack:
        node = stack.pop()
        for key, child in node.get('properties', {}).items():
            assert 'description' in child or 'const' in child or 'enum' in child or 'type' in child or 'items' in child, f'{name}: {key}'
            stack.append(child)


def test_a_whole_record_is_valid() -> None:
    assert validator('page').faults(RECORD) == []
    assert validator('page').judge_faults(RECORD) == []


@pytest.mark.parametrize('path', PATHS, ids=lambda path: '.'.join(map(str, path)) or 'all')
def test_gate_and_judge_agree_on_any_changed_value(path: tuple[Any, ...]) -> None:
    judge = validator('page')
    for value in ODD_VALUES:
        record = changed(path, value)
        assert judge.gate.is_valid(record) == (judge.judge_faults(record) == []), value


@pytest.mark.parametrize('path', [path for path in PATHS if path and isinstance(path[-1], str)], ids=str)
def test_gate_and_judge_agree_that_a_missing_or_unknown_property_is_wrong(path: tuple[Any, ...]) -> None:
    judge = validator('page')
    missing = copy.deepcopy(RECORD)
    parent: Any = missing
    for key in path[:-1]:
        parent = parent[key]
    unknown = copy.deepcopy(parent)
    del parent[path[-1]]
    extra = changed(path[:-1], {**unknown, 'unknown': 1})
    for record in (missing, extra):
        assert not judge.gate.is_valid(record)
        assert judge.judge_faults(record)


def test_a_fault_says_where_and_what() -> None:
    faults = validator('page').faults(changed(('lines', 0, 'kind'), 'sapo'))
    assert faults[0].pointer == '$.lines[0].kind'
    with pytest.raises(SchemaError, match=r'page 7: .*sapo.* @ \$\.lines\[0\]\.kind'):
        validator('page').require(changed(('lines', 0, 'kind'), 'sapo'), 'page 7')


def test_one_record_in_a_hundred_is_judged_even_if_the_gate_passes_it() -> None:
    judge = Validator('page')
    judge.gate = type('Blind', (), {'is_valid': staticmethod(lambda _: True)})()
    broken = changed(('id',), 'no id')
    passed = [judge.faults(RECORD) for _ in range(AUDIT_EVERY - 1)]
    assert passed == [[]] * (AUDIT_EVERY - 1)
    with pytest.raises(SchemaError, match='disagree'):
        judge.faults(broken)


def test_defaults_fill_nested_settings() -> None:
    filled = with_defaults({'limits': {'page_bytes': 5}}, load_schema('config'))
    assert filled['limits']['page_bytes'] == 5
    assert filled['limits']['page_lines'] == 50_000
    assert filled['languages'] == ['vi']


def test_every_kind_has_one_of_the_two_labels() -> None:
    assert set(LABEL_OF_KIND) == set(KINDS)
    assert len(KINDS) == 20
    assert json.dumps(list(KINDS[:7])) == '["title", "lead", "body", "subheading", "caption", "byline", "dateline"]'
