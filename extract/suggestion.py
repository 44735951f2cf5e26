"""Pre-annotation: what the model sees in new reports, so that a person corrects instead of starting from nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..annotations.converters.model import Annotation, Claim, Fact
from .batch import Outcome, extract_files
from .facts import Extraction
from .figures import plain
from .pipeline import Extractor


def suggest(paths: Iterable[Path], extractor: Extractor) -> tuple[list[Annotation], list[Outcome]]:
    """The predictions for some reports, least certain report first, and the outcomes of files that could not be read."""
    suggestions, failures = [], []
    for outcome in extract_files(paths, extractor):
        if outcome.extraction is None:
            failures.append(outcome)
        else:
            suggestions.append((uncertainty(outcome.extraction), to_annotation(outcome.extraction)))
    suggestions.sort(key=lambda pair: (-pair[0], pair[1].source or ""))
    return [annotation for _, annotation in suggestions], failures


def uncertainty(extraction: Extraction) -> float:
    """Wrong spans to be expected in 1,000 characters, by the model's own probabilities."""
    expected = sum(1.0 - span.score for span in extraction.spans if span.score is not None)
    return 1000.0 * expected / max(1, len(extraction.document.text))


def to_annotation(extraction: Extraction) -> Annotation:
    """An extraction in the form the converters write, scores included."""
    document = extraction.document
    facts = tuple(
        Fact(
            value_span=fact.value_span,
            subject_span=fact.subject_span,
            measure=fact.measure,
            subject=fact.subject,
            value=plain(fact.value),
            period=fact.period,
            base=fact.base,
            scope=fact.scope,
        )
        for fact in extraction.facts
    )
    claims = tuple(Claim(c.span, tuple((plain(v.number), v.unit) for v in c.values)) for c in extraction.claims)
    return Annotation(document.text, extraction.spans, facts, claims, document.source, document.sha256, document.meta.fiscal_year)
