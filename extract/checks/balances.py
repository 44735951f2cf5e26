"""Budgets with what was spent of them and what is left."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from .interval import total
from .ledger import Entry, Ledger, once


@once
def settled(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts of which a paragraph gives budget, spending and, exactly, the balance between them.

    The budget may be the initial one with its adjustment.
    """
    found = set[int]()
    for balance in ledger.entries:
        if balance.measure != "balance" or balance.value.bottom <= 0:
            continue
        near: dict[str, list[Entry]] = defaultdict(list)
        for entry in ledger.same(balance, "initial_budget", "budget", "budget_change", "actual"):
            if not ledger.apart(entry.figure, balance.figure, "paragraph"):
                near[entry.measure].append(entry)
        budgets = [[e] for e in (*near["initial_budget"], *near["budget"])]
        budgets += [[e, change] for e in near["initial_budget"] for change in near["budget_change"]]
        for budget, spent in product(budgets, near["actual"]):
            if (total([e.value for e in budget]) - spent.value).meets(balance.value):
                found |= {e.number for e in (*budget, spent, balance)}
    return frozenset(found)
