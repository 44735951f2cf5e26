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
