"""The base of a share: what is said of the candidates, and which of them the share's own arithmetic fits."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ...annotations.span import Span
from ..figures import Figure, figure_or_none
from .choice import Group
from .features import MEMORY, Link
from .ranking import candidates, features_of, in_order
from .reading import Reading

_STATED: Final = 200  # sums a share looks back at: the total of a list of items stands at the list's head
_FITTING: Final = 4
_MONEY: Final = frozenset({"actual", "budget", "initial_budget"})


@dataclass(slots=True)
class Sums:
    """The sums stated so far, each with the name it belongs to; the latest last."""

    reading: Reading
    stated: deque[tuple[Span, Decimal]] = field(default_factory=lambda: deque(maxlen=_STATED))

    def note(self, link: Link) -> None:
        """Remember what a figure was found to state, if that is a sum."""
        if link.subject is not None and link.measure in _MONEY:
            figure = self._read(link.figure)
            if figure is not None and figure.number > 0:
                self.stated.append((link.subject, figure.number))

    def fitting(self, share: Span, subject: Span) -> list[Span]:
        """The names whose sum is to the subject's latest as the share says, the latest first, each once."""
        percent, name = self._read(share), self.reading.name_of(subject)
        part = next((number for span, number in reversed(self.stated) if self.reading.name_of(span) == name), None)
        if percent is None or part is None:
            return []
        found: dict[str, Span] = {}
        for span, whole in reversed(self.stated):
            if whole >= part and abs(part / whole * 100 - percent.number) <= percent.step:
                found.setdefault(self.reading.name_of(span), span)
        found.pop(name, None)
        return list(found.values())[:_FITTING]

    def _read(self, span: Span) -> Figure | None:
        return figure_or_none(span.of(self.reading.text), span.label)


def base_options(sums: Sums, share: Span, subject: Span, history: Sequence[Link]) -> tuple[list[Span], list[list[Group]]]:
    """The candidates for the base of a share, and the features of each.

    Args:
        sums: what was stated before the share.
        history: the links before it, the latest last.
    """
    reading = sums.reading
    fitting = sums.fitting(share, subject)
    near = [c for c in candidates(reading, share, history[-MEMORY:]) if c != subject]
    names = {reading.name_of(span) for span in near}
    pool = in_order([*near, *(span for span in fitting if reading.name_of(span) not in names)])
    if not pool:
        return [], []
    features = features_of(reading, share, "share", history[-MEMORY:], pool)
    fits = {reading.name_of(span): str(place) for place, span in enumerate(fitting)}
    return pool, [[*own, _fit(fits, reading.name_of(c), c in near)] for c, own in zip(pool, features, strict=True)]


def _fit(fits: dict[str, str], name: str, near: bool) -> Group:
    return _of_fit, fits.get(name, "no" if fits else "unknown"), near, name in fits, len(fits)


def _of_fit(fit: str, near: bool, fits: bool, count: int) -> tuple[str, ...]:
    return f"fits={fit}", f"fits={fit != 'no' and fit}|near={near}", f"fits={fits}|{count}"
