"""Which fiscal year a figure speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ...annotations.span import Span
from .reading import FIGURES, Reading

_YEAR: Final = re.compile(
    r"(?P<source>按|根?据)?(?P<compared>(?:比|较|与|同|超|自|从|于)(?:上述)?)?(?P<year>(?:19|20)\d\d)(?P<range>\s*[-—~至]\s*(?:19|20)?\d\d)?年"
    r"(?P<date>\d{1,2}月(?!份?(?:至|-))|以来|起|前)?"
)
_LAST_YEAR: Final = re.compile(
    r"(?P<compared>比|较|与|同)?(?P<word>上年度?|上一年度?|去年|以前年度|年初(?=结转|结余))(?:的|[预决]算数?|执行数|支出数?|收入数?)*"
)
_CARRIED_OVER: Final = re.compile(r"(?:上年|年初|以前年度)(?:财政拨款)?(?:结转|结余)")
_COMPARING: Final = frozenset({"yoy_change", "yoy_rate", "budget_variance", "budget_variance_rate", "share", "completion_rate"})
_LEAD: Final = 9  # characters at the head of a sentence in which a year speaks for the whole sentence


def period_of(reading: Reading, figure: Span, subject: Span, measure: str, carried: int | None = None) -> int | None:
    """The year a fact speaks of; the report's own where the words name no other.

    A year counts where it stands before the figure in its clause, behind the figure before it; or at the head of its sentence
    (in a report of a region, of one before that in its paragraph); or in the heading above. Years that are only compared with
    (比2020年) or are dates do not count.

    Args:
        carried: the period of the fact before, where that has the same subject.
    """
    own = reading.fiscal_year
    clause = reading.start("clause", figure.start)
    if measure == "rate" and "平均" in reading.text[clause : figure.start]:
        return None
    previous = [m.end for m in reading.between(clause, figure.start) if m.label in FIGURES]
    near = reading.text[max([clause, *previous]) : figure.start]
    # What is compared is of this year; the figure it is compared with is of the year named.
    years = _years(near, compared=measure not in _COMPARING)
    if measure not in _COMPARING and own is not None and _is_last_year(near):
        return own - 1
    if years:
        return years[-1]
    if own is not None and measure == "balance" and _CARRIED_OVER.match(reading.name_of(subject)):
        return own - 1
    if carried is not None and measure not in _COMPARING:
        return carried
    for words in _leads(reading, figure.start):
        lead = _years(words)
        if lead:
            return lead[0]
    for start, end in reading.heading_path(figure.start):
        above = _years(reading.text[start:end])
        if above:
            return above[-1]
    return own


def _leads(reading: Reading, offset: int) -> Iterator[str]:
    """How the sentence of an offset begins; in a report of a region, then those before it in the paragraph, from near to far."""
    first = reading.start("paragraph", offset) if reading.report_type == "budget_execution" else offset
    start = reading.start("sentence", offset)
    yield reading.text[start : start + _LEAD]
    while start > first:
        start = reading.start("sentence", start - 1)
        yield reading.text[start : start + _LEAD]


def _is_last_year(words: str) -> bool:
    return any(not m["compared"] or m.end() == len(words) for m in _LAST_YEAR.finditer(words))


@lru_cache(maxsize=2**10)  # the same headings and clauses again and again
def _years(words: str, compared: bool = False) -> tuple[int, ...]:
    """The years that words name as a period; those compared with (比2020年) on request, dates and ranges never."""
    named = (m for m in _YEAR.finditer(words) if not (m["range"] or m["date"] or m["source"]) and (compared or not m["compared"]))
    return tuple(int(m["year"]) for m in named)
