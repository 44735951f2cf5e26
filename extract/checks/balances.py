"""Budgets with what was spent of them and what is left."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Final

from .doubts import doubtful
from .finding import Fault
from .interval import total
from .ledger import Entry, Ledger, once
from .lists import part_figures
from .show import show

SURE: Final = 0.5  # the least score of a fact that a finding may rest on
NEAR: Final = 8  # sums that are looked at for what else gives a balance
_ELSEWHERE: Final = re.compile("收回|上缴|缴回|退回|核减|结余分配|调出|部分")  # money that went neither way


@once
def settled(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts of which a paragraph gives budget, spending and, exactly, the balance between them.

    The budget may be the initial one with its adjustment.
    """
    found = set[int]()
    for balance in ledger.entries:
        if balance.measure == "balance" and balance.value.bottom > 0:
            for budget, spent in _accounts(ledger, balance):
                if (total([e.value for e in budget]) - spent.value).meets(balance.value):
                    found |= {e.number for e in (*budget, spent, balance)}
    return frozenset(found)


def _accounts(ledger: Ledger, balance: Entry) -> Iterator[tuple[Sequence[Entry], Entry]]:
    """What the paragraph of a balance gives as budget, initial with its adjustment or not, and as spent of it."""
    near: dict[str, list[Entry]] = defaultdict(list)
    for entry in ledger.same(balance, "initial_budget", "budget", "budget_change", "actual"):
        if not ledger.apart(entry.figure, balance.figure, "paragraph"):
            near[entry.measure].append(entry)
    budgets = [[e] for e in (*near["initial_budget"], *near["budget"])]
    budgets += [[e, change] for e in near["initial_budget"] for change in near["budget_change"]]
    yield from product(budgets, near["actual"])


def balance_mismatch(ledger: Ledger) -> Iterator[Fault]:
    for balance in ledger.entries:
        if balance.measure != "balance" or balance.number in settled(ledger) or balance.figure in part_figures(ledger):
            continue
        every = [(budget, spent) for budget, spent in _accounts(ledger, balance) if len(budget) > 1 or budget[0].measure == "budget"]
        used = {e for budget, spent in every for e in (*budget, spent, balance)}
        if not used or len({e.period for e in used}) > 1 or not all(_sure(ledger, e) and not e.figure > balance.figure for e in used):
            continue
        if _ELSEWHERE.search(ledger.words_before(balance.figure, "sentence")) or _comes_out(ledger, balance):
            continue
        budget, spent = every[-1]
        found = ledger.written(balance)
        expected = show(total([e.value for e in budget]) - spent.value, found)
        reckoning = "+".join(map(ledger.written, budget)) + f"-{ledger.written(spent)}={expected}"
        sources = (balance, *budget, spent)
        message = f"{balance.fact.subject}结余{found}与预算、支出之差不符：{reckoning}"
        yield Fault(message, tuple(e.figure for e in sources), tuple(e.number for e in sources), expected, found)


def _sure(ledger: Ledger, entry: Entry) -> bool:
    return entry.score >= SURE and entry.number not in doubtful(ledger)


def _comes_out(ledger: Ledger, balance: Entry) -> bool:
    """Whether two or three sums before it in its paragraph give a balance, whatever they are said of."""
    start = ledger.reading.start("paragraph", balance.figure.start)
    sums = [value for _, value in ledger.sums_between(start, balance.figure.start)][-NEAR:]
    pairs = any((a - b).meets(balance.value) for a, b in permutations(sums, 2))
    return pairs or any((a + b - c).meets(balance.value) or (a - b - c).meets(balance.value) for a, b, c in permutations(sums, 3))
