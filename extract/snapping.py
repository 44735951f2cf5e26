"""Spans the tagger marked, brought to the borders that grammar gives them.

Where a sum begins and ends, that a claim is one clause, and that brackets close is grammar, not judgement: the tagger decides
what something is, the text where it ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from ..annotations.span import Span
from ..corpus.shadow import Shadow
from .borders import mend
from .figures import figure_or_none

_NUMBER: Final = r"(?:-|(?<!\d))\d+(?:[,，]\d{3}(?!\d))*(?:[,，]\d+)?(?:\.\d+)?"
_PARTS: Final = r"(?:[十百千万亿]+\d+(?:\.\d+)?(?=[十百千万亿元]))*"  # 3亿2000万元
_HAN: Final = "零一二两三四五六七八九十百千万亿"
_AMOUNT: Final = re.compile(
    rf"{_NUMBER}(?:余|多|几)?(?:个(?=亿|万))?{_PARTS}(?:[十百万亿]|千(?![瓦米克]))*(?:余|多)?(?:元(?![素旦件器])|块钱)?|(?<![上几{_HAN}])(?!(?<=数)[十百千万亿])[{_HAN}]+(?:余|多)?元"
)
_RATIO: Final = re.compile(rf"{_NUMBER}%|百分之[零一二三四五六七八九十百点]+")
_COUNTED: Final = re.compile(
    r"(?:标准)?(?:[件户亩吨辆头只株棵份张册笔页篇米次座套]|人(?![员大社民力工才防])|家(?![庭长])|台(?!账)|条(?!件)|本(?![级年])|公里|平方|立方|千[瓦米克]|[羽匹尾]|用户|[名位]\w|[美欧日港澳]元|英镑)"
)
_SURE: Final = {"AMOUNT": re.compile(rf"{_NUMBER}(?:余|多|个(?=亿|万))?{_PARTS}[十百千万亿]*(?:余|多)?元(?![素旦件器])"), "RATIO": _RATIO}
_FIGURES: Final = {"AMOUNT": _AMOUNT, "RATIO": _RATIO}

_CLAUSE_ENDS: Final = "，；。：！？\n"
_OPENING: Final = dict(zip("（“《「『【", "）”》」』】", strict=True))
_STOPS: Final = re.compile(f"[{_CLAUSE_ENDS}{''.join(_OPENING)}{''.join(_OPENING.values())}]")
_MARKER: Final = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}(?:是|、(?=\S)|则)|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,2}(?:[.、）](?!\d)|[.](?=(?:19|20)\d\d年))|[①-⑳]|[-—·●◆■]+)\s*"
)


def snap(shadow: Shadow, spans: Sequence[Span]) -> list[Span]:
    """Spans with their borders mended, unreadable figures dropped, and figures added that leave no doubt.

    Offsets are those of the source. An added figure has no score: nobody estimated it.
    """
    text = shadow.text
    places = ((shadow.from_source(s.start, s.end), s) for s in spans)
    local = [Span(start, end, s.label, s.score) for (start, end), s in places if start < end]
    figures = [s for s in (_figure(text, s) for s in local if s.label in _FIGURES) if s is not None]
    names = [s for s in (mend(text, s) for s in local if s.label in ("ACCOUNT", "PROJECT")) if s is not None]
    mentions = _apart(text, [*figures, *names])
    ends = _clause_ends(text)
    claims = _apart(text, [_claim(text, ends, s) for s in local if s.label == "CLAIM"])
    kept = [*mentions, *claims, *_missing(text, mentions)]
    moved = (Span(*shadow.to_source(s.start, s.end), s.label, s.score) for s in kept)
    return sorted(moved, key=lambda s: (s.start, s.end, s.label))


def _figure(text: str, span: Span) -> Span | None:
    """The figure of the grammar that overlaps the tagger's span most; the span itself where there is none."""
    best, most = None, 0
    for match in _FIGURES[span.label].finditer(text, max(0, span.start - 24), min(len(text), span.end + 24)):
        shared = min(span.end, match.end()) - max(span.start, match.start())
        if shared > most:
            best, most = match, shared
    snapped = span if best is None or best.span() == (span.start, span.end) else Span(*best.span(), span.label, span.score)
    written = snapped.of(text)
    figure = figure_or_none(written, span.label)
    if figure is None:
        return None
    # A sum has its unit; only a bare 0 needs none. 580万户 and 3.56亿件 are counts, 0.8亿美元 no sum in yuan.
    if span.label == "AMOUNT" and written[-1] in "百千万亿余多" and _COUNTED.match(text, snapped.end):
        return None
    return snapped if figure.number == 0 or not written[-1].isdigit() else None


def _missing(text: str, marked: Iterable[Span]) -> list[Span]:
    """Sums with 元 and percentages that nothing marked touches."""
    taken = bytearray(len(text))
    for span in marked:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    return [
        Span(match.start(), match.end(), label)
        for label, pattern in _SURE.items()
        for match in pattern.finditer(text)
        if not any(taken[match.start() : match.end()])
    ]


def _clause_ends(text: str) -> list[int]:
    """The marks that end clauses: within brackets and quotes none does but a line's end."""
    ends, closers = list[int](), list[str]()
    for stop in _STOPS.finditer(text):
        at, char = stop.start(), stop[0]
        if char in _OPENING and text.find(_OPENING[char], at, at + 120) > 0:
            closers.append(_OPENING[char])
        elif closers and char == closers[-1]:
            closers.pop()
        elif char == "\n":
            ends.append(at)
            closers = []
        elif char in _CLAUSE_ENDS and not closers:
            ends.append(at)
    return ends


def _claim(text: str, ends: Sequence[int], span: Span) -> Span:
    """The clause that holds a claim's middle, list markers left out; `ends` are those of all clauses."""
    middle = (span.start + span.end - 1) // 2
    number = bisect_right(ends, middle)
    start = ends[number - 1] + 1 if number else 0
    end = ends[number] if number < len(ends) else len(text)
    while match := _MARKER.match(text, start, end):
        if match.end() >= end:
            break
        start = match.end()
    clause = text[start:end]
    start += len(clause) - len(clause.lstrip())
    end -= len(clause) - len(clause.rstrip())
    return Span(start, end, span.label, span.score) if start <= middle < end else span


def _apart(text: str, spans: Iterable[Span]) -> list[Span]:
    """Of spans that came to overlap the surest, and figures before names: their borders are grammar."""
    taken = bytearray(len(text))
    kept = []
    for span in sorted(spans, key=lambda s: (s.label not in _FIGURES, -(s.score or 0.0), s.start, s.end, s.label)):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return kept
