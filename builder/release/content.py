"""A digest of what Parquet rows say, independent of who wrote them and how they are cut into batches.

Parquet bytes differ between pyarrow versions; the rows do not. Each leaf column is hashed as three streams (validity,
lengths, values), so that the digest of a table is the same however it is chunked.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Stream = tuple[str, bytes, NDArray[np.int64]]
"""Column and sort of a stream, as in `lines[].text:values`; its bytes; and where in them each row begins, and the last one ends."""


class ContentDigest:
    """SHA-256 over the rows of the batches given to `update`, in order."""

    def __init__(self) -> None:
        self._streams: dict[str, Any] = {}

    def update(self, table: pa.Table | pa.RecordBatch) -> None:
        """Take in more rows; every table must have the same columns."""
        for name in table.column_names:
            column = table[name]
            for array in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
                for stream, data, _ in streams(name, array):
                    self._streams.setdefault(stream, hashlib.sha256()).update(data)

    def hexdigest(self) -> str:
        """The digest of all rows so far."""
        joined = hashlib.sha256()
        for name in sorted(self._streams):
            joined.update(f'{name}\0{self._streams[name].hexdigest()}\n'.encode())
        return joined.hexdigest()


def streams(name: str, array: pa.Array) -> Iterator[Stream]:
    """The streams of an array and its children; values under a null are left out."""
    yield from _streams(name, array, np.arange(len(array) + 1))


def _streams(name: str, array: pa.Array, rows: NDArray[np.int64]) -> Iterator[Stream]:
    """`rows` says where in the array each row of the table begins, and the last one ends."""
    is_valid = pc.is_valid(array).cast(pa.uint8()).to_numpy()
    yield f'{name}:valid', is_valid.tobytes(), rows
    valid = array.drop_null()
    rows = _sums(is_valid)[rows]
    kind = valid.type
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _streams(f'{name}.{field.name}', pc.struct_field(valid, field.name), rows)
    elif pa.types.is_list(kind):
        lengths = valid.value_lengths().to_numpy()
        yield f'{name}:lengths', lengths.astype('<i8').tobytes(), rows * 8
        yield from _streams(f'{name}[]', valid.flatten(), _sums(lengths)[rows])
    elif pa.types.is_string(kind):
        lengths = pc.binary_length(valid).to_numpy()
        yield f'{name}:lengths', lengths.astype('<i8').tobytes(), rows * 8
        yield f'{name}:values', ''.join(valid.to_pylist()).encode(), _sums(lengths)[rows]
    elif pa.types.is_boolean(kind):
        yield f'{name}:values', valid.cast(pa.uint8()).to_numpy().tobytes(), rows
    else:
        values = valid.to_numpy()
        yield f'{name}:values', values.astype('<f8' if np.issubdtype(values.dtype, np.floating) else '<i8').tobytes(), rows * 8


def _sums(counts: NDArray[Any]) -> NDArray[np.int64]:
    """The sum of the counts before each place, and of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
