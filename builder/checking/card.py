"""Does the card say what the files say? `datasets` believes the card, silently, where the two differ."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets

from builder.checking.manifest import rows_of
from builder.release.card import DATASET_CARD, front_matter_of
from builder.release.manifest import digest_of
from builder.release.rows import CONFIGS
from builder.release.wording import languages_of
from builder.schema.features import features
from builder.schema.validation import validator
from builder.tables import read_columns


def card_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Differences between the front matter of README.md and the manifest, the schemas and the Parquet files."""
    path = release / DATASET_CARD
    if not path.is_file():
        yield f'{DATASET_CARD}: is missing; restore it'
        return
    try:
        matter = front_matter_of(path.read_text('utf-8'))
    except (OSError, ValueError) as error:
        yield f'{DATASET_CARD}: its front matter cannot be read ({" ".join(str(error).split())}); restore it'
        return
    faults = validator('card').faults(matter)
    yield from (f'{DATASET_CARD}: front matter: {fault}; restore it' for fault in faults)
    if not faults:
        yield from (f'{DATASET_CARD}: {fault}; restore the card' for fault in _faults(matter, manifest))


def language_faults(release: Path) -> Iterator[str]:
    """Whether the front matter of a sound card names the languages that the pages are in; of sound files only."""
    matter = front_matter_of((release / DATASET_CARD).read_text('utf-8'))
    pages = sorted((release / 'pages').glob('*.parquet'))
    found = {language for path in pages for language in read_columns(path, ['language'])['language'].unique().to_pylist()}
    wanted = languages_of({'pages': {'languages': found}})
    if matter['language'] != wanted:
        yield f'{DATASET_CARD}: language is {", ".join(matter["language"])}, but the pages are in {", ".join(wanted)}; restore the card'


def _faults(matter: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[str]:
    configs = [config for config in CONFIGS if rows_of(manifest, config)]
    default = [config['config_name'] for config in matter['configs'] if 'default' in config]
    if default != [CONFIGS[0]]:
        yield f'the default config must be {CONFIGS[0]}, but is {", ".join(default) or "none"}'
    for part, entries in (('configs', matter['configs']), ('dataset_info', matter['dataset_info'])):
        names = [entry.get('config_name') for entry in entries]
        yield from (f'{part} of {config} is missing' for config in configs if config not in names)
        if sorted(map(str, names)) != sorted(configs):
            yield f'{part} speaks of {names}, but the release has {configs}'
    for config in configs:
        files = sorted((entry for entry in manifest['files'] if entry['config'] == config), key=lambda entry: str(entry['path']))
        for said in (entry for entry in matter['configs'] if entry['config_name'] == config):
            yield from _config_faults(said, files, manifest['version'])
        for info in (entry for entry in matter['dataset_info'] if entry.get('config_name') == config):
            yield from _info_faults(info, files, rows_of(manifest, config), manifest['plan']['text'])


def _config_faults(said: Mapping[str, Any], files: Sequence[Mapping[str, Any]], version: str) -> Iterator[str]:
    config = said['config_name']
    named = sorted((item['split'], item['path']) for item in said['data_files'])
    wanted = sorted({(entry['split'], f'{config}/{entry["split"]}-*.parquet') for entry in files})
    if named != wanted:
        yield f'config {config} names the files {named}, but the release has {wanted}'
    if said['version'] != version:
        yield f'config {config} has version {said["version"]}, the manifest {version}'
    digest = digest_of([(entry['path'], entry['content_sha256']) for entry in files])
    if said['description'] != f'content sha256 {digest}':
        yield f'config {config} has the content digest of another release: a local cache would go stale'


def _info_faults(info: Mapping[str, Any], files: Sequence[Mapping[str, Any]], rows: Mapping[str, int], text: str) -> Iterator[str]:
    """Features, rows and sizes, as `datasets` itself reads them from the card."""
    config = info['config_name']
    try:
        said = datasets.DatasetInfo._from_yaml_dict(dict(info))  # noqa: SLF001 - what load_dataset itself reads the card with
        features_said = dict(said.features or {})
        counts = {split: (part.num_examples, part.num_bytes) for split, part in (said.splits or {}).items()}
    except Exception as error:  # noqa: BLE001 - whatever `datasets` raises on a damaged card is the fault to report
        yield f'dataset_info of {config} cannot be read by datasets ({type(error).__name__}: {" ".join(str(error).split())[:200]})'
        return
    yield from _feature_faults(config, features_said, features(config, text))
    memory = {split: sum(entry['arrow_bytes'] for entry in files if entry['split'] == split) for split in rows}
    wanted = {split: (count, memory[split]) for split, count in rows.items()}
    if counts != wanted:
        yield f'dataset_info of {config} counts (rows, bytes in memory) {counts}, the manifest {wanted}'
    sizes = (sum(entry['bytes'] for entry in files), sum(memory.values()))
    if (said.download_size, said.dataset_size) != sizes:
        yield f'dataset_info of {config} gives (download_size, dataset_size) as {(said.download_size, said.dataset_size)}, the manifest {sizes}'


def _feature_faults(config: str, said: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*wanted, *said]):
        if said.get(name) != wanted.get(name):
            yield f'field {name} of {config} is {said.get(name)}, but the Parquet files hold {wanted.get(name)}: labels would change their meaning'
