"""Reading a Parquet file of our own as a table: the file alone, with no guess from the names of the folders above it."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def read_columns(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The file's rows; of nested columns a leaf can be named, as in `lines.list.element.text`."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns) if columns is not None else None)
