"""Every baseline learns an invented pattern from a handful of reports, keeps to the scheme, and is the same when it is loaded again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.labels import FISCAL, LABELS
from fiscalzh.annotations.report import AnnotatedReport
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.read import from_text
from fiscalzh.eval.spans import f1_by_label
from fiscalzh.models.baselines.base import Baseline
from fiscalzh.models.baselines.registry import REGISTRY, MissingExtraError, make
from fiscalzh.models.baselines.spacy_ner import SpacyNer

Make = Callable[..., tuple[Document, tuple[Span, ...]]]
SMALL: dict[str, dict[str, Any]] = {
    "rules": {},
    "crf": {"penalties": ((0.05, 0.01),), "iterations": 40, "least": 1},
    "spacy-ner": {"steps": 120, "every": 60, "rate": 0.003},
    "spacy-spancat": {"steps": 120, "every": 60, "rate": 0.005, "longest": 8},
    "transformer": {"hidden": 32, "depth": 1, "epochs": 12, "rate": 0.01, "batch_tokens": 512},
}
LEARNT = {"rules": 0.75, "crf": 0.97, "spacy-ner": 0.8, "spacy-spancat": 0.3, "transformer": 0.7}  # F1 of ALL on a report not seen


@pytest.fixture(scope="module")
def reports(make_report: Make) -> list[AnnotatedReport]:
    return [AnnotatedReport(document, spans, (), ()) for document, spans in (make_report(seed, 16) for seed in range(8))]


@pytest.fixture(scope="module", params=list(REGISTRY))
def fitted(request: pytest.FixtureRequest, reports: list[AnnotatedReport]) -> Baseline:
    try:
        baseline = make(request.param, **SMALL[request.param])
    except MissingExtraError as error:
        pytest.skip(str(error))
    baseline.fit(reports[:6], reports[6:7], f1_by_label)
    assert not baseline.cut_short
    return baseline


def test_the_pattern_is_learnt(fitted: Baseline, reports: list[AnnotatedReport]) -> None:
    (held,) = reports[7:]
    assert f1_by_label([fitted.tag(held.document)], [held.spans])["ALL"] > LEARNT[fitted.name]


@pytest.mark.parametrize(
    "text",
    [
        "办公费支出12.50万元，完成预算的93.1%。\n\n本年安排乙山路工程资金7.10万元，用于建设。\n",
        "　一、收支情况\r\n　　办公费支出１２.５０\n万元，完成预算的 93.1 %。",  # full-width digits, a soft line break, spaces
        "办公费支出12.50万元，" * 170,  # one paragraph longer than any unit
        "。",
        "",
    ],
)
def test_spans_lie_in_the_text_and_apart_in_each_layer(fitted: Baseline, text: str) -> None:
    spans = fitted.tag(from_text(text))
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) and span.label in LABELS for span in spans)
    for _, labels in FISCAL.layers:
        own = [span for span in spans if span.label in labels]
        assert all(not a.overlaps(b) for a, b in pairwise(own))


def test_nothing_is_cut_off(fitted: Baseline) -> None:
    sentence = "本年安排乙山路工程资金7.10万元，用于建设。"
    text = sentence * 90
    found = [span for span in fitted.tag(from_text(text)) if span.label == "PROJECT"]
    assert len(found) > 80
    assert found[-1].end > len(text) - len(sentence)


def test_offsets_are_those_of_the_source(fitted: Baseline) -> None:
    text = "\n　　办公费支出３２.５０\n万元，完成预算的 93.1 %。\n"
    labels = {span.label: span.of(text) for span in fitted.tag(from_text(text)) if span.label in ("AMOUNT", "RATIO")}
    if fitted.name in ("rules", "crf"):
        assert labels == {"AMOUNT": "３２.５０\n万元", "RATIO": "93.1 %"}
    else:
        assert all(name.strip() == name for name in labels.values())


def test_loaded_again_it_tags_the_same(fitted: Baseline, reports: list[AnnotatedReport], tmp_path: Path) -> None:
    fitted.save(tmp_path)
    again = make(fitted.name, **SMALL[fitted.name])
    again.load(tmp_path)
    assert again.tag(reports[7].document) == fitted.tag(reports[7].document)


def test_one_layer_alone_finds_what_it_finds_among_both(fitted: Baseline, reports: list[AnnotatedReport]) -> None:
    if not isinstance(fitted, SpacyNer):
        pytest.skip("one pipeline for all labels")
    everything = fitted.tag(reports[7].document)
    for layer, labels in FISCAL.layers:
        assert fitted.only(layer).tag(reports[7].document) == [span for span in everything if span.label in labels]


@pytest.mark.parametrize(("name", "changes"), [("crf", {"penalties": ((0.5, 0.0), (0.1, 0.0))}), ("spacy-ner", {}), ("transformer", {})])
def test_training_ends_with_its_time(name: str, changes: dict[str, Any], reports: list[AnnotatedReport]) -> None:
    try:
        baseline = make(name, **SMALL[name] | changes, minutes=1e-6)
    except MissingExtraError as error:
        pytest.skip(str(error))
    baseline.fit(reports[:2], reports[6:7], f1_by_label)
    assert baseline.cut_short
    baseline.tag(reports[7].document)


def test_an_unknown_baseline_is_named() -> None:
    with pytest.raises(ValueError, match=r"no baseline 'bert'; there are rules, crf"):
        make("bert")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn_crfsuite", None)
    monkeypatch.delitem(sys.modules, "fiscalzh.models.baselines.crf", raising=False)
    with pytest.raises(MissingExtraError, match=r"needs the extra `bench`: pip install 'fiscalzh\[bench\]'"):
        make("crf")
