"""Files of many records: JSON lines, JSON, CSV, TSV, and whatever the bytes themselves look like, packed or not."""

import atheris

with atheris.instrument_imports(include=['builder']):
    from builder.converters.compression import sniff_compression
    from builder.converters.containers import is_archive
    from tests.fuzz.harness import run, scratch
    from tests.fuzz.invariants import read, require_sound

FORMATS = ('jsonl', 'json', 'csv', 'tsv', None)


def check(data: bytes) -> None:
    path = scratch('pages', data)
    for form in FORMATS:
        items = read(path, form)
        require_sound(items, data, form)
        assert items == read(path, form)
    if data and not sniff_compression(data) and not is_archive(data):
        middle = len(data) // 2
        assert read(path, 'jsonl', 0, middle) + read(path, 'jsonl', middle) == read(path, 'jsonl')


if __name__ == '__main__':
    run(check)
