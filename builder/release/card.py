"""The dataset card: YAML front matter made from the features, and a page of text whose every number is computed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import datasets
import yaml
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData
from jinja2 import Environment, StrictUndefined, Template

from builder.identity import UNKNOWN_SITE
from builder.labels import ENTITY_TYPES, KINDS, LABEL_OF_KIND, MEANING_OF_KIND
from builder.release.figures import total
from builder.release.parquet import WrittenFile
from builder.release.rows import CONFIGS
from builder.release.wording import (
    VIETNAMESE,
    by_machine,
    known_sites,
    languages_of,
    lines_by_source,
    many,
    outside_tests,
    pages_in_words,
    pages_without_site,
    trained_voters,
)
from builder.resources import folder
from builder.schema.features import features
from builder.schema.loading import load_schema
from builder.schema.strict_yaml import read_yaml
from builder.schema.validation import validator

DATASET_CARD: Final = 'README.md'
_MOST_SITES: Final = 50
_MOST_OF_A_CELL: Final = 100
"""Code points."""
_FRONT_MATTER: Final = re.compile(r'\A---\n(.*?\n)---$', re.DOTALL | re.MULTILINE)
"""Up to the first line that is `---` and nothing else: a title may end in these signs."""
_MARKUP: Final = {ord(sign): f'&#{ord(sign)};' for sign in '\\|&<>`*_~!#$[](){}:@'}
"""Signs that Markdown, its tables and links, or HTML could take for their own, as character references: these are never markup
(CommonMark 0.31, 2.5), while a backslash before a `|` is read in different ways by different renderers."""
_NO_CODE: Final = re.compile(r'[^0-9A-Za-z_-]')
_SIZES: Final = (
    'n<1K',
    '1K<n<10K',
    '10K<n<100K',
    '100K<n<1M',
    '1M<n<10M',
    '10M<n<100M',
    '100M<n<1B',
    '1B<n<10B',
    '10B<n<100B',
    '100B<n<1T',
    'n>1T',
)
_GROUP_KEYS: Final = {'cluster': 'a story', 'canonical_url': 'an address', 'crawl_day': 'a site and the day of its crawl', 'site': 'a site'}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """All that a card tells."""

    version: str
    manifest: Mapping[str, Any]
    """The manifest without its list of files."""
    files: Sequence[WrittenFile]
    figures: Mapping[str, Mapping[str, Any]]
    config_digests: Mapping[str, str]


def render_card(facts: CardFacts) -> str:
    """The text of the release's README.md. Raises SchemaError if its front matter breaks `schemas/card.schema.json`."""
    matter = front_matter(facts)
    validator('card').require(matter, 'the front matter of the card')
    head = yaml.safe_dump(matter, sort_keys=False, allow_unicode=True, width=1_000)
    return f'---\n{head}---\n{_body(facts)}'


def front_matter_of(card: str) -> Any:  # noqa: ANN401 - any JSON value
    """The front matter of a card's text. Raises ValueError, in one line, where there is none or it says what JSON cannot."""
    found = _FRONT_MATTER.match(card)
    if not found:
        raise ValueError('no YAML between two lines of ---')
    return read_yaml(found[1])


def front_matter(facts: CardFacts) -> dict[str, Any]:
    """The card's YAML as plain values: hub metadata, `configs` and `dataset_info`."""
    dataset = facts.manifest['plan']['dataset']
    licence = {'license': dataset['license']}
    if dataset['license'] == 'other':
        licence |= {name: dataset[name] for name in ('license_name', 'license_link')}
    sources, languages = set(lines_by_source(facts.figures)), languages_of(facts.figures)
    creators = (['machine-generated'] if sources - {'gold'} else []) + ([dataset['gold_annotators']] if 'gold' in sources else [])
    configs = present_configs(facts.files)
    named, paired = ('entities' in configs), ('pairs' in configs)
    return {
        'pretty_name': dataset['pretty_name'],
        'language': languages,
        **licence,
        'annotations_creators': list(dict.fromkeys(creators)),
        'language_creators': ['found'],
        'multilinguality': ['monolingual' if len(languages) == 1 else 'multilingual'],
        'source_datasets': ['original'],
        'size_categories': [_SIZES[_magnitude(total(facts.figures, 'lines'))]],
        'task_categories': ['text-classification', *(['token-classification'] if named else []), *(['text-generation'] if paired else [])],
        'task_ids': ['multi-class-classification', *(['named-entity-recognition'] if named else [])],
        'tags': ['boilerplate-removal', 'content-extraction', 'news', *(['vietnamese'] if VIETNAMESE in languages else [])],
        'configs': [_config(config, facts) for config in configs],
        'dataset_info': _dataset_info(facts.files, facts.manifest['plan']['text']),
    }


def _magnitude(rows: int) -> int:
    return 0 if rows < 1_000 else min(len(str(rows)) - 3, len(_SIZES) - 1)


def present_configs(files: Sequence[WrittenFile]) -> list[str]:
    """The configs that have a file, in their fixed order."""
    there = {file.config for file in files}
    return [config for config in CONFIGS if config in there]


def _config(config: str, facts: CardFacts) -> dict[str, Any]:
    splits = dict.fromkeys(file.split for file in facts.files if file.config == config)
    return {
        'config_name': config,
        'data_files': [{'split': split, 'path': f'{config}/{split}-*.parquet'} for split in splits],
        **({'default': True} if config == CONFIGS[0] else {}),
        'version': facts.version,
        # `datasets` keys the cache of a local folder on this text: without it a rebuilt release would load as the old one.
        'description': f'content sha256 {facts.config_digests[config]}',
    }


