"""What the linker looks at: a figure and its candidates, described by named features."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...annotations.span import Span
from .reading import FIGURES, NAMES, Reading

NONE: Final = "none"
MEMORY: Final = 40  # links a choice may look back at
MAX_BEFORE, MAX_BEHIND, MAX_HEADINGS = 14, 3, 3

# Words that say by which measure a figure is meant. They are features, not rules: their weights are learned.
_CUES: Final = re.compile(
    "年初预算|全年预算|调整预算|调整后预算|预算数|预算|决算|执行数|执行率|完成率|支付率|到位率|控制率|完成|占|比重|比例|追加|调增|调减|调剂|调整|增加|减少"
    "|增长|下降|上升|降低|提高|持平|增支|减支|增收|减收|结余|结转|余额|限额|收入|支出|实际|支付|拨付|到位|安排|下达|批复|投入|投资|中标|合同|签约"
    "|平均|期末|年末|资产|筹措|统筹|争取|使用|用于|支持|补助|转移|上解|还本|债券|超|短收|节约|以上|以下|每|不低于|不超过"
)
_FRAMES: Final = re.compile(
    "(?P<yoy>(?:比|较|与)?(?:上年|上一年|去年|上年度|0年度?)[^，。；]{0,12}?(?:相比|比较|对比)|比上年|较上年|较去年|比去年|同比|上年同期|同口径"
    "|(?:比|较)0年|比上年度|较上年度)"
    "|(?P<budget>(?:比|较|与)(?:年初|全年|调整)?预算|(?:比|较|与)年初|超预算|预算相比)"
)
_UP_DOWN: Final = re.compile(
    "(?P<down>减少|下降|降低|减支|减收|调减|压减|低于|少于|核减|收回|短收|节约|少支|下浮|负增长)"
    "|(?P<up>增加|增长|上升|提高|增支|增收|追加|调增|超|多于|高于|新增)"
)
_HEADING_CUES: Final = re.compile("草案|安排|执行|决算|预算|收入|支出|结余|债务|绩效|采购|资产|三公|基金|项目|资金|调整|计划|问题|审计|建议|下一步")
_YEAR: Final = re.compile(r"((?:19|20)\d\d)年")
_REASON: Final = re.compile("主要原因|原因是|原因为|主要是|由于|是因为|因")


@dataclass(frozen=True, slots=True)
class Link:
    """What was decided about a figure: its signed measure and its subject; the figures behind it look back at this."""

    figure: Span
    measure: str
    subject: Span | None
    measure_score: float = 1.0
    subject_score: float = 1.0


def bucket(number: int) -> str:
    for limit in (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160):
        if number <= limit:
            return str(limit)
    return "far"


def masked(reading: Reading, start: int, end: int) -> str:
    """The text of [start, end) with every mention in it put as one letter, so that features speak of words, not of names."""
    out, at = [], start
    for mention in reading.between(start, end):
        out.append(reading.text[at : mention.start] + mention.label[0 if mention.label != "AMOUNT" else 1])
        at = mention.end
    out.append(reading.text[at:end])
    return re.sub(r"\d+", "0", "".join(out))


def measure_features(reading: Reading, figure: Span, history: list[Link]) -> list[str]:
    """Features that tell a figure's measure: words before and behind it, comparison frame, what the figure before was."""
    return list(_measure_features(reading, figure, history))


