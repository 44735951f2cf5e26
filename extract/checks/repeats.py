"""The same sum twice: with two values, or in 元 where 万元 is meant."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from ...annotations.labels import RATIO_MEASURES
from .balances import settled
from .derivations import as_printed, percent
from .doubts import doubtful
from .finding import Fault
from .interval import Interval
from .ledger import HORIZON, LEVELS, Entry, Ledger, once
from .lists import adding_up, in_its_place, part_figures, part_lists
from .rates import derivations
from .support import supported

WAN: Final = 10_000
_YUAN: Final = re.compile(r"(?<![万亿])元\Z")
_BOOK: Final = re.compile(r"一般公共预算(?:财政拨款)?|财政拨款|政府性基金|国有资本经营|社会保险基金")
_OWN_BOOK: Final = re.compile(r"公务|因公|三公|机关运行|政府采购")  # accounts that stand in one book by their nature
_BREAK: Final = re.compile("[；。“]|其中")
_PLAN: Final = re.compile("概算|估算|投资|限价|控制价")
_ITEM: Final = re.compile(r"(?<!经)费\Z")
_EACH: Final = re.compile(r"每|人均|户均|标准|单价|均价")
_INTO: Final = re.compile(r"到位|筹[集措]|收到|争取|下达")
_OUT: Final = re.compile(r"支出|支付|使用|执行|拨付|投入|落实|决算|列支|开支|兑付|用于|用途")
_PART_OF: Final = re.compile(r"的\Z|首[付期]|尾款|预付|第[一二三四]批")
_PART: Final = re.compile(r"（[^（）]{1,10}部分）")
_SPENT: Final = re.compile(r"(?:支出|支付|决算|执行|列支|开支|使用|拨付)[数额]?(?:为|共|共计|合计|了)?\Z")
_PLANNED: Final = re.compile(r"(?:安排|预算)(?:资金|经费|[数额]|总额)?(?:为|共|共计|合计|了)?\Z")
ODD: Final = 100  # yuan; smaller sums to the fen are prices
SURE: Final = 0.85  # the least score of a fact that is held against another
AGREED: Final = 0.5  # the same, where the text has the subject right before the figure
DIVIDED: Final = 0.42  # the same, where a list adds up to it
LOW: Final = 0.3  # the same, where the project is the one that the report is about, or a list 分别为 leaves no doubt
BORNE_OUT: Final = 0.2  # the same, where it also comes out with a balance, a rate or a list
DIGITS: Final = 4  # characters from which one too many is a misprint
CLOSE: Final = Fraction(15, 100)  # two values farther apart than this are misprints of each other only by one digit


@once
def slips(ledger: Ledger) -> Mapping[int, Interval]:
    """Sums in 元 that are meant in 万元, by the numbers of their facts, each with what is meant."""
    found = {}
    for entry in ledger.entries:
        if entry.measure in LEVELS and _YUAN.search(ledger.written(entry)) and entry.value.bottom > 0:
            meant = entry.value.times(WAN)
            if meant.bottom <= _largest(ledger, entry) and (_odd(ledger, entry) or _again(ledger, entry, meant) or _fits(ledger, entry, meant)):
                found[entry.number] = meant
    return found


def _largest(ledger: Ledger, entry: Entry) -> int:
    """The upper end of the greatest sum in another unit than 元 in the pages round an entry; 0 where most of their sums are in 元."""
    at = entry.figure.start
    first, last = (bisect_left(ledger.sums, edge, key=lambda each: each[0].start) for edge in (at - HORIZON, at + HORIZON))
    near = _not_in_yuan(ledger)[first:last]
    return 0 if 2 * near.count(0) > len(near) else max(near)


@once
def _not_in_yuan(ledger: Ledger) -> Sequence[int]:
    """The upper end of each sum of the text, 0 where it is in 元."""
    return [0 if _YUAN.search(span.of(ledger.reading.text)) else value.top for span, value in ledger.sums]


def _again(ledger: Ledger, entry: Entry, meant: Interval) -> bool:
    return any(other.value.meets(meant) for other in ledger.same(entry, *LEVELS) if other is not entry)


def _fits(ledger: Ledger, entry: Entry, meant: Interval) -> bool:
    """Whether a list adds up, or a rate follows, with the sum as it is meant, and not as it is printed."""
    lists = [(found, found.sum, meant) for found in part_lists(ledger) if entry in found.wholes[:1]]
    own = part_figures(ledger).get(entry.figure)
    lists += [(own, own.sum - entry.value + meant, whole.value) for whole in own.wholes] if own else []
    if any(not found.adds_up and len(found.parts) > 1 and added.meets(whole) for found, added, whole in lists):
        return True
    near = ledger.near(entry.figure)
    return entry.number not in _bearing_out(near, entry) and entry.number in _bearing_out(near.corrected({entry.number: meant}), entry)


def _bearing_out(ledger: Ledger, entry: Entry) -> set[int]:
    """The numbers of the facts that the rates of an entry's subject bear out."""
    rates = ledger.same(entry, *RATIO_MEASURES)
    return {e.number for rate in rates for way in derivations(ledger, rate) if way.ought is None and way.gives(rate) for e in way.sources}


