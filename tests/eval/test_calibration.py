"""Reliability, temperatures and thresholds on cases whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.eval.calibration import by_threshold, choose_thresholds, judged, reliability, surprise


def _span(start: int, score: float | None, label: str = "PROJECT") -> Span:
    return Span(start, start + 2, label, score)


def test_what_is_as_right_as_it_says_has_no_error() -> None:
    pairs = [(0.75, True)] * 3 + [(0.75, False)] + [(0.25, True)] + [(0.25, False)] * 3
    curve = reliability(pairs)
    assert (curve.count, curve.error) == (8, pytest.approx(0.0))


def test_too_sure_by_a_quarter() -> None:
    curve = reliability([(1.0, True)] * 3 + [(1.0, False)])
    assert curve.error == pytest.approx(0.25)
    assert [(bin.count, bin.accuracy) for bin in curve.bins] == [(4, 0.75)]


def test_spans_without_a_probability_are_not_judged() -> None:
    assert judged([[_span(0, 0.5), _span(5, None), _span(9, 0.9)]], [[_span(9, None)]]) == [(0.5, False), (0.9, True)]


def test_surprise_is_least_for_the_honest() -> None:
    half = [(0.5, True), (0.5, False)]
    assert surprise(half) < surprise([(0.9, True), (0.9, False)])


def test_a_threshold_is_chosen_where_it_helps() -> None:
    gold = [[_span(10 * i, None) for i in range(6)] + [_span(500 + i * 10, None, "ACCOUNT") for i in range(4)]]
    sure, unsure = [_span(10 * i, 0.9) for i in range(6)], [_span(200 + 10 * i, 0.35) for i in range(4)]
    accounts = [_span(500 + i * 10, 0.2, "ACCOUNT") for i in range(4)]
    predicted = [sure + unsure + accounts]
    assert choose_thresholds(predicted, gold) == {"PROJECT": 0.4}
    scores = by_threshold(predicted, gold, "PROJECT")
    assert (scores[0.0].precision, scores[0.4].precision, scores[0.9].recall) == (pytest.approx(0.6), 1.0, 1.0)


def test_no_threshold_above_half_the_f1_it_gives_is_chosen() -> None:
    predicted = [[_span(start * 10, 0.45) for start in range(6)] + [_span(100, 0.9)]]
    gold = [[_span(100, None)] + [_span(start * 10 + 200, None) for start in range(2)]]
    assert by_threshold(predicted, gold, "PROJECT")[0.5].f1 > by_threshold(predicted, gold, "PROJECT")[0.0].f1 + 0.2
    assert choose_thresholds(predicted, gold) == {}


@pytest.mark.train
def test_calibrating_writes_temperatures_and_thresholds(tmp_path: Path) -> None:
    import shutil

    from fiscalzh.annotations.report import load_reports
    from fiscalzh.corpus.library import written
    from fiscalzh.eval.calibration import calibrate, draw
    from fiscalzh.models.runtime import SHIPPED, Tagger

    model = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    reports = load_reports(written("dev"))[:2]
    calibrated = calibrate(model, reports)
    data = json.loads((model / "tagger.json").read_text(encoding="utf-8"))
    assert calibrated.temperatures == {layer["name"]: layer["temperature"] for layer in data["layers"]}
    assert all(0.5 <= temperature <= 3.1 for temperature in calibrated.temperatures.values())
    raw = Tagger(model, least=dict.fromkeys(("AMOUNT", "RATIO", "ACCOUNT", "PROJECT", "CLAIM"), 0.0))
    gold = [report.spans for report in reports]
    honest, plain = (judged([raw.tag(r.document, temperature=t) for r in reports], gold) for t in (None, 1.0))
    assert surprise(honest) <= surprise(plain)
    assert [(s.start, s.end) for s in raw.tag(reports[0].document)] == [(s.start, s.end) for s in raw.tag(reports[0].document, temperature=3.0)]
    draw({"all": reliability(honest)}, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 5000


def test_a_higher_threshold_leaves_out_the_less_probable() -> None:
    from fiscalzh.corpus import from_text
    from fiscalzh.models.runtime import Tagger

    document = from_text("完成云溪大数据平台建设和城区路灯改造工程，项目支出12.5万元。")
    everything = Tagger(least={"PROJECT": 0.0}).tag(document)
    assert [s for s in everything if s.label == "PROJECT"]
    assert [s.label for s in Tagger(least={"PROJECT": 1.01}).tag(document)] == [s.label for s in everything if s.label != "PROJECT"]


def test_the_command_prints_errors_before_and_after(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from fiscalzh.cli import app

    done = CliRunner().invoke(app, ["benchmark", "calibration", "--split", "dev", "--plot", str(tmp_path / "curve.png")])
    assert done.exit_code == 0, done.output
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| ALL")]
    before, after = (float(cell) for cell in row.split("|")[2:4])
    assert after < before
    assert (tmp_path / "curve.png").exists()
