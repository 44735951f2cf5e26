"""Figures the tagger marked, brought to the borders the grammar of figures gives them.

Where a sum or percentage begins and ends is grammar, not judgement. The tagger decides whether it is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..annotations.span import Span
from ..corpus.shadow import Shadow
from .figures import FigureError, read_figure

_NUMBER: Final = r"-?\d[\d,，]*(?:\.\d+)?"
_AMOUNT: Final = re.compile(rf"{_NUMBER}(?:余|多|几)?(?:个(?=亿|万))?[十百千万亿]*(?:余|多)?(?:元(?!素|旦|件|器)|块钱)?|[零一二两三四五六七八九十百千万亿]+(?:余|多)?元")
_RATIO: Final = re.compile(rf"{_NUMBER}%|百分之[零一二三四五六七八九十百点]+")
_SURE: Final = {"AMOUNT": re.compile(rf"{_NUMBER}(?:余|多|个)?[十百千万亿]*(?:余|多)?元(?![素旦件器])"), "RATIO": _RATIO}


def snap(shadow: Shadow, spans: Sequence[Span]) -> list[Span]:
    """Spans with the borders of figures mended, unreadable ones dropped, and sums and percentages added that leave no doubt.

    Offsets are those of the source. An added figure has no score: nobody estimated it.
    """
    text = shadow.text
    names, figures = [], []
    for span in spans:
        if span.label in ("AMOUNT", "RATIO"):
            figures.append(_snapped(shadow, span))
        else:
            names.append(span)
    kept = [span for span in figures if span is not None and _readable(text, shadow, span)]
    taken = bytearray(len(text))
    for span in (*kept, *(n for n in names if n.label != "CLAIM")):
        start, end = shadow.from_source(span.start, span.end)
        taken[start:end] = b"\1" * (end - start)
    added = []
    for label, pattern in _SURE.items():
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                added.append(Span(*shadow.to_source(match.start(), match.end()), label))
    return sorted([*names, *dict.fromkeys(kept), *added], key=lambda s: (s.start, s.end, s.label))


def _snapped(shadow: Shadow, span: Span) -> Span | None:
    """The figure of the grammar that overlaps the tagger's span most; the span itself where there is none."""
    start, end = shadow.from_source(span.start, span.end)
    pattern = _AMOUNT if span.label == "AMOUNT" else _RATIO
    window = max(0, start - 24)
    best, most = None, 0
    for match in pattern.finditer(shadow.text, window, min(len(shadow.text), end + 24)):
        shared = min(end, match.end()) - max(start, match.start())
        if shared > most:
            best, most = match, shared
    if best is None:
        return span
    return Span(*shadow.to_source(best.start(), best.end()), span.label, span.score)


def _readable(text: str, shadow: Shadow, span: Span) -> bool:
    start, end = shadow.from_source(span.start, span.end)
    try:
        read_figure(text[start:end], span.label)
    except FigureError:
        return False
    return True