def _odd(ledger: Ledger, entry: Entry) -> bool:
    """Whether a sum in 元 is none that a report in 万元 gives: to the fen, or a region's account with less than a household spends."""
    if (entry.fact.subject_type != "account" and "." not in ledger.written(entry)) or _EACH.search(ledger.words_before(entry.figure)):
        return False
    region = ledger.document.meta.report_type == "budget_execution"
    return region or ("." in ledger.written(entry) and entry.value.low >= ODD)


def yuan_for_wan(ledger: Ledger) -> Iterator[Fault]:
    for entry in (e for e in ledger.entries if e.number in slips(ledger)):
        found = ledger.written(entry)
        expected = re.sub("元$", "万元", found)
        yield Fault(f"{entry.fact.subject}{found}疑为{expected}，金额单位有误", (entry.figure,), (entry.number,), expected, found)


def two_values(ledger: Ledger) -> Iterator[Fault]:
    for entry in ledger.entries:
        first = next((e for e in ledger.same(entry, entry.measure) if e.number < entry.number and _contradicts(ledger, e, entry)), None)
        if first is not None:
            was, now = ledger.written(first), ledger.written(entry)
            yield Fault(f"{entry.fact.subject}前文为{was}，此处为{now}", (entry.figure, first.figure), (entry.number, first.number), was, now)


