"""Past one machine: the same extraction over a table of reports on Spark. Needs the extra `spark`; see SPARK.md.

Spark deals out the reports and does again what a lost machine had; the model is loaded once in each Python worker.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from .batch import extract_bytes
from .pipeline import Extractor, load_extractor
from .runs.parquet import SCHEMAS, arrow_table
from .runs.tables import from_fragment, to_fragment
from .writers import error_json, to_json

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RESULTS: Final = pa.schema([("source", pa.string()), ("error", pa.string()), ("json", pa.string()), ("tables", pa.string())])
_BATCH: Final = 16  # reports of one Arrow batch: a row of results holds a whole report
Batches = Iterable[Any]


def extract_reports(reports: DataFrame, model: str | None = None) -> DataFrame:
    """Extract reports: one row a report with `source`, `error` (its kind, or null), `json` (its line of JSONL) and `tables`.

    Keep the result (write it, or cache it) before asking `table_of` for more than one table: Spark computes anew what is not kept.

    Args:
        reports: columns `path` (string; its ending picks the reader) and `content` (binary), as `spark.read.format("binaryFile")` gives.
        model: folder of a model that every executor can read; the shipped one where None.
    """
    return reports.select("path", "content").mapInArrow(_extracting(model), from_arrow_schema(RESULTS))


def table_of(results: DataFrame, table: str) -> DataFrame:
    """One of the tables documents, spans, facts, records, claims, checks, with the schema that the Parquet files have.

    Raises:
        KeyError: there is no such table.
    """
    return results.select("tables").mapInArrow(_rows(table), from_arrow_schema(SCHEMAS[table]))


def _extracting(model: str | None) -> Callable[[Batches], Iterator[Any]]:
    def extract(batches: Batches) -> Iterator[Any]:
        extractor = _extractor(model)
        for batch in batches:
            for at in range(0, batch.num_rows, _BATCH):
                rows = [_result(row["content"], _source(row["path"]), extractor) for row in batch.slice(at, _BATCH).to_pylist()]
                yield pa.RecordBatch.from_pylist(rows, RESULTS)

    return extract


def _rows(table: str) -> Callable[[Batches], Iterator[Any]]:
    def take(batches: Batches) -> Iterator[Any]:
        for batch in batches:
            for fragment in batch.column("tables"):
                yield from arrow_table(table, from_fragment(fragment.as_py())[table]).to_batches()

    return take


def _result(content: bytes, source: str, extractor: Extractor) -> dict[str, str | None]:
    outcome = extract_bytes(content, source, extractor)
    if outcome.extraction is None:
        data = error_json(source, outcome.error or RuntimeError("unknown"))
        error = data["error"]["type"]
    else:
        data, error = to_json(outcome.extraction, extractor.pipeline), None
    line = json.dumps(data, ensure_ascii=False)
    return {"source": source, "error": error, "json": line, "tables": to_fragment(data, outcome.extraction)}


def _source(path: str) -> str:
    """A path as the plain run writes it: Spark makes `file:/a%20b.txt` of /a b.txt."""
    return unquote(path.removeprefix("file:")) if path.startswith("file:/") else path


@cache
def _extractor(model: str | None) -> Extractor:
    return load_extractor(Path(model) if model else None, threads=1)
