"""Parts that do not add to their whole, and shares that do not add to 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from .balances import settled
from .finding import Fault
from .interval import Interval, total
from .ledger import Entry, Ledger
from .lists import PartList, part_lists
from .rates import TRUST
from .show import show

KNOWN: Final = 0.9  # the score from which a sum is believed to be part of its list
SLIP: Final = Fraction(15, 100)  # of the whole: what a slip of a digit makes; a greater excess is no list of disjoint parts
NEARLY: Final = Fraction(1, 100)
_SPENDING: Final = re.compile("支|总[额计量]|合计")
_WHOLE: Final = Interval.exactly(100)
# Parts that make up their whole by definition.
_COMPLETE: Final = tuple(
    re.compile(p)
    for p in (
        r"基本支出.*项目支出|项目支出.*基本支出",
        r"人员经费.*公用经费|公用经费.*人员经费",
        r"货物.*工程.*服务",
        r"一般债务.*专项债务",
    )
)


def parts_sum(ledger: Ledger) -> Iterator[Fault]:
    for found in part_lists(ledger):
        whole = None if _adds_up(ledger, found) else next((w for w in _wholes(ledger, found) if _missed(ledger, found, w)), None)
        if whole is None:
            continue
        figures = [part.figure for part in found.parts]
        written = ledger.written(whole)
        added = show(found.sum, written)
        yield Fault(
            f"各部分之和{added}与{whole.fact.subject}{written}不符",
            (*figures, whole.figure),
            (*(e.number for e in found.entries), whole.number),
            added,
            written,
        )


def share_sum(ledger: Ledger) -> Iterator[Fault]:
    for found in part_lists(ledger):
        shares = found.shares
        if shares is None or len(found.parts) < 2 or shares.meets(_WHOLE):
            continue
        if shares.middle < 100 and not any(_is_sum(found, w) for w in found.wholes):
            continue
        if abs(shares.middle - 100) > SLIP * 100 or _overlapping(found):
            continue
        spans = [part.share for part in found.parts if part.share is not None]
        facts = [e.number for s in spans if (e := ledger.entry_of(s)) is not None]
        shown = show(shares, "0.00%")
        yield Fault(f"各部分占比之和为{shown}，不等于100%", (*spans,), (*facts,), "100%", shown)


def _is_sum(found: PartList, whole: Entry) -> bool:
    """Whether the parts are all of a whole: within rounding, and nearly so where a part is as coarse as 0万元."""
    return whole.value.meets(found.sum) and abs(whole.value.middle - found.sum.middle) <= NEARLY * whole.value.middle


def _wholes(ledger: Ledger, found: PartList) -> list[Entry]:
    """The wholes that a list is held against: those of the parts' measure, first the one they come nearest to."""
    kinds = {(e.measure, e.period) for e in found.entries}
    spent = all("支出" in name for name in _names(found))
    wholes = [w for w in found.wholes if not spent or _SPENDING.search(w.fact.subject) or w.fact.subject_type == "project"]
    wholes += [e for w in wholes for e in ledger.same(w, w.measure) if e not in wholes and e not in found.entries]  # told of elsewhere
    same = [w for w in wholes if (w.measure, w.period) in kinds] or wholes
    return sorted(same, key=lambda w: abs(w.value.middle - found.sum.middle))


def _missed(ledger: Ledger, found: PartList, whole: Entry) -> bool:
    """Whether the parts miss a whole by as much as a slip makes: more than it where they are disjoint, less where they leave nothing out."""
    if len(found.parts) == 1 and not (found.entries and _beside(ledger, found, whole)):
        return False
    gap = found.sum.middle - whole.value.middle
    return abs(gap) <= SLIP * whole.value.middle and (not _overlapping(found) if gap > 0 else _complete(found))


def _beside(ledger: Ledger, found: PartList, whole: Entry) -> bool:
    """Whether a single part is greater than the whole right before it: 结余5万元，其中项目支出6万元."""
    right_behind = re.fullmatch(r"[，；。（]?(?:其中|包括)", ledger.reading.text[whole.figure.end : found.start + 2])
    scores = [whole.score if whole.number not in settled(ledger) else 1.0, *(part.score for part in found.entries)]
    return bool(right_behind) and found.sum.bottom > whole.value.top and min(scores) >= TRUST


def _adds_up(ledger: Ledger, found: PartList) -> bool:
    """Whether the parts give a sum that may be meant, also when the last ones, or one between that is not sure, are no parts of it."""
    sums = [v for w in found.wholes for v in (w.value, *(e.value for e in ledger.same(w, w.measure) if e.period == w.period))]
    values = [part.value for part in found.parts]
    if found.respective:
        return any(found.sum.meets(meant) for meant in sums)
    selections = [values[:end] for end in range(2, len(values) + 1)]
    unsure = [at for at, part in enumerate(found.parts) if part.entry is None or part.entry.score < KNOWN]
    selections += [values[:at] + values[at + 1 :] for at in unsure if len(values) > 2]
    selections += [[*values, found.next]] if found.next is not None else []
    return any(total(chosen).meets(meant) for chosen in selections for meant in sums)


def _names(found: PartList) -> list[str]:
    return [e.fact.subject for e in found.entries]


def _overlapping(found: PartList) -> bool:
    """Whether one part holds others: 税收收入 all taxes."""
    names = _names(found)
    return "税收收入" in names and any(name.endswith("税") for name in names)


def _complete(found: PartList) -> bool:
    """Whether the parts leave nothing out: by definition, or since their shares add to 100."""
    names = "、".join(_names(found))
    return (found.next is None and any(p.search(names) for p in _COMPLETE)) or (found.shares is not None and found.shares.meets(_WHOLE))
