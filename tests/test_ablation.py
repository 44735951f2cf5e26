"""Ablations: what is changed is changed, what is trained is not trained again, the table says what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.train

TEXT = """---
title: 青石县林业局2021年度部门决算
unit: 青石县林业局
fiscal_year: 2021
report_type: final_accounts
---

一、支出情况
{a1|公务接待费}支出决算为{m a1.actual|4.50万元}，完成预算的{r a1.completion_rate|90.00%}，{c 3次|培训3次}。
{p1|云岭防火工程}支出{m p1.actual|12万元}。
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for name in ("train", "test"):
        (tmp_path / name).mkdir()
        for number in range(2):
            (tmp_path / name / f"{number}.txt").write_text(TEXT, encoding="utf-8")
    sizes = {"char_size": 8, "bigram_size": 4, "shape_size": 4, "hidden_size": 8, "depth": 1, "window": 160}
    base = {"train": [str(tmp_path / "train")], "dev": [], "test": [str(tmp_path / "test")], "epochs": 1, "generated": 0, "model": sizes}
    variants = {
        "base": [],
        "other": ["seed=2"],
        "softmax": ["model.crf=false"],
        "one head": ["layers={all: [AMOUNT, RATIO, ACCOUNT, PROJECT, CLAIM]}"],
    }
    path = tmp_path / "ablation.yaml"
    path.write_text(yaml.safe_dump({"base": base, "variants": variants, "ensembles": {"both": ["base", "other"]}}, sort_keys=False), encoding="utf-8")
    return path


def test_variants_are_trained_scored_and_kept(config: Path, tmp_path: Path) -> None:
    from fiscalzh.ablation import ablate

    said: list[str] = []
    table = ablate(config, tmp_path / "out", said.append)
    rows = json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))["rows"]
    assert list(rows) == ["base", "other", "softmax", "one head", "both"]
    assert all(f"| {name} " in table for name in rows)
    assert rows["both"]["parameters"] == rows["base"]["parameters"] + rows["other"]["parameters"]
    assert (tmp_path / "out" / "ablation.md").read_text(encoding="utf-8") == table + "\n"
    assert sum("epoch 1" in line for line in said) == 4
    again: list[str] = []
    assert ablate(config, tmp_path / "out", again.append) == table
    assert not any("epoch" in line for line in again)


def test_the_shipped_variants_are_plans(tmp_path: Path) -> None:
    from fiscalzh.models.plans import TrainingPlan, read_plan

    from fiscalzh.ablation import SHIPPED

    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    base = tmp_path / "base.yaml"
    base.write_text(yaml.safe_dump({"output": "x", **data["base"]}), encoding="utf-8")
    plans = [read_plan(TrainingPlan, base, overrides or []) for overrides in data["variants"].values()]
    assert len({plan.model_dump_json() for plan in plans}) == len(plans)
    assert {member for members in data["ensembles"].values() for member in members} <= set(data["variants"])


def test_a_run_that_is_stopped_leaves_the_table_of_what_is_done(config: Path, tmp_path: Path) -> None:
    from fiscalzh.ablation import ablate

    def stop(line: str) -> None:
        if line.startswith("softmax: epoch"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablate(config, tmp_path / "out", stop)
    assert list(json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))["rows"]) == ["base", "other"]
