"""Model folders, plans and texts that are damaged: an error that says what was expected, never another, and no offset outside a text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

import pytest
import yaml
from damage import attempt, damaged, damaged_lines, damaged_value, texts
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.pipeline import load_extractor
from fiscalzh.models.plans import PretrainingPlan, TrainingPlan, read_plan
from fiscalzh.models.runtime import SHIPPED, Tagger
from fiscalzh.models.tokenizer import CharTokenizer
from hypothesis import given
from hypothesis import strategies as st

RANDOM = st.randoms(use_true_random=False)
FILES = ("model.onnx", "tagger.json", "linker.npz")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(threads=1)


@given(text=texts())
def test_any_text_is_tagged(tagger: Tagger, text: str) -> None:
    for span in tagger.tag(from_text(text)):
        assert span.end <= len(text)
        assert span.score is not None


@given(text=st.text() | texts(), chars=st.text(max_size=8))
def test_any_text_is_tokens_one_behind_the_other(text: str, chars: str) -> None:
    tokens = CharTokenizer(dict.fromkeys(chars), ()).encode(text)
    assert [0, *tokens.ends.tolist()] == [*tokens.starts.tolist(), len(text)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0, 100, 50_000])
def test_a_file_cut_short(folder: Path, name: str, kept: int) -> None:
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:kept])
    with pytest.raises(ValueError, match=name):
        load_extractor(folder, threads=1)


def test_damaged_settings(folder: Path) -> None:
    """Seeded, and few: each loads the model."""
    good = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
    for seed in range(12):
        (folder / "tagger.json").write_text(json.dumps(damaged_value(good, Random(seed))), encoding="utf-8")
        extractor = attempt(lambda: load_extractor(folder, threads=1), ValueError, OSError)
        assert not isinstance(extractor, Exception) or str(folder) in str(extractor)


@given(rng=RANDOM)
def test_damaged_weights_of_the_linker(tmp_path: Path, rng: Random) -> None:
    from fiscalzh.extract.linking.choice import Choices

    path = tmp_path / "linker.npz"
    path.write_bytes(damaged((SHIPPED / "linker.npz").read_bytes(), rng))
    found = attempt(lambda: Choices.load(path), ValueError)
    assert isinstance(found, Choices) or str(found).startswith(str(path))


@pytest.mark.parametrize("kind", [TrainingPlan, PretrainingPlan])
@given(rng=RANDOM, override=st.none() | texts(3) | st.tuples(texts(2), texts(2)).map("=".join))
def test_damaged_plans(tmp_path: Path, kind: type[TrainingPlan] | type[PretrainingPlan], rng: Random, override: str | None) -> None:
    path, good = tmp_path / "plan.yaml", kind.shipped.read_text(encoding="utf-8")
    if rng.random() < 0.5:
        path.write_text(damaged_lines(good, rng), encoding="utf-8")
    else:
        path.write_text(json.dumps(damaged_value(yaml.safe_load(good), rng)), encoding="utf-8")
    plan = attempt(lambda: read_plan(kind, path, [override] if override else []), ValueError)
    assert isinstance(plan, kind) or (str(path) in str(plan) or repr(override) in str(plan))
