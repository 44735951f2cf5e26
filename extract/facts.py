"""What extraction gives: facts, claims and records of one document."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..annotations.span import Span
from ..corpus.document import Document
from .checks.finding import Finding


@dataclass(frozen=True, slots=True)
class Fact:
    """*This subject, by this measure, is this value.*

    `value` is in yuan (`unit` CNY) or percent points (`unit` %), negative for decreases of the signed measures. `period` is a
    fiscal year. `base` is the whole that a share is a share of. `subject_code` is the code of the official classification, where
    the subject is one of its headings. `score` is the probability that figure, subject and measure
    are all right.
    """

    subject: str
    subject_type: str
    subject_span: Span
    measure: str
    value: Decimal
    unit: str
    value_span: Span
    period: int | None = None
    base: str | None = None
    scope: str | None = None
    subject_code: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ClaimValue:
    """A figure within a claim: `187项` is 187 with the unit word 项; sums are in CNY, percentages in %.

    `comparator` is the bound that the words around it give, as in `comparators.comparator_of`: 突破187项 is `>`.
    """

    text: str
    number: Decimal
    unit: str
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A performance claim: its clause, its figures and the project it speaks of, where one is named.

    `indicator` is one of `indicators.INDICATORS`, None where nothing speaks for any; `section` is the innermost heading above.
    """

    span: Span
    text: str
    values: tuple[ClaimValue, ...]
    project: str | None = None
    indicator: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The facts of one subject, as numbers into `Extraction.facts`."""

    kind: str
    subject: str
    facts: tuple[int, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything extracted from one document."""

    document: Document
    spans: tuple[Span, ...]
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    records: tuple[Record, ...]
    checks: tuple[Finding, ...] = ()

    def section_of(self, fact: Fact) -> tuple[str, ...]:
        """The headings that a fact's figure stands under, outermost first."""
        return self.document.headings_at(fact.value_span.start)
