"""The level of government and the budget book a figure is spoken of in, for reports of a whole region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...annotations.span import Span
from .reading import Reading

REGIONAL: Final = frozenset({"budget_execution", "audit"})
_LEVEL: Final = re.compile("全[国省市州盟县区旗镇乡]|[省市州盟县区旗镇乡]本?级|[省市州县区]直|自治区本?级|全自治区|中央")
_BOOK: Final = re.compile("(?P<book>一般公共预算|政府性基金|国有资本经营(?!收入)|社会保险基金)")
_FULL: Final = {book: book if book.endswith("预算") else book + "预算" for book in ("一般公共预算", "政府性基金", "国有资本经营", "社会保险基金")}
_NOT_A_LEVEL: Final = re.compile(
    "(?:上|下|对|补助|各)[省市州县区旗]级|[省市州县区旗]级(?:以上|补助|税收返还|转移|专项|财政|配套|下达|拨付|部门|单位|收回)|中央(?!级|本级)"
)


def scope_of(reading: Reading, figure: Span, subject: Span) -> str | None:
    """The scope that the words before the figure or the headings above give; None in a unit's report, and for a project.

    What stands in the subject's own name is not said again.
    """
    if reading.report_type not in REGIONAL or subject.label == "PROJECT":
        return None
    name = reading.name_of(subject)
    parts = []
    for pattern in (_LEVEL, _BOOK):
        if not pattern.search(name):
            found = next(_nearest(reading, figure, subject, pattern), None)
            if found:
                parts.append(_FULL.get(found, found))
    return " ".join(parts) or None


def _nearest(reading: Reading, figure: Span, subject: Span, pattern: re.Pattern[str]) -> Iterator[str]:
    """Matches from near to far: the words before the figure in its paragraph, the headings above it, what else stands under the innermost."""
    paragraph = reading.start("paragraph", min(figure.start, subject.start))
    yield from _backwards(reading.text[paragraph : figure.start], pattern)
    path = reading.heading_path(figure.start)
    for start, end in path:
        yield from _backwards(reading.text[start:end], pattern)
    if path:
        yield from _backwards(reading.text[path[0][1] : paragraph], pattern)


def _backwards(words: str, pattern: re.Pattern[str]) -> Iterator[str]:
    clean = _NOT_A_LEVEL.sub("", words)
    yield from (m[0] for m in reversed(list(pattern.finditer(clean))))
