"""Facts whose linking is likelier wrong than the report: the words round the figure speak against what was made of it."""

from __future__ import annotations

import re
from typing import Final

from .ledger import LEVELS, Entry, Ledger, once
from .lists import part_lists

_LINE: Final = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）).、]|[①-⑳]|[一二三四五六七八九十]是")
_SIDE: Final = re.compile("收入|支出")
_OF_BUDGET: Final = re.compile("执行|完成|支付|使用率|到位|预算|支出|资金")
_OTHER_MONEY: Final = re.compile(r"(?!项目|专项|预算|财政|全年|其中)[\u4e00-\u9fff]{2,4}资金(?:支出|支付|使用|拨付|执行)")  # 直达资金支出进度
_SHARE: Final = re.compile("占|比重|比例")
_MEMBER: Final = re.compile(r"[，。；（]?(?:其中|包括)[：:]?\w{0,2}")


@once
def doubtful(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts that no finding may rest on, however sure the linker is."""
    alone = {
        e.number for e in ledger.entries if _strayed(ledger, e) or _quoted_between(ledger, e) or _other_side(ledger, e) or _other_measure(ledger, e)
    }
    return frozenset(alone | _unlike_their_wholes(ledger))


def _unlike_their_wholes(ledger: Ledger) -> set[int]:
    """Parts of another measure than the whole they divide, and of its subject: what divides a budget is no spending, nor the budget.

    A part that its list names is what it is named: then it is the whole that is of something else.
    """
    found = set()
    for each in part_lists(ledger):
        measures = {w.measure for w in each.matched}
        found |= {e.number for e in each.entries if measures and e.measure not in measures}
        alike = [(e, w) for e in each.entries for w in each.matched if each.adds_up and e.key == w.key]
        found |= {(w if e.subject.start > each.start else e).number for e, w in alike}
    return found


def _strayed(ledger: Ledger, entry: Entry) -> bool:
    """Whether a figure of a numbered line was given to a subject that stands neither in the line nor in a heading."""
    reading = ledger.reading
    if not ledger.apart(entry.subject, entry.figure, "paragraph") or ledger.over(entry):
        return False
    return bool(_LINE.match(reading.text, reading.start("paragraph", entry.figure.start)))


def _quoted_between(ledger: Ledger, entry: Entry) -> bool:
    """Whether a quoted name that nobody marked stands between a subject and its figure in the figure's sentence."""
    start = max(entry.subject.end, ledger.reading.start("sentence", entry.figure.start))
    quoted = "“" in ledger.reading.text[start : entry.figure.start]
    return quoted and "“" in ledger.plain_words(start, entry.figure.start)


def _other_side(ledger: Ledger, entry: Entry) -> bool:
    """Whether the text speaks of spending since it named the income a figure was given to, or the other way about."""
    sides = set(_SIDE.findall(entry.fact.subject))
    if len(sides) != 1:
        return False
    start = max(entry.subject.end, ledger.reading.start("sentence", entry.figure.start))
    words = _SIDE.findall(ledger.plain_words(start, entry.figure.start))
    return bool(words) and words[-1] not in sides


def _other_measure(ledger: Ledger, entry: Entry) -> bool:
    """Whether the words are those of another measure: 可用率 is no rate of completion, a part of 结余 no spending."""
    words = ledger.words_before(entry.figure)
    if entry.fact.unit == "%":
        if entry.measure != "share":
            last = ledger.plain_words(ledger.reading.start("clause", entry.figure.start), entry.figure.start)
            of_budget = _OF_BUDGET.search(words) and not _OTHER_MONEY.match(last)
            return bool(_SHARE.search(last)) or (entry.measure == "completion_rate" and not of_budget)
        return False
    if entry.measure not in LEVELS:
        return False
    before = ledger.entries_between(ledger.reading.start("paragraph", entry.figure.start), entry.figure.start)[-1:]
    divided = before and before[0].measure in LEVELS and _MEMBER.fullmatch(ledger.plain_words(before[0].figure.end, entry.figure.start))
    return bool(divided) and before[0].measure != entry.measure
