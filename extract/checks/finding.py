"""What a check sees, and what is reported of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...annotations.span import Span


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule sees in a reading: the places, the one to look at first, and the numbers of the facts behind them."""

    message: str
    places: tuple[Span, ...]
    facts: tuple[int, ...] = ()
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction in a report.

    `severity` is `error` or `warning`. `places` are half-open ranges of the document's text, the one to look at first; `facts` are
    numbers into `Extraction.facts`, empty where the words alone are wrong. `found` is what the report prints, `expected` what its
    other figures give: an interval, as far as their rounding leaves it open. `section` are the headings above, outermost first.
    """

    rule: str
    severity: str
    message: str
    places: tuple[tuple[int, int], ...]
    facts: tuple[int, ...] = ()
    expected: str | None = None
    found: str | None = None
    section: tuple[str, ...] = ()
