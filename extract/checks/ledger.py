"""A report's facts as the checks see them: each with what its figure may stand for and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Final, TypeVar

from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import Shadow
from ..facts import Fact
from ..figures import figure_or_none
from ..linking.reading import FIGURES, NAMES, Reading
from ..naming import subject_key
from .interval import Interval, printed
from .names import keys_of

HORIZON: Final = 20_000  # characters to either side within which figures are held against each other
LEVELS: Final = ("initial_budget", "budget", "actual", "balance", "contract")  # sums, not differences
_MARK: Final = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）).、]")
_NUMERAL: Final = re.compile(r"\d+|[一二三四五六七八九十]+")
_CUT: Final = re.compile(r"[\d.,]\n?.\Z|[一二三四五六七八九十百千](?:\n.|[一二三四五六七八九十百千万])\Z")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact, its number among all facts, its figure and subject in the reading, and what the figure may stand for.

    `score` is the fact's, with its name as probable as where the report has it most clearly.
    """

    number: int
    fact: Fact
    figure: Span
    subject: Span
    value: Interval
    key: str
    score: float

    @property
    def measure(self) -> str:
        return self.fact.measure

    @property
    def period(self) -> int | None:
        return self.fact.period


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """A document, its reading, and its facts as entries in text order.

    `values` and `sums` have all figures of the text and its sums, also those of no fact. `extent` is the range of the text looked at.
    """

    document: Document
    reading: Reading
    shadow: Shadow
    entries: tuple[Entry, ...]
    values: Mapping[Span, Interval]
    sums: tuple[tuple[Span, Interval], ...]
    extent: tuple[int, int]
    _by_measure: dict[tuple[str, str], list[Entry]] = field(default_factory=dict, repr=False)
    _by_figure: dict[Span, Entry] = field(default_factory=dict, repr=False)
    _found: dict[object, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document, reading: Reading, shadow: Shadow, facts: Sequence[Fact], places: Sequence[tuple[Span, Span]]) -> Ledger:
        """The ledger of a document's facts; `places` are figure and subject of each in the reading."""
        keys = keys_of(reading, facts, [subject for _, subject in places])
        values = {m: value for m in reading.mentions if m.label in FIGURES and (value := value_of(reading, m)) is not None}
        sure = _surest(reading)
        linked = enumerate(zip(facts, places, keys, strict=True))
        entries = [
            _entry(n, fact, *place, values[place[0]], key, sure[_named(reading, place[1])]) for n, (fact, place, key) in linked if place[0] in values
        ]
        sums = tuple((figure, value) for figure, value in values.items() if figure.label == "AMOUNT")
        return cls(document, reading, shadow, tuple(entries), values, sums, (0, len(reading.text)))

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_measure.setdefault((entry.key, entry.measure), []).append(entry)
            self._by_figure[entry.figure] = entry

    def corrected(self, meant: Mapping[int, Interval]) -> Ledger:
        """The ledger with other values for some facts, by their numbers."""
        if not meant:
            return self
        entries = tuple(replace(e, value=meant[e.number]) if e.number in meant else e for e in self.entries)
        figures = {e.figure: e.value for e in entries if e.number in meant}
        sums = tuple((span, figures.get(span, value)) for span, value in self.sums)
        return replace(self, entries=entries, values={**self.values, **figures}, sums=sums, _by_measure={}, _by_figure={}, _found={})

    def near(self, figure: Span) -> Ledger:
        """The ledger of the pages round a figure, as far as what is held against it is held against something else."""
        start, end = max(0, figure.start - 2 * HORIZON), min(len(self.reading.text), figure.start + 2 * HORIZON)
        if (start, end) == self.extent:
            return self
        start, end = self.reading.start("paragraph", start), self.reading.end("paragraph", end)
        entries, sums = tuple(self.entries_between(start, end)), tuple(self.sums_between(start, end))
        return replace(self, entries=entries, sums=sums, extent=(start, end), _by_measure={}, _by_figure={}, _found={})

    def same(self, entry: Entry, *measures: str) -> list[Entry]:
        """The entries of an entry's subject under some measures in the pages round it, the nearest first."""
        at = entry.figure.start
        found = [e for measure in measures for e in _between(self._by_measure.get((entry.key, measure), ()), at - HORIZON, at + HORIZON)]
        return sorted(found, key=lambda e: (abs(e.figure.start - at), e.figure.start))

    def entries_between(self, start: int, end: int) -> Sequence[Entry]:
        """The entries whose figures begin in [start, end)."""
        return _between(self.entries, start, end)

    def sums_between(self, start: int, end: int) -> Sequence[tuple[Span, Interval]]:
        """The sums that begin in [start, end), with their values."""
        first, last = (bisect_left(self.sums, at, key=lambda each: each[0].start) for at in (start, end))
        return self.sums[first:last]

    def names_between(self, start: int, end: int) -> list[Span]:
        """The mentions of accounts and projects that begin in [start, end)."""
        return list(self.reading.names(start, end))

    def titled(self, entry: Entry) -> bool:
        """Whether the report is about an entry's project: its title names it."""
        return entry.key.removeprefix("project ") in subject_key(self.document.meta.title or "")

    def entry_of(self, figure: Span) -> Entry | None:
        """The entry that a figure of the reading gives."""
        return self._by_figure.get(figure)

    def words_before(self, figure: Span, unit: str = "clause") -> str:
        """The text from the start of the clause (or a larger unit) to a figure."""
        return self.reading.text[self.reading.start(unit, figure.start) : figure.start]

    def plain_words(self, start: int, end: int) -> str:
        """The text of a range without the names in it."""
        out, at = [], start
        for mention in self.reading.between(start, end):
            out.append(self.reading.text[at : mention.start])
            at = mention.end
        return "".join(out) + self.reading.text[at:end]

    def apart(self, first: Span, second: Span, unit: str = "sentence") -> int:
        """How many sentences (or other units) lie between two places; 0 where they stand in the same."""
        return abs(self.reading.number(unit, first.start) - self.reading.number(unit, second.start))

    def bracketed_off(self, figure: Span, other: Span) -> bool:
        """Whether a figure stands in brackets that close before another: an aside to what the other belongs to."""
        between = self.reading.text[figure.end : other.start]
        return between.count("）") > between.count("（")

    def over(self, entry: Entry) -> bool:
        """Whether an entry's subject stands in a heading that the figure stands under, and is not the line before it in one list."""
        line = self._mark(self.reading.start("paragraph", entry.figure.start))
        headings = [start for start, end in self.reading.heading_path(entry.figure.start) if start <= entry.subject.start < end]
        return any(not line or self._mark(start) != line for start in headings)

    def _mark(self, start: int) -> str:
        """The kind of number that a line begins with: （1）for （三）as for （12）."""
        match = _MARK.match(self.reading.text, start)
        return _NUMERAL.sub("1", match[0]) if match else ""

    def written(self, entry: Entry) -> str:
        """The entry's figure as printed, in canonical characters."""
        return entry.figure.of(self.reading.text)


