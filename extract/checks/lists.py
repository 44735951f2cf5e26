"""Lists of parts with the whole that they divide: 其中：甲12万元，占60%；乙8万元，占40%."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ...annotations.span import Span
from .interval import Interval, total
from .ledger import LEVELS, Entry, Ledger, once
from .wording import bare_shares

BACK: Final = 3  # paragraphs back to a whole that is divided again
KNOWN: Final = 0.6  # the score from which a whole's subject, named again, ends its list
_LEAD: Final = re.compile(
    r"其中|(?<!要)包括|分为|(?<!要)用于|以下方面|子项支出|(?:按|从|具体)[^，。；：]{0,6}(?:分类|用途|看|分)|决算中"
    r"|(?<=[元亿万])（|(?<=[元亿万])，(?=[^，。；预决]{2,30}[和、][^，。；预决]{2,20}分别为)"
)
_NESTED: Final = re.compile(r"其中|包括|包含|（含")
_STOP: Final = re.compile(r"结余|结转|合计|共计|总计|剩余|未支付|完成|执行|原因|主要是|支付|每|单台|不超过|不低于|以上")
_WAYS: Final = "按从具子"  # how leads begin that divide again what was divided before: 按经济分类, 具体用途
_ASIDE: Final = re.compile(r"上年|去年|[比较]")
_SHARE: Final = re.compile(r"占|比重|比例")
_AND: Final = re.compile(r"[、，和及与以\s]+")
_SIBLING: Final = re.compile(r"；[（(]?[\d一二三四五六七八九十]{1,2}(?:[）).、]|是)")
_REASON: Final = re.compile("原因|由于|主要[是系]")
_QUOTED: Final = re.compile("“[^”]*”")
_NUMBERED: Final = re.compile(r"\n[（(]?\d{1,2}[）).、]")


@dataclass(slots=True)
class Part:
    """One part: its sum, the fact that it gives, and its share of the whole as printed."""

    figure: Span
    value: Interval
    entry: Entry | None
    share: Span | None = None
    share_value: Interval | None = None


@dataclass(slots=True)
class PartList:
    """The parts of a list in [start, end), and the sums that they may be parts of, the nearest first."""

    start: int
    end: int
    wholes: tuple[Entry, ...]
    parts: list[Part] = field(default_factory=list)
    next: Interval | None = None  # the sum at which the list broke off
    respective: bool = False  # 甲、乙分别为12万元、8万元

    @property
    def entries(self) -> list[Entry]:
        """The facts that the parts give."""
        return [part.entry for part in self.parts if part.entry is not None]

    @property
    def sum(self) -> Interval:
        return total([part.value for part in self.parts])

    @property
    def matched(self) -> tuple[Entry, ...]:
        """The wholes that the parts add up to; all that they may be parts of where they add up to none."""
        return tuple(w for w in self.wholes if w.value.meets(self.sum)) or self.wholes

    def completed_by(self, value: Interval) -> bool:
        """Whether the parts add up to a whole with one more."""
        return any(w.value.meets(self.sum + value) for w in self.wholes)

    @property
    def adds_up(self) -> bool:
        return len(self.parts) > 1 and any(w.value.meets(self.sum) for w in self.wholes)

    @property
    def shares(self) -> Interval | None:
        """The sum of the shares; None where not every part has one."""
        values = [part.share_value for part in self.parts]
        return total([v for v in values if v is not None]) if None not in values else None


@once
def part_lists(ledger: Ledger) -> tuple[PartList, ...]:
    """The lists of a report in text order: the sums behind a word that divides a whole."""
    done, lists, parts = 0, list[PartList](), set[Span]()
    for lead in _LEAD.finditer(ledger.reading.text, *ledger.extent):
        inside = any(m.start < lead.end() <= m.end for m in ledger.reading.between(lead.start() - 60, lead.end()))
        if lead.start() < done or inside:
            continue
        found = _read(ledger, lead, parts)
        if found.parts:
            done = found.end
            lists.append(found)
            parts |= {part.figure for part in found.parts}
    return tuple(lists)


@once
def adding_up(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts whose sums stand in a list that adds up: what they are said of is hardly wrong."""
    lists = [found for found in part_lists(ledger) if found.adds_up]
    return frozenset(e.number for found in lists for e in (*found.entries, *found.matched))


@once
def part_figures(ledger: Ledger) -> Mapping[Span, PartList]:
    """The figures of the parts of all lists, each with its list."""
    return {part.figure: found for found in part_lists(ledger) for part in found.parts}


@once
def share_lists(ledger: Ledger) -> Mapping[Span, tuple[PartList, Part]]:
    """The shares of the parts of all lists, each with its list and its part."""
    return {part.share: (found, part) for found in part_lists(ledger) for part in found.parts if part.share is not None}


def in_its_place(ledger: Ledger, entry: Entry) -> bool:
    """Whether a sum of a list 甲、乙分别为12万元、8万元 is said of the name that has its place, and the list adds up."""
    found = part_figures(ledger).get(entry.figure)
    if found is None or not (found.respective and found.adds_up):
        return False
    names = ledger.names_between(found.start, found.parts[0].figure.start)
    return len(names) == len(found.parts) and (entry.subject, entry.figure) in zip(names, (part.figure for part in found.parts), strict=True)


def list_before(ledger: Ledger, figure: Span) -> PartList | None:
    """The list that ends before a figure in its sentence."""
    lists = part_lists(ledger)
    at = bisect_left(lists, figure.start, key=lambda found: found.start) - 1
    found = lists[at] if at >= 0 else None
    return found if found and ledger.reading.start("sentence", figure.start) <= found.start and found.end <= figure.start else None


