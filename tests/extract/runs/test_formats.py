"""Every format of a batch says the same of the same reports: reports and failures, facts, records and claims with their values and ids."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from fiscalzh.extract.batch import extract_files, find_reports
from fiscalzh.extract.figures import plain
from fiscalzh.extract.pipeline import Extractor
from fiscalzh.extract.runs.outputs import FORMATS
from fiscalzh.extract.runs.run import Recipe, run
from fiscalzh.extract.writers import error_json, make_writer, to_json

Rows = list[dict[str, Any]]
FACT = ("doc_id", "subject", "subject_type", "subject_code", "measure", "value", "unit", "period", "base", "scope", "score")
RECORD = ("doc_id", "kind", "subject", "code")
CLAIM = ("doc_id", "text", "indicator", "project", "section")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, module_reports: Path) -> Path:
    """The same reports in all formats, a file `out.FORMAT` each."""
    folder = tmp_path_factory.mktemp("outputs")
    files = find_reports([module_reports])
    for format in FORMATS:
        run(files, folder / f"out.{format}", Recipe(format))
    extractor = Extractor()
    with (folder / "out.xlsx").open("w", encoding="utf-8") as file, closing(make_writer("xlsx", file)) as writer:
        for outcome in extract_files(files, extractor):
            if outcome.extraction is None:
                writer.write(error_json(outcome.source, outcome.error or RuntimeError()), None)
            else:
                writer.write(to_json(outcome.extraction, extractor.pipeline), outcome.extraction)
    return folder


@pytest.fixture(scope="module")
def lines(outputs: Path) -> Rows:
    return [json.loads(line) for line in (outputs / "out.jsonl").read_bytes().splitlines()]


def _csv(path: Path) -> Rows:
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in rows]


def _table(outputs: Path, format: str, table: str) -> Rows:
    """The rows of a table as the format's own reader gives them."""
    path = outputs / f"out.{format}"
    if format == "parquet":
        return pq.read_table(path / f"{table}.parquet").to_pylist()
    if format == "sqlite":
        with closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]
    if format == "xlsx":
        head, *rows = openpyxl.load_workbook(path)[table].iter_rows(values_only=True)
        return [dict(zip(map(str, head), row, strict=True)) for row in rows]
    return [row for row in _csv(path) if row["measure"]]  # a row of a failure has none


def _said(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Cells as texts: nothing said is empty everywhere."""
    return tuple(plain(cell) if isinstance(cell, Decimal) else "" if cell is None else str(cell) for cell in map(row.__getitem__, columns))


def _objects(lines: Rows, name: str) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield from ({**each, "doc_id": line["doc_id"], "source": line["source"]} for each in line.get(name, ()))


@pytest.mark.parametrize("format", ["csv", "parquet", "sqlite", "xlsx"])
def test_facts_are_the_same(outputs: Path, lines: Rows, format: str) -> None:
    expected = [_said(fact, FACT) for fact in _objects(lines, "facts")]
    assert len(expected) > 20
    assert [_said(row, FACT) for row in _table(outputs, format, "facts")] == expected


@pytest.mark.parametrize("format", ["parquet", "sqlite", "xlsx"])
def test_ids_lead_to_the_same_text(outputs: Path, lines: Rows, format: str) -> None:
    texts = {(span["source"], span["id"]): span["text"] for span in _objects(lines, "spans")}
    expected = [(fact["doc_id"], fact["id"], texts[fact["source"], fact["value_span"]]) for fact in _objects(lines, "facts")]
    rows = _table(outputs, format, "facts")
    if format != "xlsx":
        own = {(span["source"], span["id"]): span["text"] for span in _table(outputs, format, "spans")}
        assert own == texts
        rows = [{**row, "text": own[row["source"], row["value_span"]]} for row in rows]
    assert [(row["doc_id"], row["id"], row["text"]) for row in rows] == expected


@pytest.mark.parametrize("format", ["wide", "parquet", "sqlite", "xlsx"])
def test_records_are_the_same(outputs: Path, lines: Rows, format: str) -> None:
    expected = [_said(record, RECORD) for record in _objects(lines, "records")]
    rows = [row for row in _csv(outputs / "out.wide") if row["kind"]] if format == "wide" else _table(outputs, format, "records")
    assert [_said(row, RECORD) for row in rows] == expected


def test_every_figure_of_a_record_is_in_its_row_of_the_wide_table(outputs: Path, lines: Rows) -> None:
    values = {(fact["source"], fact["id"]): fact["value"] for fact in _objects(lines, "facts")}
    rows = [row for row in _csv(outputs / "out.wide") if row["kind"]]
    for record, row in zip(_objects(lines, "records"), rows, strict=True):
        cells = [word for cell in row.values() for word in (cell, *cell.replace(";", " ").split())]
        assert {values[record["source"], fact] for fact in record["facts"]} <= set(cells)


@pytest.mark.parametrize("format", ["parquet", "sqlite", "xlsx"])
def test_claims_are_the_same(outputs: Path, lines: Rows, format: str) -> None:
    rows = _table(outputs, format, "claims")
    if format == "xlsx":  # a row a figure
        found = [(*_said(row, CLAIM), row["value"], row["unit"] or "", row["comparator"]) for row in rows]
    else:
        values = [json.loads(row["values"]) if format == "sqlite" else row["values"] for row in rows]
        found = [(*_said(row, CLAIM), *figure) for row, own in zip(rows, values, strict=True) for figure in _figures(own)]
    assert found == [(*_said(claim, CLAIM), *figure) for claim in _objects(lines, "claims") for figure in _figures(claim["values"])]
    assert len(found) > 5


def _figures(values: Rows) -> Rows:
    said = [(v["number"] if isinstance(v["number"], str) else plain(v["number"]), v["unit"], v["comparator"]) for v in values]
    return said or [(None, "", None)]  # type: ignore[return-value,list-item]


@pytest.mark.parametrize("format", ["csv", "wide", "parquet", "sqlite", "xlsx"])
def test_failures_are_the_same(outputs: Path, lines: Rows, format: str) -> None:
    expected = [(line["source"], line["error"]["message"]) for line in lines if "error" in line]
    column = "error_message" if format in ("parquet", "sqlite") else "error"
    rows = _table(outputs, format, "documents") if format in ("parquet", "sqlite", "xlsx") else _csv(outputs / f"out.{format}")
    assert [(row["source"], row[column]) for row in rows if row[column]] == expected
    assert len(expected) == 2
