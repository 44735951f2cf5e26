"""Differences that two sums do not give: changes, balances; and totals that ought to be equal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, permutations
from typing import Final

from .balances import accounts, settled
from .derivations import OTHER_BASE
from .doubts import doubtful
from .finding import Fault
from .interval import total
from .ledger import LEVELS, Entry, Ledger
from .lists import part_figures, part_lists
from .rates import AGREED, TRUST
from .show import show
from .support import supported

LEAST: Final = 0.3  # the least score of a fact that stands beside the change
NEAR: Final = 8  # sums that are looked at for what else gives a balance
_TOTAL_IN, _TOTAL_OUT = re.compile(r"收入总[计量]\Z"), re.compile(r"支出总[计量]\Z")
_OWN_LINE: Final = re.compile(r"\s*(?:当年|全年)?(?:收支(?:相抵|总量|总计)?[，,]?)?(?:收支)?平衡。")
_COMPARED: Final = re.compile(r"[增减超少多低高节降升差][^，。；]{0,4}\Z")  # 减少, 少支, 超年初预算, but no reason with a sum of its own
_ELSEWHERE: Final = re.compile("收回|上缴|缴回|退回|核减|结余分配|调出|部分")  # money that went neither way


def change_mismatch(ledger: Ledger) -> Iterator[Fault]:
    for change in ledger.entries:
        if change.measure not in ("yoy_change", "budget_variance") or not _trusted(ledger, change):
            continue
        pairs = list(_pairs(ledger, change))
        words = ledger.words_before(change.figure)
        if not pairs or OTHER_BASE.search(words) or not _COMPARED.search(words) or _comes_out(ledger, change, pairs):
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
    return entry.score >= LEAST and entry.number not in doubtful(ledger)


def _pairs(ledger: Ledger, change: Entry) -> Iterator[tuple[Entry, Entry]]:
    """What a change may be the difference of: figures of its subject in its paragraph, last year's right before it."""
    start = ledger.reading.start("paragraph", change.figure.start)
    near = [e for e in ledger.entries_between(start, change.figure.start) if e.measure in LEVELS and _trusted(ledger, e)]
    own = [e for e in near if e.key == change.key]
    if change.measure == "budget_variance":
        budgets = [e for e in own if e.measure in ("initial_budget", "budget")]
        yield from ((now, base) for base in budgets for now in own if now.measure == "actual" and now.period == base.period)
    elif near and change.number == near[-1].number + 1 and not ledger.apart(near[-1].figure, change.figure, "item"):
        base = near[-1]  # 上年为8万元，增加2万元
        if ledger.names_between(base.figure.end, change.figure.start):
            return
        nows = [e for e in own if e.period == change.period and (e.measure == base.measure or e.number == base.number - 1)]
        yield from ((now, base) for now in nows if now.period == (base.period or 0) + 1)


def _comes_out(ledger: Ledger, change: Entry, pairs: Sequence[tuple[Entry, Entry]]) -> bool:
    """Whether some two sums before a change give it, whatever they are said of, or its subject's figures elsewhere do."""
    sums = [value for _, value in ledger.sums_between(ledger.reading.start("paragraph", change.figure.start), change.figure.start)]
    elsewhere = [e.value - base.value for now, base in pairs for e in ledger.same(now, now.measure) if e.period == now.period]
    return any(abs(value).meets(abs(change.value)) for value in (*elsewhere, *(a - b for a, b in combinations(sums, 2))))


def unbalanced(ledger: Ledger) -> Iterator[Fault]:
    for income in ledger.entries:
        if not _TOTAL_IN.search(income.fact.subject) or income.score < LEAST:
            continue
        start, end = ledger.reading.start("paragraph", income.figure.start), ledger.reading.end("paragraph", income.figure.start)
        totals = [e for e in ledger.entries_between(start, end) if e.period == income.period and e.score >= LEAST]
        spent = [e for e in totals if _TOTAL_OUT.search(e.fact.subject)]
        alone = len(spent) == len([e for e in totals if _TOTAL_IN.search(e.fact.subject)]) == 1  # nothing else to pair them with
        for spending in spent:
            paired = spending.measure == income.measure and min(income.score, spending.score) >= TRUST
            if (alone or paired) and not income.value.meets(spending.value) and _said_to_balance(ledger, income, spending):
                a, b = ledger.written(income), ledger.written(spending)
                yield Fault(f"收入总计{a}与支出总计{b}不等", (spending.figure, income.figure), (spending.number, income.number), a, b)


def _said_to_balance(ledger: Ledger, income: Entry, spending: Entry) -> bool:
    reading = ledger.reading
    end = reading.end("paragraph", spending.figure.start)
    if own_line := _OWN_LINE.match(reading.text, end):
        end = own_line.end()
    start = max(income.figure.end, spending.figure.end)
    lists = [found for found in part_lists(ledger) if {income, spending} & set(found.wholes[:1])]
    divided = [reading.end("sentence", found.end) for found in lists]  # 其中：…，结转下年5万元
    behind = reading.text[max([start, *divided]) : end]
    if "结余" in behind or "结转" in behind:
        return False
    return bool(re.search(r"收支平衡|相等|持平|一致", behind))


def balance_mismatch(ledger: Ledger) -> Iterator[Fault]:
    for balance in ledger.entries:
        if balance.measure != "balance" or balance.number in settled(ledger) or balance.figure in part_figures(ledger):
            continue
        every = [(budget, spent) for budget, spent in accounts(ledger, balance) if len(budget) > 1 or budget[0].measure == "budget"]
        used = {e for budget, spent in every for e in (*budget, spent, balance)}
        if not used or len({e.period for e in used}) > 1 or any(e.figure > balance.figure for e in used):
            continue
        if _ELSEWHERE.search(ledger.words_before(balance.figure, "sentence")) or _left_over(ledger, balance, used):
            continue
        borne_out = [(b, s) for b, s in every if {e.number for e in (*b, s)} <= supported(ledger)]
        budget, spent = (borne_out or every)[-1]
        sources = (balance, *budget, spent)
        least = AGREED if borne_out else TRUST
        if min(e.score for e in sources) < least or doubtful(ledger) & {e.number for e in sources}:
            continue
        found = ledger.written(balance)
        expected = show(total([e.value for e in budget]) - spent.value, found)
        reckoning = "+".join(map(ledger.written, budget)) + f"-{ledger.written(spent)}={expected}"
        message = f"{balance.fact.subject}结余{found}与预算、支出之差不符：{reckoning}"
        yield Fault(message, tuple(e.figure for e in sources), tuple(e.number for e in sources), expected, found)


def _left_over(ledger: Ledger, balance: Entry, used: Collection[Entry]) -> bool:
    """Whether money of another kind is told of since the budget, or some sums before a balance give it, whatever they are said of."""
    figures = {e.figure for e in used} | part_figures(ledger).keys()
    if any(figure not in figures for figure, _ in ledger.sums_between(min(e.figure.start for e in used), balance.figure.start)):
        return True
    start = ledger.reading.start("paragraph", balance.figure.start)
    sums = [value for _, value in ledger.sums_between(start, balance.figure.start)][-NEAR:]
    pairs = any((a - b).meets(balance.value) for a, b in permutations(sums, 2))
    return pairs or any((a + b - c).meets(balance.value) or (a - b - c).meets(balance.value) for a, b, c in permutations(sums, 3))