def _measure_features(reading: Reading, figure: Span, history: list[Link]) -> Iterator[str]:
    label = figure.label
    sentence = reading.start("sentence", figure.start)
    left = masked(reading, sentence, figure.start)
    gap = re.split(r"[AMRP]", left)[-1]
    clause = re.split(r"[，；：]", left)[-1]
    right = masked(reading, figure.end, reading.end("sentence", figure.start))
    yield f"label={label}"
    yield f"type={reading.report_type}|{label}"
    yield f"gap={label}|{gap[-16:]}"
    for size in range(1, 7):
        yield f"left{size}={label}|{left[-size:]}"
    for size in range(1, 5):
        yield f"right{size}={right[:size]}"
    for scope, words in (("gap", gap), ("clause", clause)):
        found = [m[0] for m in _CUES.finditer(words)]
        yield from (f"{scope}:{word}|{label}" for word in dict.fromkeys(found))
        if found:
            yield f"{scope}-last:{found[-1]}|{label}"
            yield f"{scope}-first:{found[0]}|{label}"
            yield f"{scope}-two:{'+'.join(found[-2:])}|{label}"
    yield f"empty-gap={not gap}|{label}|{clause[-1:]}"
    frame = _last_frame(left)
    direction = _direction(clause)
    yield f"frame={frame}|{label}"
    yield f"frame={frame}|{direction}|{label}"
    yield f"direction={direction}|{label}"
    if "其中" in left:
        yield f"within|{label}"
    for word in ("以上", "以下", "每", "单价", "标准", "不低于", "不超过", "单位价值"):
        if word in clause or right.startswith(word):
            yield f"threshold:{word}"
    yield from _history_features(reading, figure, history, sentence, frame, direction, label)
    before = [m for m in reading.between(sentence, figure.start) if m.label in NAMES]
    if before:
        name = reading.name_of(before[-1])
        yield f"name-end={name[-2:]}|{label}"
        yield f"name-end={name[-4:]}|gap={bool(gap)}|{label}"
        yield f"name-label={before[-1].label}|gap={gap[-4:]}|{label}"
        yield f"name-label={before[-1].label}|{reading.report_type}|{label}|{bool(gap)}"
    else:
        yield f"no-name|{label}|{gap[-3:]}"
    for depth, (start, end) in enumerate(reading.heading_path(figure.start)[:3]):
        for word in dict.fromkeys(m[0] for m in _HEADING_CUES.finditer(reading.text[start : min(end, start + 40)])):
            yield f"heading:{word}|{label}|{bool(gap)}"
            if not depth:
                yield f"own-heading:{word}|{label}|{bool(gap)}"
    yield f"year={_relative_year(reading, figure)}|{label}|{bool(gap)}"
    yield f"year={_relative_year(reading, figure)}|{reading.report_type}|{label}"


def copy_features(reading: Reading, figure: Span, history: list[Link]) -> list[tuple[str, str]]:
    """Measures a figure may share with one before it, each with what speaks for that."""
    sentence = reading.start("sentence", figure.start)
    near = [link for link in history if link.figure.start >= sentence and link.measure != NONE]
    if not near:
        return []
    same = [link for link in near if link.figure.label == figure.label]
    last = near[-1].figure.end
    left = masked(reading, last, figure.start)
    gap = re.split(r"[AMRP]", left)[-1]
    cue = bool(_CUES.search(gap))
    shape = re.sub(r"[^AMRP，；、：]", "", left)
    sources = {"outer": _outer(reading, figure, history), "first": same[0] if same else None, "last": same[-1] if same else None}
    pairs = []
    for name, link in sources.items():
        if link is not None and link.measure != NONE and link.figure.label == figure.label:
            where = f"{name}|{figure.label}|cue={cue}"
            pairs += [(link.measure, where), (link.measure, f"{where}|{shape}"), (link.measure, f"{where}|gap={gap[-4:]}")]
    return pairs


def _history_features(reading: Reading, figure: Span, history: list[Link], sentence: int, frame: str, direction: str, label: str) -> Iterator[str]:
    last = history[-1] if history else None
    if last is None or last.figure.start < sentence:
        yield f"first|{label}"
        if last is not None:
            yield f"previous-sentence={last.measure}|{label}"
        return
    names = [m for m in reading.between(last.figure.end, figure.start) if m.label in NAMES]
    gap = reading.text[last.figure.end : figure.start]
    yield f"previous={last.measure}|{label}|new={bool(names)}"
    yield f"previous={last.measure}|{frame}|{direction}|{label}"
    if len(gap) <= 8 and not names:
        yield f"previous={last.measure}|gap={gap}|{label}"
    outer = _outer(reading, figure, history)
    if outer is not None:
        yield f"outer={outer.measure}|new={bool(names)}|{label}"
        yield f"outer={outer.measure}|gap={len(gap) <= 1 or bool(names)}|{direction}|{label}"
    same = [link for link in history if link.figure.start >= sentence and link.figure.label == label]
    if same:
        yield f"first-measure={same[0].measure}|new={bool(names)}|{label}"
        yield f"last-same={same[-1].measure}|new={bool(names)}|{label}"


