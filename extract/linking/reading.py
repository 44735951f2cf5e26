"""A text with its mentions, laid out over paragraphs, sentences, items and clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ...annotations.span import Span
from ..naming import stem_of
from .names import Name

FIGURES: Final = ("AMOUNT", "RATIO")
NAMES: Final = ("ACCOUNT", "PROJECT")
TOPIC: Final = 5000  # characters for which what a text is about stays unnamed at most
# The units from small to large, each with the characters that end it.
_ENDS: Final = {"phrase": "\n。！？；，：、", "clause": "\n。！？；，：", "item": "\n。！？；", "sentence": "\n。！？", "paragraph": "\n"}
UNITS: Final = tuple(_ENDS)
_YEAR: Final = re.compile(r"(?:19|20)\d\d年")


@dataclass(frozen=True, slots=True)
class Row:
    """Mentions in text order, found by where they begin."""

    spans: Sequence[Span]
    starts: Sequence[int]

    @classmethod
    def of(cls, spans: Sequence[Span]) -> Row:
        return cls(spans, [span.start for span in spans])

    def between(self, start: int, end: int) -> Sequence[Span]:
        return self.spans[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


@dataclass(frozen=True)
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

    @classmethod
    def of(cls, text: str, spans: Iterable[Span], **rest: object) -> Reading:
        mentions: list[Span] = []
        for span in sorted(s for s in spans if s.label != "CLAIM"):
            if not mentions or span.start >= mentions[-1].end:
                mentions.append(span)
        claims = tuple(sorted(s for s in spans if s.label == "CLAIM"))
        return cls(text, tuple(mentions), claims, **rest)  # type: ignore[arg-type]

    @cached_property
    def _bounds(self) -> dict[str, list[int]]:
        """The starts of all units of each kind, then the text's length."""
        return {unit: [0, *(m.end() for m in re.finditer(f"[{ends}]", self.text)), len(self.text) + 1] for unit, ends in _ENDS.items()}

    def number(self, unit: str, offset: int) -> int:
        """The number of the paragraph, sentence, item, clause or phrase that holds an offset."""
        return bisect_right(self._bounds[unit], offset) - 1

    def start(self, unit: str, offset: int) -> int:
        bounds = self._bounds[unit]
        return bounds[bisect_right(bounds, offset) - 1]

    def end(self, unit: str, offset: int) -> int:
        bounds = self._bounds[unit]
        return min(bounds[bisect_right(bounds, offset)], len(self.text))

    def masked(self, start: int, end: int) -> str:
        """The text of [start, end) with every mention put as one letter and every number as 0: words, not names.

        Where the range cuts a mention or a number, its letter is in if its beginning is.
        """
        masked, offsets = self._mask
        return masked[offsets[start] : offsets[end]]

    @cached_property
    def _mask(self) -> tuple[str, list[int]]:
        return _mask(self.text, self.mentions)

    @cached_property
    def _all(self) -> Row:
        return Row.of(self.mentions)

    @cached_property
    def _names(self) -> Row:
        return Row.of([m for m in self.mentions if m.label in NAMES])

    @cached_property
    def _headed(self) -> Row:
        return Row.of([m for m in self._names.spans if self.in_heading(m.start)])

    def between(self, start: int, end: int) -> Sequence[Span]:
        """The mentions that begin in [start, end)."""
        return self._all.between(start, end)

    def names(self, start: int, end: int) -> Sequence[Span]:
        """The mentions of accounts and projects that begin in [start, end)."""
        return self._names.between(start, end)

    def names_in_headings(self, start: int, end: int) -> Sequence[Span]:
        """Those of them that stand in headings."""
        return self._headed.between(start, end)

    def name(self, mention: Span) -> Name:
        """What is known of a mention of an account or project, also of one left out since it overlaps another."""
        place, at = (mention.start, mention.end), mention.start
        if place not in self._known:
            where = self.index(at), self.count_names(at), self.units(at), self.in_heading(at)
            self._known[place] = Name.of(self.text, mention, *where, self.start("sentence", at))
        return self._known[place]

    @cached_property
    def _known(self) -> dict[tuple[int, int], Name]:
        return {}

    def units(self, offset: int) -> tuple[int, ...]:
        """The numbers of the units that hold an offset, from small to large."""
        return tuple([bisect_right(bounds, offset) - 1 for bounds in self._bounds.values()])

    def index(self, offset: int) -> int:
        """How many mentions begin before an offset."""
        return bisect_left(self._all.starts, offset)

    def count_names(self, offset: int) -> int:
        """How many names begin before an offset."""
        return bisect_left(self._names.starts, offset)

    def in_heading(self, offset: int) -> bool:
        at = bisect_right(self._heading_starts, offset) - 1
        return at >= 0 and offset < self.headings[at][1]

    def heading_path(self, offset: int) -> tuple[tuple[int, int], ...]:
        """The ranges of the headings an offset stands under (or in), innermost first."""
        at = bisect_right(self._heading_starts, offset) - 1
        return self._paths[at] if at >= 0 else ()

    @cached_property
    def _heading_starts(self) -> list[int]:
        return [start for start, _, _ in self.headings]

    @cached_property
    def _paths(self) -> list[tuple[tuple[int, int], ...]]:
        """For each heading its range and those of the headings above it."""
        paths, above = list[tuple[tuple[int, int], ...]](), list[int]()
        for number, (start, end, level) in enumerate(self.headings):
            while above and self.headings[above[-1]][2] >= level:
                above.pop()
            paths.append(((start, end), *(paths[above[-1]] if above else ())))
            above.append(number)
        return paths

    def topic(self, offset: int) -> Span | None:
        """The last mention before an offset of what the text names first: of a report on one project, that project.

        None where it was not named for long: the text may be a volume of many reports.
        """
        at = bisect_left(self._topics.starts, offset)
        last = self._topics.spans[at - 1] if at else None
        return last if last is not None and offset - last.end <= TOPIC else None

    @cached_property
    def _topics(self) -> Row:
        stems = [(stem_of(self.name_of(m)), m) for m in self._names.spans]
        return Row.of([m for stem, m in stems if stem == stems[0][0]])

    def last_year(self, start: int, end: int) -> int | None:
        """The year that [start, end) names last."""
        at = bisect_right(self._years, end - len("2020年")) - 1
        return int(self.text[self._years[at] : self._years[at] + 4]) if at >= 0 and self._years[at] >= start else None

    @cached_property
    def _years(self) -> list[int]:
        return [m.start() for m in _YEAR.finditer(self.text)]

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

    def key_of(self, mention: Span) -> str:
        """The name of an account or project without what two spellings of it may differ in."""
        return self.name(mention).key


def _mask(text: str, mentions: Iterable[Span]) -> tuple[str, list[int]]:
    """The text with mentions as letters and numbers as 0, and for each offset of the text (its end included) its place in that."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    digits = np.array([], dtype=bool) if not len(codes) else np.char.isdigit(codes.view("U1")) & (codes != 0)
    kept = ~digits
    kept[1:] |= digits[1:] & ~digits[:-1]
    kept[:1] = True
    codes[digits] = ord("0")
    for mention in mentions:
        kept[mention.start : mention.end] = False
        kept[mention.start] = True
        codes[mention.start] = ord(mention.label[mention.label == "AMOUNT"])
        if mention.end < len(codes) and digits[mention.end]:
            kept[mention.end] = True
    offsets = np.concatenate([[0], np.cumsum(kept)])
    return codes[kept].tobytes().decode("utf-32-le", "surrogatepass"), offsets.tolist()
