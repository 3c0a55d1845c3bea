"""Loads a published release by its tag as a stranger would: another process, an empty cache, and for an open repository no token."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Final

from huggingface_hub import constants

from builder.checking.loading import config_faults

_CACHES: Final = frozenset({'HF_DATASETS_CACHE', 'HF_HUB_CACHE', 'HF_XET_CACHE', 'HUGGINGFACE_HUB_CACHE'})


def stranger_faults(endpoint: str, repo_id: str, tag: str, rows: Mapping[str, Mapping[str, int]], *, private: bool, text: str) -> list[str]:
    """What a stranger trips over, one line each; `rows` are rows of each split of each config, `text` is the release's mode of text."""
    with tempfile.TemporaryDirectory(prefix='vinews-stranger-') as home:
        # Both libraries read these when they are imported, so they need a process of their own.
        own = {'HF_ENDPOINT': endpoint, 'HF_HOME': home, 'HF_HUB_DISABLE_PROGRESS_BARS': '1', 'HF_HUB_VERBOSITY': 'error'}
        kept = {'HF_TOKEN_PATH': constants.HF_TOKEN_PATH} if private else {'HF_HUB_DISABLE_IMPLICIT_TOKEN': '1'}
        secret = set() if private else {'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH'}
        inherited = {name: value for name, value in os.environ.items() if name not in {*secret, *_CACHES}}
        command = [sys.executable, '-m', 'builder.publishing.stranger', repo_id, tag, text]
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=json.dumps(rows), capture_output=True, encoding='utf-8', env={**inherited, **own, **kept}, check=False
        )
    faults = done.stdout.splitlines()
    if done.returncode and not faults:
        last = (done.stderr.strip().splitlines() or [f'exit code {done.returncode}'])[-1]
        return [f'loading by {tag} ended: {last[:200]}']
    return faults


def main() -> None:
    """Print what goes wrong with the configs that standard input names; exit code 1 if anything does."""
    repo_id, tag, text = sys.argv[1:]
    rows: Mapping[str, Mapping[str, int]] = json.load(sys.stdin)
    faults = [fault for config, counts in rows.items() for fault in config_faults(repo_id, config, counts, tag, text)]
    sys.stdout.writelines(f'{fault}\n' for fault in faults)
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
