"""An extraction as a workbook: one sheet each for documents, facts, records, claims and checks.

Figures stand twice: as a number for the spreadsheet to reckon with, and as the exact decimal string. Text is never run as a formula or
followed as a link; one that is longer than a cell can hold is cut at 32,767 characters.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter

from .facts import Extraction
from .figures import CNY

SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": ("doc_id", "source", "unit_name", "fiscal_year", "report_type", "title", "text_length", "version", "model", "error"),
    "facts": (
        "doc_id", "id", "subject", "subject_type", "subject_code", "measure", "number", "value", "unit", "period", "base", "scope", "section",
        "score", "text", "start", "end",
    ),
    "records": ("doc_id", "id", "kind", "subject", "code", "facts"),
    "claims": (
        "doc_id", "id", "text", "number", "value", "unit", "comparator", "value_text", "indicator", "project", "section", "score", "start", "end",
    ),
    "checks": ("doc_id", "rule", "severity", "message", "facts", "expected", "found"),
}  # fmt: skip
_ROWS: Final = 1_048_576
_CHARACTERS: Final = 32_767
_DIGITS: Final = 15  # of a decimal number that every spreadsheet keeps


class Workbook:
    """Rows of one document after the other; `close` puts the file together.

    A claim has a row for each of its figures, one without figures a row too. A file that failed is a row of the sheet `documents`.

    Raises:
        ValueError: a sheet would have more rows than a workbook can hold; write JSONL or CSV then.
    """

    def __init__(self, file: IO[str]) -> None:
        assert isinstance(file, io.TextIOWrapper)  # a workbook is bytes
        # constant_memory: a row is on the disk as soon as the next is begun; the strings stand in their cells
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(file.buffer, options)
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        head = self.book.add_format({"bold": True})
        self.sheets = {name: self.book.add_worksheet(name) for name in SHEETS}
        self.used = dict.fromkeys(SHEETS, 0)
        for name, columns in SHEETS.items():
            self.sheets[name].freeze_panes(1, 0)
            self.sheets[name].set_column(0, len(columns) - 1, 16)
            for at, column in enumerate(columns):
                self.sheets[name].write_string(0, at, column, head)

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None:
        """Add a document's object as `writers.to_json` or `writers.error_json` gives it."""
        if extraction is None:
            self._row("documents", {"source": data["source"], "error": data["error"]["message"]})
            return
        meta, made = data["meta"], data["pipeline"]
        self._row("documents", {**data, **meta, **made, "unit_name": meta["unit"]})
        spans = {span["id"]: span for span in data["spans"]}
        sections = (" / ".join(extraction.section_of(fact)) for fact in extraction.facts)
        for fact, section in zip(data["facts"], sections, strict=True):
            self._row("facts", {**data, **spans[fact["value_span"]], **fact, "section": section})
        for record in data["records"]:
            self._row("records", {**data, **record, "facts": " ".join(record["facts"])})
        for claim in data["claims"]:
            for cells in _figures(claim):
                self._row("claims", {**data, **spans[claim["span"]], **claim, **cells})
        for check in data["checks"]:
            self._row("checks", {**data, **check, "facts": " ".join(check["facts"])})

    def close(self) -> None:
        """Write the file; nothing of it is there before."""
        for name, columns in SHEETS.items():
            self.sheets[name].autofilter(0, 0, self.used[name], len(columns) - 1)
        self.book.close()

    def _row(self, name: str, cells: Mapping[str, Any]) -> None:
        self.used[name] += 1
        row, sheet = self.used[name], self.sheets[name]
        if row >= _ROWS:
            raise ValueError(f"more than {_ROWS - 1:,} {name}: a workbook holds no more rows, write JSONL or CSV")
        for at, column in enumerate(SHEETS[name]):
            value = exact_float(cells["value"], cells["unit"]) if column == "number" and "value" in cells else cells.get(column)
            if isinstance(value, str):
                sheet.write_string(row, at, value[:_CHARACTERS])
            elif value is not None:
                money = column == "number" and cells["unit"] == "CNY"
                sheet.write_number(row, at, value, self.money if money else None)


def _figures(claim: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for value in claim["values"]:
        yield {"value": value["number"], "unit": value["unit"], "comparator": value["comparator"], "value_text": value["text"]}
    if not claim["values"]:
        yield {}


def exact_float(value: str, unit: str) -> float | None:
    """A decimal string as a number of a spreadsheet; None where 15 digits, for sums with two decimals, do not hold it."""
    number = Decimal(value)
    exact = len(number.as_tuple().digits) <= _DIGITS and (unit != CNY or number == round(number, 2))
    return float(number) if exact else None
