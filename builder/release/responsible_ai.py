"""What croissant.json says in words: the summary, the responsible-AI fields, and where the data came from and by what steps.

The texts are templates in `cards/croissant.yaml`, whose every number is computed. A text that comes out empty is left out.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template

from builder.labels import ENTITY_TYPES
from builder.release.card import CardFacts, one_line, present_configs, totals
from builder.release.figures import total
from builder.release.wording import (
    COMPOSED,
    by_machine,
    combining_voter,
    known_sites,
    lines_by_source,
    machine_voters,
    many,
    pages_in_words,
    pages_of_tests,
    pages_without_site,
    trained_voters,
)
from builder.resources import folder
from builder.schema.strict_yaml import read_yaml

_MOST_DUMPS: Final = 50


def summary(facts: CardFacts) -> str:
    """One paragraph: what the dataset is, and what is in it."""
    return _filled(_texts()['description'], _values(facts))


def responsible_ai(facts: CardFacts) -> dict[str, Any]:
    """The fields of the responsible-AI vocabulary, by name."""
    values = _values(facts)
    found: dict[str, Any] = {}
    for name, texts in _texts()['rai'].items():
        told = _filled(texts, values) if isinstance(texts, str) else [text for text in (_filled(one, values) for one in texts) if text]
        if told:
            found[f'rai:{name}'] = told
    return {**found, 'rai:hasSyntheticData': values['synthetic']}


def provenance(facts: CardFacts) -> dict[str, Any]:
    """What the data was derived from, and the steps that made it, in order."""
    values = _values(facts)
    steps = [(step['label'], _filled(step['text'], values), step['by']) for step in _texts()['steps']]
    return {
        'prov:wasDerivedFrom': [{'@type': 'prov:Entity', 'prov:label': label} for label in _sources(facts.manifest)],
        'prov:wasGeneratedBy': [
            {'@type': 'prov:Activity', 'prov:label': label, 'description': text, **_agent(facts.manifest, by)}
            for label, text, by in steps
            if text
        ],
    }


def _agent(manifest: Mapping[str, Any], by: str | None) -> dict[str, Any]:
    """The program that took a step: that of the build (`code`), or the one that made this release of another (`derived_from`)."""
    if by is None:
        return {}
    code = manifest['code'] if by == 'code' else manifest['derived_from']['code']
    return {'prov:wasAssociatedWith': {'@type': 'prov:SoftwareAgent', 'prov:label': f'vinews {code["version"]}'}}


def _sources(manifest: Mapping[str, Any]) -> Iterator[str]:
    """The release that this one was made of, and each dump in one line."""
    derived = manifest['derived_from']
    if derived:
        yield f'version {derived["version"]} of this dataset (build key {derived["build_key"]})'
    still = ' still listed' if manifest['removed']['taken_down'] else ''
    files = sorted(manifest['inputs'], key=lambda file: str(file['dump']))
    dumps = [(dump, list(of_dump)) for dump, of_dump in groupby(files, key=lambda file: str(file['dump']))]
    for dump, of_dump in dumps[:_MOST_DUMPS]:
        listed = f'{many(len(of_dump), "file")}{still}, {many(sum(file["bytes"] for file in of_dump), "byte")}'
        yield f'dump {one_line(dump)}: {listed}; digests in manifest.json'
    if len(dumps) > _MOST_DUMPS:
        yield f'{len(dumps) - _MOST_DUMPS} more dumps, all in manifest.json'


@cache
def _texts() -> Any:  # noqa: ANN401 - any JSON value
    return read_yaml(folder('cards').joinpath('croissant.yaml').read_text('utf-8'))


@cache
def _template(text: str) -> Template:
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - values of JSON, which is no markup
    environment.filters['line'] = one_line
    return environment.from_string(text)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A text with its values, as one paragraph."""
    return ' '.join(_template(template).render(values).split())


def _values(facts: CardFacts) -> dict[str, Any]:
    """What the templates may tell."""
    manifest, counts = facts.manifest, facts.figures
    dataset = manifest['plan']['dataset']
    sources = lines_by_source(counts)
    labellers, taggers = trained_voters(manifest)
    dates = sorted(date for of in counts.values() for date in of['dates'])
    return {
        'version': facts.version,
        'dataset': dataset,
        'text': manifest['plan']['text'],
        'excerpt_length': manifest['plan']['excerpt_length'],
        'looked_for': manifest['plan']['entities'],
        'duplicates': manifest['plan']['duplicates'],
        'policy': manifest['plan']['split_policy'],
        'code': manifest['code'],
        'labellers': labellers,
        'taggers': taggers,
        'combining': combining_voter(manifest),
        'gold': manifest['gold'],
        'inputs': len(manifest['inputs']),
        'balance': totals(manifest['conservation']),
        'derived': manifest['derived_from'],
        'removed': manifest['removed'],
        'tombstones': manifest['tombstones'],
        'voters': machine_voters(manifest['voters']),
        'name_voters': machine_voters(manifest['name_voters']),
        'figures': counts,
        'absent': manifest['absent_splits'],
        'configs': present_configs(facts.files),
        'pages_in_words': pages_in_words(counts),
        'sites': known_sites(counts),
        'without_site': pages_without_site(counts),
        'pages_of_tests': pages_of_tests(counts),
        'languages': sorted({language for of in counts.values() for language in of['languages']}),
        'dates': [dates[0], dates[-1]] if dates else [],
        'sources': sources,
        'machine': by_machine(sources),
        'composed': sources.get(COMPOSED, 0),
        'story_lines': sum(of['labels']['main_story'] for of in counts.values()),
        'entities': {kind: sum(of['entities'][kind] for of in counts.values()) for kind in ENTITY_TYPES},
        'synthetic': COMPOSED in sources or dataset.get('synthetic', False),
        'total': lambda name: total(counts, name),
        'many': many,
        'reasons': _reasons,
        'percent': lambda part, whole: f'{100 * part / whole:.1f} %' if whole else '–',
    }


def _reasons(counts: Mapping[str, int]) -> str:
    """How many pieces, and how many of them for which reason."""
    told = ', '.join(f'{one_line(reason)} {count}' for reason, count in counts.items())
    return f'{sum(counts.values())} ({told})' if told else '0'
