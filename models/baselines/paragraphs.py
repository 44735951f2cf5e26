"""Reports in paragraphs of the shadow text: what baselines learn from and tag.

They read the same canonical text as the shipped tagger, so that what is compared is the tagging alone. Nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ...annotations.labels import FISCAL
from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.shadow import Shadow, shadow_of

LONGEST: Final = 2_000  # characters; a longer paragraph is cut behind a sentence, so that memory has a bound
Found = tuple[int, int, str]  # start, end, label


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's text and its start in the shadow."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A paragraph's text with its spans (start, end, label), in offsets of that text, sorted."""

    text: str
    spans: tuple[Found, ...]


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a shadow text that hold anything, in order."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LONGEST:
            behind = max(text.rfind(mark, start, start + LONGEST) for mark in "。；") + 1
            end = behind if behind > start else start + LONGEST
        if text[start:end].strip():
            yield Paragraph(start, text[start:end])
        start = end + (text[end : end + 1] == "\n")


def lessons(reports: Iterable[AnnotatedReport]) -> Iterator[Lesson]:
    """The paragraphs of annotated reports. A span that a paragraph's end cuts, or that lies in a table, is left out."""
    for report in reports:
        shadow = shadow_of(report.document)
        placed = sorted((*shadow.from_source(span.start, span.end), span.label) for span in report.spans)
        at = 0
        for paragraph in paragraphs(shadow.text):
            start, end = paragraph.start, paragraph.start + len(paragraph.text)
            while at < len(placed) and placed[at][0] < start:
                at += 1
            inside = []
            for first, last, label in placed[at:]:
                if first >= end:
                    break
                if first < last <= end:
                    inside.append((first - start, last - start, label))
            yield Lesson(paragraph.text, tuple(inside))


def of_layer(spans: Iterable[Found], layer: str) -> list[Found]:
    """The spans of one layer; where two overlap, the first one."""
    labels, kept, free = dict(FISCAL.layers)[layer], list[Found](), 0
    for start, end, label in sorted(spans):
        if label in labels and start >= free:
            kept.append((start, end, label))
            free = end
    return kept


def to_spans(shadow: Shadow, found: Iterable[Found]) -> list[Span]:
    """Places in a shadow to sorted spans of its source."""
    return sorted(Span(*shadow.to_source(start, end), label) for start, end, label in found)
