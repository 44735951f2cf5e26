"""Cards and the hub: what a card states, and which files leave the house."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fiscalzh.annotations.labels import FISCAL

pytest.importorskip("torch")
pytest.importorskip("huggingface_hub")
pytestmark = pytest.mark.train

from fiscalzh.models import hub  # noqa: E402
from fiscalzh.models.configuration import TaggerConfig  # noqa: E402
from fiscalzh.models.hub import CardFacts, LabelScore, describe, push_to_hub, this_machine, write_card  # noqa: E402
from huggingface_hub import ModelCard  # noqa: E402

_FACTS: dict[str, Any] = {
    "name": "mine", "layers": {"entities": ["LOC", "PER"]}, "model": "a model of two layers", "start": "nothing", "data": ["7 sentences (x.conll)"],
    "command": "fiscalzh train plan.yaml --set epochs=3", "machine": "2 CPU cores", "minutes": 0.43, "epochs": 3, "seed": 13,
    "limits": ["Knows no verbs."],
}  # fmt: skip


def _card(tmp_path: Path, **changes: Any) -> ModelCard:
    return ModelCard.load(write_card(tmp_path, CardFacts(**{**_FACTS, **changes})))


def test_a_card_states_the_facts(tmp_path: Path) -> None:
    text = _card(tmp_path).text
    for words in ("# mine", "LOC, PER", "a model of two layers", "7 sentences (x.conll)", "`fiscalzh train plan.yaml --set epochs=3`"):
        assert words in text
    for words in ("seed 13, epochs: 3; 0.4 minutes on 2 CPU cores", "Licence**: not stated", "no linker", "Not measured", "- Knows no verbs."):
        assert words in text
    assert "linker.npz" not in text


def test_a_card_of_fiscal_labels_speaks_of_the_linker(tmp_path: Path) -> None:
    text = _card(tmp_path, layers=dict(FISCAL.layers)).text
    assert "linker.npz" in text
    assert "mentions (AMOUNT, RATIO, ACCOUNT, PROJECT), claims (CLAIM)" in text


def test_scores_stand_in_the_table_and_in_the_metadata(tmp_path: Path) -> None:
    scores = {"LOC": LabelScore(0.5, 1.0, 2 / 3, 40, (0.6, 0.71)), "ALL": LabelScore(0.75, 0.5, 0.6, 90)}
    card = _card(tmp_path, scores=scores, tested_on="@test (24 reports)", licence="apache-2.0")
    assert "| LOC | 0.500 | 1.000 | 0.667 | [0.600, 0.710] | 40 |" in card.text.splitlines()
    assert "| ALL | 0.750 | 0.500 | 0.600 |  | 90 |" in card.text.splitlines()
    assert "by bootstrap over reports" in card.text
    assert card.data.license == "apache-2.0"
    assert [(r.metric_name, r.metric_value, r.dataset_name) for r in card.data.eval_results] == [
        ("F1 LOC", 0.6667, "@test (24 reports)"),
        ("F1 ALL", 0.6, "@test (24 reports)"),
    ]


def test_without_intervals_there_is_no_column_for_them(tmp_path: Path) -> None:
    text = _card(tmp_path, scores={"ALL": LabelScore(0.75, 0.5, 0.6, 90)}, tested_on="x").text
    assert "| ALL | 0.750 | 0.500 | 0.600 | 90 |" in text.splitlines()
    assert "interval" not in text


class _Api:
    """What would go to the hub."""

    calls: list[tuple[str, dict[str, Any]]] = []

    def create_repo(self, repo_id: str, **rest: Any) -> None:
        self.calls.append((repo_id, rest))

    def upload_folder(self, *, repo_id: str, folder_path: Path, allow_patterns: list[str], commit_message: str) -> SimpleNamespace:
        sent = sorted(path.name for path in Path(folder_path).iterdir() if path.name in allow_patterns)
        self.calls.append((repo_id, {"sent": sent, "message": commit_message}))
        return SimpleNamespace(commit_url=f"https://hub/{repo_id}/commit/1")


def test_only_the_model_goes_to_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HfApi", _Api)
    monkeypatch.setattr(_Api, "calls", [])
    write_card(tmp_path, CardFacts(**_FACTS))
    for name in ("config.json", "model.safetensors", "tagger.json", "model.onnx", "checkpoint.pt", "best.pt", "curves.jsonl"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert push_to_hub(tmp_path, "me/mine") == "https://hub/me/mine/commit/1"
    assert _Api.calls == [
        ("me/mine", {"private": True, "exist_ok": True}),
        ("me/mine", {"sent": ["README.md", "config.json", "model.onnx", "model.safetensors", "tagger.json"], "message": "Upload model"}),
    ]


def test_a_folder_without_a_model_stays_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HfApi", lambda: pytest.fail("asked the hub"))
    with pytest.raises(ValueError, match=r"lacks README.md, config.json, model.safetensors, tagger.json: expected a folder"):
        push_to_hub(tmp_path, "me/mine")


def test_a_model_and_a_machine_in_words() -> None:
    assert describe(TaggerConfig()).startswith("bilstm encoder of 2 layers of 192 units a direction over character")
    bert = TaggerConfig(backbone={"model_type": "bert", "num_hidden_layers": 12, "hidden_size": 768})
    assert describe(bert).startswith("bert encoder of 12 layers of 768 units, one word piece a character")
    assert "CPU cores" in this_machine("cpu")
