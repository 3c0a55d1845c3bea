"""A release without its texts: the rows of a full one with digests, offsets and labels in their place, and in an excerpt the first of each line.

One step between the full tables and the files that are written; what is computed of a release is computed of the full tables.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from builder.release.parquet import WrittenFile, write_parquet
from builder.schema.features import release_schema
from builder.tables import column_of, read_columns, with_values

_DIGITS: Final = 16
_DIGEST: Final = '_digest'
"""A column `x_digest` holds the digests of the column `x`."""


def digest_of_text(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the text in UTF-8: enough to tell lines apart, the whole page has all 64."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def write_in_mode(full: Path, files: Sequence[WrittenFile], target: Path, text: str, length: int) -> list[WrittenFile]:
    """Write the files of a full release that are there in another mode of text to the folder `target`, under the same names.

    `length` is that of an excerpt, in code points a line. One file is in memory at a time. Raises OSError.
    """
    return [
        write_parquet(target, file.path, file.config, file.split, in_mode(read_columns(full / file.path), file.config, text, length), text)
        for file in files
    ]


def in_mode(table: pa.Table, config: str, text: str, length: int) -> pa.Table:
    """The full rows of a config in another mode of text."""
    schema = release_schema(config, text)
    given = {name: column_of(table, name) for name in table.column_names}
    return pa.Table.from_arrays(_fields(given, schema, length), schema=schema)


def _fields(given: Mapping[str, pa.Array], wanted: Iterable[pa.Field], length: int) -> list[pa.Array]:
    return [_field(given, field, length) for field in wanted]


def _field(given: Mapping[str, pa.Array], field: pa.Field, length: int) -> pa.Array:
    if field.name.endswith(_DIGEST):
        whole = given[field.name.removesuffix(_DIGEST)].to_pylist()
        return pa.array([None if text is None else digest_of_text(text) for text in whole], pa.string())
    if field.name == 'text':
        return pc.utf8_slice_codeunits(given['text'], 0, length)
    return _nested(given[field.name], field.type, length)


def _nested(array: pa.Array, wanted: pa.DataType, length: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    if pa.types.is_list(wanted):
        return with_values(array, _nested(array.flatten(), wanted.value_type, length))
    if pa.types.is_struct(wanted):
        given = {field.name: pc.struct_field(array, field.name) for field in array.type}
        return pa.StructArray.from_arrays(_fields(given, wanted, length), fields=list(wanted))
    return array
