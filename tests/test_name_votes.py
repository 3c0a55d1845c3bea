"""Every source's vote on a name is in the record, whoever decides; gold decides, else the tagger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.entities.adapters.underthesea import UndertheseaTagger
from builder.entities.tagger import BesideRules, Found, Voter, load_tagger
from builder.gold import load_gold
from builder.identity import sha256_of_text
from builder.labels import ENTITY_TYPES
from builder.model import Entity, Page, Place
from builder.records import build_record, load_annotators, record_faults
from tests.entities.test_conll import TEXTS
from tests.entities.test_tagger import LINES, SHIPPED

TEXT = 'Ông Trần Văn Bách ở Huế.\nTin khác'
PER, HUE, BACH = (4, 17, 'PER'), (20, 23, 'LOC'), (13, 17, 'PER')
Span = tuple[int, int, str]
Told = tuple[str, int, int, str]


def page(text: str) -> Page:
    return Page(Place('dump', 'page.txt', 'byte', 0, len(text.encode())), text, sha256_of_text(text), 'text', text.encode())


def record_of(text: str, tagger: Voter = SHIPPED, gold: Path | None = None, mode: str = 'all') -> dict[str, Any]:
    annotators = replace(load_annotators(), tagger=tagger, gold=load_gold((gold,) if gold else ()))
    record = build_record(page(text), annotators, None, mode)
    assert isinstance(record, dict), record
    return record


def told(names: Sequence[dict[str, Any]]) -> list[Told]:
    return [(name['source'], name['start'], name['end'], name['type']) for name in names]


@dataclass(frozen=True)
class Saying:
    """A voter that says of the first line what a model and what the rules find, and nothing of others."""

    model: Sequence[Span]
    rules: Sequence[Span]

    def vote(self, texts: Sequence[str], story: Sequence[bool]) -> list[Found]:
        of_first = tuple(
            [Entity(start, end, kind, texts[0][start:end], source, source, '1', 0.75) for start, end, kind in spans]
            for source, spans in (('model', self.model), ('rule', self.rules))
        )
        return [of_first if number == 0 and wanted else ([], []) for number, wanted in enumerate(story)]


CASES: dict[str, tuple[list[Span], list[Span], list[Told]]] = {
    'both agree': ([PER], [PER], [('model', *PER), ('rule', *PER)]),
    'the rules alone': ([], [HUE], [('rule', *HUE)]),
    'the model alone': ([HUE], [], [('model', *HUE)]),
    'other bounds': ([PER], [BACH], [('model', *PER), ('rule', *BACH)]),
    'another type': ([HUE], [(20, 23, 'PER')], [('model', *HUE), ('rule', 20, 23, 'PER')]),
    'by place, not by source': ([HUE], [PER], [('rule', *PER), ('model', *HUE)]),
    'nobody': ([], [], []),
}


@pytest.mark.parametrize(('model', 'rules', 'votes'), CASES.values(), ids=CASES)
def test_the_first_source_decides_and_the_votes_of_all_are_kept(model: list[Span], rules: list[Span], votes: list[Told]) -> None:
    line = record_of(TEXT, Saying(model, rules))['lines'][0]
    assert told(line['entities']) == [('model', *span) for span in model]
    assert told(line['entity_votes']) == votes
    assert all(vote.keys() == {'start', 'end', 'type', 'source', 'name', 'version', 'confidence'} for vote in line['entity_votes'])


@pytest.mark.parametrize(('model', 'rules', 'votes'), CASES.values(), ids=CASES)
def test_gold_decides_and_the_votes_of_machines_are_kept(model: list[Span], rules: list[Span], votes: list[Told], tmp_path: Path) -> None:
    marked = {
        'id': 'p1',
        'site': 'a.example',
        'no_story': False,
        'lines': [
            {'text': TEXT.split('\n', maxsplit=1)[0], 'label': 'main_story', 'kind': 'body'},
            {'text': TEXT.split('\n')[1], 'label': 'sidebar_noise', 'kind': 'widget'},
        ],
        'entities': [{'line': 0, 'start': PER[0], 'end': PER[1], 'type': 'PER', 'text': 'Trần Văn Bách'}],
    }
    (tmp_path / 'gold.jsonl').write_text(json.dumps(marked) + '\n', 'utf-8')
    line = record_of(TEXT, Saying(model, rules), tmp_path / 'gold.jsonl')['lines'][0]
    assert told(line['entities']) == [('gold', *PER)]
    assert sorted(told(line['entity_votes'])) == sorted([('gold', *PER), *votes])
    del marked['entities']
    (tmp_path / 'labels.jsonl').write_text(json.dumps(marked) + '\n', 'utf-8')
    line = record_of(TEXT, Saying(model, rules), tmp_path / 'labels.jsonl')['lines'][0]
    assert told(line['entity_votes']) == votes


def test_where_no_names_are_looked_for_nobody_votes() -> None:
    lines = record_of(TEXT, mode='none')['lines']
    assert [(line['entities'], line['entity_votes']) for line in lines] == [([], []), ([], [])]


def ner(text: str) -> list[tuple[str, str, str, str]]:
    return [(word, 'N', 'B-NP', 'B-LOC' if word.startswith('Huế') else 'O') for word in text.split()]


@pytest.mark.parametrize(
    ('tagger', 'voters'),
    [
        (SHIPPED, {('model', 'crf_tagger'), ('rule', 'rules')}),
        (load_tagger(), {('rule', 'rules')}),
        (BesideRules(UndertheseaTagger(ner, '9')), {('model', 'underthesea'), ('rule', 'rules')}),
    ],
    ids=['shipped', 'rules', 'adapter'],
)
def test_beside_a_chosen_tagger_the_rules_vote(tagger: Voter, voters: set[tuple[str, str]]) -> None:
    line = record_of(TEXT, tagger)['lines'][0]
    assert {(vote['source'], vote['name']) for vote in line['entity_votes']} == voters
    assert len({(entity['source'], entity['name']) for entity in line['entities']}) == 1


@given(st.lists(st.one_of(LINES, TEXTS), min_size=1, max_size=4).map('\n'.join).filter(bool))
@settings(max_examples=150, deadline=None)
def test_votes_lie_in_their_line_in_order_and_back_what_is_decided(text: str) -> None:
    for line in record_of(text)['lines']:
        spans = [(vote['start'], vote['end']) for vote in line['entity_votes']]
        assert spans == sorted(spans)
        assert all(0 <= start < end <= len(line['text']) for start, end in spans)
        assert {vote['type'] for vote in line['entity_votes']} <= set(ENTITY_TYPES)
        without_text = [{name: value for name, value in entity.items() if name != 'text'} for entity in line['entities']]
        assert [vote for vote in line['entity_votes'] if vote['source'] == 'model'] == without_text


def out_of_order(line: dict[str, Any]) -> None:
    line['entity_votes'].reverse()


def beyond_the_line(line: dict[str, Any]) -> None:
    line['entity_votes'][-1].update(end=len(line['text']) + 1)


def empty(line: dict[str, Any]) -> None:
    line['entity_votes'][0].update(end=line['entity_votes'][0]['start'])


def without_its_vote(line: dict[str, Any]) -> None:
    line['entity_votes'] = [vote for vote in line['entity_votes'] if vote['source'] != 'model']


def of_another_version(line: dict[str, Any]) -> None:
    line['entities'][0]['version'] = '0'


def against_gold(line: dict[str, Any]) -> None:
    line['entity_votes'].append({**line['entity_votes'][-1], 'source': 'gold', 'name': 'gold.jsonl'})


@pytest.mark.parametrize(
    ('change', 'says'),
    [
        (out_of_order, 'is out of order, empty or beyond the line'),
        (beyond_the_line, 'is out of order, empty or beyond the line'),
        (empty, 'is out of order, empty or beyond the line'),
        (without_its_vote, 'a name has no vote of its source'),
        (of_another_version, 'a name has no vote of its source'),
        (against_gold, 'its names are not those that gold votes for'),
    ],
)
def test_votes_that_contradict_the_line_are_told(change: Any, says: str) -> None:
    record = record_of(TEXT, Saying([PER, HUE], [PER, HUE]))
    assert record_faults(record) == []
    change(record['lines'][0])
    assert any(says in str(fault) for fault in record_faults(record))
