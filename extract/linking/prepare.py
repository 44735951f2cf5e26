"""From a document and its spans to the reading the linker works on, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...annotations.markup import MarkedFact
from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document, Section
from ...corpus.shadow import Shadow, shadow_of
from .reading import Reading


@dataclass(frozen=True, slots=True)
class Lesson:
    """A reading with what its figures really say: for each figure that states one its fact, in the reading's offsets."""

    reading: Reading
    facts: dict[Span, MarkedFact]


def reading_of(document: Document, shadow: Shadow, spans: Iterable[Span]) -> tuple[Reading, dict[Span, Span]]:
    """The reading of a document, and for each span of the reading the document's span it came from."""
    moved: dict[Span, Span] = {}
    for span in spans:
        start, end = shadow.from_source(span.start, span.end)
        if start < end:
            moved[Span(start, end, span.label, span.score)] = span
    headings = []
    for section in _sections(document.sections):
        start, end = shadow.from_source(section.start, section.heading_end)
        if start < end:
            headings.append((start, end, section.level))
    reading = Reading.of(
        shadow.text, list(moved), headings=tuple(headings), fiscal_year=document.meta.fiscal_year, report_type=document.meta.report_type
    )
    return reading, moved


def _sections(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _sections(section.children)


def lesson_of(report: AnnotatedReport) -> Lesson:
    """An annotated report as the linker learns from it: its facts moved to the offsets of its reading."""
    reading, moved = reading_of(report.document, shadow_of(report.document), report.spans)
    back = {source: span for span, source in moved.items()}
    facts = {}
    for fact in report.facts:
        value, subject = back.get(fact.value), back.get(fact.subject)
        if value is not None and subject is not None:
            base = back.get(fact.base) if fact.base is not None else None
            facts[value] = replace(fact, value=value, subject=subject, base=base)
    return Lesson(reading, facts)
