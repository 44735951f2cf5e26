"""Intervals in a report's own words: in the unit and with the decimals of the figure they are held against."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from .interval import Interval

_UNIT: Final = re.compile(r"(?P<unit>亿元?|万元?|元|%)\Z")
_WORTH: Final = {"亿": 100_000_000, "万": 10_000}


def show(value: Interval, like: str) -> str:
    """An interval as `like` is written: `12.34万元`, or `12.33万元~12.35万元` where rounding leaves it open.

    Args:
        like: a printed sum or percentage, whose unit and number of decimals are taken over.
    """
    match = _UNIT.search(like.rstrip("余多"))
    unit = match["unit"] if match else ""
    worth = _WORTH.get(unit[:1], 1)
    decimals = re.search(r"\.(\d+)", like)
    places = max(2, len(decimals[1])) if decimals else 2
    ends = dict.fromkeys(_rounded(end / worth, places) + (unit or "元") for end in (value.low, value.high))
    return "~".join(ends)


def _rounded(number: Fraction, places: int) -> str:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return format(rounded, ",f")
