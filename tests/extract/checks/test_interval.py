"""Intervals: what is computed from them holds whatever the digits left out were."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from fiscalzh.extract.checks.interval import Interval, printed
from fiscalzh.extract.figures import read_figure
from hypothesis import given
from hypothesis import strategies as st

_NUMBERS = st.decimals(min_value=1, max_value=10_000, places=3)


def _printed(number: Decimal) -> Interval:
    """What stands for a number printed with two decimals."""
    return Interval.rounded(number.quantize(Decimal("0.01")), Decimal("0.01"))


@given(_NUMBERS, _NUMBERS)
def test_exact_results_lie_inside(a: Decimal, b: Decimal) -> None:
    for result, exact in (
        (_printed(a) + _printed(b), Fraction(a) + Fraction(b)),
        (_printed(a) - _printed(b), Fraction(a) - Fraction(b)),
        (_printed(a).over(_printed(b)), Fraction(a) / Fraction(b)),
    ):
        assert result is not None
        assert result.low <= exact <= result.high


@given(st.decimals(min_value=-10_000, max_value=10_000, places=6), st.integers(min_value=0, max_value=6))
def test_what_rounds_to_a_figure_has_exact_ends(number: Decimal, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    value = Interval.rounded(number, step)
    assert (value.low, value.high) == (Fraction(number) - Fraction(step) / 2, Fraction(number) + Fraction(step) / 2)
    assert value.middle == Fraction(number)


def test_ends_of_quotients_lie_outside() -> None:
    third = Interval.exactly(1).over(Interval.exactly(3))
    minus = Interval.exactly(-1).over(Interval.exactly(3))
    assert third is not None
    assert minus is not None
    assert third.low < Fraction(1, 3) < third.high
    assert minus.low < -Fraction(1, 3) < minus.high
    assert third.high - third.low == Fraction(1, 10**12)


def test_nothing_is_divided_by_what_may_be_zero() -> None:
    assert Interval.exactly(1).over(Interval.rounded(Decimal(0), Decimal("0.01"))) is None


@pytest.mark.parametrize(
    ("text", "before", "holds", "not_"),
    [
        ("145.88万元", "", (1458750, 1458849), (1458700, 1458900)),
        ("6900余万元", "", (69000000, 69500000), (68000000, 71000000)),
        ("800万元", "近", (7600000, 8000000), (6900000, 8100000)),
    ],
)
def test_vague_words_widen_a_figure(text: str, before: str, holds: tuple[int, ...], not_: tuple[int, ...]) -> None:
    value = printed(read_figure(text, "AMOUNT"), text, before)
    assert all(value.low <= number <= value.high for number in holds)
    assert not any(value.low <= number <= value.high for number in not_)
