"""Intervals and tests of difference on cases whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fiscalzh.eval.intervals import Counts, Interval, bootstrap, f1, paired_difference, precision, randomisation, recall
from fiscalzh.eval.spans import Score
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def _counts(draw: st.DrawFn, reports: int = 0) -> Counts:
    one = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(lambda c: (c[0], c[0] + c[1], c[0] + c[2]))
    size = reports or draw(st.integers(1, 6))
    return np.array(draw(st.lists(one, min_size=size, max_size=size)))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_statistics_are_those_of_the_score(right: int, more: int, missed: int) -> None:
    score, counts = Score(right, right + more, right + missed), np.array([right, right + more, right + missed])
    assert (precision(counts), recall(counts), f1(counts)) == (score.precision, score.recall, score.f1)


def test_reports_that_are_all_alike_leave_no_doubt() -> None:
    assert bootstrap(np.array([[3, 4, 5]] * 7)) == Interval(2 / 3, pytest.approx(2 / 3), pytest.approx(2 / 3), 7)
    assert bootstrap(np.array([[3, 4, 5]])).reports == 1


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    rng = np.random.default_rng(1)
    right = rng.random(800) < 0.7
    counts = np.stack([right, np.ones(800), np.ones(800)], axis=1).astype(np.int64)
    found = bootstrap(counts, precision)
    share = float(right.mean())
    half = 1.96 * math.sqrt(share * (1 - share) / 800)
    assert found.value == pytest.approx(share)
    assert (found.low, found.high) == (pytest.approx(share - half, abs=0.004), pytest.approx(share + half, abs=0.004))
    narrow = bootstrap(counts, precision, level=0.5)
    assert found.low < narrow.low < narrow.high < found.high


def test_whole_reports_are_drawn() -> None:
    """One good and one bad report: what is drawn is both good, both bad, or one of each, whatever their spans."""
    counts = np.array([[100, 100, 100], [0, 100, 100]])
    assert bootstrap(counts) == Interval(0.5, 0.0, 1.0, 2)


@given(_counts())
def test_the_same_seed_gives_the_same_interval(counts: Counts) -> None:
    found = bootstrap(counts, resamples=100)
    assert found == bootstrap(counts, resamples=100)
    assert 0.0 <= found.low <= found.high <= 1.0
    assert found.value == f1(counts.sum(0))


@given(_counts(4), _counts(4))
def test_a_difference_turns_with_its_sides(mine: Counts, theirs: Counts) -> None:
    there, back = paired_difference(mine, theirs, resamples=99), paired_difference(theirs, mine, resamples=99)
    assert (there.value, there.low, there.high) == (-back.value, pytest.approx(-back.high), pytest.approx(-back.low))
    assert there.value == f1(mine.sum(0)) - f1(theirs.sum(0))
    assert randomisation(mine, theirs) == randomisation(theirs, mine)


def test_a_paired_difference_is_surer_than_the_two_scores() -> None:
    """Reports differ much, the systems always by one span: only pairing shows it."""
    theirs = np.array([[n, 20, 20] for n in range(2, 18)])
    mine = theirs + np.array([1, 0, 0])
    assert bootstrap(mine).low < bootstrap(theirs).high
    found = paired_difference(mine, theirs)
    assert (found.low, found.high) == (pytest.approx(0.05), pytest.approx(0.05))


def test_a_system_does_not_differ_from_itself() -> None:
    counts = np.array([[3, 4, 5], [1, 2, 2], [0, 3, 1]])
    assert paired_difference(counts, counts) == Interval(0.0, 0.0, 0.0, 3)
    assert randomisation(counts, counts) == 1.0


@pytest.mark.parametrize("reports", [1, 2, 3, 8])
def test_few_reports_allow_no_small_p(reports: int) -> None:
    """All ways to change sides are looked at: only all and none differ as much as what was seen."""
    theirs = np.array([[5, 10, 10]] * reports)
    assert randomisation(theirs + np.array([3, 0, 0]), theirs) == 2 / 2**reports


def test_many_reports_are_tossed_for() -> None:
    theirs = np.array([[5, 10, 10]] * 40)
    assert randomisation(theirs + np.array([3, 0, 0]), theirs, rounds=999) == 1 / 1000
    rng = np.random.default_rng(3)
    noise = theirs + np.stack([rng.integers(-2, 3, 40), np.zeros(40, int), np.zeros(40, int)], axis=1)
    assert 0.05 < randomisation(noise, theirs) <= 1.0


def test_systems_are_compared_on_the_same_reports() -> None:
    few, many = np.ones((2, 3), int), np.ones((3, 3), int)
    for compare in (paired_difference, randomisation):
        with pytest.raises(ValueError, match="counts of 2 and 3"):
            compare(few, many)
