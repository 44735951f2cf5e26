"""The view of a batch and its files: totals, findings by rule, failures, links."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.extract.batch import extract_files
from fiscalzh.extract.pages.batch import COUNTED, batch_view
from fiscalzh.extract.pages.outputs import Failure, Output
from fiscalzh.extract.pages.write import write_batch
from fiscalzh.extract.pipeline import Extractor
from fiscalzh.extract.writers import error_json, to_json
from selectolax.lexbor import LexborHTMLParser


def _output(**changes: Any) -> Output:
    span = {"id": "s1", "label": "AMOUNT", "start": 0, "end": 1}
    fact = {"id": "f1", "subject": "支出", "subject_type": "account", "subject_span": "s1", "measure": "actual", "value": "1", "unit": "CNY"}
    data = {
        "doc_id": "0123456789abcdef",
        "source": "a.txt",
        "sha256": "0" * 64,
        "meta": {"unit": "青石县林业局", "fiscal_year": 2021, "report_type": "budget", "title": "预算"},
        "spans": [span],
        "facts": [fact | {"value_span": "s1", "score": 0.9}, fact | {"id": "f2", "value_span": "s1", "score": 0.3}],
        "records": [{"kind": "account", "subject": "支出", "facts": ["f1", "f2"]}],
        "claims": [],
        "text_length": 100,
        "pipeline": {"version": "1", "model": "shipped"},
    }
    return Output.model_validate(data | changes)


def _check(rule: str, severity: str) -> dict[str, Any]:
    return {"rule": rule, "severity": severity, "message": "…"}


def test_a_batch_at_a_glance() -> None:
    unknown = {"unit": None, "fiscal_year": None, "report_type": None, "title": None}
    rows = [
        _output(checks=[_check("rate", "error"), _check("rate", "error"), _check("share", "warning")]),
        Failure.model_validate({"source": "b.pdf", "error": {"type": "corrupt", "message": "no PDF"}}),
        _output(meta=unknown, checks=[_check("rate", "error")]),
        _output(),
    ]
    view = batch_view("out.jsonl", rows)
    assert [report.number for report in view.reports] == [1, 3, 4]
    assert [report.name for report in view.reports] == ["预算", "a.txt", "预算"]
    assert [failure.error.message for failure in view.failures] == ["no PDF"]
    totals = {"length": 300, "spans": 3, "facts": 6, "low": 3, "records": 3, "claims": 0, "errors": 3, "warnings": 1}
    assert view.totals == totals
    assert list(totals) == list(COUNTED)
    assert [(r.rule, r.severity, r.findings, r.reports) for r in view.rules] == [("rate", "error", 3, 2), ("share", "warning", 1, 1)]
    assert (view.years, view.types, view.units) == ((2021,), ("budget", None), 1)
    assert view.grid == ((2021, (2, 0)), (None, (0, 1)))
    assert view.measures == (("actual", 6),)
    assert view.pipelines == ("1 shipped",)


def test_an_empty_batch_has_an_empty_view() -> None:
    view = batch_view("out.jsonl", [])
    assert (view.reports, view.failures, view.grid, view.totals["facts"]) == ((), (), (), 0)


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A batch of three reports, of which one failed, another has changed since, and a third lies there still."""
    reports = [tmp_path / name for name in ("final-accounts.txt", "project-evaluation.html", "broken.pdf")]
    for report in reports[:2]:
        shutil.copy(SAMPLES / report.name, report)
    reports[2].write_bytes(b"%PDF-1.4")
    lines = []
    for outcome in extract_files(reports, Extractor()):
        lines.append(to_json(outcome.extraction, {}) if outcome.extraction else error_json(outcome.source, outcome.error or ValueError()))
    reports[1].write_bytes(reports[1].read_bytes() + b"\n")
    path = tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_pages_of_the_reports_that_are_there_still(batch: Path, tmp_path: Path) -> None:
    view = write_batch(batch, tmp_path / "batch.html", tmp_path / "all pages")
    first, second = view.reports
    assert first.href is not None
    assert re.fullmatch(r"all%20pages/00001-[0-9a-f]{8}\.html", first.href)
    assert (second.href, len(view.failures)) == (None, 1)
    assert "has changed since it was extracted" in (second.no_page or "")
    (page,) = (tmp_path / "all pages").iterdir()
    rows = LexborHTMLParser(page.read_bytes()).css("#figures-table tbody tr")
    assert len(rows) == first.facts > 50
    overview = LexborHTMLParser((tmp_path / "batch.html").read_bytes())
    assert [link.attributes["href"] for link in overview.css("#reports-table a")] == [first.href]


def test_without_a_folder_there_are_no_pages(batch: Path, tmp_path: Path) -> None:
    view = write_batch(batch, tmp_path / "batch.html")
    assert [(report.href, report.no_page) for report in view.reports] == [(None, None)] * 2
    assert not list(tmp_path.glob("**/0*.html"))
