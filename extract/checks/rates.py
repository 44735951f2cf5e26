"""Percentages that their two figures do not give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

from ...annotations.span import Span
from .balances import settled
from .derivations import OTHER_BASE, Derivation, as_printed, completion, growth, percent, variance
from .doubts import doubtful
from .finding import Fault
from .interval import GRAINS, Interval
from .ledger import Entry, Ledger, once
from .lists import adding_up, list_before, part_figures
from .shares import named_base, portion, possible
from .show import show

TRUST: Final = 0.5  # the least score of a fact that a finding may rest on
AGREED: Final = 0.2  # the same, where the text has the figures side by side, or the sums borne out by others
FAR_TRUST: Final = 0.6  # the same, where a source stands in another sentence
REACH: Final = 2  # sentences that may lie between a rate and the sums it is held against
SURE: Final = 0.9  # below this, sums of other sentences may also be what a rate was computed from
NEAR: Final = 14  # so many of them
FAR: Final = Interval(-10 * GRAINS, 10 * GRAINS)  # points to either side: more than a slip makes
CERTAIN: Final = 0.97  # from here on none at all
_ADJUSTED: Final = re.compile("调整|调剂|追加|调[增减]|[核压]减|收回")  # whatever measure the linker took the sum for
_BARE: Final = re.compile(r"^\W*\w{0,4}率")  # 支出100万元，其中：甲60万元、乙40万元，执行率90%: mostly the rate of the whole

_WAYS: Final[Mapping[str, Callable[[Ledger, Entry], Iterator[Derivation]]]] = {
    "completion_rate": completion,
    "yoy_rate": growth,
    "budget_variance_rate": variance,
    "share": portion,
}


def derivations(ledger: Ledger, rate: Entry) -> Iterator[Derivation]:
    """The plausible readings of what a percentage was computed from; none for other figures."""
    way = _WAYS.get(rate.measure)
    words = ledger.words_before(rate.figure)
    if way is None or (rate.measure == "completion_rate" and OTHER_BASE.search(words)):
        return
    yield from way(ledger, rate)
    if rate.measure == "completion_rate" and _BARE.search(words):
        before = list_before(ledger, rate.figure)
        for whole in (*(before.wholes if before else ()), *_accounted_for(ledger, rate)):
            yield from (replace(reading, of_whole=True) for reading in completion(ledger, whole))


def _accounted_for(ledger: Ledger, rate: Entry) -> list[Entry]:
    """The spending of the one account whose balance the paragraph gives, where a rate behind it was given to one of its parts."""
    start = ledger.reading.start("paragraph", rate.figure.start)
    spent = [e for e in ledger.entries_between(start, rate.figure.start) if e.measure == "actual" and e.number in settled(ledger)]
    kinds = {rate.fact.subject_type, *(e.fact.subject_type for e in spent)}
    return spent if len(spent) == 1 and kinds == {"account"} and spent[0].key != rate.key else []


@once
def readings(ledger: Ledger) -> tuple[tuple[Entry, Sequence[Derivation], Derivation | None], ...]:
    """The percentages, each with the readings that do not give it and, behind these, the first that does."""
    found = []
    for rate in ledger.entries:
        ways, given = list[Derivation](), None
        for way in derivations(ledger, rate):
            if way.ought is None and way.gives(rate):
                given = way
                break
            ways.append(way)
        found.append((rate, ways, given))
    return tuple(found)


def rate_mismatch(ledger: Ledger) -> Iterator[Fault]:
    for rate, way in _unexplained(ledger):
        if way is None:
            found = ledger.written(rate)
            yield Fault(f"{rate.fact.subject}占比{found}超过100%", (rate.figure,), (rate.number,), None, found)
        elif way.ought is None:
            yield _fault(ledger, rate, way, way.value, "{}的{}与有关数字不符，{}={}")


def wrong_year_base(ledger: Ledger) -> Iterator[Fault]:
    for rate, way in _unexplained(ledger):
        if way is not None and way.ought is not None:
            yield _fault(ledger, rate, way, way.ought, "{}的{}误以本年数为基数（{}），以上年数为基数应为{}")


def _fault(ledger: Ledger, rate: Entry, way: Derivation, right: Interval, message: str) -> Fault:
    found = ledger.written(rate)
    expected = show(abs(right), found)
    reckoning = way.words.format(*map(ledger.written, way.sources))
    text = message.format(rate.fact.subject, found, reckoning, expected)
    return Fault(text, (rate.figure, *(e.figure for e in way.sources)), (rate.number, *(e.number for e in way.sources)), expected, found)


@once
def _unexplained(ledger: Ledger) -> tuple[tuple[Entry, Derivation | None], ...]:
    """Rates that no plausible reading gives, each with the reckoning it is held against: a known mistake first.

    With None a share of more than 100%.
    """
    return tuple(_held_against(ledger))


def _held_against(ledger: Ledger) -> Iterator[tuple[Entry, Derivation | None]]:
    for rate, ways, given in readings(ledger):
        if rate.measure == "share" and rate.value.low > 100 and rate.score >= TRUST:
            yield rate, None
        elif given is None:
            yield from _verdict(ledger, rate, ways)


def _verdict(ledger: Ledger, rate: Entry, ways: Sequence[Derivation]) -> Iterator[tuple[Entry, Derivation]]:
    """The reckoning that a rate is held against which no reading gives; none where the linking is likelier wrong than the report."""
    trusted = sorted((way for way in ways if _trusted(ledger, rate, way)), key=lambda way: _distance(rate, way))
    mistakes = [way for way in trusted if way.ought is not None and way.gives(rate) and not _of_last_year(ledger, way)]
    right = [way for way in trusted if way.ought is None]
    if right and (mistakes or _certain(ledger, rate, right[0]) or not _explained(ledger, rate, right[0])):
        yield rate, next(iter(mistakes or right))
    elif not right and (mistake := _mistake_in_place(ledger, rate)) is not None:
        yield rate, mistake


def _trusted(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether a finding may rest on a reading: its facts are probable enough, or where they stand speaks for it too."""
    numbers = {e.number for e in way.sources}
    distance = max(ledger.apart(rate.figure, e.figure) for e in way.sources)
    share_of_far = rate.measure == "share" and not ledger.apart(rate.figure, way.sources[0].figure)
    whole_account = numbers <= settled(ledger) and not any(ledger.apart(rate.figure, e.figure, "paragraph") for e in way.sources)
    if (distance > REACH and not (share_of_far or whole_account)) or any(ledger.bracketed_off(e.figure, rate.figure) for e in way.sources):
        return False
    if rate.measure == "yoy_rate" and any(_behind(ledger, e, rate) for e in way.sources):
        return False  # what changed is told before by how much
    used = way.sources if way.of_whole else (rate, *way.sources)
    if any(e.number in doubtful(ledger) for e in used):
        return False
    known = adding_up(ledger) | settled(ledger)
    score = min(1.0 if e.number in known else e.score for e in used)
    if whole_account or _in_place(ledger, rate, way) or _in_turn(ledger, rate, way):
        return score >= AGREED
    return score >= (FAR_TRUST if distance and not numbers <= known else TRUST)


