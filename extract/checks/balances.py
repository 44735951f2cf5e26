"""Budgets with what was spent of them and what is left."""

from __future__ import annotations

from .ledger import Ledger, once


@once
def settled(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts of which a paragraph gives budget, spending and, exactly, the balance between them."""
    found = set[int]()
    for balance in ledger.entries:
        if balance.measure == "balance" and balance.value.bottom > 0:
            near = [e for e in ledger.same(balance, "initial_budget", "budget", "actual") if not ledger.apart(e.figure, balance.figure, "paragraph")]
            spent = [e for e in near if e.measure == "actual"]
            sums = [(budget, done) for budget in near if budget.measure != "actual" for done in spent]
            found |= {e.number for b, d in sums if (b.value - d.value).meets(balance.value) for e in (b, d, balance)}
    return frozenset(found)
