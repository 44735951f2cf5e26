"""Differences that two sums do not give, and totals that ought to be equal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from .derivations import OTHER_BASE
from .doubts import doubtful
from .finding import Fault
from .ledger import LEVELS, Entry, Ledger
from .lists import part_lists
from .rates import TRUST
from .show import show


def change_mismatch(ledger: Ledger) -> Iterator[Fault]:
    for change in ledger.entries:
        if change.measure not in ("yoy_change", "budget_variance") or not _trusted(ledger, change):
            continue
        pairs = list(_pairs(ledger, change))
        if not pairs or OTHER_BASE.search(ledger.words_before(change.figure)) or _comes_out(ledger, change, pairs):
            continue
        now, base = pairs[-1]
        found = ledger.written(change)
        shown = show(abs(now.value - base.value), found)
        yield Fault(
            f"{change.fact.subject}的增减额{found}与两数之差不符：{ledger.written(now)}-{ledger.written(base)}={shown}",
            (change.figure, now.figure, base.figure),
            (change.number, now.number, base.number),
            shown,
            found,
        )


def _trusted(ledger: Ledger, entry: Entry) -> bool:
    return entry.score >= TRUST and entry.number not in doubtful(ledger)


def _pairs(ledger: Ledger, change: Entry) -> Iterator[tuple[Entry, Entry]]:
    """What a change may be the difference of: figures of its subject in its paragraph, last year's right before it."""
    same = [e for e in ledger.same(change, *LEVELS) if not ledger.apart(e.figure, change.figure, "paragraph") and _trusted(ledger, e)]
    near = sorted((e for e in same if e.figure < change.figure), key=lambda e: e.number)
    for base in near:
        for now in near:
            if change.measure == "budget_variance":
                matched = now.measure == "actual" and base.measure in ("initial_budget", "budget") and now.period == base.period
            else:
                matched = now.measure == base.measure and now.period == change.period and base.period == (now.period or 0) - 1
                matched = matched and base.number == change.number - 1
            if matched:
                yield now, base


def _comes_out(ledger: Ledger, change: Entry, pairs: Sequence[tuple[Entry, Entry]]) -> bool:
    """Whether some two sums round a change give it, whatever they are said of, or its subject's figures elsewhere do."""
    start, end = ledger.reading.start("paragraph", change.figure.start), ledger.reading.end("sentence", change.figure.start)
    sums = [value for figure, value in ledger.sums_between(start, end) if figure != change.figure]
    elsewhere = [e.value - base.value for now, base in pairs for e in ledger.same(now, now.measure) if e.period == now.period]
    return any(abs(value).meets(abs(change.value)) for value in (*elsewhere, *(a - b for a, b in combinations(sums, 2))))


def unbalanced(ledger: Ledger) -> Iterator[Fault]:
    for income in ledger.entries:
        if not re.search(r"收入总[计量]\Z", income.fact.subject) or income.score < TRUST:
            continue
        start, end = ledger.reading.start("paragraph", income.figure.start), ledger.reading.end("paragraph", income.figure.start)
        for spending in ledger.entries_between(start, end):
            same = spending.measure == income.measure and spending.period == income.period and spending.score >= TRUST
            if not same or not re.search(r"支出总[计量]\Z", spending.fact.subject):
                continue
            if not income.value.meets(spending.value) and _said_to_balance(ledger, income, spending):
                a, b = ledger.written(income), ledger.written(spending)
                yield Fault(f"收入总计{a}与支出总计{b}不等", (spending.figure, income.figure), (spending.number, income.number), a, b)


def _said_to_balance(ledger: Ledger, income: Entry, spending: Entry) -> bool:
    end = ledger.reading.end("paragraph", spending.figure.start)
    start = max(income.figure.end, spending.figure.end)
    divided = [found.end for found in part_lists(ledger) if {income, spending} & set(found.wholes[:1])]  # 其中：…，结转下年5万元
    behind = ledger.reading.text[max(start, *divided, start) : end]
    if "结余" in behind or "结转" in behind:
        return False
    return bool(re.search(r"收支平衡|相等|持平|一致", behind))
