"""Batches that were damaged: a page, or an error that names the file and the object; and pages on which no text of a report runs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from damage import attempt, damaged, damaged_value, texts
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.pages.html import render_report
from fiscalzh.extract.pages.view import report_view
from fiscalzh.extract.pages.write import write_batch
from fiscalzh.extract.pipeline import Extractor
from fiscalzh.extract.runs.run import Recipe, run
from fiscalzh.extract.writers import to_json
from hypothesis import given
from hypothesis import strategies as st

TEXT = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为4.50万元，完成预算的120.00%。绿道工程新建步道12公里。\n"
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="module")
def line(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `extract` writes of a report that is there."""
    report = tmp_path_factory.mktemp("report") / "a.txt"
    report.write_text(TEXT, encoding="utf-8")
    return json.dumps(to_json(extractor(from_text(TEXT, str(report))), extractor.pipeline), ensure_ascii=False)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("run")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_bytes(b"")
    run([folder / "a.txt", folder / "b.txt"], folder / "out.parquet", Recipe("parquet"))
    return {path.name: path.read_bytes() for path in (folder / "out.parquet").iterdir()}


def _shown(batch: Path) -> None:
    """What `show` owes to any batch."""
    folder = batch.parent / "shown"
    view = attempt(lambda: write_batch(batch, batch.parent / "page.html", folder), ValueError, OSError)
    if isinstance(view, ValueError):
        assert str(view).startswith(f"{batch}: object ")
        assert "\n" not in str(view)


@given(rng=RANDOM)
def test_damaged_objects(line: str, tmp_path: Path, rng: Random) -> None:
    data = json.loads(line)
    value = damaged_value(data, rng)
    (tmp_path / "a.jsonl").write_text(f"{line}\n{json.dumps(value)}\n", encoding="utf-8")
    _shown(tmp_path / "a.jsonl")


@given(rng=RANDOM)
def test_damaged_lines(line: str, tmp_path: Path, rng: Random) -> None:
    (tmp_path / "a.jsonl").write_bytes(damaged(line.encode(), rng))
    _shown(tmp_path / "a.jsonl")


@given(rng=RANDOM)
def test_damaged_tables(tables: dict[str, bytes], tmp_path: Path, rng: Random) -> None:
    batch = tmp_path / "a.parquet"
    batch.mkdir(exist_ok=True)
    chosen = rng.choice(sorted(tables))
    for name, data in tables.items():
        (batch / name).write_bytes(damaged(data, rng) if name == chosen else data)
    _shown(batch)


@given(text=texts(), source=texts(6))
def test_no_text_runs_on_a_page(extractor: Extractor, text: str, source: str) -> None:
    page = render_report(report_view(extractor(from_text(text, source)), extractor.pipeline))
    page.encode()
    assert "\0" not in page
    assert "<b>" not in page
    assert "<table><tr><td>" not in page
    assert page.count("<script") == 2  # the words and the page's own


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"value": "45000"', '"value": "1E999999999"', "digits"),
        ('"facts": ["f1", "f2"]', '"facts": ["f1"]', "stands in no record"),
        ('"meta": {', '"more": ' + "[" * 100_000 + ', "meta": {', "recursion limit"),
        ('"unit": "青石县', '"unit": "\\ud800青石县', "hex escape"),  # half a surrogate pair
    ],
)
def test_objects_that_do_not_hold_together(line: str, tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in line
    (tmp_path / "a.jsonl").write_text(line.replace(old, new) + "\n", encoding="utf-8")
    try:
        (report,) = write_batch(tmp_path / "a.jsonl", tmp_path / "page.html", tmp_path / "pages").reports
        message = report.no_page
    except ValueError as error:
        message = str(error)
    assert why in (message or "")
