"""From a page to its record: lines, votes, decisions, entities, all in one dictionary that is valid against `schemas/page.schema.json`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from builder.entities.crf_tagger import CrfTagger
from builder.entities.tagger import Found, Voter
from builder.gold import Gold, GoldPage, load_gold
from builder.identity import page_id, sha256_of_text, site_of
from builder.labelling import rules
from builder.labelling.labeller import LineLabeller, load_labeller
from builder.labelling.markup_labeller import MarkupLabeller, load_markup_labeller
from builder.labelling.votes import decide
from builder.labels import LABEL_OF_KIND, MAIN
from builder.model import Entity, Line, Page, Reject, Vote
from builder.schema.validation import Fault, validator
from builder.text.language import detect_language
from builder.text.lines import split_lines
from builder.text.normalization import nfc, nfc_view

# `dataclasses.asdict` copies every value deeply, which on a crawl costs as much as the tagger.
_VOTE_FIELDS: Final = tuple(field.name for field in fields(Vote))
_ENTITY_FIELDS: Final = tuple(field.name for field in fields(Entity))
_NAME_VOTE_FIELDS: Final = tuple(name for name in _ENTITY_FIELDS if name != 'text')
_SOURCE: Final = _NAME_VOTE_FIELDS.index('source')
_TRUE_SOURCES: Final = frozenset({'gold', 'composed'})
"""Of a vote that decides whatever others say."""


@dataclass(frozen=True, slots=True)
class Annotators:
    """What gives labels and entities: loaded once a process."""

    labeller: LineLabeller
    markup_labeller: MarkupLabeller
    tagger: Voter
    gold: Gold


@cache
def load_annotators(gold: tuple[Path, ...] = (), labeller: Path | None = None) -> Annotators:
    """The shipped labellers and tagger beside the gold of a build; loaded once a process.

    `labeller` names a user's own weights, in place of those for text: to be opened in a process that may die of it (`builder.apart`).
    Raises ModelError if a model is not the recorded one, InputError if a gold file is faulty.
    """
    return Annotators(LineLabeller(labeller) if labeller else load_labeller(), load_markup_labeller(), CrfTagger(), load_gold(gold))


def build_record(page: Page, annotators: Annotators, site_pattern: str | None, entities: str = 'story') -> dict[str, Any] | Reject:
    """The page's record, or a reject where gold was meant for it and does not fit, or where it breaks the schema.

    `entities` says in which lines names are looked for: `story`, `all` or `none`.
    """
    lines = split_lines(page.text)
    texts = [line.text for line in lines]
    gold = annotators.gold.find(texts)
    misfit = None if gold else annotators.gold.misfit(page, texts)
    if misfit:
        other, number = misfit
        message = f'gold page {other.name} ({other.file}) has other lines, first at line {number}: mend it, or leave it out'
        return _reject(page, 'gold', 'gold_mismatch', message)
    decided = _label(texts, page, gold, annotators)
    names = _names(texts, decided, gold, annotators, entities)
    record = _assemble(page, lines, decided, names, gold, site_pattern)
    faults = validator('page').faults(record) or record_faults(record)
    if faults:
        return _reject(page, 'validate', 'schema', str(faults[0]), faults[0].pointer)
    return record


def _reject(page: Page, step: str, reason: str, message: str, pointer: str | None = None) -> Reject:
    return Reject(page.place, page.raw, step, reason, message, pointer, page.format)


@dataclass(frozen=True, slots=True)
class _Decision:
    vote: Vote
    votes: tuple[Vote, ...]
    flags: tuple[str, ...] = ()


def _label(texts: Sequence[str], page: Page, gold: GoldPage | None, annotators: Annotators) -> list[_Decision]:
    votes = _votes(texts, page, annotators)
    if gold is None:
        return [_Decision(decide(pair), pair) for pair in votes]
    said = [_gold_vote(line, gold) for line in gold.content['lines']]
    flags = [tuple(line.get('flags', ())) for line in gold.content['lines']]
    return [_Decision(vote, (vote, *others), flag) for vote, others, flag in zip(said, votes, flags, strict=True)]


def _votes(texts: Sequence[str], page: Page, annotators: Annotators) -> list[tuple[Vote, ...]]:
    """For each line the votes of all machine sources; of an HTML page those of its markup too."""
    surface = [[vote] if vote else [] for vote in rules.votes(texts)]
    if page.markup is None or len(page.markup.blocks) != len(texts):
        machine = annotators.labeller.label(texts, page.title)
        return [(vote, *others) for vote, others in zip(machine, surface, strict=True)]
    said = annotators.markup_labeller.label(texts, page.markup, page.title, annotators.labeller)
    return [
        (text, *claims, markup, *others)
        for text, claims, markup, others in zip(said.text, said.publisher, said.markup, surface, strict=True)
    ]


def _gold_vote(line: Mapping[str, Any], gold: GoldPage) -> Vote:
    return Vote(gold.source, gold.file, '1', line['label'], line['kind'], 1.0, line.get('story'))


def _names(texts: Sequence[str], decided: Sequence[_Decision], gold: GoldPage | None, annotators: Annotators, mode: str) -> list[Found]:
    """For each line what each source found in it, the deciding one first: gold in the story of a page whose names are marked."""
    story = [decision.vote.label == MAIN for decision in decided]
    found = _tagged(texts, story, annotators.tagger, mode)
    if gold is None or mode == 'none' or 'entities' not in gold.content:
        return found
    of_gold: list[list[Entity]] = [[] for _ in texts]
    for item in gold.content.get('entities', ()):
        text = texts[item['line']][item['start'] : item['end']]
        of_gold[item['line']].append(Entity(item['start'], item['end'], item['type'], text, gold.source, gold.file, '1', 1.0))
    in_order = [sorted(entities, key=lambda entity: entity.start) for entities in of_gold]
    return [(own, *others) if mine else others for own, others, mine in zip(in_order, found, story, strict=True)]


def _tagged(texts: Sequence[str], story: Sequence[bool], tagger: Voter, mode: str) -> list[Found]:
    """What the tagger finds. A sidebar's names may be proved by the story, but never change what is found in the story."""
    if mode == 'none':
        return [([],) for _ in texts]
    in_story = tagger.vote(texts, story)
    if mode == 'story':
        return in_story
    everywhere = tagger.vote(texts, [True] * len(texts))
    return [own if mine else other for own, other, mine in zip(in_story, everywhere, story, strict=True)]


