"""A report's facts as the checks see them: each with what its figure may stand for and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import Shadow
from ..facts import Fact
from ..figures import FigureError, read_figure
from ..linking.reading import Reading
from ..records import subject_key
from .interval import Interval, printed

_BOOK: Final = re.compile(r"一般公共预算(?:财政拨款)?|财政拨款|政府性基金|国有资本经营|社会保险基金")
_OWN_BOOK: Final = re.compile(r"公务|因公|三公|机关运行|政府采购")  # accounts that stand in one book by their nature
LEVELS: Final = ("initial_budget", "budget", "actual", "balance", "contract")  # sums, not differences
_CUT: Final = re.compile(r"[\d.,]\n?\Z")
_PLACE: Final = re.compile(r"\A(?:中央和?省?级?|全?[省市州县区旗镇乡]级?|本级|[\u4e00-\u9fff]{1,3}?(?<![社园校景小])[省市州县区旗](?!级))(?=..)")
_HEAD: Final = re.compile(r"(?:项目|工程|经费|费用|资金|专项|采购|支出)\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact, its number among all facts, its figure and subject in the reading, and what the figure may stand for."""

    number: int
    fact: Fact
    figure: Span
    subject: Span
    value: Interval
    key: str

    @property
    def measure(self) -> str:
        return self.fact.measure

    @property
    def period(self) -> int | None:
        return self.fact.period

    @property
    def score(self) -> float:
        return 1.0 if self.fact.score is None else self.fact.score


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """A document, its reading, and its facts as entries in text order; `sums` are all sums of the text, also those of no fact."""

    document: Document
    reading: Reading
    shadow: Shadow
    entries: tuple[Entry, ...]
    sums: tuple[tuple[Span, Interval], ...]
    _by_key: dict[str, list[Entry]] = field(default_factory=dict, repr=False)
    _by_figure: dict[Span, Entry] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document, reading: Reading, shadow: Shadow, facts: Sequence[Fact], places: Sequence[tuple[Span, Span]]) -> Ledger:
        """The ledger of a document's facts; `places` are figure and subject of each in the reading."""
        entries = [e for n, (fact, place) in enumerate(zip(facts, places, strict=True)) if (e := _entry(reading, n, fact, *place)) is not None]
        sums = tuple((m, value) for m in reading.mentions if m.label == "AMOUNT" and (value := value_of(reading, m)) is not None)
        return cls(document, reading, shadow, tuple(entries), sums)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_key.setdefault(entry.key, []).append(entry)
            self._by_figure[entry.figure] = entry

    def corrected(self, meant: Mapping[int, Interval]) -> Ledger:
        """The ledger with other values for some facts, by their numbers."""
        entries = tuple(replace(e, value=meant.get(e.number, e.value)) for e in self.entries)
        figures = {e.figure: e.value for e in entries}
        sums = tuple((span, figures.get(span, value)) for span, value in self.sums)
        return Ledger(self.document, self.reading, self.shadow, entries, sums)

    def same(self, entry: Entry, *measures: str) -> Iterator[Entry]:
        """The entries of an entry's subject and scope under some measures, in text order."""
        return (e for e in self._by_key[entry.key] if e.measure in measures and e.fact.scope == entry.fact.scope)

    def entry_of(self, figure: Span) -> Entry | None:
        """The entry that a figure of the reading gives."""
        return self._by_figure.get(figure)

    def sums_between(self, start: int, end: int) -> list[Interval]:
        return [value for span, value in self.sums if start <= span.start < end]

    def book(self, entry: Entry) -> str:
        """The budget book that an account's name, the text before it in its section or the headings above speak of; else empty."""
        if _OWN_BOOK.search(entry.fact.subject):
            return ""
        path = self.reading.heading_path(entry.figure.start)
        start = path[0][1] if path else 0
        texts = [entry.fact.subject, self.reading.text[start : entry.figure.start], *(self.reading.text[a:b] for a, b in path)]
        found = (_BOOK.findall(text) for text in texts)
        return next((books[-1] for books in found if books), "")

    def words_before(self, figure: Span, unit: str = "clause") -> str:
        """The text from the start of the clause (or a larger unit) to a figure."""
        return self.reading.text[self.reading.start(unit, figure.start) : figure.start]

    def apart(self, first: Span, second: Span, unit: str = "sentence") -> int:
        """How many sentences (or other units) lie between two places; 0 where they stand in the same."""
        return abs(self.reading.number(unit, first.start) - self.reading.number(unit, second.start))

    def bracketed_off(self, figure: Span, other: Span) -> bool:
        """Whether a figure stands in brackets that close before another: an aside to what the other belongs to."""
        between = self.reading.text[figure.end : other.start]
        return between.count("）") > between.count("（")

    def written(self, entry: Entry) -> str:
        """The entry's figure as printed, in canonical characters."""
        return entry.figure.of(self.reading.text)


def value_of(reading: Reading, figure: Span) -> Interval | None:
    """What a figure may stand for; None where it is no number, or only the end of one that a line break has cut."""
    text = figure.of(reading.text)
    if _CUT.search(reading.text[max(0, figure.start - 2) : figure.start]):
        return None
    try:
        number = read_figure(text, figure.label)
    except FigureError:
        return None
    return printed(number, text, reading.text[max(0, figure.start - 4) : figure.start])


def key_of(fact: Fact) -> str:
    """What the spellings of one subject have in common; of a project's name also its place, 项目, 工程, 经费 … are put away."""
    key = subject_key(fact.subject)
    return _stem(key) if fact.subject_type == "project" else key


def _stem(key: str) -> str:
    stem = _PLACE.sub("", key)
    while (shorter := _HEAD.sub("", stem)) != stem and len(shorter) >= 3:
        stem = shorter
    return "project " + stem


def _entry(reading: Reading, number: int, fact: Fact, figure: Span, subject: Span) -> Entry | None:
    value = value_of(reading, figure)
    if value is None:
        return None
    return Entry(number, fact, figure, subject, -value if fact.value < 0 < value.middle else value, key_of(fact))
