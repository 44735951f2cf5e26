"""A text with its mentions, laid out over paragraphs, sentences, items and clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np

from ...annotations.span import Span
from ..naming import stem_of, subject_key

FIGURES: Final = ("AMOUNT", "RATIO")
NAMES: Final = ("ACCOUNT", "PROJECT")
TOPIC: Final = 5000  # characters for which what a text is about stays unnamed at most
# The units from small to large, as in `Address`, each with the characters that end it.
_ENDS: Final = {"phrase": "\n。！？；，：、", "clause": "\n。！？；，：", "item": "\n。！？；", "sentence": "\n。！？", "paragraph": "\n"}


class Address(NamedTuple):
    """The numbers of the units that hold a mention, from small to large, and whether it stands in a heading."""

    phrase: int
    clause: int
    item: int
    sentence: int
    paragraph: int
    heading: bool


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
    _addresses: dict[int, Address] = field(default_factory=dict, compare=False, repr=False)
    _masks: list[tuple[str, list[int]]] = field(default_factory=list, compare=False, repr=False)

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

    def address(self, mention: Span) -> Address:
        """Where a mention begins."""
        at = mention.start
        if at not in self._addresses:
            phrase, clause, item, sentence, paragraph = (self.number(unit, at) for unit in _ENDS)
            self._addresses[at] = Address(phrase, clause, item, sentence, paragraph, self.in_heading(at))
        return self._addresses[at]

    def masked(self, start: int, end: int) -> str:
        """The text of [start, end) with every mention put as one letter and every number as 0: words, not names.

        Where the range cuts a mention or a number, its letter is in if its beginning is.
        """
        if not self._masks:
            self._masks.append(_mask(self.text, self.mentions))
        masked, offsets = self._masks[0]
        return masked[offsets[start] : offsets[end]]

    def count(self, start: int, end: int) -> tuple[int, int]:
        """How many names and how many figures begin in [start, end)."""
        if "names" not in self._cache:
            self._cache["names"] = [0, *accumulate(m.label in NAMES for m in self.mentions)]
        first, last = bisect_left(self._starts(), start), bisect_left(self._starts(), end)
        names = self._cache["names"][max(first, last)] - self._cache["names"][first]
        return names, max(0, last - first) - names

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

    def topic(self, offset: int) -> Span | None:
        """The last mention before an offset of what the text names first: of a report on one project, that project.

        None where it was not named for long: the text may be a volume of many reports.
        """
        if "topic" not in self._cache:
            stems = [(stem_of(self.name_of(m)), number) for number, m in enumerate(self.mentions) if m.label in NAMES]
            self._cache["topic"] = [number for stem, number in stems if stem == stems[0][0]]
        at = bisect_left(self._cache["topic"], offset, key=lambda number: self.mentions[number].start)
        last = self.mentions[self._cache["topic"][at - 1]] if at else None
        return last if last is not None and offset - last.end <= TOPIC else None

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
        """The name without what two spellings of it may differ in."""
        return subject_key(self.name_of(mention))


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
