"""Systems that extract facts, put to work on annotated reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.shadow import shadow_of
from ..extract.facts import Extraction
from ..extract.pipeline import gather
from ..extract.writers import to_json
from .gold import GoldReport, unprepared
from .linkers import Linker
from .outputs import Case, cases_of

Extract: TypeAlias = Callable[[Document], Extraction]


def extracted(reports: Sequence[GoldReport], extract: Extract) -> tuple[Case, ...]:
    """What a system makes of reports it is given as any user has them.

    Raises:
        ValueError: a report's text is not at hand.
    """
    return cases_of(reports, (to_json(extract(unprepared(_document(report))), {}) for report in reports))


def linked(reports: Sequence[GoldReport], linker: Linker) -> tuple[Case, ...]:
    """What a linker makes of the gold spans.

    Raises:
        ValueError: a report's text is not at hand.
    """
    made = (_link(unprepared(_document(report)), list(report.gold.by_id().values()), linker) for report in reports)
    return cases_of(reports, (to_json(extraction, {}) for extraction in made))


def tagged_and_linked(tag: Callable[[Document], Sequence[Span]], linker: Linker) -> Extract:
    """A tagger and a linker one behind the other, with nothing between them."""
    return lambda document: _link(document, tag(document), linker)


def _link(document: Document, spans: Sequence[Span], linker: Linker) -> Extraction:
    return gather(document, shadow_of(document), sorted(spans), linker)


def _document(report: GoldReport) -> Document:
    if report.document is None:
        raise ValueError(f"{report.name}: the report is not beside its gold file, or its offsets are those of another text")
    return report.document
