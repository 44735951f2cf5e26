"""Tagging without torch: what is imported, what is held in memory, what comes out."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.corpus import from_text
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.corpus.read import read
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.models import runtime
from fiscalzh.models.runtime import BATCH_TOKENS, SHIPPED, Tagger, tag_windows
from fiscalzh.models.tags import TagSet
from fiscalzh.models.tokenizer import CharTokenizer
from fiscalzh.models.windows import Window

if TYPE_CHECKING:
    from .conftest import Toy

Places = list[tuple[int, int, str]]


def _python(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_importing_the_runtime_imports_no_torch(tmp_path: Path) -> None:
    done = _python(tmp_path, "import sys, fiscalzh.models.runtime; print(sorted({'torch', 'transformers'} & set(sys.modules)))")
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


@pytest.mark.train
def test_tagging_imports_no_torch(exported: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from fiscalzh.corpus import from_text\n"
        "from fiscalzh.models.runtime import Tagger\n"
        "print([(s.start, s.end, s.label) for s in Tagger(sys.argv[1], threads=1).tag(from_text('办公费支出123.45万元，完成预算的98.7%。\\n'))])\n"
    )
    done = _python(exported, code, str(exported))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[(0, 3, 'ACCOUNT'), (5, 13, 'AMOUNT'), (19, 24, 'RATIO')]"


def test_a_folder_without_a_model_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no exported tagger .*fiscalzh train"):
        Tagger(tmp_path)


def _places(spans: list[Span] | tuple[Span, ...]) -> Places:
    return sorted((s.start, s.end, s.label) for s in spans)


@pytest.fixture(scope="module")
def tagger(exported: Path) -> Tagger:
    return Tagger(exported, threads=1)


@pytest.mark.train
@pytest.mark.parametrize("text", ["", "\n", " \u3000\n\n", "\u200b"])
def test_nothing_is_found_in_nothing(text: str, tagger: Tagger) -> None:
    assert tagger.tag(from_text(text)) == []


@pytest.mark.train
def test_spans_are_sorted_and_in_offsets_of_the_source(tagger: Tagger) -> None:
    text = "\ufeff某某局\n\n  办 公 费 支出１２3. 45 万元，完成预算的９８.７%。\n"
    document = from_text(text)
    found = tagger.tag(document)
    assert found == sorted(found, key=lambda s: (s.start, s.end, s.label))
    assert ("１２3. 45 万元", "AMOUNT") in {(s.of(document.text), s.label) for s in found}
    assert ("９８.７%", "RATIO") in {(s.of(document.text), s.label) for s in found}


@pytest.mark.train
def test_scores_are_rounded_probabilities(tagger: Tagger, make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> None:
    scores = [s.score for s in tagger.tag(make_report(321)[0])]
    assert scores
    assert all(score is not None and 0 <= score <= 1 and round(score, 4) == score for score in scores)


@pytest.mark.train
def test_a_shadow_may_be_given(tagger: Tagger, make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> None:
    document, _ = make_report(322)
    assert tagger.tag(document, shadow_of(document)) == tagger.tag(document)


@pytest.mark.train
def test_a_long_text_is_tagged_whole_in_bounded_memory(
    toy: Toy, tagger: Tagger, monkeypatch: pytest.MonkeyPatch, make_report: Callable[..., tuple[Document, tuple[Span, ...]]]
) -> None:
    assert toy.trainer.best == 1.0
    sizes: list[int] = []
    emit = tagger._emit

    def watched(features: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any]) -> Any:
        sizes.append(features.shape[0] * features.shape[1])
        return emit(features, lengths)

    parts = [make_report(1000 + number, 160)[0] for number in range(4)]
    text, starts = "", []
    while len(text) < 300_000:
        starts.append(len(text))
        text += parts[len(starts) % 4].text
    monkeypatch.setattr(tagger, "_emit", watched)
    found = _places(tagger.tag(from_text(text)))
    assert max(sizes) <= BATCH_TOKENS
    assert sum(sizes) < 2 * len(text)
    alone = [_places(tagger.tag(part)) for part in parts]
    assert min(map(len, alone)) > 100
    margin = 300
    for number, start in enumerate(starts, start=1):
        length = len(parts[number % 4].text)
        inside = {(a - start, b - start, label) for a, b, label in found if start + margin <= a and b <= start + length - margin}
        assert inside == {s for s in alone[number % 4] if s[0] >= margin and s[1] <= length - margin}


class _Spelled:
    """Emissions that say outright what they want: every `金` is an AMOUNT, `甲乙` a CLAIM."""

    def __init__(self, tokenizer: CharTokenizer) -> None:
        self.gold, self.first, self.second = tokenizer.encode("金甲乙").features[:, 0].tolist()
        self.runs: list[tuple[int, ...]] = []
        self.windows: list[np.ndarray[Any, Any]] = []
        self.padding = 0

    def __call__(self, features: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any]) -> dict[str, Any]:
        self.runs.append(features.shape)
        for row, length in zip(features, lengths.tolist(), strict=True):
            self.windows.append(row[:length])
            self.padding += int(np.abs(row[length:]).sum())
        assert int(lengths.max()) == features.shape[1]
        chars = features[..., 0]
        mentions, claims = (np.zeros((*chars.shape, 5), dtype=np.float32) for _ in range(2))
        mentions[..., 0] = claims[..., 0] = 5
        mentions[chars == self.gold, 4] = 30
        claims[chars == self.first, 1] = claims[chars == self.second, 3] = 30
        return {"mentions": mentions, "claims": claims}


def _tag(text: str, window: int = 256, breaks: str = "") -> tuple[list[Span], _Spelled]:
    from fiscalzh.models.decoding import Decoder

    tokenizer = CharTokenizer("金甲乙一、。\n", [])
    decoders = {}
    for name, label in (("mentions", "AMOUNT"), ("claims", "CLAIM")):
        tags = TagSet((label,))
        masks = (np.where(allowed, 0, -1e4).astype(np.float32) for allowed in (tags.follows(), tags.begins(), tags.ends()))
        decoders[name] = Decoder(tags, *masks)
    document = from_text(text)
    shadow = shadow_of(document)
    emit = _Spelled(tokenizer)
    return tag_windows(document, shadow, tokenizer.encode(shadow.text), tokenizer, window, emit, decoders, breaks=breaks), emit


def test_windows_come_back_to_their_places_and_contexts_are_not_tagged() -> None:
    paragraph = "收入金支出甲乙其他" * 11 + "。\n"
    text = "一、金甲乙金\n" + paragraph * 40
    found, emit = _tag(text)
    assert sum(run[0] for run in emit.runs) > 10
    expected = [(i, i + 1, "AMOUNT") for i, c in enumerate(text) if c == "金"]
    expected += [(i, i + 2, "CLAIM") for i in range(len(text)) if text.startswith("甲乙", i)]
    assert _places(found) == sorted(expected)
    assert [s.start for s in found] == sorted(s.start for s in found)


def test_what_lies_between_breaks_is_decoded_by_itself() -> None:
    text = ("收入金支出甲乙其他。金甲乙" * 5 + "\n") * 20
    assert _places(_tag(text, breaks="。？")[0]) == _places(_tag(text)[0])
    assert len(_tag(text)[0]) == 400
    assert _places(_tag(text, breaks="乙")[0]) == [place for place in _places(_tag(text)[0]) if place[2] == "AMOUNT"]


def test_the_model_reads_every_window_behind_its_context() -> None:
    text = "一、金甲乙\n" + ("收入支出" * 9 + "。\n") * 30
    _, emit = _tag(text)
    tokenizer = CharTokenizer("金甲乙一、。\n", [])
    heading, whole = (tokenizer.encode(t).features for t in ("一、金甲乙\n", text))
    assert len(emit.windows) > 5
    assert all(np.array_equal(window[: len(heading)], heading) for window in emit.windows)
    ends = np.cumsum([0, *(len(window) - len(heading) for window in emit.windows)]).tolist()
    assert ends[-1] == len(whole)
    for window, (start, end) in zip(emit.windows, pairwise(ends), strict=True):
        assert np.array_equal(window[len(heading) :], whole[start:end])
    assert emit.padding == 0


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "BATCH_TOKENS", 600)
    text = ("收入金支出" * 25 + "。\n") * 30
    found, emit = _tag(text)
    assert len(found) == 25 * 30
    assert len(emit.runs) > 3
    assert max(run[0] * run[1] for run in emit.runs) <= 600


def test_no_tokens_need_no_model() -> None:
    found, emit = _tag("")
    assert found == []
    assert emit.runs == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("model.onnx", "tagger.json"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ["model.onnx", "tagger.json"])
def test_a_file_that_is_missing_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=re.escape(f"{copied}: holds no exported tagger ({name} missing); make one with `fiscalzh train`")):
        Tagger(copied)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("name", None, "name: Input should be a valid string"),
        ("window", 0, "window: Input should be greater than or equal to 1"),
        ("layers", [], "layers: List should have at least 1 item"),
        ("layers.0.transitions", [[0.0]], "layers.0: Value error, each row of transitions has 1 values, expected 17 for 4 labels"),
        ("layers.0.last", [0.0] * 16, "layers.0: Value error, last has 16 values, expected 17 for 4 labels"),
        ("layers.0.first", ["0"] * 17, "layers.0.first.0: Input should be a valid number"),
        ("layers.1.temperature", 0, "layers.1.temperature: Input should be greater than 0"),
        ("tokenizer.chars", "一一", "tokenizer: Value error, a character stands in chars twice"),
        ("tokenizer.bigrams", "一", "tokenizer: Value error, bigrams are no pairs of chars"),
        ("least", {"PROJECT": 5}, "least.PROJECT: Input should be less than or equal to 1"),
    ],
)
def test_damaged_settings_are_one_clear_error(copied: Path, place: str, value: object, words: str) -> None:
    path = copied / "tagger.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    *groups, field = place.split(".")
    holder = data
    for group in groups:
        holder = holder[int(group) if group.isdigit() else group]
    holder[field] = value
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{path}: {words}")) as caught:
        Tagger(copied)
    assert str(caught.value).endswith("; the model folder is damaged: copy it again, or make one with `fiscalzh train`")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"name": "' + "字".encode()[:2]])
def test_settings_that_are_no_json_object(copied: Path, content: bytes) -> None:
    (copied / "tagger.json").write_bytes(content)
    with pytest.raises(ValueError, match="^" + re.escape(f"{copied / 'tagger.json'}: ")) as caught:
        Tagger(copied)
    assert "\n" not in str(caught.value)


def test_a_graph_of_another_vocabulary_or_other_labels_fails_at_once(copied: Path) -> None:
    path = copied / "tagger.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    more = copy.deepcopy(good)
    more["tokenizer"]["chars"] += "\U00020000"
    fewer = copy.deepcopy(good)
    fewer["layers"][0] |= {"labels": ["AMOUNT"], "first": [0.0] * 5, "last": [0.0] * 5, "transitions": [[0.0] * 5] * 5}
    other = copy.deepcopy(good)
    other["layers"][1]["name"] = "others"
    for data, words in (
        (more, "does not run with tagger.json"),
        (fewer, "scores 17 tags in layer mentions, tagger.json says 5"),
        (other, "does not"),
    ):
        path.write_text(json.dumps(data), encoding="utf-8")
        with pytest.raises(ValueError, match=re.escape(f"{copied / 'model.onnx'}: {words}")):
            Tagger(copied)


def test_a_graph_that_is_none_is_told_so(copied: Path) -> None:
    (copied / "model.onnx").write_bytes(b"graph")
    with pytest.raises(ValueError, match=re.escape(f"{copied / 'model.onnx'}: no graph that ONNX Runtime can load")):
        Tagger(copied)


def test_the_shipped_tagger_finds_the_same_between_breaks_as_without_them() -> None:
    tagger = Tagger(SHIPPED, threads=1)
    assert tagger.breaks == "。！；？"
    documents = [read(path) for path in sorted(SAMPLES.iterdir())]
    between = [_places(tagger.tag(document)) for document in documents]
    tagger.breaks = ""
    assert [_places(tagger.tag(document)) for document in documents] == between
    assert sum(map(len, between)) > 100


@pytest.mark.parametrize("count", [1, 2, 3, 14, 64])
def test_batches_are_alike_and_even_in_number(count: int) -> None:
    windows = [Window(0, 200 - number, np.zeros((0, 4), dtype=np.int64)) for number in range(count)]
    batches = runtime._batches(windows)
    assert [window for batch in batches for window in batch] == windows
    assert len(batches) % 2 == 0 or count == 1
    sizes = [len(batch) for batch in batches]
    assert max(sizes) - min(sizes) <= 1
    assert all(batch[0].length * len(batch) <= BATCH_TOKENS for batch in batches)
