"""Statements that the figures beside them deny: no difference, more, less, a rate of a budget of zero."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ...annotations.span import Span
from .derivations import as_printed
from .finding import Fault
from .interval import Interval
from .ledger import LEVELS, Entry, Ledger
from .rates import AGREED, TRUST
from .wording import LEFTOVER

_SAME: Final = re.compile(
    r"(?:与|和|同)(?P<budget>(?:年初|调整|全年)?预算数?)(?:无差异|没有差异|持平|一致|相等|相同)|等于(?P<equal>(?:年初|全年)?预算数?)"
    r"|预算数?与(?:支出)?决算数?(?P<none>无差异|没有差异|一致|相等|持平)"
    r"|(?:与|较|比)(?P<last>上年度?|去年|20\d\d年度?)(?:决算|预算|执行)?数?(?:持平|一致|相同|相等|无变化|没有变化)"
)
_MORE_OR_LESS: Final = re.compile(r"(?:决算|执行|支出)数?(?:(?P<more>大于|高于|超出|超过|多于)|(?P<less>小于|低于|少于))(?:年初|全年|调整)?预算")
_UP_DOWN: Final = re.compile(
    r"(?:(?P<up>增加|增长|上升|提高|增支|增收)|(?P<down>减少|下降|降低|减支|减收|压减|少支))(?:了|额|率|数|为|约|近)*(?P<minus>-?)\Z"
)
_HUNDRED: Final = Interval.exactly(100)


def no_difference(ledger: Ledger) -> Iterator[Fault]:
    for match in _SAME.finditer(ledger.reading.text):
        words = Span(*match.span(), "WORDS")
        entries = _spoken_of(ledger, words)
        unlike = _unlike_last_year(entries) if match["last"] else _unlike_budget(entries, "年初" in match[0])
        if unlike:
            figures = "、".join(ledger.written(e) for e in unlike)
            yield Fault(
                f"{unlike[0].fact.subject}：称“{match[0]}”，但{figures}并不相同",
                (words, *(e.figure for e in unlike)),
                tuple(e.number for e in unlike),
                None,
                match[0],
            )


def _spoken_of(ledger: Ledger, words: Span) -> list[Entry]:
    """The trusted entries of the sentence up to some words, and in their clause, that are of the subject last spoken of."""
    start, end = ledger.reading.start("item", words.start), ledger.reading.end("clause", words.start)
    found = [e for m in ledger.reading.between(start, end) if (e := ledger.entry_of(m)) is not None and e.score >= TRUST]
    before = [e for e in found if e.figure.start < words.start]
    return [e for e in found if e.key == before[-1].key] if before else []


def _unlike_budget(entries: list[Entry], initial: bool) -> list[Entry]:
    """The figures that show an outcome other than budgeted: 支出 and 预算, or the rate of completion."""
    rates = [e for e in entries if e.measure == "completion_rate"]
    done = [e for e in entries if e.measure == "actual"]
    bases = [e for e in entries if e.measure == "initial_budget" or (e.measure == "budget" and not initial)]
    pairs = [(d, b) for d in done for b in bases if d.period == b.period]
    if any(as_printed(r).meets(_HUNDRED) for r in rates) or any(d.value.meets(b.value) for d, b in pairs):
        return []
    return list(pairs[-1]) if pairs else rates[-1:]


def _unlike_last_year(entries: list[Entry]) -> list[Entry]:
    """The figures that show a change: this year's and last year's."""
    for measure in LEVELS:
        every = [e for e in entries if e.measure == measure and e.period is not None]
        for now in every:
            last = [e for e in every if e.period is not None and now.period == e.period + 1]
            if last:
                return [] if any(now.value.meets(e.value) for e in last) else [now, last[-1]]
    return []


def zero_base(ledger: Ledger) -> Iterator[Fault]:
    for rate in ledger.entries:
        if rate.measure != "completion_rate" or rate.score < TRUST:
            continue
        bases = [e for e in ledger.same(rate, "initial_budget", "budget") if not ledger.apart(e.figure, rate.figure) and e.score >= TRUST]
        words = ledger.words_before(rate.figure)
        if "年初" in words:
            bases = [e for e in bases if e.measure == "initial_budget"]
        if bases and all(e.fact.value == 0 for e in bases) and not re.search("调整|全年|追加", words):
            found = ledger.written(rate)
            base = bases[-1]
            if any(e.key != rate.key for e in ledger.entries_between(base.figure.start, rate.figure.start)):
                continue  # something else is spoken of since
            yield Fault(
                f"{rate.fact.subject}预算为{ledger.written(base)}，不应有完成率{found}",
                (rate.figure, base.figure),
                (rate.number, base.number),
                None,
                found,
            )


def direction(ledger: Ledger) -> Iterator[Fault]:
    yield from _more_or_less(ledger)
    previous: tuple[Entry, int] | None = None
    for entry in ledger.entries:
        sign = _sign(ledger, entry)
        if sign and previous is not None:
            other, before = previous
            near = entry.key == other.key and not ledger.apart(entry.figure, other.figure, "item") and entry.number == other.number + 1
            near = near and not ledger.names_between(other.figure.end, entry.figure.start)
            if (
                near
                and sign != before
                and {other.measure, entry.measure} in ({"yoy_change", "yoy_rate"}, {"budget_variance", "budget_variance_rate"})
            ):
                words = "、".join(_worded(ledger, e) for e in (other, entry))
                yield Fault(
                    f"{entry.fact.subject}：{words}方向相反",
                    (_with_word(ledger, entry), _with_word(ledger, other)),
                    (entry.number, other.number),
                    None,
                    _worded(ledger, entry),
                )
        previous = (entry, sign) if sign else None


def _sign(ledger: Ledger, entry: Entry) -> int:
    """1 for a rise and -1 for a fall by the word before a figure and its own minus; 0 where no word says it, or both do."""
    words = ledger.words_before(entry.figure)
    match = _UP_DOWN.search(words)
    if match is None or LEFTOVER.search(words) or entry.score < AGREED:
        return 0
    sign = 1 if match["up"] else -1
    return -sign if ledger.written(entry).startswith("-") else sign


def _with_word(ledger: Ledger, entry: Entry) -> Span:
    """A figure with the word of rise or fall before it."""
    match = _UP_DOWN.search(ledger.words_before(entry.figure))
    return replace(entry.figure, start=entry.figure.start - len(match[0]) if match else entry.figure.start)


def _worded(ledger: Ledger, entry: Entry) -> str:
    return _with_word(ledger, entry).of(ledger.reading.text)


def _more_or_less(ledger: Ledger) -> Iterator[Fault]:
    """决算数大于预算数 behind figures that say the opposite."""
    for match in _MORE_OR_LESS.finditer(ledger.reading.text):
        words = Span(*match.span(), "WORDS")
        start = ledger.reading.start("sentence", words.start)
        if not ledger.reading.between(start, words.start):  # 完成预算的90%。决算数小于预算数
            start = ledger.reading.start("sentence", max(0, start - (2 if ledger.reading.text.startswith("。\n", start - 2) else 1)))
        rates = [e for m in ledger.reading.between(start, words.start) if (e := ledger.entry_of(m)) and e.measure == "completion_rate"]
        if not rates or rates[-1].score < TRUST or rates[-1].key != _last_key(ledger, start, words.start):
            continue
        rate = rates[-1]
        if rate.value.low > 100 if match["less"] else rate.value.high < 100:
            found = ledger.written(rate)
            yield Fault(f"{rate.fact.subject}：称“{match[0]}”，但完成率为{found}", (words, rate.figure), (rate.number,), None, match[0])


def _last_key(ledger: Ledger, start: int, end: int) -> str | None:
    entries = [e for m in ledger.reading.between(start, end) if (e := ledger.entry_of(m)) is not None]
    return entries[-1].key if entries else None
