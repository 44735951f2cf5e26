"""What a run starts from: the tokenizer and the weights of each kind of beginning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fiscalzh.models.tokenizer import CharTokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from fiscalzh.models import wordpieces  # noqa: E402
from fiscalzh.models.modeling import FiscalTagger  # noqa: E402
from fiscalzh.models.plans import TrainingPlan  # noqa: E402
from fiscalzh.models.pretraining import save_encoder  # noqa: E402
from fiscalzh.models.starting import model_of, tokenizer_of  # noqa: E402

if TYPE_CHECKING:
    from .conftest import Toy


def _plan(**fields: Any) -> TrainingPlan:
    return TrainingPlan.model_validate({"output": "x", **fields})


def test_from_nothing_the_vocabulary_is_that_of_the_texts() -> None:
    assert tokenizer_of(_plan(), ["甲乙甲乙"]).chars == ("乙", "甲")


def test_a_pretrained_encoder_brings_its_vocabulary(tmp_path: Path) -> None:
    tokenizer = CharTokenizer("甲乙", ["甲乙"])
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer.to_dict()), encoding="utf-8")
    save_encoder(model_of(_plan(), tokenizer).encoder, tmp_path)
    assert tokenizer_of(_plan(pretrained=str(tmp_path)), ["丙丙"]).chars == ("甲", "乙")


def test_the_seed_decides_what_is_random() -> None:
    tokenizer = CharTokenizer("甲乙", [])
    first, again, other = (model_of(_plan(seed=seed), tokenizer).heads["claims"].weight for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_going_on_from_a_trained_tagger_keeps_all_of_it(toy: Toy, exported: Path) -> None:
    plan = _plan(start=str(exported), pretrained="@shipped")  # what a trained tagger has learned stands in place of `pretrained`
    tokenizer = tokenizer_of(plan, ["丙丙"])
    assert (tokenizer.chars, tokenizer.bigrams) == (toy.tokenizer.chars, toy.tokenizer.bigrams)
    model = model_of(plan, tokenizer)
    weights = toy.model.state_dict()
    assert all(torch.allclose(weight, weights[name], atol=4e-3, rtol=1e-3) for name, weight in model.state_dict().items())
    assert model.config.hidden_size == toy.model.config.hidden_size
    assert model.training


def test_layers_of_other_labels_begin_anew(toy: Toy, exported: Path) -> None:
    plan = _plan(start=str(exported), layers={"claims": ["CLAIM"], "mentions": ["PER", "LOC"]})
    model = model_of(plan, toy.tokenizer)
    old = FiscalTagger.from_pretrained(exported)
    assert torch.equal(model.heads["claims"].weight, old.heads["claims"].weight)
    assert torch.equal(model.crfs["claims"].transitions, old.crfs["claims"].transitions)
    assert torch.equal(model.encoder.embeddings.char.weight, old.encoder.embeddings.char.weight)
    assert model.heads["mentions"].weight.shape[0] == 9
    assert model.config.layers == {"claims": ["CLAIM"], "mentions": ["PER", "LOC"]}


def test_sizes_stay_those_of_the_trained_tagger(toy: Toy, exported: Path) -> None:
    with pytest.raises(ValueError, match=r"model.hidden_size is 24 in .* and stays: leave it out, or begin without `start`"):
        model_of(_plan(start=str(exported), model={"hidden_size": 64}), toy.tokenizer)
    assert model_of(_plan(start=str(exported), model={"hidden_size": 24, "dropout": 0.5}), toy.tokenizer).config.dropout == 0.5


@pytest.mark.parametrize("kind", ["start", "pretrained"])
def test_a_folder_with_nothing_in_it_is_named(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{tmp_path} holds no .* `fiscalzh (train|pretrain)`"):
        tokenizer_of(_plan(**{kind: str(tmp_path)}), ())


def test_a_name_that_is_neither_folder_nor_on_the_hub_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise OSError("nowhere/nothing is not a local folder and is not a valid model identifier\nIf this is a private repository, …")

    monkeypatch.setattr(wordpieces.AutoModel, "from_pretrained", missing)
    monkeypatch.setattr(wordpieces.AutoTokenizer, "from_pretrained", missing)
    for begin in (lambda plan: tokenizer_of(plan, ()), lambda plan: model_of(plan, CharTokenizer("甲", []))):
        with pytest.raises(ValueError, match="no encoder to start from, neither a folder") as caught:
            begin(_plan(pretrained="nowhere/nothing"))
        assert "\n" not in str(caught.value)


def test_a_trained_tagger_is_no_encoder(exported: Path) -> None:
    with pytest.raises(ValueError, match="holds a trained tagger: name it as `start`"):
        tokenizer_of(_plan(pretrained=str(exported)), ())