def _relative_year(reading: Reading, figure: Span) -> str:
    """The year last named in the paragraph, else in the headings, as its distance from the report's own."""
    paragraph = reading.text[reading.start("paragraph", figure.start) : figure.start]
    for words in (paragraph, *(reading.text[start:end] for start, end in reading.heading_path(figure.start))):
        years = _YEAR.findall(words)
        if years and reading.fiscal_year is not None:
            return str(max(-2, min(2, int(years[-1]) - reading.fiscal_year)))
    return "none"


def _last_frame(left: str) -> str:
    frame = "no"
    for match in _FRAMES.finditer(left):
        frame = match.lastgroup or "no"
    return frame


def _direction(clause: str) -> str:
    direction = "no"
    for match in _UP_DOWN.finditer(clause):
        direction = match.lastgroup or "no"
    return direction


def candidates(reading: Reading, figure: Span, history: list[Link]) -> list[Span]:
    """The names a figure may belong to: those before it in its paragraph, a few behind it in its sentence, those of the
    headings above it and the subject of the figure before it."""
    paragraph = reading.start("paragraph", figure.start)
    before = [m for m in reading.between(paragraph, figure.start) if m.label in NAMES]
    behind = [m for m in reading.between(figure.end, reading.end("sentence", figure.start)) if m.label in NAMES]
    chosen = {*before[-MAX_BEFORE:], *before[:1], *behind[:MAX_BEHIND]}
    above = [m for m in reading.between(max(0, paragraph - 1500), paragraph) if m.label in NAMES]
    chosen |= {*[m for m in above if reading.in_heading(m.start)][-MAX_HEADINGS:], *above[-2:]}
    if history and history[-1].subject is not None:
        chosen.add(history[-1].subject)
    return sorted(chosen)


def candidate_features(reading: Reading, figure: Span, measure: str, candidate: Span, history: list[Link], pool: list[Span]) -> list[str]:
    """Features that tell whether a figure of this measure belongs to this candidate."""
    return list(_candidate_features(reading, figure, measure, candidate, history, pool))


def _candidate_features(reading: Reading, figure: Span, measure: str, candidate: Span, history: list[Link], pool: list[Span]) -> Iterator[str]:
    before = candidate.start < figure.start
    low, high = (candidate.end, figure.start) if before else (figure.end, candidate.start)
    place = _place(reading, figure, candidate)
    names = sum(m.label in NAMES for m in reading.between(low, high))
    figures = sum(m.label in FIGURES for m in reading.between(low, high))
    text = masked(reading, low, min(high, low + 400))
    kind = f"{candidate.label}|{figure.label}"
    base = f"{'before' if before else 'behind'}|{place}"
    yield base
    yield f"{base}|{measure}"
    yield f"{base}|names={min(names, 4)}"
    yield f"{base}|names={min(names, 4)}|figures={min(figures, 4)}"
    yield f"{base}|names={min(names, 3)}|{measure}"
    yield f"{base}|{kind}"
    yield f"{base}|distance={bucket(high - low)}"
    yield f"{kind}|{measure}|{reading.report_type}"
    for word in ("其中", "主要", "原因", "用于", "包括", "分别", "均", "占", "中"):
        if word in text:
            yield f"{base}|across:{word}"
            yield f"across:{word}|names={min(names, 2)}"
    if len(text) <= 6:
        yield f"text={'before' if before else 'behind'}|{text}|{figure.label}"
    tail = reading.text[candidate.end : candidate.end + 2]
    head = reading.text[max(0, candidate.start - 2) : candidate.start]
    yield f"tail={tail[:1]}|{'占' in head}|{measure}"
    yield f"tail2={tail}"
    yield f"head={head}"
    yield f"head1={head[-1:]}|{place}"
    yield f"share-base={'占' in head[-1:] or (tail[:1] == '的' and measure in ('share', 'completion_rate'))}|{measure}"
    reason = _REASON.search(reading.text, reading.start("sentence", candidate.start), candidate.start)
    yield f"in-reason={bool(reason)}|{base}"
    yield f"respectively={_respectively(reading, figure, candidate)}|{place}"
    yield from _history_of_candidate(reading, figure, measure, candidate, history, base)
    same_clause = [m for m in pool if m.start < figure.start and reading.number("clause", m.start) == reading.number("clause", figure.start)]
    yield f"{base}|last-in-clause={bool(same_clause) and same_clause[-1] == candidate}|some={bool(same_clause)}"
    yield f"{base}|last-in-clause={bool(same_clause) and same_clause[-1] == candidate}|{measure}"
    name = reading.name_of(candidate)
    yield f"name-end={name[-2:]}|{measure}"
    yield f"heading={reading.in_heading(candidate.start)}|{place}|names={min(names, 2)}"


