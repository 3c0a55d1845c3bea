"""croissant.json: the release as a Croissant 1.1 document with responsible-AI fields, of the same facts as the card."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from builder.release.card import CardFacts, front_matter, present_configs
from builder.release.figures import figures
from builder.release.licences import croissant_licence
from builder.release.manifest import config_digests
from builder.release.parquet import WrittenFile
from builder.release.record_sets import Json, file_set, record_sets
from builder.release.responsible_ai import provenance, responsible_ai, summary
from builder.splits import SPLITS

CROISSANT: Final = 'croissant.json'
_PARQUET: Final = 'application/x-parquet'
"""The one name of Parquet that mlcroissant reads, and that hubs write."""
_OWN: Final = (
    'arrayShape',
    'citeAs',
    'column',
    'containedIn',
    'equivalentProperty',
    'extract',
    'field',
    'fileObject',
    'fileProperty',
    'fileSet',
    'format',
    'includes',
    'isArray',
    'isLiveDataset',
    'jsonPath',
    'key',
    'md5',
    'parentField',
    'path',
    'recordSet',
    'references',
    'regex',
    'repeated',
    'replace',
    'samplingRate',
    'separator',
    'source',
    'subField',
    'transform',
)
_CONTEXT: Final[Json] = {
    '@language': 'en',
    '@vocab': 'https://schema.org/',
    'cr': 'http://mlcommons.org/croissant/',
    'dct': 'http://purl.org/dc/terms/',
    'prov': 'http://www.w3.org/ns/prov#',
    'rai': 'http://mlcommons.org/croissant/RAI/',
    'sc': 'https://schema.org/',
    'conformsTo': 'dct:conformsTo',
    'data': {'@id': 'cr:data', '@type': '@json'},
    'dataType': {'@id': 'cr:dataType', '@type': '@vocab'},
    'description': {'@container': '@language'},
    'examples': {'@id': 'cr:examples', '@type': '@json'},
    'name': {'@container': '@language'},
    **{name: f'cr:{name}' for name in _OWN},
}
"""The context that the standard recommends, and PROV-O; a reader may ask for all of it."""


def render_croissant(facts: CardFacts) -> str:
    """The text of the release's croissant.json."""
    return json.dumps(croissant(facts), ensure_ascii=False, indent=2) + '\n'


def facts_of(release: Path, manifest: Mapping[str, Any]) -> CardFacts:
    """What card and Croissant tell of a release that is there, by its files and its manifest. Raises OSError."""
    files = [WrittenFile(**entry) for entry in manifest['files'] if entry['config']]
    counts = figures(release, [split for split in SPLITS if split in manifest['splits']])
    return CardFacts(manifest['version'], manifest, files, counts, config_digests(files))


def croissant(facts: CardFacts) -> Json:
    """The document as plain JSON values. No day is told: none is known but of the pages; a creator or a citation is not either."""
    matter = front_matter(facts)
    configs = present_configs(facts.files)
    splits = [split for split in SPLITS if split in facts.figures]
    return {
        '@context': _CONTEXT,
        '@type': 'sc:Dataset',
        'conformsTo': ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'],
        'name': matter['pretty_name'],
        'description': summary(facts),
        'version': facts.version,
        'license': croissant_licence(facts.manifest['plan']['dataset']),
        'inLanguage': matter['language'],
        'keywords': [*matter['tags'], *matter['task_categories'], *matter['task_ids']],
        'isLiveDataset': False,
        **responsible_ai(facts),
        **provenance(facts),
        'distribution': [entry for config in configs for entry in _files(config, facts)],
        'recordSet': record_sets(configs, splits, facts.manifest['plan']['text']),
    }


def _files(config: str, facts: CardFacts) -> list[Json]:
    """The Parquet files of a config, and the set of them.

    The set does not say what contains it, so that it is sought beside the document: of a set in several files mlcroissant 1.1 makes no record.
    """
    files = sorted((file for file in facts.files if file.config == config), key=lambda file: (SPLITS.index(file.split), file.path))
    every = {
        '@type': 'cr:FileSet',
        '@id': file_set(config),
        'name': file_set(config),
        'description': f'The files of the config {config}, of every split.',
        'encodingFormat': _PARQUET,
        'includes': f'{config}/*.parquet',
    }
    return [*map(_file, files), every]


def _file(file: WrittenFile) -> Json:
    return {
        '@type': 'cr:FileObject',
        '@id': file.path,
        'name': file.path,
        'description': f'{file.rows} rows of {file.config}, split {file.split}.',
        'contentUrl': file.path,
        'contentSize': f'{file.bytes} B',
        'encodingFormat': _PARQUET,
        'sha256': file.sha256,
    }
