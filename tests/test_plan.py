"""Whatever stands in a configuration, the answer is a plan or one line that names file and setting."""

from pathlib import Path

import pytest

from builder.errors import UsageError
from builder.plan import load_plan
from builder.schema.loading import load_schema
from builder.schema.validation import validator

POLICY = 'name: p\nversion: 1\nsalt: s\nvalidation_share: 0\nunseen_site_share: 0\nunseen_sites: []\nseen_sites: []\n'


def write(folder: Path, content: str | bytes, name: str = 'config.yaml') -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_date_is_taken_as_the_text_that_was_written(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, 'dataset: {description: 2026-01-01}'))
    assert dict(plan.dataset)['description'] == '2026-01-01'


def test_a_byte_order_mark_is_no_part_of_the_first_setting(tmp_path: Path) -> None:
    assert load_plan(write(tmp_path, '\ufefflanguages: [en]')).languages == ('en',)


@pytest.mark.parametrize(
    ('text', 'says'),
    [
        ('1: 2', "line 1: the key '1' is no text"),
        ('limits: {page_bytes: .nan}', 'limits.page_bytes: .* finite'),
        ('limits: {page_bytes: 1, page_bytes: 2}', 'limits: the key page_bytes stands twice'),
        ('languages: &a [vi]\nfields: {text: *a}', 'line 2: .* reference'),
        ('[' * 10_000, 'levels of nesting'),
        ('dataset: {pretty_name: ""}', r'@ \$\.dataset\.pretty_name'),
        ('dataset: {pretty_name: "a\\nb"}', r'@ \$\.dataset\.pretty_name'),
        ('dataset: {license: ""}', r'@ \$\.dataset\.license'),
        ('dataset: {license: other, license_name: " "}', r'@ \$\.dataset\.license_name'),
        ('site_pattern: "(?P<site>a{99999999999999999999})"', 'site_pattern is no regular expression'),
        ('site_pattern: "' + '(' * 5_000 + '"', 'site_pattern is no regular expression'),
        ('sidecar: "a\\0b"', 'cannot read the sidecar'),
        ('split_policy: "a\\0b"', 'neither shipped'),
        ('split_policy: ' + 'a' * 5_000, 'neither shipped'),
    ],
    ids=lambda value: value[:30],
)
def test_a_wrong_setting_is_one_line_that_names_it(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        load_plan(write(tmp_path, text))
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize(
    ('policy', 'says'),
    [
        (b'name: \xff', 'cannot read'),
        (POLICY.replace('validation_share: 0', 'validation_share: .nan').encode(), "validation_share: '.nan' is not a finite number"),
        (POLICY.replace('name: p', '1: p').encode(), "the key '1' is no text"),
        (POLICY.replace('version: 1', 'version: 99999999999').encode(), r'@ \$\.version'),
        (b'[' * 5_000, 'levels of nesting'),
    ],
    ids=['not UTF-8', 'nan', 'number as key', 'version', 'deep'],
)
def test_a_wrong_split_policy_is_one_line_that_names_its_file(policy: bytes, says: str, tmp_path: Path) -> None:
    config = write(tmp_path, 'split_policy: policy.yaml')
    write(tmp_path, policy, 'policy.yaml')
    with pytest.raises(UsageError, match=rf'policy\.yaml: .*{says}') as caught:
        load_plan(config)
    assert '\n' not in str(caught.value)


def test_the_card_takes_every_text_that_the_configuration_lets_through() -> None:
    """What the card demands of its front matter must be demanded before the build, not after it."""
    of_card = load_schema('card')['properties']
    for name in ('pretty_name', 'license'):
        assert of_card[name]['minLength'] == 1
        assert validator('config').faults({'dataset': {name: ''}})