def _contradicts(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether two sums must be one and are not; two that are both borne out are two things called alike."""
    if first.value.meets(second.value) or {first.number, second.number} <= supported(ledger):
        return False
    if not (_sure(ledger, first) and _sure(ledger, second) and _comparable(ledger, first, second) and _misprint(ledger, first, second)):
        return False
    return not _related(ledger, first, second)


def _related(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether a rate beside one of two sums is what one is of the other: then they are 预算 and 支出, whatever the linker says.

    Not where the rate has a budget of its own beside it.
    """
    rates = [r for e in (first, second) if not _has_budget(ledger, e) for r in _beside(ledger, e, *RATIO_MEASURES)]
    ways = [percent(first.value, second.value), percent(second.value, first.value)]
    return any(way is not None and way.meets(as_printed(rate)) for rate in rates for way in ways)


def _has_budget(ledger: Ledger, entry: Entry) -> bool:
    return entry.measure == "actual" and bool(_beside(ledger, entry, "initial_budget", "budget"))


def _beside(ledger: Ledger, entry: Entry, *measures: str) -> list[Entry]:
    """What else a clause group says of an entry's subject by some measures."""
    return [e for e in ledger.same(entry, *measures) if e is not entry and not ledger.apart(e.figure, entry.figure, "item")]


def _sure(ledger: Ledger, entry: Entry) -> bool:
    """Whether a fact is probable enough; less will do where its sum is borne out, or its subject is the name right before the figure."""
    if entry.number in doubtful(ledger):
        return False
    titled = ledger.document.meta.report_type == "project_evaluation" and entry.fact.subject_type == "project" and ledger.titled(entry)
    astray = bool(ledger.apart(entry.subject, entry.figure, "paragraph")) and not ledger.over(entry)
    if (entry.number in settled(ledger) and not astray) or (titled and entry.number in supported(ledger)):
        return entry.score >= BORNE_OUT
    if titled or in_its_place(ledger, entry):
        return entry.score >= LOW
    if astray:
        return False
    if entry.subject > entry.figure and ledger.apart(entry.subject, entry.figure, "clause"):
        return False  # what follows gives a reason
    if entry.score < SURE and not _measured(ledger, entry) and (_elsewhere(ledger, entry) or _displaced(ledger, entry)):
        return False
    named = not ledger.apart(entry.subject, entry.figure)  # elsewhere a name between may not have been marked
    if named and entry.number in adding_up(ledger) and entry.figure not in part_figures(ledger):
        return entry.score >= DIVIDED
    return entry.score >= (AGREED if _right_before(ledger, entry) or (named and entry.number in supported(ledger)) else SURE)


def _elsewhere(ledger: Ledger, entry: Entry) -> bool:
    """Whether the subject has the same sum by another measure elsewhere: that may be the one it is here too."""
    return any(e.value.meets(entry.value) for e in ledger.same(entry, *LEVELS) if e.measure != entry.measure)


def _displaced(ledger: Ledger, entry: Entry) -> bool:
    """Whether the clauses of a sum have another one by its measure and of its year: one of them is said by another measure."""
    return any(e.period == entry.period and not e.value.meets(entry.value) for e in _beside(ledger, entry, entry.measure))


def _measured(ledger: Ledger, entry: Entry) -> bool:
    """Whether the words right before a sum, or the whole of its list, say by which measure it is."""
    before = [m.end for m in ledger.reading.between(ledger.reading.start("phrase", entry.figure.start), entry.figure.start)]
    words = ledger.reading.text[max(before, default=ledger.reading.start("phrase", entry.figure.start)) : entry.figure.start]
    found = part_figures(ledger).get(entry.figure)
    said = _SPENT if entry.measure == "actual" else _PLANNED
    return bool(said.search(words)) or (found is not None and any(w.measure == entry.measure for w in found.matched))


def _right_before(ledger: Ledger, entry: Entry) -> bool:
    """Whether the last name before a figure is its subject, and is spoken of there, not named as a whole (占支出合计的)."""
    text, subject = ledger.reading.text, entry.subject
    spoken_of = not text.startswith("占", max(0, subject.start - 1)) and not _BREAK.search(text[subject.end : entry.figure.start])
    return spoken_of and ledger.names_between(subject.start, entry.figure.start) == [subject]


def _comparable(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether two entries of a subject and a measure must be the same sum."""
    if (first.period and second.period and first.period != second.period) or first.measure not in ("initial_budget", "budget", "actual"):
        return False
    account = first.fact.subject_type == "account"
    if not _told_apart(ledger, first, second) or not (_own_subject(ledger, first) and _own_subject(ledger, second)):
        return False
    if account and _ITEM.search(first.fact.subject) and not _OWN_BOOK.search(first.fact.subject) and not _same_section(ledger, first, second):
        return False  # 会议费 of one fund is another than that of all
    if account and (ledger.document.meta.report_type == "audit" or not _same_book(ledger, first, second)):
        return False
    if not account and first.fact.subject != second.fact.subject and _heads_line(ledger, first) and _heads_line(ledger, second):
        return False
    ways = {_way(ledger, first), _way(ledger, second)}
    return "in" not in ways if account else ways in ({"budget"}, {"plan"}, {"out"})


def _told_apart(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether two sentences speak, or two clauses that each name the project: 到位90万元，支出80万元 are two things said of one."""
    if ledger.apart(first.figure, second.figure):
        return True
    named = not any(ledger.apart(e.subject, e.figure, "clause") for e in (first, second))
    return named and first.fact.subject_type == "project" and bool(ledger.apart(first.figure, second.figure, "item"))


def _own_subject(ledger: Ledger, entry: Entry) -> bool:
    """Whether an entry is of its subject as such, and not of a qualified part of it: 填报绩效目标的项目支出, 危桥改造（中央补助部分）."""
    text, subject = ledger.reading.text, entry.subject
    return not (_PART_OF.search(text[max(0, subject.start - 4) : subject.start]) or _PART.match(text, subject.end))


def _heads_line(ledger: Ledger, entry: Entry) -> bool:
    """Whether an entry's subject opens a numbered line: two lines are two things, however alike their names."""
    line = ledger.reading.start("paragraph", entry.subject.start)
    return bool(re.fullmatch(r"[（(]?\d{1,2}[）).、]", ledger.reading.text[line : entry.subject.start]))


def _same_section(ledger: Ledger, first: Entry, second: Entry) -> bool:
    paths = [ledger.reading.heading_path(e.figure.start)[:1] for e in (first, second)]
    return paths[0] == paths[1] != ()


def _same_book(ledger: Ledger, first: Entry, second: Entry) -> bool:
    return _same_section(ledger, first, second) or _OWN_BOOK.search(first.fact.subject) is not None or _book(ledger, first) == _book(ledger, second)


def _book(ledger: Ledger, entry: Entry) -> str:
    """The budget book an account is spoken of in: by its name, the whole it is part of or the lead of its sentence, the headings."""
    reading = ledger.reading
    start = reading.start("sentence", entry.figure.start)
    lead = reading.text[start : next(m.start for m in reading.between(start, entry.figure.end) if m.label == "AMOUNT")]
    found = part_figures(ledger).get(entry.figure)
    if found is not None and found.wholes:
        lead = found.matched[0].fact.subject
    texts = [entry.fact.subject, lead, *(reading.text[a:b] for a, b in reading.heading_path(entry.figure.start))]
    return next((books[-1] for text in texts if (books := _BOOK.findall(text))), "")


def _way(ledger: Ledger, entry: Entry) -> str:
    """Whether money is planned, came in or went out by the words before: what came in is another sum than what went out."""
    if entry.measure != "actual":
        return "plan" if _PLAN.search(ledger.words_before(entry.figure)) else "budget"
    found = part_figures(ledger).get(entry.figure)
    if found is not None and any(w.measure == "actual" for w in found.wholes):
        return "out"
    words = ledger.words_before(entry.figure)
    for text in (words, ledger.words_before(entry.figure, "sentence")):
        if _INTO.search(text):
            return "in"
        if _OUT.search(text):
            return "out"
    return ""


def _misprint(ledger: Ledger, first: Entry, second: Entry) -> bool:
    """Whether one value can be a slip of the pen for the other: near it, or but for one digit the same, or one too many."""
    a, b = abs(first.value.middle), abs(second.value.middle)
    if abs(a - b) <= CLOSE * max(a, b):
        return True
    was, now = ledger.written(first), ledger.written(second)
    if len(was) == len(now):
        return sum(x != y for x, y in zip(was, now, strict=True)) == 1
    short, long = sorted((was, now), key=len)
    return len(re.findall(r"\d", short)) >= DIGITS and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
