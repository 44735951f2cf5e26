"""Damaged outputs and gold: scores, or an error that names the file."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from damage import attempt, damaged, damaged_value
from fiscalzh.corpus.errors import ReadError
from fiscalzh.corpus.read import from_text
from fiscalzh.eval.errors.write import write_errors
from fiscalzh.eval.evaluation import as_json, as_text, evaluate
from fiscalzh.eval.outputs import read_outputs
from fiscalzh.extract.pipeline import Extractor
from fiscalzh.extract.writers import to_json
from hypothesis import given
from hypothesis import strategies as st

TEXT = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为4.50万元，完成预算的120.00%。绿道工程新建步道12公里。\n"
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    extractor = Extractor()
    return to_json(extractor(from_text(TEXT, "a.txt")), extractor.pipeline)


def _evaluated(folder: Path) -> None:
    """What `evaluate` owes to any files."""
    evaluation = attempt(lambda: evaluate(folder / "out.jsonl", [folder / "a.json"]), ValueError, OSError, ReadError)
    if isinstance(evaluation, Exception):
        assert str(folder) in str(evaluation) or str(evaluation).startswith("a: ")
        assert len(str(evaluation)) < 2_000
        return
    assert as_text(evaluation, ["section", "length"])
    json.dumps(as_json(evaluation))
    write_errors(evaluation.errors(), evaluation.cases, evaluation.scores, folder / "errors.html")


@given(rng=RANDOM)
def test_damaged_outputs(data: dict[str, Any], tmp_path: Path, rng: Random) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps({name: data[name] for name in ("source", "sha256", "spans", "facts", "claims")}), encoding="utf-8")
    (tmp_path / "out.jsonl").write_text(json.dumps(damaged_value(data, rng)), encoding="utf-8")
    _evaluated(tmp_path)


@given(rng=RANDOM)
def test_damaged_gold(data: dict[str, Any], tmp_path: Path, rng: Random) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    gold = {name: data[name] for name in ("source", "sha256", "spans", "facts", "claims", "checks")}
    (tmp_path / "a.json").write_text(json.dumps(damaged_value(gold, rng)), encoding="utf-8")
    (tmp_path / "out.jsonl").write_text(json.dumps(data), encoding="utf-8")
    _evaluated(tmp_path)


@given(rng=RANDOM)
def test_damaged_bytes(data: dict[str, Any], tmp_path: Path, rng: Random) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_bytes(damaged(json.dumps(data).encode(), rng))
    (tmp_path / "out.jsonl").write_bytes(damaged(json.dumps(data).encode(), rng))
    _evaluated(tmp_path)


def test_a_line_ends_at_a_line_feed_only(tmp_path: Path) -> None:
    """A report may hold other ends of lines, and JSON does not escape them."""
    extractor = Extractor()
    text = TEXT.replace("一、", "\u2028\x85一、")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    line = json.dumps(to_json(extractor(from_text(text + "\u2028绿道工程\u2028新建步道12公里。", "a.txt")), extractor.pipeline), ensure_ascii=False)
    (tmp_path / "out.jsonl").write_text(line + "\n", encoding="utf-8")
    assert len(read_outputs(tmp_path / "out.jsonl")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        "1" * 5_000,
        '{"sha256": "", "spans": [], "facts": [{"subject": "", "subject_type": "", "measure": "", "unit": "", "value": "1E999999999"}]}',
    ],
)
def test_objects_that_would_take_all_there_is(tmp_path: Path, line: str) -> None:
    (tmp_path / "out.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"out\.jsonl, line 1: "):
        read_outputs(tmp_path / "out.jsonl")
