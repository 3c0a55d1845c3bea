import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.html.limits import HtmlLimits
from builder.html.metadata import HtmlMetadata
from builder.html.segmenter import segment

CASES = yaml.safe_load((Path(__file__).parent / 'metadata.yaml').read_text('utf-8'))
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(['NewsArticle', 'x', ' ', '\u0000']),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(['@type', '@graph', 'headline', 'author', 'name', 'articleBody']), inner)
    ),
)


def read(html: str) -> HtmlMetadata:
    return segment(html, HtmlLimits()).metadata


@pytest.mark.parametrize('case', CASES, ids=lambda case: case['name'])
def test_metadata(case: dict[str, Any]) -> None:
    assert {name: value for name, value in asdict(read(case['html'])).items() if value is not None} == case['metadata']


@given(VALUES)
def test_no_json_ld_is_an_error(value: object) -> None:
    assert isinstance(read(f'<script type="application/ld+json">{json.dumps(value)}</script>'), HtmlMetadata)


def test_values_are_capped() -> None:
    body = 'chữ ' * 500_000
    found = read(f'<title>{"x" * 50_000}</title><script type="application/ld+json">{{"@type":"Article","articleBody":"{body}"}}</script>')
    assert len(found.title or '') == 10_000
    assert len(found.article_body or '') == 1_000_000


@pytest.mark.parametrize('opening', ['[', '{"@graph":', '{"a":'])
def test_json_nested_too_deep_is_nothing(opening: str) -> None:
    assert read(f'<script type="application/ld+json">{opening * 100_000}</script>').title is None