def _read(ledger: Ledger, lead: re.Match[str], parts: set[Span]) -> PartList:
    found = PartList(lead.start(), lead.end(), _wholes(ledger, lead, parts))
    own = {whole.key for whole in found.wholes[:1] if whole.score >= KNOWN}
    at, run = lead.end(), list[tuple[Span, Interval]]()
    for figure, value in _figures(ledger, lead.end()):
        gap = ledger.plain_words(at, figure.start).split("\n")[-1]  # each line has its own words
        at = figure.end
        if figure.label == "AMOUNT":
            entry = ledger.entry_of(figure)
            if entry is not None and entry.measure not in LEVELS:
                continue
            if run or _ends(gap, found) or (_is_other(entry, found, own) and not found.completed_by(value)):
                found.next = value
                break
            if not _ASIDE.search(gap):
                found.respective |= not found.parts and gap.endswith(("分别为", "分别"))
                found.parts.append(Part(figure, entry.value if entry is not None else value, entry))
                found.end = figure.end
        elif "分别" in gap or (run and _AND.fullmatch(gap)):
            run.append((figure, value))
        elif run:
            break
        elif _SHARE.search(gap) and found.parts and found.parts[-1].share is None and not _of_another(ledger, found.parts[-1], figure):
            found.parts[-1].share, found.parts[-1].share_value = figure, value
            found.end = figure.end
    if len(run) == len(found.parts):
        for part, (share, value) in zip(found.parts, run, strict=True):
            part.share, part.share_value = share, value
            found.end = share.end
    return found


def _of_another(ledger: Ledger, part: Part, share: Span) -> bool:
    """Whether a share behind a part is of a subject named between them: only the whole it is a share of may be (占支出合计的)."""
    return any(ledger.reading.text[n.end : n.end + 1] not in ("的", "比") for n in ledger.names_between(part.figure.end, share.start))


def _figures(ledger: Ledger, start: int) -> Iterator[tuple[Span, Interval]]:
    """The figures from `start` to the end of the sentence, and in the first sentence of each numbered line that follows."""
    for begin, end in _ranges(ledger, start):
        valued = [(m, ledger.values[m]) for m in ledger.reading.between(begin, end) if m in ledger.values]
        bare = bare_shares(ledger)
        first, last = (bisect_left(bare, at, key=lambda each: each[0].start) for at in (begin, end))
        yield from sorted([*valued, *bare[first:last]], key=lambda f: f[0])


def _ranges(ledger: Ledger, start: int) -> Iterator[tuple[int, int]]:
    text, end = ledger.reading.text, ledger.reading.end("sentence", start)
    if text[start - 1] == "（":
        closed = text.find("）", start, end)
        end = closed if closed >= 0 else end
    yield start, end
    while text.endswith("；\n", start, end):  # a line for each part
        start, end = end, ledger.reading.end("sentence", end)
        yield start, end
    if text[start:end].strip("：:\n"):
        return
    yield end, ledger.reading.end("sentence", end)
    line = text.find("\n", end)
    while line >= 0 and _NUMBERED.match(text, line):
        yield line + 1, ledger.reading.end("sentence", line + 1)
        line = text.find("\n", line + 1)


def _ends(gap: str, found: PartList) -> bool:
    """Whether a sum stands no longer in the list by the words before it, a quoted name among them aside."""
    if not found.parts:
        return "；" in gap
    words = _QUOTED.sub("", gap)
    return bool(_NESTED.search(words.split("；")[-1]) or _STOP.search(words) or _SIBLING.search(words))


def _is_other(entry: Entry | None, found: PartList, own: set[str]) -> bool:
    """Whether a sum is of another measure than the parts before it, or of the whole's own subject again."""
    first = found.parts[0].entry if found.parts else None
    return entry is not None and first is not None and (entry.measure != first.measure or entry.key in own)


def _wholes(ledger: Ledger, lead: re.Match[str], parts: set[Span]) -> tuple[Entry, ...]:
    """The sums that a list may divide: those before it in its sentence, else those of the sentence before.

    What divides again what was divided before (按经济分类, 具体用途) goes back some paragraphs in its section,
    past the parts of other lists.
    """
    reading = ledger.reading
    own = reading.start("sentence", lead.start())
    start = own
    if start and not _sums(ledger, start, lead.start()) and lead[0] not in ("用于", "决算中"):
        start = reading.start("sentence", own - (2 if reading.text.startswith("。\n", own - 2) else 1))
        again = reading.text[start] in _WAYS and not _sums(ledger, start, own)  # 按经济分类。其中：
        if again or lead[0][0] in _WAYS or reading.text[own] in _WAYS:
            section = next((end for _, end in reading.heading_path(own)), 0)
            for _ in range(BACK):
                start = max(section, reading.start("paragraph", max(0, start - 1)))
            return tuple(reversed([e for e in _sums(ledger, start, lead.start()) if e.figure not in parts]))
    return tuple(reversed(_sums(ledger, start, lead.start())))


def _sums(ledger: Ledger, start: int, end: int) -> list[Entry]:
    """The sums of a range that something may divide: none that is given as a reason."""
    entries = (ledger.entry_of(m) for m in ledger.reading.between(start, end))
    return [e for e in entries if e is not None and e.measure in LEVELS and not _REASON.search(ledger.words_before(e.figure))]
