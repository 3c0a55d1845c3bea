"""The rules of guideline §2, as marked sentences."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.entities.tagger import load_tagger

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name('cases.yaml').read_text('utf-8'))
MARK = re.compile(r'\[([^\]]+)\]\((PER|LOC|ORG)\)')


def marked(text: str, entities: list[Any]) -> str:
    """The sentence with the found names marked as in the case file."""
    for entity in reversed(entities):
        text = f'{text[: entity.start]}[{entity.text}]({entity.type}){text[entity.end :]}'
    return text


def parameters() -> list[Any]:
    return [
        pytest.param(
            case['text'],
            id=f'{case["rule"]}-{case["label"]}',
            marks=[pytest.mark.xfail(reason=case['known_failure'], strict=True)] if 'known_failure' in case else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize('expected', parameters())
def test_marked_sentence(expected: str) -> None:
    text = MARK.sub(r'\1', expected)
    (entities,) = load_tagger().tag([text], [True])
    assert marked(text, entities) == expected


def test_every_rule_has_a_positive_and_a_negative_case() -> None:
    negatives = {case['rule'] for case in CASES if not MARK.search(case['text'])}
    assert {case['rule'] for case in CASES if MARK.search(case['text'])} == set(range(1, 13))
    assert negatives == set(range(1, 13))
