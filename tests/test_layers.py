"""The tree is the data flow: a module imports only from layers above its own in this list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BUILDER = Path(__file__).parent.parent / 'builder'
LAYERS = [
    {'digests', 'errors', 'markup', 'resources', 'tables'},
    {'curves', 'model', 'model_files'},
    {'labels', 'schema', 'engine', 'journal'},
    {'settings', 'apart'},
    {'split_policy'},
    {'text', 'plan', 'encodings', 'html', 'warc'},
    {'converters'},
    {'identity', 'shards'},
    {'gold', 'splits', 'labelling', 'entities'},
    {'training', 'records'},
    {'staging', 'label', 'synth'},
    {'duplicates'},
    {'release', 'doctor'},
    {'crawl', 'explain'},
    {'workspace', 'checking', 'console', 'options'},
    {'planning', 'export', 'publishing', 'rehydrate', 'takedown'},
    {'build', 'commands', 'rebuild'},
    {'cli'},
    {'__main__', '__init__'},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(BUILDER.rglob('*.py'))


def unit(path: Path) -> str:
    return path.relative_to(BUILDER).parts[0].removesuffix('.py')


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text('utf-8'))):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f'{path.name}:{node.lineno} relative import: write builder.… in full')
        if isinstance(node, ast.ImportFrom) and node.module == 'builder':
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or '').startswith('builder.'):
            yield str(node.module).split('.')[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split('.')[1] for alias in node.names if alias.name.startswith('builder.'))


@pytest.mark.parametrize('path', MODULES, ids=lambda path: str(path.relative_to(BUILDER)))
def test_a_module_imports_only_from_layers_above(path: Path) -> None:
    own = unit(path)
    assert own in RANK, f'{own} has no place in LAYERS: add it where it belongs'
    for other in sorted(set(imported(path)) - {own}):
        assert RANK[other] < RANK[own], f'builder/{own} must not import builder/{other}'


@pytest.mark.parametrize('path', MODULES, ids=lambda path: str(path.relative_to(BUILDER)))
def test_a_module_is_short_and_imports_at_its_top(path: Path) -> None:
    text = path.read_text('utf-8')
    assert text.count('\n') <= 300, 'one idea a module'
    inner = [node for function in ast.walk(ast.parse(text)) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)]
    assert not [node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]
