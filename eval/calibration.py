"""How honest a tagger's probabilities are, and what makes them so: temperatures and thresholds, chosen on annotated reports."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ..annotations.labels import LABELS
from ..annotations.report import AnnotatedReport
from ..annotations.span import Span
from ..models.runtime import SHIPPED, Tagger
from ..models.settings import SETTINGS
from .spans import Score, score_spans
from .tables import markdown

TEMPERATURES: Final = tuple(round(0.5 * 1.1**step, 3) for step in range(20))  # 0.5 to 3.06
THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
GAIN: Final = 0.003  # a threshold has to bring more F1 than this: a dev split is small

Judged = tuple[float, bool]  # a span's probability, and whether gold has the span


@dataclass(frozen=True, slots=True)
class Bin:
    """Spans of like probability: how many, their mean probability, and the share of them that is right."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a reliability diagram shows (Guo et al. 2017, On Calibration of Modern Neural Networks)."""

    bins: tuple[Bin, ...]

    @property
    def count(self) -> int:
        return sum(bin.count for bin in self.bins)

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of probability and share right, weighted by the spans; 0 is perfect."""
        return sum(bin.count * abs(bin.confidence - bin.accuracy) for bin in self.bins) / max(1, self.count)


def judged(predicted: Sequence[Iterable[Span]], gold: Sequence[Iterable[Span]], labels: Sequence[str] = LABELS) -> list[Judged]:
    """Every predicted span that has a probability, as (probability, right or not)."""
    pairs = []
    for guess, truth in zip(predicted, gold, strict=True):
        keys = {(s.label, s.start, s.end) for s in truth}
        pairs += [(s.score, (s.label, s.start, s.end) in keys) for s in guess if s.label in labels and s.score is not None]
    return pairs


def reliability(pairs: Sequence[Judged], bins: int = 10) -> Reliability:
    """Sort judged spans into bins of equal width between 0 and 1; empty bins are left out."""
    filled: dict[int, list[Judged]] = {}
    for pair in pairs:
        filled.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    return Reliability(
        tuple(Bin(len(own), math.fsum(p for p, _ in own) / len(own), sum(right for _, right in own) / len(own)) for _, own in sorted(filled.items()))
    )


def surprise(pairs: Sequence[Judged]) -> float:
    """Mean negative log-likelihood of right and wrong under the probabilities, in nats."""
    chances = np.clip([p if right else 1 - p for p, right in pairs], 1e-4, 1.0)
    return float(-np.log(chances).mean()) if len(chances) else 0.0


def fit_temperatures(tagger: Tagger, reports: Sequence[AnnotatedReport]) -> dict[str, float]:
    """For each layer the temperature under which right and wrong are least surprising. Paths do not change, probabilities do."""
    gold = [report.spans for report in reports]
    best: dict[str, tuple[float, float]] = {}
    for temperature in TEMPERATURES:
        tagged = [tagger.tag(report.document, temperature=temperature) for report in reports]
        for layer, decoder in tagger.decoders.items():
            loss = surprise(judged(tagged, gold, decoder.tags.labels))
            best[layer] = min(best.get(layer, (math.inf, 1.0)), (loss, temperature))
    return {layer: temperature for layer, (_, temperature) in best.items()}


def by_threshold(predicted: Sequence[Sequence[Span]], gold: Sequence[Iterable[Span]], label: str) -> dict[float, Score]:
    """The score of a label at each of THRESHOLDS: what leaving out less probable spans costs and brings."""
    return {
        least: score_spans([[s for s in own if s.label == label and (s.score is None or s.score >= least)] for own in predicted], gold, (label,))[
            label
        ]
        for least in THRESHOLDS
    }


def choose_thresholds(predicted: Sequence[Sequence[Span]], gold: Sequence[Iterable[Span]], labels: Sequence[str] = LABELS) -> dict[str, float]:
    """For each label the threshold of best F1; labels that gain no more than GAIN by one are left out.

    None is chosen above half the F1 it gives: under honest probabilities the best one is just that (Lipton et al. 2014, Optimal
    Thresholding of Classifiers to Maximize F1 Measure); a dev split that asks for more has spans of few writers.
    """
    chosen = {}
    for label in labels:
        scores = {least: score for least, score in by_threshold(predicted, gold, label).items() if least <= score.f1 / 2}
        least = max(scores, key=lambda threshold: scores[threshold].f1)
        if scores[least].f1 > scores[0.0].f1 + GAIN:
            chosen[label] = least
    return chosen


def calibrate(folder: Path, reports: Sequence[AnnotatedReport]) -> Tagger:
    """Choose temperatures and thresholds of an exported model on annotated reports and write them into its `tagger.json`.

    Returns:
        The calibrated tagger.
    """
    tagger = Tagger(folder, least=dict.fromkeys(LABELS, 0.0))
    temperatures = fit_temperatures(tagger, reports)
    path = folder / SETTINGS
    data = json.loads(path.read_text(encoding="utf-8"))
    for layer in data["layers"]:
        layer["temperature"] = temperatures[layer["name"]]
    _write(path, data)
    tagged = [Tagger(folder, least=dict.fromkeys(LABELS, 0.0)).tag(report.document) for report in reports]
    data["least"] = choose_thresholds(tagged, [report.spans for report in reports])
    _write(path, data)
    return Tagger(folder)


def benchmark_calibration(reports: Sequence[AnnotatedReport], model: Path | None = None) -> tuple[str, dict[str, Reliability]]:
    """Expected calibration errors by label without and with the model's temperatures, and F1 by threshold, as a table; and the curves of all."""
    tagger = Tagger(model or SHIPPED, least=dict.fromkeys(LABELS, 0.0))
    gold = [report.spans for report in reports]
    plain = [tagger.tag(report.document, temperature=1.0) for report in reports]
    honest = [tagger.tag(report.document) for report in reports]
    rows = []
    for name, labels in (("ALL", LABELS), *((label, (label,)) for label in LABELS)):
        errors = [f"{reliability(judged(found, gold, labels)).error:.3f}" for found in (plain, honest)]
        scores = by_threshold(honest, gold, name).values() if name != "ALL" else ()
        cells = [f"{score.precision:.2f}/{score.recall:.2f}" for score in scores] or [""] * len(THRESHOLDS)
        rows.append([name, *errors, *cells])
    columns = ["label", "error before", "error after", *(f"P/R at {least}" for least in THRESHOLDS)]
    curves = {"without temperatures": reliability(judged(plain, gold)), "with temperatures": reliability(judged(honest, gold))}
    return markdown(columns, rows), curves


def draw(curves: Mapping[str, Reliability], path: Path) -> None:
    """Draw reliability diagrams into one picture (.png, .svg, .pdf). Needs matplotlib, in the extra `train`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfect")
    for name, curve in curves.items():
        axes.plot(
            [bin.confidence for bin in curve.bins], [bin.accuracy for bin in curve.bins],
            marker="o", label=f"{name}: error {curve.error:.3f}, {curve.count} spans",
        )  # fmt: skip
    axes.set(xlabel="probability", ylabel="share of spans that are right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=150)


def _write(path: Path, data: Mapping[str, object]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
