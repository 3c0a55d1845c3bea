import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from builder.text.language import detect_language

CASES = yaml.safe_load((Path(__file__).parent.parent / 'cases' / 'languages.yaml').read_text('utf-8'))


@pytest.mark.parametrize('case', CASES, ids=lambda case: f'{case["language"]}-{case["method"]}')
def test_the_language_and_what_decided_it(case: dict[str, str]) -> None:
    found = detect_language([case['text']])
    assert (found.code, found.method) == (case['language'], case['method'])


def test_running_text_outweighs_a_menu_in_another_language() -> None:
    assert detect_language(['Home', 'News', 'Sport', CASES[0]['text']]).code == 'vi'


def test_langdetect_says_the_same_in_every_process() -> None:
    unsure = 'Tin nhanh: World Cup final, live score, top goals, best players, transfer news, video highlights'
    program = (
        f'from builder.text.language import detect_language as d; d(["Ceci est un texte assez long pour être lu"]); print(d([{unsure!r}]))'
    )
    outputs = {
        subprocess.run(
            [sys.executable, '-c', program], capture_output=True, text=True, check=True, env={**os.environ, 'PYTHONHASHSEED': seed}
        ).stdout
        for seed in ('1', '7', '42')
    }
    assert len(outputs) == 1
    assert 'langdetect' in outputs.pop()