def _behind(ledger: Ledger, entry: Entry, rate: Entry) -> bool:
    """Whether an entry stands behind a rate, in clauses of their own or where something else was named since."""
    if entry.figure < rate.figure:
        return False
    return bool(ledger.apart(entry.figure, rate.figure, "item") or ledger.names_between(rate.figure.end, entry.figure.start))


def _in_place(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether the text has a rate and its figures side by side: 安排100万元（其中…），支付90万元，支付率90%.

    Of a share only the part, where the whole is named between: 90万元，占基本支出的80%.
    """
    if rate.measure == "share":
        part = ledger.sums_between(ledger.reading.start("sentence", rate.figure.start), rate.figure.start)[-1:]
        return named_base(ledger, rate) is not None and [way.sources[0].figure] == [figure for figure, _ in part]
    begin = ledger.reading.start("paragraph", rate.figure.start)
    before = [m for m in ledger.reading.between(begin, rate.figure.start) if m.label == "AMOUNT" and m not in part_figures(ledger)]
    if rate.measure == "yoy_rate":  # 完成100万元，为预算110万元的90.9%，比上年增加5万元，增长5.3%
        others = {"initial_budget", "budget"} - {e.measure for e in way.sources}
        before = [m for m in before if (entry := ledger.entry_of(m)) is None or entry.measure not in others] or before
    return {e.figure for e in way.sources} <= set(before[-len(way.sources) :])


def _in_turn(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether a rate and its figures have one place in runs of one length: 分别为100万元、50万元，支出分别为90万元、40万元，分别完成90%、80%."""
    turns = {_turn(ledger, e.figure) for e in (rate, *way.sources)}
    return len(turns) == 1 and not any(ledger.apart(e.figure, rate.figure) for e in way.sources) and turns != {(0, 1)}


def _turn(ledger: Ledger, figure: Span) -> tuple[int, int]:
    """The place of a figure in its run x、y和z, and how many there are."""
    text, run = ledger.reading.text, list[Span]()
    for mention in ledger.reading.between(ledger.reading.start("clause", figure.start), ledger.reading.end("clause", figure.start)):
        if mention.label != figure.label or not run or text[run[-1].end : mention.start] not in ("、", "和"):
            if figure in run:
                break
            run = []
        run.append(mention)
    return run.index(figure), len(run)


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
    others = [e for e in ledger.same(current, current.measure, "yoy_change") if e not in way.sources]
    return any((current.value + change.value).meets(abs(e.value)) for e in others if not ledger.apart(e.figure, current.figure))


def _mistake_in_place(ledger: Ledger, rate: Entry) -> Derivation | None:
    """A rate of growth that the change before it gives exactly over this year's sum, where the linker is not sure of the subject.

    决算数小于预算数，比上年减少5万元，下降10%: that the figures fit to the last digit says what they are of.
    """
    start = ledger.reading.start("sentence", rate.figure.start)
    before = list(ledger.entries_between(ledger.reading.start("sentence", max(0, start - 1)), rate.figure.start))
    if rate.measure != "yoy_rate" or rate.score < AGREED or not before or before[-1].measure != "yoy_change":
        return None
    change = before[-1]
    sums = [e for e in before if e.measure in ("actual", "budget") and e.period == change.period]
    rights = [(e, percent(change.value, e.value - change.value)) for e in sums]
    fits = [(e, right) for e, right in rights if right and (wrong := percent(change.value, e.value)) and abs(wrong).meets(abs(rate.value))]
    if len(fits) != 1 or ledger.apart(change.figure, rate.figure) or any(right and abs(right).meets(as_printed(rate)) for _, right in rights):
        return None
    current, right = fits[0]
    way = Derivation((change, current), right, "{}÷{}", ought=right)
    return None if _of_last_year(ledger, way) else way


def _explained(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether two sums near a rate give it, whatever they are said of: the linking may be wrong and the report right.

    But not the two sums that it is held against, the other way about.
    """
    printed, reading = as_printed(rate), ledger.reading
    if rate.measure == "share":
        pairs = list(possible(ledger, rate))
    else:
        far_off = not abs(way.value).meets(printed + FAR)
        alone = _alone(ledger, rate, way)
        start = reading.start("item", rate.figure.start) if (rate.score >= SURE or alone) and not far_off else _opening(ledger, rate, far_off)
        start = min(start, *(reading.start("item", e.figure.start) for e in way.sources))
        every = ledger.sums_between(start, reading.end("item", rate.figure.start))
        sums = [value for figure, value in every if not _divides(ledger, figure)][-NEAR:]
        lists = [found for e in way.sources if (found := part_figures(ledger).get(e.figure)) is not None]
        sums += [whole.value for found in lists for whole in found.matched]  # 支出 may be that of the whole
        swapped = tuple(e.value for e in reversed(way.sources))
        pairs = [pair for pair in permutations(sums, 2) if pair != swapped and rate.measure == "completion_rate"]
        adjusted = [change for figure, value in every if _ADJUSTED.search(ledger.words_before(figure)) for change in (value, -value)]
        pairs += [(done, base + change) for done, base in pairs for change in adjusted]
        if rate.measure != "completion_rate" or rate.score < SURE:
            pairs += [pair for a, b in permutations(sums, 2) for pair in ((a - b, b), (a, b - a), (a, a + b))]
    return any((value := percent(*pair)) and abs(value).meets(printed) for pair in pairs) or _of_another(ledger, rate)


def _alone(ledger: Ledger, rate: Entry, way: Derivation) -> bool:
    """Whether a rate and its figures stand side by side in clauses that name nothing but their subject."""
    start = ledger.reading.start("item", rate.figure.start)
    names = {ledger.reading.name_of(name) for name in ledger.names_between(start, rate.figure.start)}
    return names == {ledger.reading.name_of(rate.subject)} and min(e.figure.start for e in way.sources) >= start and _in_place(ledger, rate, way)


def _opening(ledger: Ledger, entry: Entry, before: bool) -> int:
    """Where an entry's paragraph begins; the one before it on demand, and where a line ends within a sentence."""
    start = ledger.reading.start("paragraph", entry.figure.start)
    broken = start > 1 and (before or ledger.reading.text[start - 2] in "；，、")
    return ledger.reading.start("paragraph", start - 1) if broken else start


def _divides(ledger: Ledger, figure: Span) -> bool:
    """Whether a sum is part of a list that adds up: what it is part of is known, and by chance many parts give many rates."""
    found = part_figures(ledger).get(figure)
    return found is not None and found.adds_up


def _of_another(ledger: Ledger, rate: Entry) -> bool:
    """Whether a bare 执行率 is that of another subject of the paragraph."""
    if rate.measure != "completion_rate" or not _BARE.search(ledger.words_before(rate.figure)):
        return False
    others = {e.key: e for e in ledger.entries_between(ledger.reading.start("paragraph", rate.figure.start), rate.figure.start)}
    return any(way.gives(rate) for other in others.values() for way in completion(ledger, other))
