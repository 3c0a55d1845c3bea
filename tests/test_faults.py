"""The fault table: every fault in every kind of dump costs what it must and no more, and the build balances."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.build import Request, build
from builder.errors import InputError
from tests.conftest import silent
from tests.converters.faults import BYTE_FAULTS, DUMPS, RECORD_FAULTS, records

CASES = yaml.safe_load((Path(__file__).parent / 'cases' / 'faults.yaml').read_text('utf-8'))


def broken(dump: str, fault: str) -> bytes:
    if fault in RECORD_FAULTS:
        return DUMPS[dump](RECORD_FAULTS[fault](records()))
    return BYTE_FAULTS[fault](DUMPS[dump](records()))


@pytest.mark.parametrize('case', CASES, ids=lambda case: f'{case["dump"]}: {case["fault"]}')
def test_a_fault_costs_what_it_must_and_the_build_balances(case: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / case['dump']).write_bytes(broken(case['dump'], case['fault']))
    (tmp_path / 'config.yaml').write_text('limits: {page_bytes: 20000}\n')
    built = build(Request((tmp_path / case['dump'],), tmp_path / 'out', '0.1.0', (), tmp_path / 'config.yaml', 1), silent)
    table = built.manifest['conservation']
    assert sum(row['kept'] for row in table) == case['kept']
    assert sum(row['duplicate'] for row in table) == case.get('duplicate', 0)
    for fate in ('filtered', 'rejected'):
        counted: Counter[str] = Counter()
        for row in table:
            counted.update(row[fate])
        assert counted == case.get(fate, {})


@pytest.mark.parametrize('dump', ['pages.parquet', 'stream.arrow', 'pages.jsonl.zst', 'pages.tar.gz', 'pages.zip'])
@pytest.mark.parametrize('fault', BYTE_FAULTS)
def test_damage_to_packed_bytes_is_never_silent(dump: str, fault: str, tmp_path: Path) -> None:
    sound = DUMPS[dump](records())
    damaged = BYTE_FAULTS[fault](sound)
    (tmp_path / dump).write_bytes(damaged)
    try:
        built = build(Request((tmp_path / dump,), tmp_path / 'out', '0.1.0', (), None, 1), silent)
    except InputError as error:
        told = str(error)
    else:
        told = ''
    if told:
        assert 'no page is left for a release' in told
        return
    kept = sum(row['kept'] for row in built.manifest['conservation'])
    rejected = sum(sum(row['rejected'].values()) for row in built.manifest['conservation'])
    # Where all twelve pages are there, the damage fell on bytes that hold none of them.
    assert kept == len(records()) or rejected
