"""Percentages that their two figures do not give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations, product
from typing import Final

from ..naming import subject_key
from .doubts import doubtful
from .finding import Fault
from .interval import Interval
from .ledger import LEVELS, Entry, Ledger
from .lists import PartList, adding_up, part_lists, total
from .show import show
from .wording import LEFTOVER

TRUST: Final = 0.5  # the least score of a fact that a finding may rest on
AGREED: Final = 0.2  # the same, where the text has the figures side by side
FAR_TRUST: Final = 0.6  # the same, where a source stands in another sentence
SURE: Final = 0.9  # below this, sums of other sentences may also be what a rate was computed from
CERTAIN: Final = 0.97  # from here on none at all
NEAR: Final = 14  # so many of them
REACH: Final = 2  # sentences that may lie between a rate and the sums it is held against
_OF_WHOLE: Final = re.compile(r"^\W*\w{0,4}率")  # 支出100万元，其中：甲60万元、乙40万元，执行率90%: mostly the rate of the whole
SHORT: Final = 2  # characters; 收入, 支出 are names only beside what they mean
_OTHER_BASE: Final = re.compile(r"同口径|可比|剔除|扣除|不含|按[^，。]{1,12}(?:计算|折算|口径)")
_BASE: Final = re.compile(r"的(?:比[例重])?为?")
BACK: Final = 7  # paragraphs back to the whole that a list divides, its own among them
COARSE: Final = Fraction(1, 2)  # the width of a rate, in points, from which chance makes many sums fit


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a rate follows from other entries: what they give, and the reckoning in words.

    `wrong`: it is a known mistake; `of_whole`: the rate is read as that of the whole of the list before it.
    """

    sources: tuple[Entry, ...]
    value: Interval
    words: str
    wrong: bool = False
    of_whole: bool = False

    def gives(self, rate: Entry) -> bool:
        """Whether the reckoning gives the rate as printed: rounded, or cut off behind its last digit."""
        return abs(self.value).meets(as_printed(rate))


def as_printed(rate: Entry) -> Interval:
    """What may have been printed as a rate, its sign aside: what rounds to it, and what begins with its digits."""
    value = abs(rate.value)
    return Interval(value.low, value.high + (value.high - value.low) / 2)


def percent(part: Interval, whole: Interval) -> Interval | None:
    """`part` of `whole` in percent; None where the whole may be zero."""
    quotient = part.over(whole)
    return None if quotient is None else quotient.times(100)


def completion(ledger: Ledger, subject: Entry) -> Iterator[Derivation]:
    """支出 over 预算, by each budget that the report gives of the subject."""
    changes = list(ledger.same(subject, "budget_change"))
    for done in ledger.same(subject, "actual"):
        for base in ledger.same(subject, "initial_budget", "budget"):
            if done.period != base.period:
                continue
            if value := percent(done.value, base.value):
                yield Derivation((done, base), value, "{}÷{}")
            for size in range(1, len(changes) + 1):  # one adjustment, or all up to one
                adjusted = total([base.value, *(c.value for c in changes[:size])])
                if value := percent(done.value, adjusted):
                    yield Derivation((done, base, *changes[:size]), value, "{0}÷（" + "+".join(f"{{{n}}}" for n in range(1, size + 2)) + "）")