def _dataset_info(files: Sequence[WrittenFile], text: str) -> list[dict[str, Any]]:
    infos = DatasetInfosDict()
    for config in present_configs(files):
        of_config = [file for file in files if file.config == config]
        splits = datasets.SplitDict()
        for split in dict.fromkeys(file.split for file in of_config):
            mine = [file for file in of_config if file.split == split]
            splits.add(
                datasets.SplitInfo(split, num_bytes=sum(file.arrow_bytes for file in mine), num_examples=sum(file.rows for file in mine))
            )
        infos[config] = datasets.DatasetInfo(
            features=features(config, text),
            splits=splits,
            download_size=sum(file.bytes for file in of_config),
            dataset_size=sum(file.arrow_bytes for file in of_config),
        )
    data = DatasetCardData()
    infos.to_dataset_card_data(data)
    described: Any = vars(data)['dataset_info']  # set by `datasets`, unknown to the class
    listed: list[dict[str, Any]] = described if isinstance(described, list) else [described]
    return listed


@cache
def _template() -> Template:
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - Markdown; `cell` escapes what a dump says
    environment.filters['cell'] = _cell
    return environment.from_string(folder('cards').joinpath('dataset_card.md.j2').read_text('utf-8'))


def _body(facts: CardFacts) -> str:
    manifest, counts = facts.manifest, facts.figures
    names = [site for site, _ in known_sites(counts)]
    taught = outside_tests(counts)
    labellers, _ = trained_voters(manifest)
    return _template().render(
        version=facts.version,
        dataset=manifest['plan']['dataset'],
        policy=manifest['plan']['split_policy'],
        duplicates=manifest['plan']['duplicates'],
        leakage=manifest['leakage'],
        clusters=manifest['clusters'],
        frozen=manifest['frozen'],
        **_bonds(manifest['plan']),
        code=manifest['code'],
        gold=manifest['gold'],
        labellers=labellers,
        taught=taught,
        annotated='gold' in lines_by_source(counts),
        taught_by=lines_by_source(taught),
        machine=by_machine(lines_by_source(taught)),
        absent=manifest['absent_splits'],
        voters=manifest['voters'],
        name_voters=manifest['name_voters'],
        balance=totals(manifest['conservation']),
        looked_for=manifest['plan']['entities'],
        intrusion=manifest['sidebar_entity_intrusion'],
        figures=counts,
        pages_in_words=pages_in_words(counts),
        site_names=[*names[:_MOST_SITES], *([UNKNOWN_SITE] if pages_without_site(counts) else [])],
        unknown_site=UNKNOWN_SITE,
        more_sites=max(len(names) - _MOST_SITES, 0),
        configs=present_configs(facts.files),
        first_split=next(iter(counts)),
        entity_types=ENTITY_TYPES,
        fields=_fields('lines', manifest['plan']['text']),
        text=manifest['plan']['text'],
        excerpt_length=manifest['plan']['excerpt_length'],
        removed=manifest['removed'],
        tombstones=manifest['tombstones'],
        kinds=[(kind, LABEL_OF_KIND[kind], MEANING_OF_KIND[kind]) for kind in KINDS],
        total=lambda name: total(counts, name),
        many=many,
        percent=lambda part, whole: f'{100 * part / whole:.1f} %' if whole else '–',
        reasons=_counted,
    )


def _bonds(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What keeps pages together, in words: whether stories do, for train and validation, and against the test splits."""
    bound = 'cluster' in plan['split_policy']['group_by'] and plan['duplicates']['policy'] in {'keep_all', 'keep_one'}
    words = [word for key, word in _GROUP_KEYS.items() if key in plan['split_policy']['group_by'] and (bound or key != 'cluster')]
    return {'bound': bound, 'group_keys': words, 'leak_keys': [word for word in words if word != _GROUP_KEYS['site']]}


def _cell(value: object) -> str:
    """A value from outside as one line that can neither break a table nor bring markup into a page, cut to 100 code points."""
    return one_line(value).translate(_MARKUP)


def one_line(value: object) -> str:
    """A value from outside as one line of printable signs, cut to 100 code points."""
    shown = ''.join(sign if sign.isprintable() else ' ' for sign in str(value))
    text = ' '.join(shown.split())
    return text if len(text) <= _MOST_OF_A_CELL else text[: _MOST_OF_A_CELL - 1] + '…'


def _counted(counts: Mapping[str, int]) -> str:
    """Codes with how often each was counted, for one cell."""
    return ', '.join(f'`{_NO_CODE.sub("?", code)}` {count}' for code, count in counts.items()) or '0'


def _fields(config: str, text: str) -> list[tuple[str, str, str]]:
    """(name, type, meaning) of each field of a config in a mode of text, from its schema."""
    kinds = features(config, text)
    nodes = load_schema(config, text)['properties']
    return [(name, _type_name(kinds[name]), node['description'].replace('|', '\\|')) for name, node in nodes.items()]


def _type_name(feature: Any) -> str:  # noqa: ANN401 - datasets has no common type of its features
    return 'class label' if isinstance(feature, datasets.ClassLabel) else str(getattr(feature, 'dtype', 'list'))


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of conservation, summed over its shards."""
    filtered, rejected = Counter[str](), Counter[str]()
    for row in rows:
        filtered.update(row['filtered'])
        rejected.update(row['rejected'])
    sums = {name: sum(row[name] for row in rows) for name in ('read', 'kept', 'duplicate', 'leak')}
    return {**sums, 'filtered': dict(sorted(filtered.items())), 'rejected': dict(sorted(rejected.items()))}
