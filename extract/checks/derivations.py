"""How a percentage follows from the sums that a report gives of its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from .interval import Interval, total
from .ledger import Entry, Ledger
from .wording import LEFTOVER

_ARRIVED: Final = re.compile(r"到位(?!率)")
OTHER_BASE: Final = re.compile(r"同口径|可比|剔除|扣除|不含|按[^，。]{1,12}(?:计算|折算|口径)")


@dataclass(frozen=True, slots=True)
class Derivation:
    """What some entries give, and the reckoning in words.

    `ought` is set where the reckoning is a known mistake: what it ought to have given. `of_whole` says that a rate is read as that of
    the whole of the list before it.
    """

    sources: tuple[Entry, ...]
    value: Interval
    words: str
    ought: Interval | None = None
    of_whole: bool = False

    def gives(self, rate: Entry) -> bool:
        """Whether the reckoning gives the rate as printed: rounded, or cut off behind its last digit."""
        return abs(self.value).meets(as_printed(rate))


def as_printed(rate: Entry) -> Interval:
    """What may have been printed as a rate, its sign aside: what rounds to it, and what begins with its digits."""
    value = abs(rate.value)
    return Interval(value.bottom, value.top + (value.top - value.bottom) // 2)


def percent(part: Interval, whole: Interval) -> Interval | None:
    """`part` of `whole` in percent; None where the whole may be zero."""
    quotient = part.over(whole)
    return None if quotient is None else quotient.times(100)


def completion(ledger: Ledger, subject: Entry) -> Iterator[Derivation]:
    """支出 over 预算, by each budget that the report gives of the subject, also as it was adjusted; and over what came in (到位)."""
    changes = sorted(ledger.same(subject, "budget_change"), key=lambda e: e.figure)
    actual = ledger.same(subject, "actual")
    for done in actual:
        for base in ledger.same(subject, "initial_budget", "budget"):
            if done.period != base.period:
                continue
            if value := percent(done.value, base.value):
                yield Derivation((done, base), value, "{}÷{}")
            for size in range(1, len(changes) + 1):  # one adjustment, or all up to one
                if value := percent(done.value, total([base.value, *(c.value for c in changes[:size])])):
                    yield Derivation((done, base, *changes[:size]), value, "{}÷（" + "+".join(["{}"] * (size + 1)) + "）")
    arrived = [e for e in actual if _ARRIVED.search(ledger.words_before(e.figure))]
    for done, base in product(actual, arrived):
        if done not in arrived and done.period == base.period and (value := percent(done.value, base.value)):
            yield Derivation((done, base), value, "{}÷{}")


def growth(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The change over last year's figure; over this year's it is the mistake that is often made."""
    budget = ledger.document.meta.report_type == "budget"
    every = ledger.same(rate, "budget", "actual") if budget else ledger.same(rate, "actual") or ledger.same(rate, "budget", "balance")
    now = [e for e in every if e.period == rate.period]
    last = [e for e in every if rate.period is not None and e.period == rate.period - 1]
    changes = [e for e in ledger.same(rate, "yoy_change") if e.period == rate.period]
    changes = [e for e in changes if not ledger.apart(e.figure, rate.figure, "item")] or changes
    if OTHER_BASE.search(ledger.words_before(rate.figure)):  # 比上年增加5万元，剔除一次性因素增长8%
        changes, last = [c for c in changes if not ledger.apart(c.figure, rate.figure, "clause")], []
    for current in now:
        for change in changes:
            yield from _growth_by_change(ledger, change, current)
        for past in last:
            right = percent(current.value - past.value, past.value)
            if right:
                yield Derivation((current, past), right, "（{0}-{1}）÷{1}")
            if right and (wrong := percent(current.value - past.value, current.value)):
                yield Derivation((current, past), wrong, "（{0}-{1}）÷{0}", ought=right)


def _growth_by_change(ledger: Ledger, change: Entry, current: Entry) -> Iterator[Derivation]:
    undecided = LEFTOVER.search(ledger.words_before(change.figure)) is not None  # 增加（减少）5万元
    for value in (change.value, -change.value) if undecided else (change.value,):
        right = percent(value, current.value - value)
        if right:
            yield Derivation((change, current), right, "{0}÷（{1}-{0}）")
        if right and (wrong := percent(change.value, current.value)):
            yield Derivation((change, current), wrong, "{}÷{}", ought=right)


def variance(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The difference from the budget over the budget."""
    differences = [e for e in ledger.same(rate, "budget_variance") if not ledger.apart(e.figure, rate.figure)]
    if not differences and "预算" not in ledger.words_before(rate.figure):
        return  # 与年初预算持平，增长5%: of last year
    bases = ledger.same(rate, "initial_budget", "budget")
    for done in ledger.same(rate, "actual"):
        for base in bases:
            if value := percent(done.value - base.value, base.value):
                yield Derivation((done, base), value, "（{0}-{1}）÷{1}")
        for difference in differences:
            if value := percent(difference.value, done.value - difference.value):
                yield Derivation((difference, done), value, "{0}÷（{1}-{0}）")
    for base in bases:
        for difference in differences:
            if value := percent(difference.value, base.value):
                yield Derivation((difference, base), value, "{}÷{}")
