"""One text page, from any bytes to its record: decoding, labelling, entities, and the schema that judges the record."""

import atheris

with atheris.instrument_imports(include=['builder']):
    from builder.model import Page
    from builder.records import build_record, load_annotators
    from tests.fuzz.harness import run, scratch
    from tests.fuzz.invariants import read, require_sound

ANNOTATORS = load_annotators()


def check(data: bytes) -> None:
    path = scratch('page.txt', data)
    items = read(path, 'text')
    require_sound(items, data, 'text')
    for page in (item for item in items if isinstance(item, Page)):
        record = build_record(page, ANNOTATORS, None, 'all')
        assert isinstance(record, dict), record
        assert all(line['text'].strip() for line in record['lines'])
        assert record == build_record(page, ANNOTATORS, None, 'all')


if __name__ == '__main__':
    run(check)
