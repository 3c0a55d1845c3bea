"""Which lines of pages whose text is the same have another label or kind than before: a confusion table."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from builder.release.columns import leaf_columns
from builder.release.fingerprints import Source, whole_pages

_CLASSES: Final = ('lines.list.element.label', 'lines.list.element.kind')
_NO_KIND: Final = 255

Flip = tuple[str, str]
"""Old and new `label/kind` of a line; of the label alone where gold gave no kind."""


def flips(old: Sequence[Source], new: Sequence[Source], pages: Collection[str]) -> Counter[Flip]:
    """How many lines of these pages went from one label and kind to another. Two bytes a line of theirs are in memory.

    The pages must have their lines in the same places in both releases, and the names of classes may only have grown in number.
    Raises InputError where a file cannot be read.
    """
    before, after = _codes(old, pages), _codes(new, pages)
    counted: Counter[tuple[int, int]] = Counter()
    for page, codes in before.items():
        changed = codes != after[page]
        counted.update(zip(codes[changed].tolist(), after[page][changed].tolist(), strict=True))
    labels, kinds = (leaf_columns(new[0].path)[leaf].classes for leaf in _CLASSES)
    return Counter({(_name(one, labels, kinds), _name(other, labels, kinds)): lines for (one, other), lines in counted.items()})


def _codes(sources: Sequence[Source], pages: Collection[str]) -> dict[str, NDArray[np.uint16]]:
    """Label and kind of each line of those pages, as one number."""
    wanted = pa.array(sorted(pages), pa.string())
    found: dict[str, NDArray[np.uint16]] = {}
    for source in sources:
        for table in whole_pages(source.path, ('id', *_CLASSES)):
            chosen = table.filter(pc.is_in(table['id'], wanted)).combine_chunks()
            if not chosen.num_rows:
                continue
            lines = pc.list_flatten(chosen['lines']).combine_chunks()
            labels, kinds = (_ids(lines, name) for name in ('label', 'kind'))
            ends = np.cumsum(pc.list_value_length(chosen['lines']).to_numpy())
            codes = (labels << 8 | kinds).astype(np.uint16)
            found.update(zip(chosen['id'].to_pylist(), np.split(codes, ends[:-1]), strict=True))
    return found


def _ids(lines: Any, name: str) -> NDArray[np.int64]:  # noqa: ANN401 - pyarrow has no types
    ids: NDArray[np.int64] = pc.struct_field(lines, name).fill_null(_NO_KIND).to_numpy()
    return ids


def _name(code: int, labels: Sequence[str], kinds: Sequence[str]) -> str:
    label, kind = code >> 8, code & 255
    return _named(label, labels) if kind == _NO_KIND else f'{_named(label, labels)}/{_named(kind, kinds)}'


def _named(number: int, names: Sequence[str]) -> str:
    return names[number] if number < len(names) else str(number)
