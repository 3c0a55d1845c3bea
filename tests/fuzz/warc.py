"""A WARC file, plain or compressed: its places tile it, and the blocks in which it is read make no difference."""

import atheris

with atheris.instrument_imports(include=['builder']):
    from builder.warc.model import WarcLimits
    from builder.warc.reader import read_records
    from tests.fuzz.harness import run, scratch
    from tests.fuzz.invariants import read, require_sound

LIMITS = WarcLimits(record_bytes=5_000, header_bytes=1_000, reject_bytes=50)


def check(data: bytes) -> None:
    require_sound(read(scratch('dump.warc', data), 'warc'), data, 'warc')
    whole = list(read_records(iter([data]), LIMITS))
    pieces = (data[start : start + 13] for start in range(0, len(data), 13))
    assert whole == list(read_records(pieces, LIMITS))


if __name__ == '__main__':
    run(check)
