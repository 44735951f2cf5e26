"""What the linker looks at to tell a figure's measure, as named features."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ...annotations.span import Span
from .reading import Reading

NONE: Final = "none"
MEMORY: Final = 40  # links a choice may look back at

# Words that say by which measure a figure is meant. They are features, not rules: their weights are learned.
_CUES: Final = re.compile(
    "年初预算|全年预算|调整预算|调整后预算|预算数|预算|决算|执行数|执行率|完成率|支付率|到位率|控制率|完成|占|比重|比例|追加|调增|调减|调剂|调整|增加|减少"
    "|增长|下降|上升|降低|提高|持平|增支|减支|增收|减收|结余|结转|余额|限额|收入|支出|实际|支付|拨付|到位|安排|下达|批复|投入|投资|中标|合同|签约"
    "|平均|期末|年末|资产|筹措|统筹|争取|使用|用于|支持|补助|转移|上解|还本|债券|批准|审议|草案|超|短收|节约|以上|以下|每|不低于|不超过"
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
_THRESHOLDS: Final = ("以上", "以下", "每", "单价", "标准", "不低于", "不超过", "单位价值")
_MENTIONS: Final = re.compile("[AMRP]")  # as masked
_CLAUSES: Final = re.compile("[，；：]")


@dataclass(frozen=True, slots=True)
class Link:
    """What was decided about a figure: its signed measure and its subject; the figures behind it look back at this."""

    figure: Span
    measure: str
    subject: Span | None
    measure_score: float = 1.0
    subject_score: float = 1.0


def since(history: Sequence[Link], offset: int) -> int:
    """How many links are of figures before an offset; the links are in text order."""
    return bisect_left(history, offset, key=_start)


def _start(link: Link) -> int:
    return link.figure.start


def measure_features(reading: Reading, figure: Span, history: list[Link]) -> list[str]:
    """Features that tell a figure's measure: words before and behind it, comparison frame, what the figure before was."""
    label, report_type = figure.label, reading.report_type
    sentence = reading.start("sentence", figure.start)
    left = reading.masked(sentence, figure.start)
    gap = _MENTIONS.split(left)[-1]
    clause = _CLAUSES.split(left)[-1]
    right = reading.masked(figure.end, reading.end("sentence", figure.start))
    frame, direction = _last_frame(left), _direction(clause)
    return [
        f"label={label}",
        f"type={report_type}|{label}",
        f"gap={label}|{gap[-16:]}",
        *[f"left{size}={label}|{left[-size:]}" for size in range(1, 7)],
        *[f"right{size}={right[:size]}" for size in range(1, 5)],
        *_of_cues("gap", gap, label),
        *_of_cues("clause", clause, label),
        f"empty-gap={not gap}|{label}|{clause[-1:]}",
        f"frame={frame}|{label}",
        f"frame={frame}|{direction}|{label}",
        f"direction={direction}|{label}",
        *([f"within|{label}"] if "其中" in left else []),
        *[f"threshold:{word}" for word in _THRESHOLDS if word in clause or right.startswith(word)],
        *_of_history(reading, figure, history, sentence, frame, direction),
        *_of_name(reading, figure, sentence, gap),
        *_of_headings(reading, figure, bool(gap)),
    ]


@lru_cache(maxsize=2**12)
def _of_cues(scope: str, words: str, label: str) -> tuple[str, ...]:
    found = _CUES.findall(words)
    if not found:
        return ()
    every = (f"{scope}:{word}|{label}" for word in dict.fromkeys(found))
    return (*every, f"{scope}-last:{found[-1]}|{label}", f"{scope}-first:{found[0]}|{label}", f"{scope}-two:{'+'.join(found[-2:])}|{label}")


def _of_name(reading: Reading, figure: Span, sentence: int, gap: str) -> list[str]:
    """Features of the last name before a figure in its sentence."""
    label, before = figure.label, reading.names(sentence, figure.start)
    if not before:
        return [f"no-name|{label}|{gap[-3:]}"]
    name = reading.name_of(before[-1])
    return [
        f"name-end={name[-2:]}|{label}",
        f"name-end={name[-4:]}|gap={bool(gap)}|{label}",
        f"name-label={before[-1].label}|gap={gap[-4:]}|{label}",
        f"name-label={before[-1].label}|{reading.report_type}|{label}|{bool(gap)}",
    ]


