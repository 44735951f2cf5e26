"""What a printed figure may stand for: an interval, since a report rounds to what it prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ..figures import Figure

_MORE: Final = re.compile(r"[余多]")
_BEFORE: Final = re.compile(r"(?P<less>近|接近|将近|不足|不到)\Z|(?P<more>超过|超|逾|突破|高达|不少于|不低于)\Z|(?P<about>约|大约|约为|左右)\Z")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of exact numbers; arithmetic gives the interval of all results."""

    low: Fraction
    high: Fraction

    @classmethod
    def rounded(cls, number: Decimal, step: Decimal) -> Interval:
        """What rounds to `number` where `step` is the value of its last printed digit: half a step to either side."""
        return cls(Fraction(number) - Fraction(step) / 2, Fraction(number) + Fraction(step) / 2)

    @classmethod
    def exactly(cls, number: int | Decimal) -> Interval:
        return cls(Fraction(number), Fraction(number))

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __abs__(self) -> Interval:
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Interval(Fraction(0), max(-self.low, self.high))

    def times(self, factor: int) -> Interval:
        """Multiplied by a positive number."""
        return Interval(self.low * factor, self.high * factor)

    def over(self, other: Interval) -> Interval | None:
        """The quotient; None where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            return None
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both: whether rounding explains the difference."""
        return self.low <= other.high and other.low <= self.high

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2


def total(values: Sequence[Interval]) -> Interval:
    """The sum of some intervals."""
    return Interval(sum((v.low for v in values), Fraction(0)), sum((v.high for v in values), Fraction(0)))


def printed(figure: Figure, text: str, before: str) -> Interval:
    """What a figure stands for, the words of vagueness in it (6900余万元) and before it (近, 约, 超过) included.

    Args:
        text: the figure as written.
        before: the words in front of it.
    """
    exact = Interval.rounded(figure.number, figure.step)
    vague = _BEFORE.search(before)
    more, less = bool(_MORE.search(text)), False
    if vague:
        more, less = more or bool(vague["more"] or vague["about"]), bool(vague["less"] or vague["about"])
    if not (more or less):
        return exact
    # 近800万 may be 712万, 6900余万 is less than 7000万: what is left open is one of the last digit that is no zero.
    exponent = figure.number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # figures are finite
    reach = Fraction(10) ** exponent
    return Interval(exact.low - reach if less else exact.low, exact.high + reach if more else exact.high)
