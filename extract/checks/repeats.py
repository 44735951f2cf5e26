"""The same sum twice: with two values, or in 元 where 万元 is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from .finding import Fault
from .interval import Interval
from .ledger import LEVELS, Entry, Ledger
from .support import supported

WAN: Final = 10_000
_YUAN: Final = re.compile(r"(?<![万亿])元\Z")
_UNIT: Final = re.compile(r"亿元?|万元?|元")
_EACH: Final = re.compile(r"每|人均|户均|标准|单价|均价")
_INTO: Final = re.compile(r"到位|筹[集措]|收到|争取|下达")
_OUT: Final = re.compile(r"支出|支付|使用|执行|拨付|投入|落实|决算|列支|开支|兑付|用于")
_PART_OF: Final = re.compile(r"的\Z|首[付期]|尾款|预付|第[一二三四]批")
ODD: Final = 100  # yuan; smaller sums to the fen are prices
SURE: Final = 0.85  # the least score of a fact that is held against another
CLOSE: Final = Fraction(15, 100)  # two values farther apart than this are misprints of each other only by one digit


def slips(ledger: Ledger) -> dict[int, Interval]:
    """Sums in 元 that are meant in 万元, by the numbers of their facts, each with what is meant."""
    units = Counter(match[0][0] for span, _ in ledger.sums for match in _UNIT.finditer(span.of(ledger.reading.text)[-2:]))
    written = [span.of(ledger.reading.text) for span, _ in ledger.sums]
    yuan = sum(bool(_YUAN.search(text)) for text in written)
    if 2 * yuan > len(written):
        return {}
    largest = max((value.high for (_, value), text in zip(ledger.sums, written, strict=True) if not _YUAN.search(text)), default=0)
    found = {}
    before = supported(ledger)
    for entry in ledger.entries:
        text = ledger.written(entry)
        if entry.measure in LEVELS and _YUAN.search(text) and entry.value.low > 0:
            meant = entry.value.times(WAN)
            corrected = ledger.corrected({entry.number: meant})
            fits = entry.number not in before and entry.number in supported(corrected)
            if meant.low <= largest and (fits or _again(ledger, entry, meant) or _odd(ledger, entry)):
                found[entry.number] = meant
    return found


def _again(ledger: Ledger, entry: Entry, meant: Interval) -> bool:
    return any(other.value.meets(meant) for other in ledger.same(entry, *LEVELS) if other is not entry)


def _odd(ledger: Ledger, entry: Entry) -> bool:
    """Whether a sum in 元 is none that a report in 万元 gives: to the fen, or a region's account with less than a household spends."""
    if entry.fact.subject_type != "account" and "." not in ledger.written(entry) or _EACH.search(ledger.words_before(entry.figure)):
        return False
    region = ledger.document.meta.report_type == "budget_execution"
    return region or ("." in ledger.written(entry) and entry.value.low >= ODD)


def yuan_for_wan(ledger: Ledger) -> Iterator[Fault]:
    for number, meant in slips(ledger).items():
        entry = next(e for e in ledger.entries if e.number == number)
        found = ledger.written(entry)
        expected = re.sub("元$", "万元", found)
        yield Fault(f"{entry.fact.subject}{found}疑为{expected}，金额单位有误", (entry.figure,), (entry.number,), expected, found)


def two_values(ledger: Ledger) -> Iterator[Fault]:
    borne_out = supported(ledger)
    accused: set[int] = set()
    for entry in ledger.entries:
        for first in ledger.same(entry, entry.measure):
            if first.number >= entry.number or entry.number in accused or first.value.meets(entry.value):
                continue
            unsure = [e for e in (first, entry) if e.score < SURE and e.number not in borne_out]
            if unsure or {first.number, entry.number} <= borne_out or not _comparable(ledger, first, entry):
                continue
            if _misprint(ledger, first, entry):
                accused.add(entry.number)
                was, now = ledger.written(first), ledger.written(entry)
                yield Fault(
                    f"{entry.fact.subject}前文为{was}，此处为{now}", (entry.figure, first.figure), (entry.number, first.number), was, now
                )


def _comparable(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether two entries of a subject and a measure must be the same sum."""
    if first.period != second.period or first.measure not in ("initial_budget", "budget", "actual"):
        return False
    if not ledger.apart(first.figure, second.figure):
        return False
    account = first.fact.subject_type == "account"
    if account and (ledger.document.meta.report_type == "audit" or ledger.book(first) != ledger.book(second)):
        return False
    if any(_PART_OF.search(ledger.reading.text[max(0, e.subject.start - 4) : e.subject.start]) for e in (first, second)):
        return False
    ways = {_way(ledger, first), _way(ledger, second)}
    return ways == {"budget"} or ways == {"out"} or (account and len(ways) == 1)


def _way(ledger: Ledger, entry: Entry) -> str:
    """Whether money is planned, came in or went out by the words before: what came in is another sum than what went out."""
    if entry.measure != "actual":
        return "budget"
    words = ledger.words_before(entry.figure)
    for text in (words, ledger.words_before(entry.figure, "sentence")):
        if _INTO.search(text):
            return "in"
        if _OUT.search(text):
            return "out"
    return ""


def _misprint(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether one value can be a slip of the pen for the other: near it, or but for one digit the same."""
    a, b = abs(first.value.middle), abs(second.value.middle)
    if abs(a - b) <= CLOSE * max(a, b):
        return True
    was, now = ledger.written(first), ledger.written(second)
    return len(was) == len(now) and sum(x != y for x, y in zip(was, now, strict=True)) == 1
