"""The tables of a run as a folder of Parquet files, one a table, with an explicit schema. Needs the extra `parquet`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from .tables import TABLES, Kind, Row, from_fragment

DECIMAL: Final = pa.decimal128(38, 10)  # yuan or percent points: 28 digits before the point
_TYPES: Final[Mapping[Kind, Any]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "score": pa.float64(),
    "decimal": DECIMAL,
    "texts": pa.list_(pa.string()),
    "figures": pa.list_(pa.struct([("text", pa.string()), ("number", DECIMAL), ("unit", pa.string()), ("comparator", pa.string())])),
}
_UNIT: Final = Decimal(1).scaleb(-DECIMAL.scale)
_CONTEXT: Final = Context(prec=DECIMAL.precision)
_CHUNK: Final = 512  # rows held as Python objects, which take far more room than the same rows in Arrow
_GROUP: Final = 16_384  # rows of a row group: bounds the memory
SCHEMAS: Final[Mapping[str, Any]] = {table: pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()]) for table, columns in TABLES.items()}


def write_parquet(fragments: Iterable[str], folder: Path) -> None:
    """Write `documents.parquet`, `spans.parquet` and so on into a new folder; a row group at a time is held in memory."""
    folder.mkdir()
    tables = {table: _Table(table, folder / f"{table}.parquet") for table in TABLES}
    try:
        for fragment in fragments:
            for table, rows in from_fragment(fragment).items():
                tables[table].add(rows)
    finally:
        for each in tables.values():
            each.close()


def arrow_table(table: str, rows: Iterable[Row]) -> Any:
    """Rows of one table as a pyarrow table of its schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(TABLES[table])
    schema = SCHEMAS[table]
    arrays = [
        pa.array([_CELLS[kind](cell) for cell in column] if kind in _CELLS else column, schema.field(name).type)
        for (name, kind), column in zip(TABLES[table].items(), columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


class _Table:
    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.rows: list[Row] = []
        self.group: list[Any] = []
        self.writer = pq.ParquetWriter(path, SCHEMAS[name], compression="zstd")

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.append(row)
            if len(self.rows) == _CHUNK:
                self._pack()
                if len(self.group) * _CHUNK == _GROUP:
                    self._flush()

    def close(self) -> None:
        if self.rows:
            self._pack()
        if self.group:
            self._flush()
        self.writer.close()

    def _pack(self) -> None:
        self.group.append(arrow_table(self.name, self.rows))
        self.rows.clear()

    def _flush(self) -> None:
        self.writer.write_table(pa.concat_tables(self.group), row_group_size=_GROUP)
        self.group.clear()


def _decimal(value: str | None) -> Decimal | None:
    """A number as the column can hold it, rounded to its places; None where it has too many digits: the span has it as written."""
    number = None if value is None else Decimal(value)
    if number is None or number.adjusted() >= DECIMAL.precision - DECIMAL.scale:
        return None
    return number.quantize(_UNIT, context=_CONTEXT)


def _figures(values: list[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    return [{**value, "number": _decimal(value["number"])} for value in values or ()]


_CELLS: Final[Mapping[Kind, Callable[[Any], Any]]] = {"decimal": _decimal, "figures": _figures}
