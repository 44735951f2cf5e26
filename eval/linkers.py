"""Linkers to measure ours against: what a page of rules says of a figure, its subject found in one of two simple ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import Final, TypeAlias

from ..annotations.labels import SIGNED
from ..annotations.span import Span
from ..extract.figures import FigureError, read_figure
from ..extract.linking.choice import Choices
from ..extract.linking.linker import LinkedFact, link
from ..extract.linking.reading import FIGURES, NAMES, Reading

Linker: TypeAlias = Callable[[Reading], Iterable[LinkedFact]]
OURS: Final = "fiscalzh linker"

_CHANGE: Final = "增|减|升|降|上涨|多|少"
_DECREASE: Final = re.compile("减|降|低于|少")
_SUMS: Final = (
    ("yoy_change", rf"上年.*(?:{_CHANGE})|同比"),
    ("budget_variance", rf"[比较]\S*预算.*(?:{_CHANGE})"),
    ("budget_change", "追加|调整|调剂|调[增减]"),
    ("balance", "结余|结转|余额"),
    ("contract", "合同|中标"),
    ("initial_budget", "年初预算"),
    ("actual", "决算|支出|收入|执行|支付|到位|完成"),
    ("budget", "预算|安排"),
    ("actual", ""),
)
_SHARES: Final = (
    ("share", "占"),
    ("budget_variance_rate", rf"[比较]\S*预算.*(?:{_CHANGE})"),
    ("yoy_rate", f"上年|同比|{_CHANGE}"),
    ("completion_rate", "完成|执行|进度"),
    ("rate", ""),
)
_MEASURES: Final = {label: tuple((name, re.compile(words)) for name, words in table) for label, table in zip(FIGURES, (_SUMS, _SHARES), strict=True)}


def nearest_name(reading: Reading, figure: Span) -> Span | None:
    """The name in the figure's sentence with the fewest characters between them; the last before it where the sentence has none."""
    inside = [m for m in reading.between(reading.start("sentence", figure.start), reading.end("sentence", figure.start)) if m.label in NAMES]
    nearest = min(inside, key=lambda m: max(figure.start - m.end, m.start - figure.end), default=None)
    return nearest or last_mentioned(reading, figure)


def last_mentioned(reading: Reading, figure: Span) -> Span | None:
    """The last name before the figure."""
    return next((m for m in reversed(reading.between(0, figure.start)) if m.label in NAMES), None)


def keyword_measure(reading: Reading, figure: Span) -> tuple[str, bool]:
    """The measure that the words between the figure before and this one name, within the sentence, and whether they name a decrease."""
    sentence = reading.start("sentence", figure.start)
    before = [m.end for m in reading.between(sentence, figure.start) if m.label in FIGURES]
    words = reading.text[max([sentence, *before]) : figure.start]
    measure = next(name for name, pattern in _MEASURES[figure.label] if pattern.search(words))
    return measure, measure in SIGNED and _DECREASE.search(words) is not None


def by_keywords(subject_of: Callable[[Reading, Span], Span | None]) -> Linker:
    """Subjects by that function, measures by keywords, periods the report's own; the base of a share is the name behind 占."""

    def linker(reading: Reading) -> Iterator[LinkedFact]:
        for figure in reading.figures():
            subject = subject_of(reading, figure)
            if subject is not None:
                yield from _fact(reading, figure, subject)

    return linker


def linkers(choices: Choices) -> dict[str, Linker]:
    """Ours and the baselines, by name."""
    return {OURS: lambda reading: link(reading, choices), **BASELINES}


def _fact(reading: Reading, figure: Span, subject: Span) -> Iterator[LinkedFact]:
    try:
        value = read_figure(figure.of(reading.text), figure.label)
    except FigureError:
        return  # 上千万元: a sum nobody can put a number to
    measure, decrease = keyword_measure(reading, figure)
    number = -abs(value.number) if decrease else value.number
    base = None
    if measure == "share":
        whole = reading.text.rfind("占", 0, figure.start)
        base = next((m for m in reading.between(whole, figure.start) if m.label in NAMES), None)
        if base == subject:
            subject = next((m for m in reversed(reading.between(0, whole)) if m.label in NAMES), subject)
    yield LinkedFact(figure, subject, base, measure, number, value.unit, reading.fiscal_year, None, None)


BASELINES: Final = MappingProxyType({"nearest name": by_keywords(nearest_name), "last-mentioned name": by_keywords(last_mentioned)})
