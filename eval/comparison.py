"""Two outputs on the same reports: the difference, its interval, and whether there is evidence of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .intervals import Interval, f1, paired_difference, randomisation
from .scores import RESAMPLES, SEED, Scores

LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """F1 of the first output less that of the second, with its 95 % interval and the p-value of approximate randomisation."""

    figure: str
    first: float
    second: float
    difference: Interval
    p: float

    @property
    def verdict(self) -> str:
        """Interval and test must agree that there is one."""
        if self.p >= LEVEL or self.difference.low <= 0 <= self.difference.high:
            return "no evidence of a difference"
        return "the first is better" if self.difference.value > 0 else "the second is better"


def compare_scores(first: Scores, second: Scores, figures: Sequence[str] | None = None) -> list[Difference]:
    """The differences in all figures, or in those named, over the reports in which either output or the gold has any.

    Raises:
        ValueError: the two are scores of other reports.
    """
    if first.reports != second.reports:
        raise ValueError("two outputs are compared on the same reports")
    return [found for figure in figures or first.figures if (found := _difference(first, second, figure))]


def least_p(reports: int) -> float:
    """The least p-value that so many reports can give."""
    return min(1.0, 2.0 * 0.5**reports)


def _difference(first: Scores, second: Scores, figure: str) -> Difference | None:
    mine, theirs = first.counts(figure), second.counts(figure)
    there = mine.any(1) | theirs.any(1)
    if not there.any():
        return None
    mine, theirs = mine[there], theirs[there]
    difference = paired_difference(mine, theirs, f1, RESAMPLES, seed=SEED)
    return Difference(figure, first.micro(figure).f1, second.micro(figure).f1, difference, randomisation(mine, theirs, f1, seed=SEED))
