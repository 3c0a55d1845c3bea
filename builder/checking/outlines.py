"""What can be checked of a page whose text is not in the release: its offsets, its lengths, and in an excerpt the beginnings of its lines."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.labels import LABEL_OF_KIND
from builder.records import name_vote_faults
from builder.release.text_modes import digest_of_text
from builder.schema.loading import EXCERPT
from builder.text.normalization import nfc


def outline_faults(page: Mapping[str, Any]) -> Iterator[str]:
    """Lines, entities or votes on them out of order, and kinds that contradict labels. Whether offsets cut out the right text is for `rehydrate` to say."""
    reached = 0
    for number, line in enumerate(page['lines']):
        if not reached <= line['start'] < line['end']:
            yield f'line {number} begins before the one above it ends, or is empty'
        if line['kind'] is not None and LABEL_OF_KIND[line['kind']] != line['label']:
            yield f'line {number}: {line["kind"]} contradicts the label {line["label"]}'
        last = 0
        for entity in line['entities']:
            if not last <= entity['start'] < entity['end']:
                yield f'line {number}: an entity begins before the one before it ends, or is empty'
            last = entity['end']
        yield from (f'line {number}: {fault}' for fault in name_vote_faults(line, None))
        reached = line['end']


def excerpt_faults(row: Mapping[str, Any], line: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    """Names beyond the end of a line, whose row in `lines` knows its length; excerpts of another length than the plan's, or of another text."""
    for column, what in (('entities', 'an entity'), ('entity_votes', 'a vote on a name')):
        if any(name['end'] > row['length'] for name in line[column]):
            yield f'{what} ends beyond the line'
    if plan['text'] != EXCERPT:
        return
    shown = row['text']
    if shown != nfc(shown) or len(shown) != min(row['length'], plan['excerpt_length']):
        yield f'its excerpt is not the first {plan["excerpt_length"]} code points of an NFC text of {row["length"]}'
    elif len(shown) == row['length'] and digest_of_text(shown) != row['text_digest']:
        yield 'it is there whole, and is not the line of its digest'
