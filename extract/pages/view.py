"""What the page of a report shows, as plain data: the template only lays it out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ...annotations.labels import CLAIMS, LABELS, MEASURES
from ...annotations.span import Span
from ...corpus.classification import of_year, versions
from ...corpus.document import Document, Range
from ..facts import Claim, ClaimValue, Extraction, Record
from ..figures import plain
from .charts import Bars, Shares, compared, composed
from .layout import Block, Part, lay_out, outline

LOW: Final = 0.7  # figures less probable than this are marked for a second look


@dataclass(frozen=True, slots=True)
class Mark:
    """A span in the text: `facts` are the rows it stands in, `target` the row that a click leads to."""

    id: str
    label: str
    start: int
    score: float | None
    facts: tuple[str, ...] = ()
    target: str | None = None

    @property
    def low(self) -> bool:
        return self.score is not None and self.score < LOW


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact: sums in 万元 and 元, or percent points; `at` and `subject_at` are the marks of value and subject.

    `wan` and `shown` are for the eye, `number_in_wan` and `number` for sorting and for spreadsheets.
    """

    id: str
    record: str
    subject: str
    kind: str
    code: str | None
    measure: str
    money: bool
    number: str
    number_in_wan: str
    wan: str
    shown: str
    period: int | None
    base: str | None
    scope: str | None
    score: float | None
    at: str
    subject_at: str
    labels: str
    page: int | None
    section: str

    @property
    def low(self) -> bool:
        return self.score is not None and self.score < LOW


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A subject and its figures, one cell for each of the view's measures; `code_name` is the official name, where it adds to the subject."""

    id: str
    subject: str
    kind: str
    code: str | None
    code_name: str
    scope: str | None
    cells: tuple[tuple[FactRow, ...], ...]

    @property
    def facts(self) -> tuple[FactRow, ...]:
        return tuple(fact for cell in self.cells for fact in cell)

    @property
    def score(self) -> float | None:
        """That of the least certain figure."""
        return min((fact.score for fact in self.facts if fact.score is not None), default=None)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A performance claim with its figures as `187 项`."""

    id: str
    text: str
    figures: tuple[str, ...]
    project: str | None
    indicator: str | None
    section: str
    score: float | None
    at: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A contradiction in the report; `places` are marks, the one to look at first comes first."""

    id: str
    rule: str
    severity: str
    message: str
    expected: str | None
    found: str | None
    section: str
    places: tuple[tuple[str, str], ...]
    facts: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the outline."""

    at: str
    text: str
    depth: int
    page: int | None


@dataclass(frozen=True)
class ReportView:
    """Everything on the page of a report."""

    document: Document
    name: str
    pipeline: Mapping[str, str]
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    headings: tuple[Heading, ...]
    labels: tuple[tuple[str, int], ...]
    measures: tuple[str, ...]
    facts: tuple[FactRow, ...]
    records: tuple[RecordRow, ...]
    claims: tuple[ClaimRow, ...]
    findings: tuple[FindingRow, ...]
    bars: Bars | None
    shares: tuple[Shares, ...]

    @cached_property
    def by_id(self) -> dict[str, FactRow]:
        """The facts by their ids."""
        return {fact.id: fact for fact in self.facts}

    def rows_of(self, part: Part) -> str:
        """The ids of all rows that a part of the text stands in."""
        own = () if part.mention is None else self.marks[part.mention].facts
        claim = None if part.claim is None else self.marks[part.claim].target
        return " ".join((*own, *(f"k{n + 1}" for n in part.findings), *([claim] if claim else ())))

    @property
    def columns(self) -> frozenset[str]:
        """Which of the columns that may be empty have something in them."""
        given = {name for name in ("code", "period", "base", "scope", "page") if any(getattr(fact, name) for fact in self.facts)}
        given |= {name for name in ("project", "indicator") if any(getattr(claim, name) for claim in self.claims)}
        return frozenset(given | {name for name in ("expected", "found") if any(getattr(finding, name) for finding in self.findings)})


def report_view(extraction: Extraction, pipeline: Mapping[str, str] | None = None) -> ReportView:
    """The view of an extraction."""
    document = extraction.document
    findings = extraction.checks
    places = [_places(finding, extraction) for finding in findings]
    blocks = lay_out(document, extraction.spans, places)
    anchors = {part.start: f"w{part.start}" if part.mention is None else f"s{part.mention + 1}" for block in blocks for part in block.parts}
    ids = {span: f"s{number}" for number, span in enumerate(extraction.spans, start=1)}
    facts = tuple(_facts(extraction, ids))
    by_record = defaultdict[str, list[FactRow]](list)
    for fact in facts:
        by_record[fact.record].append(fact)
    measures = tuple(m for m in MEASURES if any(fact.measure == m for fact in facts))
    year = document.meta.fiscal_year
    records = tuple(_record(f"r{n}", by_record[f"r{n}"], record, measures, year) for n, record in enumerate(extraction.records, start=1))
    labels = Counter(span.label for span in extraction.spans)
    return ReportView(
        document=document,
        name=document.meta.title or Path(document.source).name,
        pipeline=pipeline or {},
        blocks=blocks,
        marks=tuple(_marks(extraction)),
        headings=tuple(_headings(document)),
        labels=tuple((label, labels[label]) for label in LABELS if labels[label]),
        measures=measures,
        facts=facts,
        records=records,
        claims=tuple(_claim(f"c{n}", claim, document, ids) for n, claim in enumerate(extraction.claims, start=1)),
        findings=tuple(
            _finding(f"k{n}", finding, facts, [(anchors[a], document.text[a:b]) for a, b in ranges if a in anchors])
            for n, (finding, ranges) in enumerate(zip(findings, places, strict=True), start=1)
        ),
        bars=compared(extraction),
        shares=tuple(composed(extraction)),
    )


def _facts(extraction: Extraction, ids: Mapping[Span, str]) -> Iterator[FactRow]:
    document = extraction.document
    record_of = {fact: (f"r{n}", record) for n, record in enumerate(extraction.records, start=1) for fact in record.facts}
    for number, fact in enumerate(extraction.facts):
        ident, record = record_of[number]
        money = fact.unit == "CNY"
        yield FactRow(
            id=f"f{number + 1}",
            record=ident,
            subject=fact.subject,
            kind=fact.subject_type,
            code=fact.subject_code or record.code,
            measure=fact.measure,
            money=money,
            number=plain(fact.value),
            number_in_wan=plain(fact.value.scaleb(-4)) if money else "",
            wan=in_wan(fact.value) if money else "",
            shown=in_yuan(fact.value) if money else f"{plain(fact.value)}%",
            period=fact.period,
            base=fact.base,
            scope=fact.scope,
            score=fact.score,
            at=ids[fact.value_span],
            subject_at=ids[fact.subject_span],
            labels=f"{fact.value_span.label} {fact.subject_span.label}",
            page=document.page_of(fact.value_span.start),
            section=_section(document, fact.value_span.start),
        )


def in_wan(yuan: Decimal) -> str:
    """A sum in 万元, exact, with two decimals at least: `1,892.8190`, `0.20`."""
    number = plain(yuan.scaleb(-4))
    decimals = len(number.partition(".")[2])
    return f"{Decimal(number):,.{max(2, decimals)}f}"


def in_yuan(yuan: Decimal) -> str:
    """A sum in 元, exact: `189,281,900`, `0.05`."""
    return f"{Decimal(plain(yuan)):,f}"


def _record(ident: str, facts: Sequence[FactRow], record: Record, measures: Sequence[str], year: int | None) -> RecordRow:
    cells = tuple(tuple(fact for fact in facts if fact.measure == measure) for measure in measures)
    scope = facts[0].scope if facts else None
    return RecordRow(ident, record.subject, record.kind, record.code, _code_name(record, year), scope, cells)


def _code_name(record: Record, year: int | None) -> str:
    """The official name with those above it, `农林水支出 / 林业和草原 / 行政运行`, where the subject does not say as much."""
    accounts = versions().get(record.code or "")
    if not accounts:
        return ""
    account = of_year(accounts, year)
    names = (*account.parents, account.name)
    return "" if all(name in record.subject for name in names) else " / ".join(names)


def _marks(extraction: Extraction) -> Iterator[Mark]:
    """One mark a span. A figure leads to its fact, a name to its first, a claim and what has no fact within it to the claim."""
    facts = defaultdict[Span, list[str]](list)
    for number, fact in enumerate(extraction.facts, start=1):
        facts[fact.value_span].append(f"f{number}")
        facts[fact.subject_span].append(f"f{number}")
    claims = {claim.span: f"c{number}" for number, claim in enumerate(extraction.claims, start=1)}
    claim_at: dict[int, str] = {at: ident for span, ident in claims.items() for at in range(span.start, span.end)}
    for number, span in enumerate(extraction.spans, start=1):
        own = tuple(facts[span])
        target = claims.get(span) if span.label in CLAIMS else own[0] if own else claim_at.get(span.start)
        yield Mark(f"s{number}", span.label, span.start, span.score, own, target)


def _headings(document: Document) -> Iterator[Heading]:
    for section, depth in outline(document.sections):
        yield Heading(f"h{section.start}", section.heading, depth, document.page_of(section.start))


def _claim(ident: str, claim: Claim, document: Document, ids: Mapping[Span, str]) -> ClaimRow:
    return ClaimRow(
        id=ident,
        text=claim.text.replace("\n", ""),
        figures=tuple(map(_figure, claim.values)),
        project=claim.project,
        indicator=getattr(claim, "indicator", None),
        section=_section(document, claim.span.start),
        score=claim.span.score,
        at=ids[claim.span],
    )


def _figure(value: ClaimValue) -> str:
    if value.unit == "CNY":
        return f"{in_yuan(value.number)} 元"
    return plain(value.number) + (" " if value.unit not in ("%", "") else "") + value.unit


def _places(finding: Any, extraction: Extraction) -> tuple[Range, ...]:
    """What a finding points at: its places, or the figures of its facts."""
    spans = (extraction.facts[number].value_span for number in finding.facts)
    return tuple(getattr(finding, "places", ())) or tuple((span.start, span.end) for span in spans)


def _finding(ident: str, finding: Any, facts: Sequence[FactRow], places: Sequence[tuple[str, str]]) -> FindingRow:
    return FindingRow(
        id=ident,
        rule=finding.rule,
        severity=finding.severity,
        message=finding.message,
        expected=finding.expected,
        found=finding.found,
        section=next(reversed(getattr(finding, "section", ())), ""),
        places=tuple(places),
        facts=tuple(facts[number] for number in finding.facts),
    )


def _section(document: Document, at: int) -> str:
    return next(reversed(document.headings_at(at)), "")
