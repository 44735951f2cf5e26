"""What a printed figure may stand for: an interval, since a report rounds to what it prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

from ..figures import Figure

GRAINS: Final = 10**12  # of a whole
_MORE: Final = re.compile(r"[余多]")
_BEFORE: Final = re.compile(r"(?P<less>近|接近|将近|不足|不到)\Z|(?P<more>超过|超|逾|突破|高达|不少于|不低于)\Z|(?P<about>约|大约|约为|左右)\Z")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval; arithmetic gives one that holds all results.

    Its ends are `bottom` and `top` grains of 10^-12: whole numbers, since fractions are too slow for all that is held against each
    other. Only where an end falls between two grains, as that of a quotient may, is it the one outside.
    """

    bottom: int
    top: int

    @classmethod
    def between(cls, low: Fraction, high: Fraction) -> Interval:
        return cls(floor(low * GRAINS), ceil(high * GRAINS))

    @classmethod
    def rounded(cls, number: Decimal, step: Decimal) -> Interval:
        """What rounds to `number` where `step` is the value of its last printed digit: half a step to either side."""
        (units, of), (steps, of_step) = number.as_integer_ratio(), step.as_integer_ratio()
        middle, half, whole = 2 * units * of_step * GRAINS, steps * of * GRAINS, 2 * of * of_step
        return cls((middle - half) // whole, -((-middle - half) // whole))

    @classmethod
    def exactly(cls, number: int) -> Interval:
        return cls(number * GRAINS, number * GRAINS)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.bottom + other.bottom, self.top + other.top)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.bottom - other.top, self.top - other.bottom)

    def __neg__(self) -> Interval:
        return Interval(-self.top, -self.bottom)

    def __abs__(self) -> Interval:
        if self.bottom >= 0:
            return self
        return -self if self.top <= 0 else Interval(0, max(-self.bottom, self.top))

    def times(self, factor: int) -> Interval:
        """Multiplied by a positive number."""
        return Interval(self.bottom * factor, self.top * factor)

    def over(self, other: Interval) -> Interval | None:
        """The quotient; None where the divisor may be zero."""
        if other.bottom <= 0 <= other.top:
            return None
        if self.bottom >= 0 and other.bottom > 0:
            return Interval(self.bottom * GRAINS // other.top, -(-self.top * GRAINS // other.bottom))
        ends = [(end * GRAINS, by) for end in (self.bottom, self.top) for by in (other.bottom, other.top)]
        return Interval(min(end // by for end, by in ends), max(-(-end // by) for end, by in ends))

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both: whether rounding explains the difference."""
        return self.bottom <= other.top and other.bottom <= self.top

    @property
    def low(self) -> Fraction:
        return Fraction(self.bottom, GRAINS)

    @property
    def high(self) -> Fraction:
        return Fraction(self.top, GRAINS)

    @property
    def middle(self) -> Fraction:
        return Fraction(self.bottom + self.top, 2 * GRAINS)


def total(values: Sequence[Interval]) -> Interval:
    """The sum of some intervals."""
    return Interval(sum(v.bottom for v in values), sum(v.top for v in values))


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
    return Interval.between(exact.low - reach if less else exact.low, exact.high + reach if more else exact.high)
