"""How sure a score is: bootstrap intervals over reports, paired differences, and a randomisation test.

Whole reports are drawn, never single spans: spans of one report are right or wrong together. All take counts of shape (reports, 3), columns
right, predicted, gold, and are the same for the same seed. Few reports give rough intervals: three can be drawn in ten ways only.

Source: Berg-Kirkpatrick, Burkett and Klein 2012 (paired bootstrap); Yeh 2000 (approximate randomisation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Statistic = Callable[[Counts], Values]
"""Summed counts (..., 3) to values (...)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the percentile interval around it, from `reports` reports."""

    value: float
    low: float
    high: float
    reports: int


def precision(counts: Counts) -> Values:
    """Right of predicted; 0 where nothing is predicted."""
    return _share(counts[..., 0], counts[..., 1])


def recall(counts: Counts) -> Values:
    """Right of gold; 0 where there is no gold."""
    return _share(counts[..., 0], counts[..., 2])


def f1(counts: Counts) -> Values:
    """The harmonic mean of precision and recall; 0 where there is neither prediction nor gold."""
    return _share(2 * counts[..., 0], counts[..., 1] + counts[..., 2])


def bootstrap(counts: Counts, statistic: Statistic = f1, resamples: int = 2_000, level: float = 0.95, seed: int = 13) -> Interval:
    """The statistic of all reports and its percentile interval.

    Args:
        counts: (reports, 3), at least one report.
        level: share of the resamples inside the interval.
    """
    drawn = _draws(len(counts), resamples, seed)
    return _interval(float(statistic(counts.sum(0))), statistic(drawn @ counts), level, len(counts))


def paired_difference(
    mine: Counts, theirs: Counts, statistic: Statistic = f1, resamples: int = 2_000, level: float = 0.95, seed: int = 13
) -> Interval:
    """The statistic of one system less that of another on the same reports, and its percentile interval.

    Raises:
        ValueError: the two have other numbers of reports.
    """
    _check(mine, theirs)
    drawn = _draws(len(mine), resamples, seed)
    value = float(statistic(mine.sum(0))) - float(statistic(theirs.sum(0)))
    return _interval(value, statistic(drawn @ mine) - statistic(drawn @ theirs), level, len(mine))


def randomisation(mine: Counts, theirs: Counts, statistic: Statistic = f1, rounds: int = 10_000, seed: int = 13) -> float:
    """The two-sided p-value of the difference, if it did not matter which system an output came from.

    In every round each report's outputs change sides by the toss of a coin; where there are no more than `rounds` ways to do so, each is
    looked at once. With n reports p is never below 2 / 2**n.

    Raises:
        ValueError: the two have other numbers of reports.
    """
    _check(mine, theirs)
    reports = len(mine)
    exact = 2**reports <= rounds
    swap = np.array(list(product((0, 1), repeat=reports))) if exact else np.random.default_rng(seed).integers(0, 2, (rounds, reports))
    moved = swap @ (theirs - mine)
    differences = np.abs(statistic(mine.sum(0) + moved) - statistic(theirs.sum(0) - moved))
    seen = abs(float(statistic(mine.sum(0))) - float(statistic(theirs.sum(0))))
    as_far = int((differences >= seen - 1e-12).sum())
    return as_far / len(swap) if exact else (as_far + 1) / (rounds + 1)


def _share(part: Counts, whole: Counts) -> Values:
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0)


def _draws(reports: int, resamples: int, seed: int) -> Counts:
    """(resamples, reports): how often each report is drawn."""
    return np.random.default_rng(seed).multinomial(reports, np.full(reports, 1 / reports), size=resamples)


def _interval(value: float, values: Values, level: float, reports: int) -> Interval:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), reports)


def _check(mine: Counts, theirs: Counts) -> None:
    if mine.shape != theirs.shape:
        raise ValueError(f"two systems are compared on the same reports, got counts of {len(mine)} and {len(theirs)}")
