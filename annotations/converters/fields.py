"""What formats carry beside spans and relations: origin, details of facts, values of claims, as checked JSON."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ..span import Span
from .model import UNITS, Annotation, Claim, Fact, key_of

Key = tuple[int, int, str]
"""A span as JSON has it: start, end, label."""


class Origin(BaseModel):
    """Where a text comes from."""

    model_config = ConfigDict(frozen=True, strict=True)

    source: str | None = None
    sha256: str | None = None
    fiscal_year: int | None = None

    def sha_of(self, text: str) -> str:
        """The digest of the source, or that of the text in UTF-8 where none is said."""
        return hashlib.sha256(text.encode()).hexdigest() if self.sha256 is None else self.sha256


class FactFields(BaseModel):
    """What is said of a fact beside its two spans and its measure; a missing subject is the text of its span."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    subject: str | None = None
    value: str | None = None
    unit: str | None = None
    period: int | None = None
    base: str | None = None
    scope: str | None = None
    aliases: tuple[str, ...] = ()
    line: int | None = None

    def fact(self, value: Span, subject: Span, measure: str, text: str) -> Fact:
        """The fact between two spans.

        Raises:
            ValueError: the spans or fields do not make a fact.
        """
        fact = Fact(
            value_span=value,
            subject_span=subject,
            measure=measure,
            subject=subject.of(text) if self.subject is None else self.subject,
            value=self.value,
            period=self.period,
            base=self.base,
            scope=self.scope,
            aliases=self.aliases,
            line=self.line,
        )
        if self.unit not in (None, fact.unit):
            raise ValueError(f"the unit of an {value.label} is {UNITS[value.label]!r}, got {self.unit!r}: correct it or leave it out")
        return fact


class FactDetails(FactFields):
    """A fact by the offsets of its spans."""

    value_span: Key
    subject_span: Key
    measure: str


class ClaimDetails(BaseModel):
    """The values of a claim by the offsets of its span."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    span: Key
    values: tuple[tuple[str, str], ...]


class Details(Origin):
    """Origin, facts and claims of a text: the fields that JSON formats carry beside the text and its spans."""

    facts: tuple[FactDetails, ...] = ()
    claims: tuple[ClaimDetails, ...] = ()

    def by_spans(self) -> dict[tuple[Key, Key, str], list[FactDetails]]:
        """The details by value span, subject span and measure, in their order."""
        found: dict[tuple[Key, Key, str], list[FactDetails]] = defaultdict(list)
        for fact in self.facts:
            found[fact.value_span, fact.subject_span, fact.measure].append(fact)
        return found


@dataclass(frozen=True, slots=True)
class Pair:
    """A relation of a tool, by the ids of its regions: from the figure's to the subject's."""

    value: int | str
    subject: int | str
    measure: str


def fact_fields(fact: Fact) -> dict[str, Any]:
    """The fields of a fact for JSON, without those that are empty."""
    fields: dict[str, Any] = {"subject": fact.subject, "value": fact.value, "unit": fact.unit, "period": fact.period}
    fields |= {"base": fact.base, "scope": fact.scope, "aliases": list(fact.aliases), "line": fact.line}
    return {key: value for key, value in fields.items() if value not in (None, [])}


def origin_fields(annotation: Annotation) -> dict[str, Any]:
    """`source`, `sha256` and `fiscal_year` for JSON."""
    return {"source": annotation.source, "sha256": annotation.sha256, "fiscal_year": annotation.fiscal_year}


def detail_fields(annotation: Annotation) -> dict[str, Any]:
    """The fields of `Details` for JSON."""
    facts = [
        {
            "value_span": key_of(f.value_span),
            "subject_span": key_of(f.subject_span),
            "measure": f.measure,
            **fact_fields(f),
        }
        for f in annotation.facts
    ]
    claims = [{"span": key_of(claim.span), "values": claim.values} for claim in annotation.claims]
    return {**origin_fields(annotation), "facts": facts, "claims": claims}


def assemble(text: str, spans: dict[int | str, Span], pairs: Iterable[Pair] | None, details: Details) -> Annotation:
    """An annotation of a tool's regions (by id) and relations, with the details it had when it was written.

    A tool's user moves, adds and removes regions and relations, so these are what holds: a relation takes the details
    of the fact with its spans and measure, a new one has none but its ends, and details without a relation are gone.
    Where the format has no relations at all (`pairs` None), the details are the facts.

    Raises:
        ValueError: a relation or detail names no region, or the parts do not make an annotation.
    """
    by_key = {key_of(span): span for span in spans.values()}
    facts = []
    if pairs is None:
        for fact in details.facts:
            ends = [by_key.get(key) for key in (fact.value_span, fact.subject_span)]
            if ends[0] is None or ends[1] is None:
                raise ValueError(f"a fact speaks of the spans {fact.value_span} and {fact.subject_span}, which are not both there")
            facts.append(fact.fact(ends[0], ends[1], fact.measure, text))
    known = details.by_spans()
    for pair in pairs or ():
        for end in (pair.value, pair.subject):
            if end not in spans:
                raise ValueError(f"a relation {pair.measure} names the region {end!r}, which is not there: remove the relation")
        value, subject = spans[pair.value], spans[pair.subject]
        waiting = known.get((key_of(value), key_of(subject), pair.measure))
        facts.append((waiting.pop(0) if waiting else FactFields()).fact(value, subject, pair.measure, text))
    claims = tuple(Claim(by_key[claim.span], claim.values) for claim in details.claims if claim.span in by_key)
    sha256 = details.sha_of(text)
    return Annotation(text, tuple(spans.values()), tuple(facts), claims, details.source, sha256, details.fiscal_year)


def file_names(annotations: Sequence[Annotation]) -> list[str]:
    """A file name without suffix for each annotation, from the name of its source; no two are equal in either case."""
    names: list[str] = []
    taken: set[str] = set()
    for number, annotation in enumerate(annotations, 1):
        stem = re.sub(r"[^\w.-]+", "_", Path(annotation.source or "").stem).strip("._")[:60] or f"{number:04}"
        name, again = stem, 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem}-{again}"
        taken.add(name.casefold())
        names.append(name)
    return names


def read_text(path: str | Path) -> str:
    """A UTF-8 file exactly as it is, line ends included."""
    return Path(path).read_bytes().decode()


def write_text(text: str, path: str | Path) -> None:
    """Write a text exactly as it is, in UTF-8."""
    Path(path).write_bytes(text.encode())
