"""Baselines are trained once, and again only where something they were learned from has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fiscalzh.annotations.report import AnnotatedReport
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.eval.spans import f1_by_label
from fiscalzh.models.baselines.rules import RuleTagger
from fiscalzh.models.baselines.store import Trained, stored, trained

Make = Callable[..., tuple[Document, tuple[Span, ...]]]


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many reports each training had."""
    seen: list[int] = []

    def fit(self: RuleTagger, train: list[AnnotatedReport], *_: object) -> None:
        seen.append(len(train))
        self.cut_short = self.minutes < 1

    monkeypatch.setattr(RuleTagger, "fit", fit)
    return seen


@pytest.fixture
def reports(make_report: Make) -> list[AnnotatedReport]:
    return [AnnotatedReport(document, spans, (), ()) for document, spans in (make_report(seed, 4) for seed in range(3))]


def _train(reports: list[AnnotatedReport], folder: Path, **settings: float) -> Trained:
    return trained("rules", reports[:2], reports[2:], folder, f1_by_label, lambda _: None, **settings)


def test_what_is_there_is_taken(fits: list[int], reports: list[AnnotatedReport], tmp_path: Path) -> None:
    first, second = (_train(reports, tmp_path) for _ in range(2))
    assert fits == [2]
    assert first.note == second.note == stored("rules", tmp_path).note
    assert set(first.note["dev"]) == {"AMOUNT", "RATIO", "ACCOUNT", "PROJECT", "CLAIM", "ALL"}


def test_other_settings_texts_or_spans_mean_other_training(fits: list[int], reports: list[AnnotatedReport], tmp_path: Path) -> None:
    _train(reports, tmp_path)
    _train(reports, tmp_path, seed=3)
    _train(reports[::-1], tmp_path, seed=3)
    fewer = AnnotatedReport(reports[0].document, reports[0].spans[1:], (), ())
    _train([fewer, *reports[1:]], tmp_path, seed=3)
    assert len(fits) == 4


def test_more_time_means_other_training_only_where_time_ran_out(fits: list[int], reports: list[AnnotatedReport], tmp_path: Path) -> None:
    assert [_train(reports, tmp_path, minutes=minutes).note["settings"]["minutes"] for minutes in (0.5, 0.2, 5, 9, 2)] == [0.5, 0.5, 5, 5, 5]
    assert len(fits) == 2


def test_a_training_that_broke_off_is_begun_again(reports: list[AnnotatedReport], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(RuleTagger, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _train(reports, tmp_path)
    with pytest.raises(FileNotFoundError, match="fiscalzh benchmark tag"):
        stored("rules", tmp_path)
    note = _train(reports, tmp_path).note
    assert json.loads((tmp_path / "rules" / "trained.json").read_text(encoding="utf-8")) == note
