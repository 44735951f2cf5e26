"""Budgets with what was spent of them and what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from .interval import total
from .ledger import Entry, Ledger, once
from .lists import list_before


@once
def settled(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts of which a paragraph gives budget, spending and, exactly, the balance between them.

    The budget may be the initial one with its adjustment.
    """
    found = set[int]()
    for balance in ledger.entries:
        if balance.measure == "balance" and balance.value.bottom > 0:
            for budget, spent in accounts(ledger, balance):
                if (total([e.value for e in budget]) - spent.value).meets(balance.value):
                    found |= {e.number for e in (*budget, spent, balance)}
    return frozenset(found)


def accounts(ledger: Ledger, balance: Entry) -> Iterator[tuple[Sequence[Entry], Entry]]:
    """What the paragraph of a balance gives as budget, initial with its adjustments or not, and as spent of it."""
    before = list_before(ledger, balance.figure)  # 支出90万元，其中：甲50万元、乙40万元，结余10万元: of the whole
    wholes = before.matched if before is not None and balance.key in {e.key for e in before.entries} else ()
    for subject in {e.key: e for e in (balance, *wholes)}.values():
        near: dict[str, list[Entry]] = defaultdict(list)
        for entry in ledger.same(subject, "initial_budget", "budget", "budget_change", "actual"):
            if not ledger.apart(entry.figure, balance.figure, "paragraph"):
                near[entry.measure].append(entry)
        changes = near["budget_change"]
        adjusted: list[list[Entry]] = [[], *([change] for change in changes), changes]  # by nothing, by one adjustment, by all of them
        budgets = [*([e] for e in near["budget"]), *([e, *some] for e in near["initial_budget"] for some in adjusted)]
        yield from product(budgets, near["actual"])