def _assemble(
    page: Page,
    lines: Sequence[Line],
    decided: Sequence[_Decision],
    names: Sequence[Found],
    gold: GoldPage | None,
    pattern: str | None,
) -> dict[str, Any]:
    language = detect_language([line.text for line in lines])
    rows = [_line(line, decision, found) for line, decision, found in zip(lines, decided, names, strict=True)]
    place = page.place
    said = gold.content if gold else {}
    return {
        'id': page_id(page),
        'site': site_of(page, pattern, said.get('site')),
        'source': {
            'dump': place.dump,
            'path': place.path,
            'member': place.member,
            'format': page.format,
            'unit': place.unit,
            'start': place.start,
            'end': place.end,
            'sha256': page.sha256,
        },
        'url': page.url or said.get('url'),
        'title': page.title or said.get('html_title'),
        'published': page.published,
        'crawled': page.crawled,
        'language': language.code,
        'language_method': language.method,
        'normalization': ['nfc'] if any(page.text[line.start : line.end] != line.text for line in lines) else [],
        'encoding': {
            'name': page.encoding.name,
            'evidence': page.encoding.evidence,
            'repaired': list(page.encoding.repaired),
            'segmenter': page.encoding.segmenter,
        },
        'notes': list(page.notes),
        'text': page.text,
        'text_sha256': sha256_of_text(page.text),
        'gold': gold is not None and gold.source == 'gold',
        'no_story': all(decision.vote.label != MAIN for decision in decided),
        'lines': rows,
    }


def _line(line: Line, decision: _Decision, found: Found) -> dict[str, Any]:
    vote = decision.vote
    proposed = sorted(chain(*found), key=lambda entity: (entity.start, entity.end))
    return {
        'start': line.start,
        'end': line.end,
        'text': line.text,
        'label': vote.label,
        'kind': vote.kind,
        'story': vote.story,
        'label_source': vote.source,
        'confidence': vote.confidence,
        'flags': list(decision.flags),
        'votes': [{name: getattr(given, name) for name in _VOTE_FIELDS} for given in decision.votes],
        'entities': [{name: getattr(entity, name) for name in _ENTITY_FIELDS} for entity in found[0]],
        'entity_votes': [{name: getattr(entity, name) for name in _NAME_VOTE_FIELDS} for entity in proposed],
    }


def record_faults(record: Mapping[str, Any]) -> list[Fault]:
    """What a schema cannot say of a record: slices that differ, lines or entities out of order, kinds that contradict labels."""
    faults: list[Fault] = []
    text, reached = record['text'], 0
    for number, line in enumerate(record['lines']):
        where = f'$.lines[{number}]'
        if not reached <= line['start'] < line['end'] <= len(text) or nfc(text[line['start'] : line['end']]) != line['text']:
            faults.append(Fault(where, 'start and end do not cut its text out of the page'))
        if line['kind'] is not None and LABEL_OF_KIND[line['kind']] != line['label']:
            faults.append(Fault(f'{where}.kind', f'{line["kind"]} contradicts the label {line["label"]}'))
        faults += _span_faults(line, where, text)
        reached = line['end']
    return faults


def _span_faults(line: Mapping[str, Any], where: str, text: str) -> list[Fault]:
    """Spans that overlap, do not cut their text out of the line, or do not lead back to it in the page's own text."""
    faults, reached = [], 0
    raw = text[line['start'] : line['end']]
    view = nfc_view(raw)
    for number, entity in enumerate(line['entities']):
        start, end = entity['start'], entity['end']
        in_line = reached <= start < end and line['text'][start:end] == entity['text']
        if not in_line or nfc(raw[view.raw_offset(start) : view.raw_offset(end)]) != entity['text']:
            faults.append(Fault(f'{where}.entities[{number}]', f'span {start}-{end} is not {entity["text"]!r}, or overlaps'))
        reached = end
    return [*faults, *(Fault(f'{where}.entity_votes', fault) for fault in name_vote_faults(line, len(line['text'])))]


def name_vote_faults(line: Mapping[str, Any], length: int | None) -> Iterator[str]:
    """Votes on names that are out of order or beyond the line's `length` (None: not known), and names that they do not decide."""
    reached = (0, 0)
    for vote in line['entity_votes']:
        start, end = vote['start'], vote['end']
        if not reached <= (start, end) or not start < end or (length is not None and end > length):
            yield f'the vote on {start}-{end} is out of order, empty or beyond the line'
        reached = (start, end)
    votes = [tuple(vote[name] for name in _NAME_VOTE_FIELDS) for vote in line['entity_votes']]
    decided = [tuple(entity[name] for name in _NAME_VOTE_FIELDS) for entity in line['entities']]
    if not set(decided) <= set(votes):
        yield 'a name has no vote of its source'
    true = [vote for vote in votes if vote[_SOURCE] in _TRUE_SOURCES]
    if true and true != decided:
        yield 'its names are not those that gold votes for'
