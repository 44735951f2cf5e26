"""What an extraction looks like outside: the JSON of the contract, rows that lead back to the text, tables."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from fiscalzh.corpus.errors import ReadError
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.writers import COLUMNS, CsvRows, JsonLines, TerminalTable, error_json, make_writer, to_json

PIPELINE = {"version": "1.2.3", "model": "test"}
MARKED = (
    "青石县林业局2021年度部门决算\n一、收支情况\n{a1|公务接待费}支出决算为{m a1.actual|4.50 万元}，完成预算的{r a1.completion_rate|90.00%}。"
    "{a2|基本支出}{m a2.actual|18,928.19万元}，占{a3|支出合计}的{r a2.share/a3|-5%}。\n"
    "二、绩效\n{p1|绿道[二期]工程}{c|新建步道12公里}，{c|节约{m|3万元}}。\n"
)

KEYS: dict[str, list[str]] = {
    "": ["doc_id", "source", "sha256", "meta", "spans", "facts", "records", "claims", "checks", "text_length", "pipeline"],
    "meta": ["unit", "fiscal_year", "report_type", "title"],
    "spans": ["id", "label", "start", "end", "text", "score"],
    "facts": ["id", "subject", "subject_type", "subject_span", "subject_code", "measure", "value", "unit", "period", "base", "scope", "value_span",
              "score"],
    "records": ["id", "kind", "subject", "code", "facts"],
    "claims": ["id", "span", "text", "values", "project", "indicator", "section"],
}  # fmt: skip


@pytest.fixture(scope="module")
def extraction(extract_marked: Callable[..., Extraction]) -> Extraction:
    return extract_marked(MARKED)


@pytest.fixture(scope="module")
def data(extraction: Extraction) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(to_json(extraction, PIPELINE), ensure_ascii=False))
    return loaded


@pytest.mark.parametrize("part", KEYS)
def test_keys_are_those_of_the_contract(data: dict[str, Any], part: str) -> None:
    found = data[part] if part else data
    for each in found if isinstance(found, list) else [found]:
        assert set(each) == set(KEYS[part])
    assert found


def test_ids_are_numbered_and_lead_somewhere(data: dict[str, Any]) -> None:
    for part, letter in (("spans", "s"), ("facts", "f"), ("records", "r"), ("claims", "c")):
        assert [each["id"] for each in data[part]] == [f"{letter}{n}" for n in range(1, len(data[part]) + 1)]
    spans = {span["id"]: span for span in data["spans"]}
    facts = {fact["id"]: fact for fact in data["facts"]}
    for fact in data["facts"]:
        assert spans[fact["value_span"]]["label"] == ("RATIO" if fact["unit"] == "%" else "AMOUNT")
        assert spans[fact["subject_span"]]["label"].lower() == fact["subject_type"]
    assert sorted(n for r in data["records"] for n in r["facts"]) == sorted(facts)
    assert all(facts[n]["subject_type"] == r["kind"] for r in data["records"] for n in r["facts"])
    assert all(spans[claim["span"]]["text"] == claim["text"] and spans[claim["span"]]["label"] == "CLAIM" for claim in data["claims"])


def test_spans_slice_the_text_in_order(extraction: Extraction, data: dict[str, Any]) -> None:
    text = extraction.document.text
    assert all(text[s["start"] : s["end"]] == s["text"] for s in data["spans"])
    places = [(s["start"], s["end"]) for s in data["spans"]]
    assert places == sorted(places)
    assert data["text_length"] == len(text)


def test_values_are_plain_strings(data: dict[str, Any]) -> None:
    values = {spans["text"]: fact["value"] for fact in data["facts"] for spans in data["spans"] if spans["id"] == fact["value_span"]}
    assert values["4.50 万元"] == "45000"
    assert values["18,928.19万元"] == "189281900"
    assert values["90.00%"] == "90"
    numbers = [*values.values(), *(v["number"] for c in data["claims"] for v in c["values"])]
    assert all(isinstance(n, str) and re.fullmatch(r"-?\d+(\.\d*[1-9])?", n) for n in numbers)
    assert [c["values"] for c in data["claims"]] == [
        [{"text": "12公里", "number": "12", "unit": "公里", "comparator": None}],
        [{"text": "3万元", "number": "30000", "unit": "CNY", "comparator": None}],
    ]


def test_identity_meta_and_pipeline(extraction: Extraction, data: dict[str, Any]) -> None:
    assert data["sha256"].startswith(data["doc_id"])
    assert len(data["sha256"]) == 64
    assert data["source"] == extraction.document.source
    assert data["meta"] == {"unit": "青石县林业局", "fiscal_year": 2021, "report_type": "final_accounts", "title": "青石县林业局2021年度部门决算"}
    assert data["pipeline"] == PIPELINE
    assert data["checks"] == []


def test_meta_says_what_was_recognised_and_what_nobody_read(extraction: Extraction) -> None:
    document = replace(extraction.document, meta=replace(extraction.document.meta, ocr=True, unread_pages=3))
    meta = to_json(replace(extraction, document=document), PIPELINE)["meta"]
    assert (meta["ocr"], meta["unread_pages"]) == (True, 3)


def test_errors_have_a_type_and_a_message() -> None:
    assert error_json("a.txt", ReadError("empty", "a.txt: expected a report")) == {
        "source": "a.txt",
        "error": {"type": "empty", "message": "a.txt: expected a report"},
    }
    assert error_json("a.txt", RuntimeError("oh"))["error"] == {"type": "RuntimeError", "message": "oh"}


def test_json_lines_are_one_line_each_in_readable_characters(extraction: Extraction) -> None:
    out = io.StringIO()
    writer = JsonLines(out)
    writer.write(to_json(extraction, PIPELINE), extraction)
    writer.write(error_json("a.txt", ReadError("empty", "two\nlines")), None)
    lines = out.getvalue().split("\n")
    assert len(lines) == 3
    assert "公务接待费" in lines[0]
    assert json.loads(lines[1])["error"]["message"] == "two\nlines"


def _rows(*extractions: Extraction | None) -> list[dict[str, str]]:
    out = io.StringIO()
    writer = CsvRows(out)
    for each in extractions:
        writer.write(error_json("=bad.txt", ReadError("empty", "@bad.txt: empty")) if each is None else to_json(each, PIPELINE), each)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_row_a_fact_with_its_evidence(extraction: Extraction) -> None:
    rows = _rows(extraction)
    text = extraction.document.text
    assert list(rows[0]) == list(COLUMNS)
    assert [row["value"] for row in rows] == [fact["value"] for fact in to_json(extraction, PIPELINE)["facts"]]
    for row, fact in zip(rows, extraction.facts, strict=True):
        assert Decimal(row["value"]) == fact.value
        written = text[int(row["value_start"]) : int(row["value_end"])]
        assert row["value_text"].removeprefix("'") == written
        assert text[int(row["subject_start"]) : int(row["subject_end"])] == fact.subject_span.of(text)
        assert written in row["evidence"]
        assert row["evidence"] in text
        assert row["evidence"].endswith("。")
        assert row["evidence"].count("。") == 1
        assert (row["unit_name"], row["fiscal_year"], row["error"]) == ("青石县林业局", "2021", "")


def test_cells_that_a_spreadsheet_would_run_are_neutralised(extraction: Extraction) -> None:
    fact = extraction.facts[0]
    evil = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1"]
    rows = _rows(replace(extraction, facts=tuple(replace(fact, subject=name, value=Decimal("-4.5")) for name in evil)))
    assert [row["subject"] for row in rows] == [f"'{name}" for name in evil]
    assert {row["value"] for row in rows} == {"-4.5"}  # a number stays one
    assert {row["measure"] for row in rows} == {fact.measure}


def test_a_carriage_return_in_a_cell_breaks_no_row(extraction: Extraction) -> None:
    fact = extraction.facts[0]
    rows = _rows(replace(extraction, facts=(replace(fact, subject="公务\r接待费"), fact)))
    assert [row["subject"] for row in rows] == ["公务\r接待费", fact.subject]


def test_a_file_that_failed_is_a_row_and_no_cell_of_it_runs(extraction: Extraction) -> None:
    rows = _rows(extraction, None, extraction)
    (failed,) = (row for row in rows if row["error"])
    assert (failed["source"], failed["error"]) == ("'=bad.txt", "'@bad.txt: empty")
    assert rows.index(failed) == len(extraction.facts)
    assert {value for key, value in failed.items() if key not in ("source", "error")} == {""}


def test_tables_show_facts_claims_and_errors_as_they_are_written(extraction: Extraction) -> None:
    out = io.StringIO()
    writer = TerminalTable(out)
    writer.write(to_json(extraction, PIPELINE), extraction)
    writer.write(error_json("[red]a.txt", ReadError("empty", "[red]a.txt: empty")), None)
    shown = out.getvalue()
    for words in ("公务接待费", "45,000", "90%", "新建步道12公里", "12 公里", "绿道[二期]工程", "[red]a.txt: empty", "final_accounts"):
        assert words in shown, words
    assert max(map(len, shown.splitlines())) <= 140


@pytest.mark.parametrize(("name", "kind"), [("jsonl", JsonLines), ("csv", CsvRows), ("table", TerminalTable)])
def test_there_is_a_writer_for_every_format(name: str, kind: type) -> None:
    assert isinstance(make_writer(name, io.StringIO()), kind)
