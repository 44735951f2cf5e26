"""All scores of a report, and of many: micro over everything, macro over reports, labels and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final

import numpy as np

from ..annotations.labels import FISCAL
from .checks import score_checks
from .claims import score_claims
from .facts import score_facts
from .intervals import Counts, Interval, bootstrap, f1
from .outputs import Case
from .overlaps import layer, score_layer
from .spans import Score, score_spans

RESAMPLES: Final = 2_000
SEED: Final = 13


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of some reports: for each figure a score a report, in the order of `reports`; a report may lack a figure."""

    reports: tuple[str, ...]
    by_report: tuple[Mapping[str, Score], ...]
    figures: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", tuple(dict.fromkeys(name for scores in self.by_report for name in scores)))

    def of(self, figure: str) -> list[Score]:
        """The score of each report; nothing of nothing where it lacks the figure."""
        return [scores.get(figure, Score(0, 0, 0)) for scores in self.by_report]

    def counts(self, figure: str) -> Counts:
        """(reports, 3): right, predicted and gold."""
        return np.array([[score.right, score.predicted, score.gold] for score in self.of(figure)])

    def micro(self, figure: str) -> Score:
        """Everything counted together."""
        return total(self.of(figure))

    def macro(self, figure: str) -> float | None:
        """The mean F1 of the reports in which there is something to find or something was found."""
        return mean_f1(self.of(figure))

    def interval(self, figure: str) -> Interval:
        """Micro F1 with its 95 % interval over the reports in which there is something to find or something was found."""
        counts = self.counts(figure)
        return bootstrap(counts[counts.any(1)], f1, RESAMPLES, seed=SEED)


def score_cases(cases: Sequence[Case]) -> Scores:
    """The scores of some reports."""
    return Scores(tuple(case.name for case in cases), tuple(map(score_case, cases)))


def score_case(case: Case) -> dict[str, Score]:
    """All scores of one report.

    Spans and claims are scored where the gold has offsets into this text, checks where contradictions were looked for.
    """
    scores: dict[str, Score] = {}
    gold, predicted = case.gold, case.predicted
    if gold.placed:
        scores |= {f"span {label}": score for label, score in score_spans([predicted.spans], [gold.spans]).items()}
        for name, _ in FISCAL.layers:
            ways = score_layer(layer(gold.spans, name), layer(predicted.spans, name))
            scores |= {f"{name} {way}": score for way, score in ways.items()}
        del scores["claims strict"], scores["claims borders"]  # there is one label: both are `span CLAIM`
    scores |= score_facts(gold, predicted)
    if gold.placed:
        scores |= score_claims(gold.claims, predicted.claims)
    if gold.checks is not None:
        scores |= score_checks(gold.checks, predicted.checks or ())
    return scores


def total(scores: Sequence[Score]) -> Score:
    """Scores counted together."""
    return Score(sum(s.right for s in scores), sum(s.predicted for s in scores), sum(s.gold for s in scores))


def mean_f1(scores: Sequence[Score]) -> float | None:
    """The mean F1 of those where there is anything; None where there is nothing."""
    counted = [score.f1 for score in scores if score.predicted or score.gold]
    return fmean(counted) if counted else None
