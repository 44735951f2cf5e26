"""From raw text to an encoder that `fiscalzh train` starts from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from fiscalzh.models.plans import TrainingPlan
from fiscalzh.models.starting import model_of, tokenizer_of
from safetensors.torch import load_file
from typer.testing import CliRunner

from fiscalzh.cli import app

pytestmark = pytest.mark.train

_SIZES = {"model.char_size": 12, "model.bigram_size": 4, "model.hidden_size": 16, "model.depth": 1, "window": 32, "batch": 4, "epochs": 2}


def _pretrain(read: Path, output: Path, **settings: object) -> tuple[int, str, str]:
    changes = {"folder": read, "output": output, "texts": "{'**/*': 1.0}", "reports": "[]", **_SIZES, **settings}
    result = CliRunner().invoke(app, ["pretrain", "shipped", *(part for key, value in changes.items() for part in ("--set", f"{key}={value}"))])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    lines = [f"甲县乙局办理事项{n}项，支出{n}.5万元，比上年增加{n}%。" for n in range(10, 99)]
    (tmp_path / "texts" / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "texts"


def test_an_encoder_is_learned_and_trained_from(texts: Path, tmp_path: Path) -> None:
    status, out, _ = _pretrain(texts, tmp_path / "encoder")
    assert status == 0
    assert out.splitlines()[0] == "**/*: 89 lines, 100% of them in an epoch"
    assert out.splitlines()[-1] == f"encoder written to {tmp_path / 'encoder'}"
    sizes = {"char_size": 12, "bigram_size": 4, "hidden_size": 16, "depth": 1}
    plan = TrainingPlan.model_validate({"output": "x", "pretrained": str(tmp_path / "encoder"), "model": sizes})
    tokenizer = tokenizer_of(plan, ())
    assert "县" in tokenizer.chars
    model_of(plan, tokenizer)


def test_a_later_call_goes_on_with_the_vocabulary_it_began_with(texts: Path, tmp_path: Path) -> None:
    assert _pretrain(texts, tmp_path / "encoder", epochs=1)[0] == 0
    before = (tmp_path / "encoder" / "tokenizer.json").read_text(encoding="utf-8")
    (texts / "b.txt").write_text("新字新字新字\n" * 9, encoding="utf-8")
    status, out, _ = _pretrain(texts, tmp_path / "encoder")
    assert status == 0
    assert "epoch 1/" not in out
    assert "epoch 2/2: loss" in out
    assert (tmp_path / "encoder" / "tokenizer.json").read_text(encoding="utf-8") == before


def test_a_run_starts_from_another_with_its_vocabulary(texts: Path, tmp_path: Path) -> None:
    assert _pretrain(texts, tmp_path / "encoder")[0] == 0
    (texts / "a.txt").write_text("新字新字新字\n" * 99, encoding="utf-8")
    status, _, _ = _pretrain(texts, tmp_path / "later", start=tmp_path / "encoder", batch=2, epochs=1, learning_rate=1e-9)
    assert status == 0
    assert (tmp_path / "later" / "tokenizer.json").read_bytes() == (tmp_path / "encoder" / "tokenizer.json").read_bytes()
    first, later = (load_file(tmp_path / name / "encoder.safetensors") for name in ("encoder", "later"))
    assert all(torch.allclose(first[name].float(), later[name].float(), atol=1e-3) for name in first)


def test_the_vocabulary_knows_the_annotated_reports(texts: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.txt"
    marked.write_text("{a1|龘龘费}支出{m a1.actual|1.00万元}。\n", encoding="utf-8")
    _pretrain(texts, tmp_path / "encoder", epochs=1, reports=f"[{marked}]")
    assert "龘" in json.loads((tmp_path / "encoder" / "tokenizer.json").read_text(encoding="utf-8"))["chars"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"folder": "none"}, "none is no folder"),
        ({"window": 250, "batch": 100}, "holds too little text"),
        ({"start": "none"}, "start: none is no folder with an encoder"),
        ({"start": "@shipped"}, "does not fit this model's sizes"),
        ({"mask": 0.2}, "mask: no such field, masked perhaps"),
        ({"texts": "[a]"}, "texts: Input should be a valid dictionary"),
    ],
)
def test_misuse_is_one_clear_line(settings: dict[str, object], words: str, texts: Path, tmp_path: Path) -> None:
    status, _, err = _pretrain(texts, tmp_path / "encoder", **settings)
    assert status == 2
    assert err.startswith("error: ")
    assert words in err
    assert len(err.splitlines()) == 1
