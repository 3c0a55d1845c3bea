"""Does the card say what the files say? `datasets` believes the card, silently, where the two differ."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import yaml

from builder.release.card import DATASET_CARD, front_matter_of
from builder.release.manifest import digest_of
from builder.schema.arrow import features
from builder.schema.validation import validator


def card_faults(release: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Differences between the front matter of README.md and the manifest, the schemas and the Parquet files."""
    path = release / DATASET_CARD
    if not path.is_file():
        yield f'{DATASET_CARD}: is missing; restore it'
        return
    try:
        matter = front_matter_of(path.read_text('utf-8'))
    except (yaml.YAMLError, ValueError) as error:
        yield f'{DATASET_CARD}: its front matter cannot be read ({" ".join(str(error).split())}); restore it'
        return
    faults = validator('card').faults(matter)
    yield from (f'{DATASET_CARD}: front matter: {fault}; restore it' for fault in faults)
    if not faults:
        yield from _config_faults(matter, manifest)
        yield from _info_faults(matter, manifest)


def _config_faults(matter: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[str]:
    files = [entry for entry in manifest['files'] if entry['config']]
    named = {config['config_name']: config for config in matter['configs']}
    for config in dict.fromkeys(entry['config'] for entry in files):
        mine = [entry for entry in files if entry['config'] == config]
        if config not in named:
            yield f'{DATASET_CARD}: config {config} is missing; restore the card'
            continue
        said = {item['split']: item['path'] for item in named[config]['data_files']}
        wanted = {entry['split']: f'{config}/{entry["split"]}-*.parquet' for entry in mine}
        if said != wanted:
            yield f'{DATASET_CARD}: config {config} names the files {said}, but the release has {wanted}; restore the card'
        if named[config]['version'] != manifest['version']:
            yield f'{DATASET_CARD}: config {config} has version {named[config]["version"]}, the manifest {manifest["version"]}; restore the card'
        digest = digest_of([(entry['path'], entry['content_sha256']) for entry in mine])
        if named[config]['description'] != f'content sha256 {digest}':
            yield f'{DATASET_CARD}: config {config} has the content digest of another release: a local cache would go stale; restore the card'


def _info_faults(matter: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[str]:
    files = [entry for entry in manifest['files'] if entry['config']]
    infos = {info.get('config_name'): info for info in matter['dataset_info']}
    for config in dict.fromkeys(entry['config'] for entry in files):
        if config not in infos:
            yield f'{DATASET_CARD}: dataset_info of {config} is missing; restore the card'
            continue
        said = datasets.DatasetInfo._from_yaml_dict(infos[config])  # noqa: SLF001 - what load_dataset itself reads the card with
        yield from _feature_faults(config, said.features or {})
        counts = {split: info.num_examples for split, info in (said.splits or {}).items()}
        rows: dict[str, int] = {}
        for entry in files:
            if entry['config'] == config:
                rows[entry['split']] = rows.get(entry['split'], 0) + entry['rows']
        if counts != rows:
            yield f'{DATASET_CARD}: dataset_info of {config} counts {counts}, the manifest {rows}; restore the card'


def _feature_faults(config: str, said: Mapping[str, Any]) -> Iterator[str]:
    wanted = features(config)
    for name in dict.fromkeys([*wanted, *said]):
        if said.get(name) != wanted.get(name):
            yield f'{DATASET_CARD}: field {name} of {config} is {said.get(name)}, but the Parquet files hold {wanted.get(name)}: labels would change their meaning; restore the card'