def growth(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The change over last year's figure; over this year's it is the mistake that is often made."""
    every = list(ledger.same(rate, "actual")) or list(ledger.same(rate, "budget", "balance"))
    if ledger.document.meta.report_type == "budget":
        every = list(ledger.same(rate, "budget", "actual"))
    now = [e for e in every if e.period == rate.period]
    last = [e for e in every if rate.period is not None and e.period == rate.period - 1]
    changes = [e for e in ledger.same(rate, "yoy_change") if e.period == rate.period]
    if _OTHER_BASE.search(ledger.words_before(rate.figure)):  # 比上年增加5万元，剔除一次性因素增长8%
        changes, last = [c for c in changes if not ledger.apart(c.figure, rate.figure, "clause")], []
    for current in now:
        for change in changes:
            for way in (change.value, -change.value) if LEFTOVER.search(ledger.words_before(change.figure)) else (change.value,):
                if value := percent(way, current.value - way):
                    yield Derivation((change, current), value, "{0}÷（{1}-{0}）")
            if value := percent(change.value, current.value):
                yield Derivation((change, current), value, "{}÷{}", wrong=True)
        for past in last:
            if value := percent(current.value - past.value, past.value):
                yield Derivation((current, past), value, "（{0}-{1}）÷{1}")
            if value := percent(current.value - past.value, current.value):
                yield Derivation((current, past), value, "（{0}-{1}）÷{0}", wrong=True)


def variance(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The difference from the budget over the budget."""
    differences = [e for e in ledger.same(rate, "budget_variance") if not ledger.apart(e.figure, rate.figure)]
    if not differences and "预算" not in ledger.words_before(rate.figure):
        return  # 与年初预算持平，增长5%: of last year
    bases = list(ledger.same(rate, "initial_budget", "budget"))
    for done in ledger.same(rate, "actual"):
        for base in bases:
            if value := percent(done.value - base.value, base.value):
                yield Derivation((done, base), value, "（{0}-{1}）÷{1}")
        for difference in differences:
            if value := percent(difference.value, done.value - difference.value):
                yield Derivation((difference, done), value, "{0}÷（{1}-{0}）")
    for base in bases:
        for difference in differences:
            if value := percent(difference.value, base.value):
                yield Derivation((difference, base), value, "{}÷{}")


def portion(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The part over the whole: that of the list in which the share stands, else the one named before it, else that of its siblings."""
    for part, whole in _parts_and_wholes(ledger, rate):
        if part.value.low <= whole.value.high and (value := percent(part.value, whole.value)):
            yield Derivation((part, whole), value, "{}÷{}")


def _parts_and_wholes(ledger: Ledger, rate: Entry) -> Iterator[tuple[Entry, Entry]]:
    name = named_base(ledger, rate)
    found = next((f for f in part_lists(ledger) if any(p.share == rate.figure for p in f.parts)), None)
    if found is not None:
        part = next(p.entry for p in found.parts if p.share == rate.figure)
        same = name is None or any(_alike(name, whole) for whole in found.wholes)
        own = found.wholes if same else named_wholes(ledger, rate, name or "")
        wholes = [w for w in own if w.value.meets(found.sum)] or own
    else:
        part = _part_before(ledger, rate)
        wholes = named_wholes(ledger, rate, name) if name else _wholes_of_siblings(ledger, rate) or _linked(ledger, rate)
        wholes = [w for w in wholes if part is not None and w.measure == part.measure and w.period == part.period]
    yield from ((part, whole) for whole in wholes if part is not None and part.key != whole.key)


def _linked(ledger: Ledger, rate: Entry) -> list[Entry]:
    """The whole that the linker gives a share, where it is sure of the rest."""
    base = rate.fact.base
    return [e for e in ledger.entries if e.fact.subject == base and e.measure in LEVELS and min(e.score, rate.score) >= SURE]


def _part_before(ledger: Ledger, share: Entry) -> Entry | None:
    """The sum of a share's own subject that stands before it in its sentence, the nearest; none where 分别 says which is whose."""
    if "分别" in ledger.words_before(share.figure):
        return None
    before = [e for e in ledger.same(share, *LEVELS) if e.figure < share.figure and not ledger.apart(e.figure, share.figure)]
    return before[-1] if before else None


def named_base(ledger: Ledger, rate: Entry) -> str | None:
    """The whole that the words right before a share name: 占基本支出的."""
    start = ledger.reading.start("clause", rate.figure.start)
    names = [m for m in ledger.reading.between(start, rate.figure.start) if m.label in ("ACCOUNT", "PROJECT")]
    behind = names and _BASE.fullmatch(ledger.reading.text[names[-1].end : rate.figure.start])
    before = names and ledger.reading.text[: names[-1].start].endswith("占")
    return ledger.reading.name_of(names[-1]) if behind and before else None


def _alike(name: str, whole: Entry) -> bool:
    """Whether a short name may mean an entry's subject: 基本支出 the 财政拨款基本支出 spoken of."""
    short, full = subject_key(name), subject_key(whole.fact.subject)
    return full.endswith(short) or full.startswith(short)


def named_wholes(ledger: Ledger, rate: Entry, name: str) -> list[Entry]:
    """The sums that a named whole may be: of the paragraph what is called alike, else of the report what is called just so."""
    entries = [e for e in ledger.entries if e.measure in LEVELS and _alike(name, e)]
    near = [e for e in entries if not ledger.apart(e.figure, rate.figure, "paragraph")]
    return near or [e for e in entries if len(name) > SHORT or e.fact.subject == name]


def _wholes_of_siblings(ledger: Ledger, rate: Entry) -> list[Entry]:
    """What the other shares of the section are shares of, by their figures."""
    section = ledger.reading.heading_path(rate.figure.start)[:1]
    siblings = [e for e in ledger.entries if e.measure == "share" and e is not rate and ledger.reading.heading_path(e.figure.start)[:1] == section]
    pairs = [(part, sibling) for sibling in siblings for part in ledger.same(sibling, *LEVELS) if not ledger.apart(part.figure, sibling.figure)]
    return [
        whole
        for whole in ledger.entries
        if whole.measure in LEVELS
        and any(p.measure == whole.measure and p.key != whole.key and (v := percent(p.value, whole.value)) and v.meets(s.value) for p, s in pairs)
    ]


_WAYS: Final[Mapping[str, Callable[[Ledger, Entry], Iterator[Derivation]]]] = {
    "completion_rate": completion,
    "yoy_rate": growth,
    "budget_variance_rate": variance,
    "share": portion,
}


def derivations(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The plausible readings of what a percentage was computed from; none for other figures."""
    way = _WAYS.get(rate.measure)
    if way is None or (rate.measure == "completion_rate" and _OTHER_BASE.search(ledger.words_before(rate.figure))):
        return
    yield from way(ledger, rate)
    if rate.measure == "completion_rate" and _OF_WHOLE.search(ledger.words_before(rate.figure)):
        divided = _list_before(ledger, rate)
        for whole in divided.wholes if divided else ():
            yield from (replace(reading, of_whole=True) for reading in completion(ledger, whole))


def _list_before(ledger: Ledger, rate: Entry) -> PartList | None:
    """The list that ends before a rate in its sentence."""
    start = ledger.reading.start("sentence", rate.figure.start)
    return next((found for found in reversed(part_lists(ledger)) if start <= found.start and found.end <= rate.figure.start), None)


def rate_mismatch(ledger: Ledger) -> Iterator[Fault]:
    yield from over_hundred(ledger)
    for rate, nearest in _unexplained(ledger):
        if not nearest.wrong:
            yield _fault(ledger, rate, nearest, "{}的{}与有关数字不符，{}={}")


def wrong_year_base(ledger: Ledger) -> Iterator[Fault]:
    for rate, nearest in _unexplained(ledger):
        if nearest.wrong:
            right = Derivation(nearest.sources, nearest.value, nearest.words)
            yield _fault(ledger, rate, right, "{}的{}误以本年数为基数（{}），应以上年数为基数，为{}")


def _unexplained(ledger: Ledger) -> Iterator[tuple[Entry, Derivation]]:
    """Rates that no plausible reading gives, each with the reckoning it is held against; a known mistake first."""
    for rate in ledger.entries:
        ways = list(derivations(ledger, rate))
        if any(w.gives(rate) for w in ways if not w.wrong):
            continue
        trusted = sorted((w for w in ways if _trusted(ledger, rate, w)), key=lambda w: _distance(rate, w))
        mistakes = [w for w in trusted if w.wrong and w.gives(rate) and not _of_last_year(ledger, w)]
        right = [w for w in trusted if not w.wrong]
        if right and (mistakes or _certain(ledger, rate, right[0]) or not _explained(ledger, rate, right[0])):
            yield rate, next(iter(mistakes or right))
        elif not right and (mistake := _mistake_in_place(ledger, rate)) is not None:
            yield rate, mistake


def _mistake_in_place(ledger: Ledger, rate: Entry) -> Derivation | None:
    """A rate of growth that its change over this year's sum gives exactly, where the linker is not sure of the subject.

    决算数小于预算数，比上年减少5万元，下降10%: that the figures fit to the last digit says what they are of.
    """
    changes = [e for e in ledger.entries if e.number == rate.number - 1 and e.measure == "yoy_change"]
    if rate.measure != "yoy_rate" or not changes or ledger.apart(changes[0].figure, rate.figure) or rate.score < AGREED:
        return None
    change = changes[0]
    near = [e for e in ledger.entries if e.measure in ("actual", "budget") and e.period == change.period and e.number < change.number]
    near = [e for e in near if not ledger.apart(e.figure, rate.figure, "item") or ledger.apart(e.figure, rate.figure) == 1][-NEAR:]
    right = [percent(change.value, e.value - change.value) for e in near]
    fits = [e for e in near if (value := percent(change.value, e.value)) and abs(value).meets(abs(rate.value))]
    if len(fits) != 1 or any(value and abs(value).meets(as_printed(rate)) for value in right):
        return None
    way = Derivation((change, fits[0]), percent(change.value, fits[0].value - change.value) or change.value, "{}÷{}", wrong=True)
    return None if _of_last_year(ledger, way) else way


def _trusted(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether a finding may rest on a reading: its facts are probable enough, or where they stand speaks for it too."""
    distance = max(ledger.apart(rate.figure, e.figure) for e in way.sources)
    if distance > REACH and not (rate.measure == "share" and not ledger.apart(rate.figure, way.sources[0].figure)):
        return False
    if any(ledger.bracketed_off(e.figure, rate.figure) for e in way.sources):
        return False
    added = adding_up(ledger)
    used = way.sources if way.of_whole else (rate, *way.sources)
    if doubtful(ledger) & {e.number for e in used}:
        return False
    score = min(1.0 if e.number in added else e.score for e in used)
    least = AGREED if _in_place(ledger, rate, way) else FAR_TRUST if distance else TRUST
    return score >= least


def _in_place(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether the text has a rate and its figures side by side: 安排100万元（其中…），支付90万元，支付率90%."""
    parts = {part.figure for found in part_lists(ledger) for part in found.parts}
    begin = ledger.reading.start("paragraph", rate.figure.start)
    before = [span for span, _ in ledger.sums if begin <= span.start < rate.figure.start and span not in parts]
    return {e.figure for e in way.sources} <= set(before[-len(way.sources) :])


def _certain(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether a rate and its figures stand together and are so probable that no other reading needs to be looked for.

    Not for shares: of what something is a share is seldom said.
    """
    together = not any(ledger.apart(e.figure, rate.figure, "item") for e in way.sources)
    return together and rate.measure != "share" and not way.of_whole and min(e.score for e in (rate, *way.sources)) >= CERTAIN


def _distance(rate: Entry, way: Derivation) -> int:
    return max(abs(e.figure.start - rate.figure.start) for e in way.sources)


def _of_last_year(ledger: Ledger, way: Derivation) -> bool:
    """Whether what is taken for this year's figure is last year's: with the change it gives another sum that its sentence says of it."""
    change, current = way.sources
    if change.measure != "yoy_change":
        return False
    near = [e for e in ledger.same(current, *LEVELS, "yoy_change") if not ledger.apart(e.figure, current.figure)]
    return any((current.value + change.value).meets(abs(e.value)) for e in near if e not in way.sources)


def _explained(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether two sums near a rate give it, whatever they are said of: the linking may be wrong and the report right.

    But not the two sums that it is held against, the other way about.
    """
    printed, reading = as_printed(rate), ledger.reading
    pairs = list[tuple[Interval, Interval]]()
    if rate.measure == "share":
        return any((value := percent(*pair)) and value.meets(printed) for pair in _shares_of_something(ledger, rate))
    unit = "item" if rate.score >= SURE else "paragraph"
    sums = ledger.sums_between(reading.start(unit, rate.figure.start), reading.end("item", rate.figure.start))[-NEAR:]
    if rate.measure == "completion_rate":
        swapped = tuple(e.value for e in reversed(way.sources))
        pairs = [pair for pair in permutations(sums, 2) if pair != swapped]
    if rate.measure != "completion_rate" or rate.score < SURE:
        pairs += [pair for a, b in permutations(sums, 2) for pair in ((a - b, b), (a, b - a), (a, a + b))]
    return any((value := percent(*pair)) and abs(value).meets(printed) for pair in pairs) or _of_another(ledger, rate)


def _of_another(ledger: Ledger, rate: Entry) -> bool:
    """Whether a bare 执行率 is that of another subject of the paragraph."""
    if rate.measure != "completion_rate" or not _OF_WHOLE.search(ledger.words_before(rate.figure)):
        return False
    others = {e.key: e for e in ledger.entries if e.figure < rate.figure and not ledger.apart(e.figure, rate.figure, "paragraph")}
    return any(way.gives(rate) for other in others.values() for way in completion(ledger, other))


def _shares_of_something(ledger: Ledger, rate: Entry) -> Iterator[tuple[Interval, Interval]]:
    """What a share may be of what: any sum of the report, in a list or in whole percent of the paragraphs before, or the whole named."""
    reading, start, end = ledger.reading, 0, len(ledger.reading.text)
    parts = [e.value for e in ledger.same(rate, *LEVELS)]
    parts += ledger.sums_between(reading.start("sentence", rate.figure.start), rate.figure.start)[-1:]
    name = named_base(ledger, rate)
    if name is not None and (named := named_wholes(ledger, rate, name)):
        return product(parts, [whole.value for whole in named])
    listed = any(part.share == rate.figure for found in part_lists(ledger) if found.wholes for part in found.parts)
    if listed or rate.value.high - rate.value.low > COARSE:
        start, end = rate.figure.start, reading.end("paragraph", rate.figure.start)
        for _ in range(BACK if listed else 2):
            start = reading.start("paragraph", max(0, start - 1))
    return product(parts, ledger.sums_between(start, end))


def over_hundred(ledger: Ledger) -> Iterator[Fault]:
    for entry in ledger.entries:
        if entry.measure == "share" and entry.value.low > 100 and entry.score >= TRUST:
            found = ledger.written(entry)
            yield Fault(f"{entry.fact.subject}占比{found}超过100%", (entry.figure,), (entry.number,), None, found)


def _fault(ledger: Ledger, rate: Entry, way: Derivation, message: str) -> Fault:
    found = ledger.written(rate)
    expected = show(abs(way.value), found)
    reckoning = way.words.format(*map(ledger.written, way.sources))
    text = message.format(rate.fact.subject, found, reckoning, expected)
    return Fault(text, (rate.figure, *(e.figure for e in way.sources)), (rate.number, *(e.number for e in way.sources)), expected, found)
