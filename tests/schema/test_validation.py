"""The fast gate and the judge must always agree: every way to break a record is shown to both."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from builder.errors import SchemaError
from builder.labels import KINDS, LABEL_OF_KIND
from builder.release.rows import CONFIGS
from builder.schema.loading import load_schema, with_defaults
from builder.schema.validation import AUDIT_EVERY, Validator, validator
from builder.splits import SPLITS

SCHEMAS = sorted(path.name.removesuffix('.schema.json') for path in (Path(__file__).parents[2] / 'schemas').iterdir())
RECORD: dict[str, Any] = {
    'id': 'a' * 32,
    'site': 'songhau.example',
    'source': {'dump': 'd', 'path': 'p.txt', 'member': None, 'format': 'text', 'unit': 'byte', 'start': 0, 'end': 6, 'sha256': 'b' * 64},
    'url': None,
    'title': None,
    'published': None,
    'crawled': None,
    'language': 'vi',
    'language_method': 'letters',
    'normalization': ['nfc'],
    'encoding': {'name': 'utf-8', 'evidence': 'utf8', 'repaired': [], 'segmenter': None},
    'notes': ['truncated'],
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
            'entity_votes': [
                {'start': 0, 'end': 6, 'type': 'LOC', 'source': 'rule', 'name': 'r', 'version': '1', 'confidence': 1},
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


@pytest.mark.parametrize(
    ('value', 'says'),
    [
        (float('nan'), 'nan is not a finite number @ $.validation_share'),
        (float('-inf'), 'is less than the minimum'),
        (dt.date(2026, 1, 1), "is not of type 'number'"),
        ({1: 'a'}, "is not of type 'number'"),
        (b'x', "b'x' is not of type 'number'"),
    ],
)
def test_what_json_cannot_hold_is_a_fault_and_never_an_error(value: object, says: str) -> None:
    policy = {'name': 'n', 'version': 1, 'salt': 's', 'unseen_site_share': 0, 'unseen_sites': [], 'seen_sites': []}
    assert any(says in str(fault) for fault in validator('split_policy').faults({**policy, 'validation_share': value}))


def test_what_the_gate_cannot_even_look_at_is_a_fault() -> None:
    faults = validator('config').faults({'dataset': {'description': dt.date(2026, 1, 1)}, 'limits': {1: 2}})
    assert sorted(map(str, faults)) == [
        'datetime.date(2026, 1, 1) is a date, which JSON does not have @ $.dataset.description',
        'the key 1 is not text @ $.limits',
    ]


def test_a_value_too_deep_to_judge_is_a_fault() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert validator('split_policy').faults({'name': deep})


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


def test_the_splits_and_configs_of_the_manifest_are_those_of_the_program() -> None:
    properties = load_schema('manifest')['properties']
    of_file = properties['files']['items']['properties']
    assert of_file['split']['enum'] == [*SPLITS, None]
    assert of_file['config']['enum'] == [*CONFIGS, None]
    assert properties['splits']['propertyNames']['enum'] == properties['absent_splits']['items']['enum'] == list(SPLITS)


PARQUET = {
    'path': 'lines/train-00000-of-00001.parquet',
    'bytes': 1,
    'sha256': 'a' * 64,
    'config': 'lines',
    'split': 'train',
    'rows': 1,
    'arrow_bytes': 1,
    'content_sha256': 'a' * 64,
}
PLAIN = {**dict.fromkeys(PARQUET), 'path': 'LICENSE', 'bytes': 1, 'sha256': 'a' * 64}


@pytest.mark.parametrize(
    'change', [{name: None} for name in list(PARQUET)[3:]] + [{'config': 'foo'}, {'split': 'dev'}, {'rows': 0}], ids=str
)
def test_an_entry_of_a_parquet_file_says_all_and_of_another_file_nothing(change: dict[str, Any]) -> None:
    schema = load_schema('manifest')['properties']['files']
    judges = Draft202012Validator(schema), jsonschema_rs.Draft202012Validator(schema)
    for judge in judges:
        assert judge.is_valid([PARQUET, PLAIN])
        assert not judge.is_valid([{**PARQUET, **change}])
        assert not judge.is_valid([{**PLAIN, **{name: PARQUET[name] for name in change}}])
