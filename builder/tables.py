"""Reading a Parquet file of our own as a table, the file alone, with no guess from the names of the folders above it; and its lists."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def read_columns(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The file's rows; of nested columns a leaf can be named, as in `lines.list.element.text`."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns) if columns is not None else None)


def column_of(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    column = table[name].combine_chunks()
    return column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)


def with_values(lists: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """The lists with other values in place of `lists.flatten()`, one for one. None of the lists may be null."""
    ends = np.cumsum(lists.value_lengths().to_numpy())
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]).astype(np.int32)), values)
