"""Plans: what is read, what is set over it, and what a person is told who wrote something else."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from fiscalzh.models.plans import PretrainingPlan, Sizes, TrainingPlan, read_plan


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text("output: here\nmodel: {depth: 3}\n", encoding="utf-8")
    return path


def test_fields_of_a_group_are_set_one_by_one(config: Path) -> None:
    plan = read_plan(TrainingPlan, config, ["model.hidden_size=64", "model.window=200", "epochs=3", "learning_rate=2e-5", "train=[a.txt, b]"])
    assert plan.model == Sizes(depth=3, hidden_size=64, window=200)
    assert (plan.output, plan.epochs, plan.learning_rate, plan.train) == ("here", 3, 2e-5, ["a.txt", "b"])


def test_a_group_is_set_as_a_whole_too(config: Path) -> None:
    assert read_plan(TrainingPlan, config, ["model={hidden_size: 64}", "model.depth=1"]).model == Sizes(hidden_size=64, depth=1)


def test_a_group_that_the_file_leaves_out_is_made(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("output: here\n", encoding="utf-8")
    assert read_plan(TrainingPlan, tmp_path / "plan.yaml", ["layers.names=[PER, LOC]"]).layers == {"names": ["PER", "LOC"]}


def test_the_shipped_plans_are_named_by_their_kind() -> None:
    train, pretrain = read_plan(TrainingPlan, Path("shipped")), read_plan(PretrainingPlan, Path("shipped"), ["folder=texts"])
    assert (train.pretrained, train.test, train.seed, train.model) == ("@shipped", ["@test"], 13, Sizes())
    assert (pretrain.folder, pretrain.bigrams, pretrain.seed) == ("texts", 24_000, 13)
    assert list(pretrain.texts.values()) == [1.0, 0.8, 0.25, 0.02, 1.0]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("epochs", "FIELD=VALUE, got 'epochs'"),
        ("epochs=0", "epochs: Input should be greater than or equal to 1, got 0"),
        (
            "patience=many",
            "patience: Input should be a valid integer, unable to parse string as an integer, got 'many' (epochs without a better dev score",
        ),
        ("train=3", "train: Input should be a valid list, got 3 (marked texts"),
        ("train=[3]", "train.0: Input should be a valid string, got 3 (marked texts"),
        ("epoch=3", "epoch: no such field, epochs perhaps; fields are output, train"),
        ("zzz=3", "zzz: no such field; fields are output, train"),
        ("model.hiden_size=64", "model.hiden_size: no such field, hidden_size perhaps; fields are encoder, char_size"),
        ("model.depth=0", "model.depth: Input should be greater than or equal to 1, got 0 (layers of the encoder)"),
        ("model.encoder=rnn", "model.encoder: Input should be 'bilstm', 'cnn' or 'transformer', got 'rnn'"),
        ("epochs.x=1", "epochs has no fields of its own to set: expected epochs=VALUE"),
        ("output=", "output: Input should be a valid string, got None (folder of the trained model"),
        ("train=[a", "no YAML"),
    ],
)
def test_an_error_says_what_is_expected(override: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("output: here\nepochs: 3\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"plan\.yaml|FIELD=VALUE|epochs has") as caught:
        read_plan(TrainingPlan, tmp_path / "plan.yaml", [override])
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_field_says_how_to_set_it(config: Path) -> None:
    with pytest.raises(ValueError, match=r"folder: needed: folder of raw text: .*; set it in the file or with --set folder=VALUE"):
        read_plan(PretrainingPlan, config)


def test_a_window_has_to_fit_the_model(config: Path) -> None:
    with pytest.raises(ValueError, match="window is 300, but the model reads 256 tokens at most"):
        read_plan(PretrainingPlan, config, ["folder=x", "window=300"])


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("just words\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected lines of FIELD: VALUE; fields are output"):
        read_plan(TrainingPlan, tmp_path / "plan.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"output: here\n# \xd6\xd0", "not in UTF-8 (byte 16): save it in that encoding"),
        (b"- output\n- train\n", "expected lines of FIELD: VALUE; fields are output"),
        (b"output: " + b"[" * 3000, "no YAML: lists or groups within each other, too deep to read"),
        (b"output: " + b"{a: " * 3000 + b"1" + b"}" * 3000, "no YAML: lists or groups within each other, too deep to read"),
        (b"output: 2021-99-99", "no YAML: month must be in 1..12"),
        (b"output: here\nepochs: " + b"9" * 5000, "no YAML: Exceeds the limit"),
        (b"output: here\n---\noutput: there\n", "no YAML: expected a single document"),
        (b"output: !!python/object/apply:os.getcwd []", "no YAML: could not determine a constructor"),
        (b"&a\noutput: here\nmodel: *a\n", "model.output: no such field"),
    ],
    ids=["encoding", "list", "deep", "deep groups", "day", "digits", "two", "object", "itself"],
)
def test_damaged_files_are_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}: {words}')}") as caught:
        read_plan(TrainingPlan, path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("override", ["train=" + "[" * 3000, "output=2021-99-99"])
def test_damaged_overrides_are_one_clear_error(config: Path, override: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(str(config))}: no YAML"):
        read_plan(TrainingPlan, config, [override])


def test_references_to_references_cost_nothing(tmp_path: Path) -> None:
    """A few lines that would be nine to the power of nine words, written out."""
    path, names = tmp_path / "plan.yaml", "abcdefghi"
    lines = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    path.write_text("\n".join(["output: here", f"a: &a [{', '.join('x' * 9)}]", *lines, "train: *i"]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"train\.0: Input should be a valid string, got \[\[") as caught:
        read_plan(TrainingPlan, path)
    assert len(str(caught.value)) < 2000


def test_sizes_are_those_of_the_configuration() -> None:
    pytest.importorskip("transformers")
    from fiscalzh.models.configuration import TaggerConfig

    config = TaggerConfig()
    assert Sizes().model_dump() == {name: getattr(config, name) for name in Sizes.model_fields}
