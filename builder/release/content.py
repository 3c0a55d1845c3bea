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


class ContentDigest:
    """SHA-256 over the rows of the batches given to `update`, in order."""

    def __init__(self) -> None:
        self._streams: dict[str, Any] = {}

    def update(self, table: pa.Table | pa.RecordBatch) -> None:
        """Take in more rows; every table must have the same columns."""
        for name in table.column_names:
            column = table[name]
            for array in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
                for stream, data in _streams(name, array):
                    self._streams.setdefault(stream, hashlib.sha256()).update(data)

    def hexdigest(self) -> str:
        """The digest of all rows so far."""
        joined = hashlib.sha256()
        for name in sorted(self._streams):
            joined.update(f'{name}\0{self._streams[name].hexdigest()}\n'.encode())
        return joined.hexdigest()


def _streams(name: str, array: pa.Array) -> Iterator[tuple[str, bytes]]:
    """(stream name, bytes) of an array and its children; values under a null are left out."""
    yield f'{name}:valid', pc.is_valid(array).cast(pa.uint8()).to_numpy().tobytes()
    valid = array.drop_null()
    kind = valid.type
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _streams(f'{name}.{field.name}', pc.struct_field(valid, field.name))
    elif pa.types.is_list(kind):
        yield f'{name}:lengths', valid.value_lengths().to_numpy().astype('<i8').tobytes()
        yield from _streams(f'{name}[]', valid.flatten())
    elif pa.types.is_string(kind):
        yield f'{name}:lengths', pc.binary_length(valid).to_numpy().astype('<i8').tobytes()
        yield f'{name}:values', ''.join(valid.to_pylist()).encode()
    elif pa.types.is_boolean(kind):
        yield f'{name}:values', valid.cast(pa.uint8()).to_numpy().tobytes()
    else:
        values = valid.to_numpy()
        yield f'{name}:values', values.astype('<f8' if np.issubdtype(values.dtype, np.floating) else '<i8').tobytes()