def _of_headings(reading: Reading, figure: Span, gap: bool) -> Iterator[str]:
    """Features of the headings above a figure, and of the year it is of."""
    label = figure.label
    for depth, (start, end) in enumerate(reading.heading_path(figure.start)[:3]):
        for word in _heading_cues(reading.text[start : min(end, start + 40)]):
            yield f"heading:{word}|{label}|{gap}"
            if not depth:
                yield f"own-heading:{word}|{label}|{gap}"
    year = _relative_year(reading, figure)
    yield f"year={year}|{label}|{gap}"
    yield f"year={year}|{reading.report_type}|{label}"


@lru_cache(maxsize=2**10)
def _heading_cues(heading: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_HEADING_CUES.findall(heading)))


def copy_features(reading: Reading, figure: Span, history: list[Link]) -> list[tuple[str, str]]:
    """Measures a figure may share with one before it, each with what speaks for that."""
    sentence = reading.start("sentence", figure.start)
    near = [link for link in history[since(history, sentence) :] if link.measure != NONE]
    if not near:
        return []
    same = [link for link in near if link.figure.label == figure.label]
    last = near[-1].figure.end
    left = reading.masked(last, figure.start)
    gap = _MENTIONS.split(left)[-1]
    cue = bool(_CUES.search(gap))
    shape = re.sub(r"[^AMRP，；、：]", "", left)
    sources = {"outer": outer_of(reading, figure, history), "first": same[0] if same else None, "last": same[-1] if same else None}
    pairs = []
    for name, link in sources.items():
        if link is not None and link.measure != NONE and link.figure.label == figure.label:
            where = f"{name}|{figure.label}|cue={cue}"
            pairs += [(link.measure, where), (link.measure, f"{where}|{shape}"), (link.measure, f"{where}|gap={gap[-4:]}")]
    return pairs


def _of_history(reading: Reading, figure: Span, history: list[Link], sentence: int, frame: str, direction: str) -> Iterator[str]:
    """Features of the figures before it in the sentence."""
    last, label = history[-1] if history else None, figure.label
    if last is None or last.figure.start < sentence:
        yield f"first|{label}"
        if last is not None:
            yield f"previous-sentence={last.measure}|{label}"
        return
    names = reading.names(last.figure.end, figure.start)
    gap = reading.text[last.figure.end : figure.start]
    yield f"previous={last.measure}|{label}|new={bool(names)}"
    yield f"previous={last.measure}|{frame}|{direction}|{label}"
    if len(gap) <= 8 and not names:
        yield f"previous={last.measure}|gap={gap}|{label}"
    outer = outer_of(reading, figure, history)
    if outer is not None:
        yield f"outer={outer.measure}|new={bool(names)}|{label}"
        yield f"outer={outer.measure}|gap={len(gap) <= 1 or bool(names)}|{direction}|{label}"
    same = [link for link in history[since(history, sentence) :] if link.figure.label == label]
    if same:
        yield f"first-measure={same[0].measure}|new={bool(names)}|{label}"
        yield f"last-same={same[-1].measure}|new={bool(names)}|{label}"


def _relative_year(reading: Reading, figure: Span) -> str:
    """The year last named in the paragraph, else in the headings, as its distance from the report's own."""
    if reading.fiscal_year is None:
        return "none"
    for start, end in ((reading.start("paragraph", figure.start), figure.start), *reading.heading_path(figure.start)):
        year = reading.last_year(start, end)
        if year is not None:
            return str(max(-2, min(2, year - reading.fiscal_year)))
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


def outer_of(reading: Reading, figure: Span, history: Sequence[Link]) -> Link | None:
    """The figure that the last 其中 of the sentence divides: the one just before it."""
    sentence = reading.start("sentence", figure.start)
    at = reading.text.rfind("其中", sentence, figure.start)
    if at < 0:
        return None
    before = (link for link in reversed(history[since(history, sentence) :]) if link.figure.end <= at)
    return next((link for link in before if link.figure.label == "AMOUNT"), None)