def once(function: Callable[[Ledger], T]) -> Callable[[Ledger], T]:
    """Work out only once what a ledger gives."""

    @wraps(function)
    def kept(ledger: Ledger) -> T:
        if function not in ledger._found:
            ledger._found[function] = function(ledger)
        found: T = ledger._found[function]
        return found

    return kept


def _between(entries: Sequence[Entry], start: int, end: int) -> Sequence[Entry]:
    return entries[bisect_left(entries, start, key=_place) : bisect_left(entries, end, key=_place)]


def _place(entry: Entry) -> int:
    return entry.figure.start


def value_of(reading: Reading, figure: Span) -> Interval | None:
    """What a figure may stand for; None where it is no number, or only the end of one."""
    text = figure.of(reading.text)
    if _CUT.search(reading.text[max(0, figure.start - 2) : figure.start + 1]):
        return None
    number = figure_or_none(text, figure.label)
    return None if number is None else printed(number, text, reading.text[max(0, figure.start - 4) : figure.start])


def _entry(number: int, fact: Fact, figure: Span, subject: Span, value: Interval, key: str, sure: float) -> Entry:
    score = 1.0 if fact.score is None else fact.score * sure / (subject.score or 1.0)
    return Entry(number, fact, figure, subject, -value if fact.value < 0 < value.bottom + value.top else value, key, score)


def _surest(reading: Reading) -> Mapping[tuple[str, str], float]:
    """For each name, with its label, the score of its most probable mention."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for mention in reading.mentions:
        if mention.label in NAMES:
            name = _named(reading, mention)
            found[name] = max(found[name], mention.score or 1.0)
    return found


def _named(reading: Reading, mention: Span) -> tuple[str, str]:
    return mention.label, reading.name_of(mention)
