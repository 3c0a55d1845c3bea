"""The rows of the fault table that are about saved pages and crawls; the others stand in `tests/test_faults.py`."""

from pathlib import Path

import pytest

from tests.converters.faults import broken
from tests.fault_table import CASES, PAGES_OF_THE_WEB, build_with, outcome


@pytest.mark.parametrize(('dump', 'fault'), PAGES_OF_THE_WEB, ids=lambda part: part)
def test_a_fault_costs_what_it_must_and_the_build_balances(dump: str, fault: str, tmp_path: Path) -> None:
    assert outcome(build_with(broken(dump, fault), tmp_path)) == CASES[dump][fault]
