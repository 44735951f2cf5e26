"""One side of a comparison: the spans, facts, claims, records and checks that a gold file or an output says a report has."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..annotations.gold import Gold, GoldCheck, GoldFact, is_decimal
from ..annotations.span import Span
from ..corpus.document import Range

Number: TypeAlias = Decimal | str
"""A figure's value; as written where it is no number."""

FactT = TypeVar("FactT", bound=GoldFact)
_LEVELS: Final = re.compile(r"\((?:类|款|项)\)")
_SIGNS: Final = re.compile(r"[\s“”\"'‘’「」《》〈〉()\[\]【】、,.:;·]|[类款项]\)")


def fold(name: str | None) -> str:
    """A name without what its writing varies in: width, blanks, brackets, quotation marks, （类）（款）（项）."""
    return _SIGNS.sub("", _LEVELS.sub("", unicodedata.normalize("NFKC", name or "")))


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it is compared: names are folded, `names` and `bases` are all that subject and base go by, `words` the subject as written.

    Spans are None where the file does not say where in this text they are.
    """

    words: str
    names: frozenset[str]
    subject_type: str
    measure: str
    value: Decimal
    unit: str
    period: int | None
    base: str
    bases: frozenset[str]
    scope: str
    value_span: Span | None
    subject_span: Span | None

    @property
    def subject(self) -> str:
        return fold(self.words)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim's span and its figures."""

    span: Span
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True, order=True)
class Check:
    """A contradiction: the rule, and the places where it shows."""

    rule: str
    places: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one side says of a report, in the order of the text: that of the file must not matter.

    `records` are sets of numbers of facts. `checks` is None where none were looked for. `placed`: the spans are those of this text;
    `scoped`: scopes were annotated. `texts` has the text of every range that a span takes.
    """

    spans: tuple[Span, ...] = ()
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    records: tuple[frozenset[int], ...] = ()
    checks: tuple[Check, ...] | None = ()
    placed: bool = True
    scoped: bool = True
    texts: Mapping[Range, str] = field(default_factory=dict)


class OutputFact(GoldFact):
    id: str | None = None


class OutputRecord(BaseModel):
    model_config = ConfigDict(frozen=True)

    facts: tuple[str, ...]


class Output(Gold):
    """A line of `fiscalzh extract … -o x.jsonl`, of which a gold file is one without records."""

    facts: tuple[OutputFact, ...] = ()
    records: tuple[OutputRecord, ...] | None = None
    text_length: int | None = None


def output_of(data: object, where: str) -> Output:
    """A line of an output, checked.

    Raises:
        ValueError: it is not of the form of the contract; the message says where.
    """
    try:
        return Output.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{where}: {'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}") from error


def gold_sheet(gold: Gold) -> Sheet:
    """What a gold file says. Where its offsets are those of another text it has no spans and no claims."""
    places = gold.by_id() if gold.offsets else {}
    facts = _facts(_in_order(gold.facts, places), places)
    checks = None if gold.checks is None else tuple(sorted(Check(check.rule, check.places) for check in gold.checks))
    scoped = any("scope" in fact.model_fields_set for fact in gold.facts)
    return Sheet(tuple(sorted(places.values())), facts, _claims(gold, places), group(facts), checks, gold.offsets, scoped, _texts(gold))


def output_sheet(output: Output) -> Sheet:
    """What an output says; facts are gathered into records here where it does not do so itself."""
    places = output.by_id()
    ordered = _in_order(output.facts, places)
    facts = _facts(ordered, places)
    numbers = {fact.id: number for number, fact in enumerate(ordered) if fact.id is not None}
    records = group(facts)
    if output.records is not None:
        records = tuple(frozenset(numbers[ident] for ident in record.facts if ident in numbers) for record in output.records)
    checks = tuple(sorted(Check(check.rule, _places_of(check, facts, numbers)) for check in output.checks or ()))
    return Sheet(tuple(sorted(places.values())), facts, _claims(output, places), records, checks, texts=_texts(output))


def group(facts: Sequence[Fact]) -> tuple[frozenset[int], ...]:
    """Facts of one subject in one scope, which go by the same names."""
    groups: dict[tuple[str, frozenset[str], str], set[int]] = {}
    for number, fact in enumerate(facts):
        groups.setdefault((fact.subject_type, fact.names, fact.scope), set()).add(number)
    return tuple(map(frozenset, groups.values()))


def _in_order(facts: Iterable[FactT], places: Mapping[str, Span]) -> list[FactT]:
    """Facts by the places of figure and subject, those that have none last, then by what they say."""
    nowhere = Span(sys.maxsize - 1, sys.maxsize, "")

    def key(fact: FactT) -> tuple[Span, Span, str]:
        return places.get(fact.value_span or "", nowhere), places.get(fact.subject_span or "", nowhere), repr(_said(fact))

    return sorted(facts, key=key)


def _said(fact: GoldFact) -> tuple[object, ...]:
    return fact.subject, fact.measure, fact.number.normalize(), fact.unit, fact.period, fact.base, fact.scope, sorted(fact.aliases)


def _facts(facts: Sequence[GoldFact], places: Mapping[str, Span]) -> tuple[Fact, ...]:
    """A base goes by the names of the subjects that go by its name."""
    names = [frozenset(map(fold, (fact.subject, *fact.aliases))) for fact in facts]
    others = {name: group for group in sorted(set(names), key=sorted) for name in group}
    return tuple(_fact(fact, own, others.get(fold(fact.base), frozenset()), places) for fact, own in zip(facts, names, strict=True))


def _fact(fact: GoldFact, names: frozenset[str], bases: frozenset[str], places: Mapping[str, Span]) -> Fact:
    return Fact(
        words=fact.subject,
        names=names,
        subject_type=fact.subject_type,
        measure=fact.measure,
        value=fact.number,
        unit=fact.unit,
        period=fact.period,
        base=fold(fact.base),
        bases=bases | {fold(fact.base)},
        scope=fold(fact.scope),
        value_span=places.get(fact.value_span or ""),
        subject_span=places.get(fact.subject_span or ""),
    )


def _claims(gold: Gold, places: Mapping[str, Span]) -> tuple[Claim, ...]:
    claims = (Claim(places[c.span], tuple(_number(v.number) for v in c.values)) for c in gold.claims if c.span in places)
    return tuple(sorted(claims, key=lambda claim: (claim.span, str(claim.numbers))))


def _number(written: str) -> Number:
    number = written.replace(",", "")
    return Decimal(number) if is_decimal(number) else written


def _places_of(check: GoldCheck, facts: Sequence[Fact], numbers: Mapping[str, int]) -> tuple[Range, ...]:
    """Where an output's check stands: where it says, else where the figures of its facts stand."""
    spans = (facts[numbers[ident]].value_span for ident in check.facts if ident in numbers)
    return check.places or tuple((span.start, span.end) for span in spans if span is not None)


def _texts(gold: Gold) -> dict[Range, str]:
    return {(span.start, span.end): span.text for span in gold.spans}
