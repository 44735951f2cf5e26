"""What a share is a share of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Final

from ..naming import subject_key
from .derivations import Derivation, percent
from .interval import Interval
from .ledger import HORIZON, LEVELS, Entry, Ledger, once
from .lists import adding_up, share_lists

KNOWN: Final = 0.9  # the score from which the whole that the linker gives is believed
BACK: Final = 7  # paragraphs back to the whole that a list divides, its own among them
COARSE: Final = Fraction(1, 2)  # the width of a share, in points, from which chance makes many sums fit
SHORT: Final = 2  # characters; 收入, 支出 are names only beside what they mean
_SAME: Final = re.compile(r"(?:一般公共|公共|预算|财政拨款|本?年度?|当年|全年|部门|单位|整体|全[省市县区州]|[省市县区州]?本?级|地方)*")
_OF: Final = re.compile(r"的(?:比[例重])?为?")


def portion(ledger: Ledger, share: Entry) -> Iterator[Derivation]:
    """The part over the whole: that of the list in which the share stands, else the one named before it, else that of its siblings."""
    for part, whole in _parts_and_wholes(ledger, share):
        if part.key != whole.key and part.value.bottom <= whole.value.top and (value := percent(part.value, whole.value)):
            yield Derivation((part, whole), value, "{}÷{}")


def possible(ledger: Ledger, share: Entry) -> Iterator[tuple[Interval, Interval]]:
    """What a share may be of what, with no regard to subjects: where the whole is not named, any sum of the pages round it.

    In a list, and where the share is in whole percent, only of the paragraphs before.
    """
    reading, at = ledger.reading, share.figure.start
    parts = [e.value for e in ledger.same(share, *LEVELS)]
    last = ledger.sums_between(reading.start("sentence", at), at)[-1:]
    parts += [value for figure, value in last if (entry := ledger.entry_of(figure)) is None or entry.measure in LEVELS]
    name, found = named_base(ledger, share), share_lists(ledger).get(share.figure)
    if name is not None and (named := _named_wholes(ledger, share, name)):
        return product(parts, [whole.value for whole in (*named, *(found[0].matched if found else ()))])
    start, end = at - HORIZON, at + HORIZON
    listed = found is not None and bool(found[0].wholes)
    if listed or _coarse(share):
        start, end = at, reading.end("paragraph", at)
        for _ in range(BACK if listed else 2):
            start = reading.start("paragraph", max(0, start - 1))
    return product(parts, [value for _, value in ledger.sums_between(start, end)])


def _coarse(share: Entry) -> bool:
    return share.value.high - share.value.low > COARSE


def named_base(ledger: Ledger, share: Entry) -> str | None:
    """The whole that the words right before a share name: 占基本支出的."""
    text = ledger.reading.text
    names = ledger.names_between(ledger.reading.start("clause", share.figure.start), share.figure.start)
    if names and text[names[-1].start - 1] == "占" and _OF.fullmatch(text[names[-1].end : share.figure.start]):
        return ledger.reading.name_of(names[-1])
    return None


def _parts_and_wholes(ledger: Ledger, share: Entry) -> Iterator[tuple[Entry, Entry]]:
    name = named_base(ledger, share)
    found = share_lists(ledger).get(share.figure)
    if found is not None:
        divided, part = found[0], found[1].entry
        same = name is None or any(_alike(name, whole) for whole in divided.wholes)
        wholes = divided.matched if same else _named_wholes(ledger, share, name or "")
    else:
        part = _part_before(ledger, share)
        siblings = [] if _coarse(share) else _wholes_of_siblings(ledger, share)
        wholes = _named_wholes(ledger, share, name) if name else siblings or _linked(ledger, share)
        wholes = [w for w in wholes if part is not None and w.measure == part.measure and w.period == part.period]
    return iter([(part, whole) for whole in wholes] if part is not None else [])


def _part_before(ledger: Ledger, share: Entry) -> Entry | None:
    """The sum of a share's own subject that stands before it in its sentence, the nearest; none where 分别 says which is whose."""
    if "分别" in ledger.words_before(share.figure):
        return None
    before = [e for e in ledger.same(share, *LEVELS) if e.figure < share.figure and not ledger.apart(e.figure, share.figure)]
    return before[0] if before else None


def _alike(name: str, whole: Entry) -> bool:
    """Whether a short name may mean an entry's subject: 基本支出 the 财政拨款基本支出 spoken of, 财政拨款支出 not that of another fund."""
    short, full = subject_key(name), subject_key(whole.fact.subject)
    return full.startswith(short) or (full.endswith(short) and _SAME.fullmatch(full.removesuffix(short)) is not None)


def _named_wholes(ledger: Ledger, share: Entry, name: str) -> list[Entry]:
    """The sums that a named whole may be: of the paragraph what is called alike, else of the pages round it."""
    reading, at = ledger.reading, share.figure.start

    def called(start: int, end: int) -> list[Entry]:
        return [e for e in ledger.entries_between(start, end) if e.measure in LEVELS and _alike(name, e)]

    near = called(reading.start("paragraph", at), reading.end("paragraph", at))
    return near or [e for e in called(at - HORIZON, at + HORIZON) if len(name) > SHORT or e.fact.subject == name]


def _wholes_of_siblings(ledger: Ledger, share: Entry) -> list[Entry]:
    """What the other shares of the section are shares of, by their figures."""
    at = share.figure.start
    siblings = _by_section(ledger)[_section(ledger, share)]
    first, last = (bisect_left(siblings, edge, key=lambda each: each[0].figure.start) for edge in (at - HORIZON, at + HORIZON))
    meant = [(part, value) for sibling, part, value in siblings[first:last] if sibling is not share]
    round_it = ledger.entries_between(at - HORIZON, at + HORIZON)
    return [w for w in round_it if any(p.measure == w.measure and w.value.meets(value) and p.key != w.key for p, value in meant)]


@once
def _by_section(ledger: Ledger) -> Mapping[tuple[int, int] | None, Sequence[tuple[Entry, Entry, Interval]]]:
    """The shares of each section, with the part and what, by these two, the whole is."""
    found = defaultdict(list)
    for share in ledger.entries:
        if share.measure == "share" and (part := _part_before(ledger, share)) and (whole := percent(part.value, share.value)):
            found[_section(ledger, share)].append((share, part, whole))
    return found


def _section(ledger: Ledger, entry: Entry) -> tuple[int, int] | None:
    """The innermost heading above an entry."""
    return next(iter(ledger.reading.heading_path(entry.figure.start)), None)


def _linked(ledger: Ledger, share: Entry) -> list[Entry]:
    """The whole that the linker gives a share, where it is sure of the rest."""
    round_it = ledger.entries_between(share.figure.start - HORIZON, share.figure.start + HORIZON)
    if share.score < KNOWN or (share.fact.base or "").endswith("（项）"):  # an item has no parts
        return []
    kinds = ("account",) if share.fact.subject_type == "account" else ("account", "project")  # no project holds an account
    named = [e for e in round_it if e.fact.subject == share.fact.base and e.measure in LEVELS and e.fact.subject_type in kinds]
    return [e for e in named if e.score >= KNOWN or e.number in adding_up(ledger)]
