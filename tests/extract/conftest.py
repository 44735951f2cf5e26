"""Marked sentences as data: what a tagger would give, made into readings and extractions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fiscalzh.annotations.markup import Marked, parse
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.read import from_text
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.linking.choice import Choices
from fiscalzh.extract.linking.prepare import reading_of
from fiscalzh.extract.linking.reading import Reading
from fiscalzh.extract.pipeline import link_document, load_choices

YEAR = 2021


def _document(marked: Marked, year: int | None, kind: str | None) -> Document:
    document = from_text(marked.text, "invented.txt")
    return replace(document, meta=replace(document.meta, fiscal_year=year, report_type=kind))


def _read(marked: str, year: int | None = YEAR, kind: str | None = "final_accounts") -> tuple[Marked, Reading, dict[Span, Span]]:
    """A marked text, its reading, and the span of the reading for each span of the text."""
    parsed = parse(marked)
    document = _document(parsed, year, kind)
    reading, moved = reading_of(document, shadow_of(document), parsed.spans)
    return parsed, reading, {source: span for span, source in moved.items()}


@pytest.fixture(scope="session")
def choices() -> Choices:
    return load_choices()


@pytest.fixture(scope="session")
def read_marked() -> Callable[..., tuple[Marked, Reading, dict[Span, Span]]]:
    return _read


@pytest.fixture(scope="session")
def extract_marked(choices: Choices) -> Callable[..., Extraction]:
    """Link a marked text, its spans taken as the tagger's."""

    def extract(marked: str, year: int | None = YEAR, kind: str | None = "final_accounts") -> Extraction:
        parsed = parse(marked)
        return link_document(_document(parsed, year, kind), parsed.spans, choices)

    return extract