def _respectively(reading: Reading, figure: Span, candidate: Span) -> str:
    """In A、B、C分别为x、y、z: whether the candidate has the figure's place in the list."""
    sentence = reading.start("sentence", figure.start)
    at = reading.text.rfind("分别", sentence, figure.start)
    if at < 0 or candidate.start < sentence:
        return "no"
    listed: list[Span] = []
    for mention in reading.between(at, reading.end("sentence", figure.start)):
        if mention.label != figure.label or (listed and len(reading.text[listed[-1].end : mention.start]) > 2):
            break
        listed.append(mention)
    names = [m for m in reading.between(sentence, at) if m.label in NAMES][-len(listed) :] if listed else []
    if figure not in listed or len(names) < len(listed):
        return "no"
    return "yes" if names[listed.index(figure)] == candidate else "other"


def _history_of_candidate(reading: Reading, figure: Span, measure: str, candidate: Span, history: list[Link], base: str) -> Iterator[str]:
    name = reading.name_of(candidate)
    sentence = reading.start("sentence", figure.start)
    if history and history[-1].subject is not None:
        last = reading.name_of(history[-1].subject) == name
        near = history[-1].figure.start >= sentence
        yield f"last-subject={last}|near={near}|{base}"
        yield f"last-subject={last}|near={near}|{measure}|after={history[-1].measure}"
        outer = _outer(reading, figure, history)
        if outer is not None and outer.subject is not None:
            match = reading.name_of(outer.subject) == name
            yield f"outer={match}|{base}"
            yield f"outer={match}|{measure}|after={history[-1].measure}|same={outer.measure == measure}"
        for unit, start in (("sentence", sentence), ("paragraph", reading.start("paragraph", figure.start))):
            parent = _parent(reading, history, start)
            yield f"{unit}-parent={parent == name}|{base}"
            yield f"{unit}-parent={parent == name}|{measure}|after={history[-1].measure}"
    mine = [link for link in history if link.subject == candidate]
    yield f"taken={min(len(mine), 3)}|{base}"
    recent = [link for link in history[-8:] if link.subject is not None and link.figure.start >= sentence]
    has = any(link.measure == measure and reading.name_of(link.subject) == name for link in recent if link.subject)
    yield f"has-measure={has}|{base}"
    yield f"has-measure={has}|{measure}"


def _outer(reading: Reading, figure: Span, history: list[Link]) -> Link | None:
    """The figure that the last 其中 of the sentence divides: the one just before it."""
    sentence = reading.start("sentence", figure.start)
    at = reading.text.rfind("其中", sentence, figure.start)
    if at < 0:
        return None
    before = (link for link in reversed(history) if sentence <= link.figure.start and link.figure.end <= at)
    return next((link for link in before if link.figure.label == "AMOUNT"), None)


def _parent(reading: Reading, history: list[Link], start: int) -> str | None:
    """The subject of the first figure of the sentence or paragraph: the whole that 其中 divides."""
    for link in history:
        if link.figure.start >= start and link.subject is not None:
            return reading.name_of(link.subject)
    return None


def _place(reading: Reading, figure: Span, candidate: Span) -> str:
    for unit in ("phrase", "clause", "item", "sentence", "paragraph"):
        if reading.number(unit, figure.start) == reading.number(unit, candidate.start):
            return unit
    return "heading" if reading.in_heading(candidate.start) else "above"
