"""Sums and rates as a report prints them. Sums are Decimal yuan; a printed figure is always exactly its sum."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

UNITS: Final = {"元": Decimal(1), "万元": Decimal(10_000), "万": Decimal(10_000), "亿元": Decimal(100_000_000), "个亿": Decimal(100_000_000)}
ZERO: Final = Decimal(0)
_DIGITS: Final = "零一二三四五六七八九"


def percent(part: Decimal, whole: Decimal, places: int) -> Decimal:
    """`part` of `whole` in percent, rounded as reports do."""
    return rounded(part / whole * 100, places)


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def snap(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` that lies nearest."""
    return (value / step).to_integral_value(rounding=ROUND_HALF_UP) * step


def split(rng: random.Random, total: Decimal, weights: Sequence[float], step: Decimal) -> list[Decimal]:
    """Parts of a total, multiples of `step` as it is, about as the weights say; their sum is the total exactly."""
    whole = sum(weights)
    noisy = [w * rng.uniform(0.85, 1.15) / whole for w in weights]
    scale = sum(noisy)
    parts = [snap(total * Decimal(repr(n / scale)), step) for n in noisy]
    largest = parts.index(max(parts))
    parts[largest] += total - sum(parts)
    return parts


def grouped(digits: str) -> str:
    """Thousands separators in a plain decimal number."""
    whole, dot, rest = digits.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{rest}"


def plain(value: Decimal) -> str:
    """Without exponent and trailing zeros."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "0") else text


def last_digit(text: str) -> Decimal:
    """What the last printed digit of a sum is worth: rounding hides half of it."""
    match = re.search(r"(?:\.(\d+))?(亿|万)?元?\Z", text)
    assert match is not None
    return UNITS[f"{match[2] or ''}元"].scaleb(-len(match[1] or ""))


def fits(value: Decimal, unit: str, places: int) -> bool:
    """Whether `value` can be printed exactly in `unit` with so many places."""
    return rounded(value / UNITS[unit], places) * UNITS[unit] == value


def hanzi(number: int) -> str:
    """A whole number below 100 in Chinese numerals."""
    if number < 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
