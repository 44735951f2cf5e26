"""A text with its mentions, laid out over paragraphs, sentences, items and clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ...annotations.span import Span

FIGURES: Final = ("AMOUNT", "RATIO")
NAMES: Final = ("ACCOUNT", "PROJECT")
_ENDS: Final = {"paragraph": "\n", "sentence": "\n。！？", "item": "\n。！？；", "clause": "\n。！？；，：", "phrase": "\n。！？；，：、"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the linker sees of a document: the shadow text, its mentions, claims and headings, in shadow offsets.

    `mentions` are sorted and do not overlap. `headings` are the offset ranges of heading lines with their levels, 1 outermost.
    """

    text: str
    mentions: tuple[Span, ...]
    claims: tuple[Span, ...] = ()
    headings: tuple[tuple[int, int, int], ...] = ()
    fiscal_year: int | None = None
    report_type: str | None = None
    _cache: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: str, spans: Iterable[Span], **rest: object) -> Reading:
        mentions: list[Span] = []
        for span in sorted(s for s in spans if s.label != "CLAIM"):
            if not mentions or span.start >= mentions[-1].end:
                mentions.append(span)
        claims = tuple(sorted(s for s in spans if s.label == "CLAIM"))
        return cls(text, tuple(mentions), claims, **rest)  # type: ignore[arg-type]

    def _bounds(self, unit: str) -> list[int]:
        """Starts of all units of that kind, then the text's length."""
        if unit not in self._cache:
            inside = [m.end() for m in re.finditer(f"[{_ENDS[unit]}]", self.text)]
            self._cache[unit] = [0, *inside, len(self.text) + 1]
        return self._cache[unit]

    def number(self, unit: str, offset: int) -> int:
        """The number of the paragraph, sentence, item, clause or phrase that holds an offset."""
        return bisect_right(self._bounds(unit), offset) - 1

    def start(self, unit: str, offset: int) -> int:
        return self._bounds(unit)[self.number(unit, offset)]

    def end(self, unit: str, offset: int) -> int:
        return min(self._bounds(unit)[self.number(unit, offset) + 1], len(self.text))

    def between(self, start: int, end: int) -> Sequence[Span]:
        """The mentions that begin in [start, end)."""
        starts = self._starts()
        return self.mentions[bisect_left(starts, start) : bisect_left(starts, end)]

    def _starts(self) -> list[int]:
        if "mentions" not in self._cache:
            self._cache["mentions"] = [m.start for m in self.mentions]
        return self._cache["mentions"]

    def index(self, mention: Span) -> int:
        return bisect_left(self._starts(), mention.start)

    def in_heading(self, offset: int) -> bool:
        at = bisect_right(self.headings, offset, key=lambda heading: heading[0]) - 1
        return at >= 0 and offset < self.headings[at][1]

    def heading_path(self, offset: int) -> list[tuple[int, int]]:
        """The ranges of the headings an offset stands under (or in), innermost first."""
        at = bisect_right(self.headings, offset, key=lambda heading: heading[0]) - 1
        parents, path = self._parents(), []
        while at >= 0:
            path.append(self.headings[at][:2])
            at = parents[at]
        return path

    def _parents(self) -> list[int]:
        """For each heading the number of the one above it, -1 where it is outermost."""
        if "parents" not in self._cache:
            parents, above = [], list[int]()
            for number, (_, _, level) in enumerate(self.headings):
                while above and self.headings[above[-1]][2] >= level:
                    above.pop()
                parents.append(above[-1] if above else -1)
                above.append(number)
            self._cache["parents"] = parents
        return self._cache["parents"]

    def figures(self) -> list[Span]:
        """Sums and percentages outside claims: each may give a fact."""
        figures, claim = [], 0
        for mention in self.mentions:
            while claim < len(self.claims) and self.claims[claim].end <= mention.start:
                claim += 1
            inside = claim < len(self.claims) and self.claims[claim].contains(mention)
            if mention.label in FIGURES and not inside:
                figures.append(mention)
        return figures

    def name_of(self, mention: Span) -> str:
        return mention.of(self.text)
