"""What every format is converted to and from: one annotated text with its spans, facts and claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias

from ...corpus.read import from_text
from ..gold import Gold, GoldClaim, GoldFact, GoldSpan, GoldValue, is_decimal
from ..labels import LABELS, MEASURES, SIGNED
from ..markup import Marked, MarkedClaim, MarkedFact
from ..report import AnnotatedReport
from ..span import Span

FigureReader: TypeAlias = Callable[[str, str], Decimal]
"""The value of a figure, from its text and label, in yuan (AMOUNT) or percent points (RATIO); else ValueError."""

UNITS: Final = {"AMOUNT": "CNY", "RATIO": "%"}
SUBJECTS: Final = {"ACCOUNT": "account", "PROJECT": "project"}


@dataclass(frozen=True, slots=True)
class Fact:
    """*This subject, by this measure, is this value*, from the figure's span to the subject's.

    `value` is an exact decimal string in yuan or percent points, signed for the signed measures, and None where nobody
    has read it yet (a relation freshly drawn in a tool). `subject` is the subject's name, `aliases` its other names,
    `line` a note of gold files.
    """

    value_span: Span
    subject_span: Span
    measure: str
    subject: str
    value: str | None = None
    period: int | None = None
    base: str | None = None
    scope: str | None = None
    aliases: tuple[str, ...] = ()
    line: int | None = None

    def __post_init__(self) -> None:
        if self.value_span.label not in UNITS or self.subject_span.label not in SUBJECTS:
            found = f"{self.value_span.label} to {self.subject_span.label}"
            raise ValueError(f"a fact leads from an AMOUNT or RATIO to an ACCOUNT or PROJECT, got {found}: turn or remove it")
        if self.measure not in MEASURES:
            raise ValueError(f"no measure {self.measure!r}: use one of {', '.join(MEASURES)}")
        if self.value is not None and not is_decimal(self.value):
            raise ValueError(f"a fact's value is a plain decimal such as '189281900', got {self.value!r}")

    @property
    def unit(self) -> str:
        return UNITS[self.value_span.label]

    @property
    def number(self) -> Decimal | None:
        """The value as an exact number."""
        return None if self.value is None else Decimal(self.value)

    @property
    def subject_type(self) -> str:
        return SUBJECTS[self.subject_span.label]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a CLAIM span counts: (number, unit word) pairs in the order of the text."""

    span: Span
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotated text. Spans come out sorted, facts in the order of their figures, claims in that of their spans.

    Facts and claims speak of members of `spans`, scores included. A CLAIM span without a `Claim` counts nothing.
    `sha256` is the digest of the source's bytes, in hexadecimal, or empty where it is not known.

    Raises:
        ValueError: a span lies outside the text, stands twice or has an unknown label; a fact or claim speaks of none.
    """

    text: str
    spans: tuple[Span, ...] = ()
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    source: str | None = None
    sha256: str = ""
    fiscal_year: int | None = None

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"character {error.start} is half a surrogate pair: the text was decoded wrongly") from error
        object.__setattr__(self, "spans", tuple(sorted(self.spans, key=key_of)))
        object.__setattr__(self, "facts", tuple(sorted(self.facts, key=lambda f: (key_of(f.value_span), key_of(f.subject_span)))))
        # A claim without values says no more than its span, and not every format keeps it.
        object.__setattr__(self, "claims", tuple(sorted((c for c in self.claims if c.values), key=lambda c: key_of(c.span))))
        _check_spans(self.text, self.spans)
        known = set(self.spans)
        for name, span in (
            *((f"fact {f.measure}", s) for f in self.facts for s in (f.value_span, f.subject_span)),
            *(("claim", c.span) for c in self.claims),
        ):
            if span not in known:
                raise ValueError(f"a {name} speaks of {span.label} [{span.start}, {span.end}), which is not among the spans")

    def without_scores(self) -> Annotation:
        """The same without any score."""
        bare = {span: replace(span, score=None) for span in self.spans}
        return replace(
            self,
            spans=tuple(bare.values()),
            facts=tuple(replace(f, value_span=bare[f.value_span], subject_span=bare[f.subject_span]) for f in self.facts),
            claims=tuple(replace(c, span=bare[c.span]) for c in self.claims),
        )


def key_of(span: Span) -> tuple[int, int, str]:
    """What tells a span from others: start, end, label."""
    return span.start, span.end, span.label


def _check_spans(text: str, spans: tuple[Span, ...]) -> None:
    seen: set[tuple[int, int, str]] = set()
    for span in spans:
        where = f"{span.label} [{span.start}, {span.end})"
        if span.label not in LABELS:
            raise ValueError(f"unknown label {span.label!r} at [{span.start}, {span.end}): rename it to one of {', '.join(LABELS)}")
        if span.end > len(text):
            raise ValueError(f"{where} ends behind the text of {len(text)} characters: is it the annotation of another text?")
        if key_of(span) in seen:
            raise ValueError(f"{where} stands twice: remove one")
        seen.add(key_of(span))


def from_gold(gold: Gold, text: str) -> Annotation:
    """The annotation that a gold file holds of this text.

    Raises:
        ValueError: the offsets are not those of this text, or a fact lacks the span of its figure or subject.
    """
    if not gold.offsets:
        raise ValueError("its offsets belong to another extraction of the report: expected offsets into this text")
    for span in gold.spans:
        if text[span.start : span.end] != span.text:
            raise ValueError(f"span {span.id} says {span.text!r}, the text has {text[span.start : span.end]!r} at {span.start}")
    ids = gold.by_id()

    def member(ident: str | None, what: str) -> Span:
        if ident not in ids:
            raise ValueError(f"{what} names the span {ident!r}, which the file does not have: mark it or drop it")
        return ids[ident]

    facts = []
    for number, fact in enumerate(gold.facts, 1):
        one = Fact(
            value_span=member(fact.value_span, f"fact {number}"),
            subject_span=member(fact.subject_span, f"fact {number}"),
            measure=fact.measure,
            subject=fact.subject,
            value=fact.value,
            period=fact.period,
            base=fact.base,
            scope=fact.scope,
            aliases=fact.aliases,
            line=fact.line,
        )
        if (one.unit, one.subject_type) != (fact.unit, fact.subject_type):
            raise ValueError(
                f"fact {number} says {fact.unit} and {fact.subject_type}, its spans are {one.value_span.label} and "
                f"{one.subject_span.label}: expected {one.unit} and {one.subject_type}"
            )
        facts.append(one)
    claims = tuple(Claim(member(c.span, f"claim {n}"), tuple((v.number, v.unit) for v in c.values)) for n, c in enumerate(gold.claims, 1))
    return Annotation(text, tuple(ids.values()), tuple(facts), claims, gold.source, gold.sha256, gold.fiscal_year)


def to_gold(annotation: Annotation) -> Gold:
    """The annotation as a gold file's content; spans are numbered T1, T2, … in text order.

    Raises:
        ValueError: a fact has no value yet.
    """
    text, ids = annotation.text, {span: f"T{n}" for n, span in enumerate(annotation.spans, 1)}
    facts = []
    for fact in annotation.facts:
        if fact.value is None:
            at = fact.value_span
            raise ValueError(f"the fact of {at.of(text)!r} at {at.start} has no value: say its value in yuan or percent points")
        facts.append(
            GoldFact(
                value_span=ids[fact.value_span],
                subject_span=ids[fact.subject_span],
                subject=fact.subject,
                subject_type=fact.subject_type,
                aliases=fact.aliases,
                measure=fact.measure,
                value=fact.value,
                unit=fact.unit,
                period=fact.period,
                base=fact.base,
                scope=fact.scope,
                line=fact.line,
            )
        )
    values = {claim.span: tuple(GoldValue(number=n, unit=u) for n, u in claim.values) for claim in annotation.claims}
    return Gold(
        source=annotation.source,
        sha256=annotation.sha256,
        fiscal_year=annotation.fiscal_year,
        spans=tuple(GoldSpan(id=ids[s], label=s.label, start=s.start, end=s.end, text=s.of(text)) for s in annotation.spans),
        facts=tuple(facts),
        claims=tuple(GoldClaim(span=ids[s], text=s.of(text), values=values.get(s, ())) for s in annotation.spans if s.label == "CLAIM"),
    )


def from_report(report: AnnotatedReport, figure: FigureReader | None = None) -> Annotation:
    """The annotation of a marked report.

    Marked facts hold no values: `figure` reads them off the text; without it they have none, and their sign is lost.

    Raises:
        ValueError: a figure cannot be read.
    """
    text, year = report.document.text, report.document.meta.fiscal_year

    def value_of(fact: MarkedFact) -> str | None:
        if figure is None:
            return None
        number = figure(fact.value.of(text), fact.value.label)
        return format(-abs(number) if fact.decrease else number, "f")

    facts = tuple(
        Fact(
            value_span=fact.value,
            subject_span=fact.subject,
            measure=fact.measure,
            subject=fact.subject.of(text),
            value=value_of(fact),
            period=fact.period or year,
            base=fact.base.of(text) if fact.base else None,
            scope=fact.scope,
            aliases=tuple(name for name in report.names.get(fact.subject_id, ()) if name != fact.subject.of(text)),
        )
        for fact in report.facts
    )
    claims = tuple(Claim(claim.span, _values(report, claim, figure)) for claim in report.claims)
    return Annotation(text, report.spans, facts, claims, report.document.source, report.document.sha256, year)


def _values(report: AnnotatedReport, claim: MarkedClaim, figure: FigureReader | None) -> tuple[tuple[str, str], ...]:
    """The counts a claim was marked with, then the sums and percentages inside it, which stand as spans of their own."""
    if figure is None:
        return claim.counts
    text = report.document.text
    inside = [span for span in report.spans if span.label in UNITS and claim.span.contains(span)]
    figures = [(format(figure(span.of(text), span.label), "f"), UNITS[span.label]) for span in inside]
    return (*claim.counts, *(value for value in figures if value not in claim.counts))


def to_report(annotation: Annotation) -> AnnotatedReport:
    """The annotation as a report to learn from; year and type are read off the text where the annotation does not say the year."""
    marked = to_marked(annotation)
    document = from_text(annotation.text, annotation.source or "<annotation>")
    year = annotation.fiscal_year or document.meta.fiscal_year
    document = replace(document, meta=replace(document.meta, fiscal_year=year))
    return AnnotatedReport(document, marked.spans, marked.facts, marked.claims, marked.names)


def to_marked(annotation: Annotation) -> Marked:
    """The annotation as parsed markup, which is what the validator reads; a base is the nearest span of its name."""
    text = annotation.text
    bare = annotation.without_scores()
    accounts = [span for span in bare.spans if span.label in SUBJECTS]

    def base_of(fact: Fact) -> Span | None:
        named = [span for span in accounts if span.of(text) == fact.base]
        return min(named, key=lambda span: abs(span.start - fact.value_span.start), default=None)

    facts = tuple(
        MarkedFact(
            value=fact.value_span,
            subject=fact.subject_span,
            subject_id=fact.subject,
            measure=fact.measure,
            decrease=fact.measure in SIGNED and fact.value is not None and Decimal(fact.value) < 0,
            base=base_of(fact),
            period=fact.period,
            scope=fact.scope,
        )
        for fact in bare.facts
    )
    counts = {claim.span: claim.values for claim in bare.claims}
    claims = tuple(MarkedClaim(span, counts.get(span, ())) for span in bare.spans if span.label == "CLAIM")
    names: dict[str, tuple[str, ...]] = {}
    for fact in bare.facts:
        names[fact.subject] = tuple(dict.fromkeys((*names.get(fact.subject, ()), fact.subject_span.of(text), *fact.aliases)))
    return Marked(text, bare.spans, facts, claims, names)
