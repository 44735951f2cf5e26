"""The wide table: a row a subject, a column a measure and year, and nothing lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

from fiscalzh.corpus.errors import ReadError
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.wide import WIDE_COLUMNS, WideRows
from fiscalzh.extract.writers import error_json, to_json

MARKED = (
    "青石县林业局2021年度部门决算\n一、支出情况\n（一）接待\n{a1|公务接待费}年初预算{m a1.initial_budget|5万元}，支出决算{m a1.actual|4.50万元}，"
    "完成年初预算的{r a1.completion_rate|90.00%}，2020年决算{m a1.actual@2020|4.70万元}。\n"
    "二、其他\n{a1|公务接待费支出}决算{m a1.actual|4.60万元}，决算{m a1.actual|4.50万元}。\n"
    "{p1|绿道工程}2019年结余{m p1.balance@2019|3万元}。\n"
)


def _rows(*extractions: Extraction | None) -> list[dict[str, str]]:
    out = io.StringIO()
    writer = WideRows(out)
    for each in extractions:
        data = error_json("=bad.txt", ReadError("empty", "@bad.txt: empty")) if each is None else to_json(each, {})
        writer.write(data, each)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_row_a_subject_with_its_figures_by_measure_and_year(extract_marked: Callable[..., Extraction]) -> None:
    extraction = extract_marked(MARKED)
    account, project = _rows(extraction)
    assert tuple(account) == WIDE_COLUMNS
    assert (account["subject"], account["code"], account["kind"]) == ("公务接待费支出", "30217", "account")
    assert (account["initial_budget"], account["actual"], account["completion_rate"], account["actual_prior"]) == ("50000", "45000", "90", "47000")
    assert account["others"] == "actual 2021 46000"  # it contradicts the first, and the first again is no news
    assert account["sections"] == "一、支出情况 / （一）接待; 二、其他"
    assert (project["subject"], project["kind"], project["balance"], project["others"]) == ("绿道工程", "project", "", "balance 2019 30000")


def test_every_figure_stands_somewhere(extract_marked: Callable[..., Extraction]) -> None:
    extraction = extract_marked(MARKED)
    written = " ".join(value for row in _rows(extraction) for value in row.values()).split()
    assert {format(fact.value.normalize(), "f") for fact in extraction.facts} <= set(written)


def test_years_count_from_the_report(extract_marked: Callable[..., Extraction]) -> None:
    extraction = extract_marked("{a1|支出合计}{m a1.actual|3万元}。")
    fact = extraction.facts[0]
    for period, column in ((2021, "actual"), (2020, "actual_prior"), (2022, "actual_next"), (2015, "others"), (None, "others")):
        (row,) = _rows(replace(extraction, facts=(replace(fact, period=period),)))
        assert "30000" in row[column], period


def test_a_failed_file_is_a_row_and_no_cell_runs(extract_marked: Callable[..., Extraction]) -> None:
    extraction = extract_marked(MARKED)
    evil = replace(extraction, records=tuple(replace(r, subject="=1+1") for r in extraction.records))
    rows = _rows(None, evil)
    assert (rows[0]["source"], rows[0]["error"]) == ("'=bad.txt", "'@bad.txt: empty")
    assert {row["subject"] for row in rows[1:]} == {"'=1+1"}
