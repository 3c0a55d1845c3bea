"""Fuzzes one target from its corpus: `python -m tests.fuzz.run TARGET [SECONDS [FOLDER]]`.

What it finds, and the corpus as it grew, stay in FOLDER/TARGET; without a FOLDER, in `.fuzz`. Exits with libFuzzer's code: 77 for a finding.
"""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.fuzz.corpus import write_corpus

TARGETS = ('text', 'jsonl', 'html', 'warc')


def main(target: str, seconds: str = '600', folder: str = '.fuzz') -> int:
    """Run the target for so many seconds; libFuzzer's exit code."""
    if target not in TARGETS:
        sys.exit(f'{target}: no such target; give one of {", ".join(TARGETS)}')
    where = Path(folder).absolute() / target
    write_corpus(target, where / 'corpus')
    options = [
        f'-max_total_time={seconds}',
        f'-artifact_prefix={where}/',
        '-max_len=8192',
        '-timeout=30',
        '-print_final_stats=1',
        '-seed=1',
    ]
    command = [sys.executable, '-m', f'tests.fuzz.{target}', str(where / 'corpus'), *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
