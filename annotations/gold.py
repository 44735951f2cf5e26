"""Gold files: the standoff annotation of one report as JSON.

The format is that of the project's gold: `source`, `sha256` of the report's bytes, `fiscal_year`, `spans` (id, label, start, end,
text), `facts` (value_span, subject_span, subject, aliases, measure, value, unit, period, base, scope), `claims` (span, text, values),
and `checks` (rule, places) where somebody looked for contradictions.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .span import Span


def is_decimal(written: str) -> bool:
    """Whether a text is a finite decimal of a size that can be written out: 1E+999999999 would fill the memory."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number.adjusted()) < 100


class GoldSpan(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    start: int = Field(ge=0)
    end: int
    text: str

    @model_validator(mode="after")
    def _not_empty(self) -> GoldSpan:
        if self.end <= self.start:
            raise ValueError(f"a span needs start < end, got [{self.start}, {self.end})")
        return self

    def span(self) -> Span:
        return Span(self.start, self.end, self.label)


class GoldFact(BaseModel):
    """One fact; `value` is an exact decimal string in yuan or percent points, `aliases` other names of the subject."""

    model_config = ConfigDict(frozen=True)

    value_span: str | None = None
    subject_span: str | None = None
    subject: str
    subject_type: str
    aliases: tuple[str, ...] = ()
    measure: str
    value: str
    unit: str
    period: int | None = None
    base: str | None = None
    scope: str | None = None
    line: int | None = None

    @field_validator("value")
    @classmethod
    def _a_number(cls, value: str) -> str:
        if not is_decimal(value):
            raise ValueError(f"a value is a decimal string such as 189281900.00, got {value!r}")
        return value

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)


class GoldValue(BaseModel):
    model_config = ConfigDict(frozen=True)

    number: str
    unit: str


class GoldClaim(BaseModel):
    model_config = ConfigDict(frozen=True)

    span: str
    text: str
    values: tuple[GoldValue, ...] = ()


class GoldCheck(BaseModel):
    """A contradiction in the report: the rule it breaks, and the ranges [start, end) of what does not hold.

    An output may name the facts instead.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    places: tuple[tuple[int, int], ...] = ()
    facts: tuple[str, ...] = ()


class Gold(BaseModel):
    """The annotation of one report. `offsets` is False where its spans belong to another extraction of the same file.

    `checks` are all contradictions of the report, None where nobody looked for any.
    """

    model_config = ConfigDict(frozen=True)

    source: str | None = None
    sha256: str
    fiscal_year: int | None = None
    offsets: bool = True
    spans: tuple[GoldSpan, ...]
    facts: tuple[GoldFact, ...] = ()
    claims: tuple[GoldClaim, ...] = ()
    checks: tuple[GoldCheck, ...] | None = None

    def by_id(self) -> dict[str, Span]:
        return {span.id: span.span() for span in self.spans}


class GoldError(ValueError):
    """A file is no gold file; the message says what was expected where."""


def read_gold(path: str | Path) -> Gold:
    """Read a gold file.

    Raises:
        GoldError: the file is no JSON object of the expected form.
    """
    try:
        return Gold.model_validate_json(Path(path).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise GoldError(f"{path} is no gold file: {place}: {first['msg']} (expected an object with sha256, spans, facts, claims)") from error


def write_gold(gold: Gold, path: str | Path) -> None:
    """Write a gold file; reading it again gives an equal object."""
    unsaid = {name for name, value in (("offsets", True), ("checks", None)) if getattr(gold, name) is value}
    data: dict[str, Any] = gold.model_dump(exclude=unsaid)
    Path(path).write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
