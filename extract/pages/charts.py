"""The two charts of a report: budget against final accounts, and what shares a whole is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..facts import Extraction, Fact

WIDTH: Final = Decimal(1000)  # of a drawing, in its own units
MOST: Final = 15
HUES: Final = 8  # colours of the style sheet


@dataclass(frozen=True, slots=True)
class Pair:
    """A subject's budget and final accounts, as facts, and how wide their bars are."""

    subject: str
    budget: str
    actual: str
    budget_width: Decimal
    actual_width: Decimal


@dataclass(frozen=True, slots=True)
class Bars:
    """The subjects of the largest sums, largest first; `left_out` more have both figures too."""

    pairs: tuple[Pair, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Slice:
    """One share, from `left`; `hue` numbers its colour."""

    fact: str
    subject: str
    percent: Decimal
    left: Decimal
    width: Decimal
    hue: int


@dataclass(frozen=True, slots=True)
class Shares:
    """What a whole is made of; `rest` is what no share was printed for."""

    base: str
    period: int | None
    slices: tuple[Slice, ...]
    rest: Decimal


def compared(extraction: Extraction) -> Bars | None:
    """Budget against final accounts of the report's own year; the initial budget where there is one."""
    year = extraction.document.meta.fiscal_year
    found = []
    for record in extraction.records:
        of: dict[str, int] = {}
        for number in record.facts:
            fact = extraction.facts[number]
            if fact.period in (year, None) and fact.value >= 0:
                of.setdefault(fact.measure, number)
        budget = of.get("initial_budget", of.get("budget"))
        if budget is not None and "actual" in of:
            found.append((record.subject, budget, of["actual"]))
    if not found:
        return None
    found.sort(key=lambda pair: -max(_value(extraction, pair[1]), _value(extraction, pair[2])))
    widest = max(_value(extraction, number) for number in found[0][1:]) or Decimal(1)

    def width(number: int) -> Decimal:
        return round(_value(extraction, number) / widest * WIDTH, 1)

    pairs = (Pair(subject, f"f{b + 1}", f"f{a + 1}", width(b), width(a)) for subject, b, a in found[:MOST])
    return Bars(tuple(pairs), max(0, len(found) - MOST))


def _value(extraction: Extraction, number: int) -> Decimal:
    return extraction.facts[number].value


def composed(extraction: Extraction) -> Iterator[Shares]:
    """For each whole its shares, two or more, where together they are no more than the whole."""
    groups = defaultdict[tuple[str, int | None, str | None], dict[str, tuple[int, Fact]]](dict)
    for number, fact in enumerate(extraction.facts, start=1):
        if fact.measure == "share" and fact.base and fact.value > 0:
            groups[fact.base, fact.period, fact.scope].setdefault(fact.subject, (number, fact))
    for (base, period, _), shares in groups.items():
        rest = 100 - sum((fact.value for _, fact in shares.values()), Decimal(0))
        if len(shares) > 1 and rest >= Decimal("-0.5"):  # what rounding explains
            yield Shares(base, period, tuple(_slices(list(shares.values()))), max(rest, Decimal(0)))


def _slices(shares: Sequence[tuple[int, Fact]]) -> Iterator[Slice]:
    left = Decimal(0)
    for at, (number, fact) in enumerate(shares):
        width = round(fact.value / 100 * WIDTH, 1)
        yield Slice(f"f{number}", fact.subject, fact.value, left, width, at % HUES)
        left += width
