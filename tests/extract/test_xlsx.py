"""The workbook: its sheets, figures as numbers and as strings, text that stays text."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.writers import error_json, make_writer, to_json
from fiscalzh.extract.xlsx import SHEETS, exact_float

MARKED = (
    "青石县林业局2021年度部门决算\n一、收支情况\n{a1|公务接待费}支出决算为{m a1.actual|4.50万元}，完成预算的{r a1.completion_rate|90.00%}。\n"
    "二、绩效\n{p1|绿道工程}{c 12公里 3座|新建步道12公里、桥3座}，{c|获评先进集体}。\n"
)
FINDING = {"rule": "parts", "severity": "error", "message": "=HYPERLINK(1)", "facts": ["f1", "f2"], "expected": "[1, 2]", "found": "3"}


@pytest.fixture(scope="module")
def book(extract_marked: Callable[..., Extraction]) -> Any:
    extraction = extract_marked(MARKED)
    file = io.TextIOWrapper(io.BytesIO())
    writer = make_writer("xlsx", file)
    writer.write(to_json(extraction, {"version": "1", "model": "=m"}) | {"checks": [FINDING], "source": "https://example.org"}, extraction)
    writer.write(error_json("@bad.txt", ValueError("+no text")), None)
    writer.close()
    return openpyxl.load_workbook(file.buffer)


def _rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_sheet_has_its_head_frozen_and_filtered(book: Any) -> None:
    assert book.sheetnames == list(SHEETS)
    for sheet in book:
        assert [cell.value for cell in sheet[1]] == list(SHEETS[sheet.title])
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_sums_are_numbers_with_two_decimals_and_exact_strings(book: Any) -> None:
    facts = _rows(book, "facts")
    assert [(f["subject"], f["number"], f["value"], f["unit"]) for f in facts] == [
        ("公务接待费", 45000, "45000", "CNY"),
        ("公务接待费", 90, "90", "%"),
    ]
    assert facts[0]["section"].endswith("一、收支情况")
    column = SHEETS["facts"].index("number") + 1
    assert [book["facts"].cell(row, column).number_format for row in (2, 3)] == ["#,##0.00", "General"]


def test_a_claim_has_a_row_for_each_figure(book: Any) -> None:
    claims = [(c["id"], c["number"], c["unit"], c["indicator"], c["section"]) for c in _rows(book, "claims")]
    assert claims == [
        ("c1", 12, "公里", "quantity", "二、绩效"),
        ("c1", 3, "座", "quantity", "二、绩效"),
        ("c2", None, None, "rating", "二、绩效"),
    ]


def test_records_and_checks_name_their_facts(book: Any) -> None:
    assert [(r["subject"], r["facts"]) for r in _rows(book, "records")] == [("公务接待费", "f1 f2")]
    (check,) = _rows(book, "checks")
    assert check == FINDING | {"facts": "f1 f2", "doc_id": check["doc_id"]}


def test_text_is_no_formula_and_no_link(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)
    assert {"=HYPERLINK(1)", "=m", "https://example.org", "@bad.txt", "+no text"} <= {cell.value for cell in cells}


def test_a_file_that_failed_is_a_document(book: Any) -> None:
    good, bad = _rows(book, "documents")
    assert (good["unit_name"], good["fiscal_year"], good["error"]) == ("青石县林业局", 2021, None)
    assert (bad["source"], bad["error"], bad["doc_id"]) == ("@bad.txt", "+no text", None)


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [("189281900.5", "CNY", 189281900.5), ("0.005", "CNY", None), ("0.011", "%", 0.011), ("1234567890123456", "CNY", None), ("-20", "CNY", -20.0)],
)
def test_only_what_a_spreadsheet_holds_exactly_is_a_number(value: str, unit: str, number: float | None) -> None:
    assert exact_float(value, unit) == number
