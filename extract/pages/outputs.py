"""Batches as they come back in: the objects that `fiscalzh extract` wrote, checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...annotations.span import Span
from ...corpus.document import Document
from ..checks.finding import Finding
from ..facts import Claim, ClaimValue, Extraction, Fact, Record
from ..figures import plain
from ..writers import from_line


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True)


class MetaOut(_Object):
    unit: str | None = None
    fiscal_year: int | None = None
    report_type: str | None = None
    title: str | None = None


class SpanOut(_Object):
    id: str
    label: str
    start: int
    end: int
    score: float | None = None


Number: TypeAlias = Annotated[Decimal, Field(max_digits=100)]  # 1E+999999999, written out, would fill the memory


class FactOut(_Object):
    id: str
    subject: str
    subject_type: str
    subject_span: str
    subject_code: str | None = None
    measure: str
    value: Number
    unit: str
    period: int | None = None
    base: str | None = None
    scope: str | None = None
    value_span: str
    score: float | None = None


class RecordOut(_Object):
    kind: str
    subject: str
    code: str | None = None
    facts: tuple[str, ...]


class ClaimValueOut(_Object):
    text: str
    number: Number
    unit: str
    comparator: str | None = None


class ClaimOut(_Object):
    span: str
    text: str
    values: tuple[ClaimValueOut, ...] = ()
    project: str | None = None
    indicator: str | None = None
    section: str | None = None


class CheckOut(_Object):
    rule: str
    severity: str
    message: str
    facts: tuple[str, ...] = ()
    expected: str | None = None
    found: str | None = None
    places: tuple[tuple[int, int], ...] = ()
    section: tuple[str, ...] = ()


class Output(_Object):
    """What was extracted from one report; see the output contract in the README."""

    doc_id: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    source: str
    sha256: str
    meta: MetaOut
    spans: tuple[SpanOut, ...]
    facts: tuple[FactOut, ...]
    records: tuple[RecordOut, ...]
    claims: tuple[ClaimOut, ...]
    checks: tuple[CheckOut, ...] = ()
    text_length: int
    pipeline: Mapping[str, str] = {}


class Reason(_Object):
    type: str
    message: str


class Failure(_Object):
    """A report that could not be read, and why."""

    source: str
    error: Reason


Row: TypeAlias = Output | Failure


def read_batch(path: Path) -> Iterator[Row]:
    """The objects of a batch one after the other; its suffix picks the reader.

    Raises:
        ValueError: no such format, or an object is none that `fiscalzh extract` writes; the message names its number.
        OSError: the file cannot be read.
    """
    reader = BATCHES.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path}: a batch ends in {' or '.join(BATCHES)}")
    number = 1
    try:
        for data in reader(path):
            kind = Failure if isinstance(data, dict) and "error" in data else Output
            yield kind.model_validate(data)
            number += 1
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "object"
        raise ValueError(f"{path}: object {number}: {field}: {first['msg']}; expected what `fiscalzh extract -o` writes") from error
    except (OSError, ImportError):
        raise
    except Exception as error:  # JSON and Arrow have errors of many kinds
        prefix = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        reason = " ".join(str(error).split())
        raise ValueError(f"{path}: object {number}: {prefix}{reason}; expected what `fiscalzh extract -o` writes") from error


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from (from_line(line) for line in file if line.strip())


def _parquet(path: Path) -> Iterator[Any]:
    """The tables of a run as the objects they were made from. Needs the extra `parquet`."""
    import pyarrow.parquet as pq

    parts: dict[tuple[str | None, str], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for table in ("spans", "facts", "records", "claims", "checks"):
        for row in pq.read_table(path / f"{table}.parquet").to_pylist():
            parts[row["doc_id"], row["source"]][table].append({name: _plain(cell) for name, cell in row.items() if cell is not None})
    for row in pq.read_table(path / "documents.parquet").to_pylist():
        if row["error_type"] is not None:
            yield {"source": row["source"], "error": {"type": row["error_type"], "message": row["error_message"]}}
        else:
            meta = {name: row[name] for name in ("unit", "fiscal_year", "report_type", "title")}
            empty: dict[str, list[Any]] = {table: [] for table in ("spans", "facts", "records", "claims")}
            yield {**row, "meta": meta, **empty, **parts[row["doc_id"], row["source"]]}


def _plain(cell: Any) -> Any:
    """A cell without the zeros that the column's scale puts behind its decimals."""
    if isinstance(cell, Decimal):
        return plain(cell.normalize())
    if isinstance(cell, dict):
        return {name: _plain(each) for name, each in cell.items()}
    return [_plain(each) for each in cell] if isinstance(cell, list) else cell


BATCHES: Final[Mapping[str, Callable[[Path], Iterator[Any]]]] = {".jsonl": _json_lines, ".parquet": _parquet}


def to_extraction(output: Output, document: Document) -> Extraction:
    """The extraction that an output was written from.

    Raises:
        ValueError: a span lies outside the text, something names a span or fact that is not there, or a fact is not in one record.
    """
    spans = {s.id: Span(s.start, s.end, s.label, s.score) for s in output.spans}
    if any(span.end > len(document.text) for span in spans.values()):
        raise ValueError(f"{output.source}: a span lies outside the report's text")
    numbers = {fact.id: number for number, fact in enumerate(output.facts)}
    try:
        extraction = Extraction(
            document=document,
            spans=tuple(spans.values()),
            facts=tuple(_fact(fact, spans) for fact in output.facts),
            claims=tuple(
                Claim(
                    spans[c.span],
                    c.text,
                    tuple(ClaimValue(v.text, v.number, v.unit, v.comparator) for v in c.values),
                    c.project,
                    c.indicator,
                    c.section,
                )
                for c in output.claims
            ),
            records=tuple(Record(r.kind, r.subject, tuple(numbers[f] for f in r.facts), r.code) for r in output.records),
            checks=tuple(_finding(check, numbers) for check in output.checks),
        )
    except KeyError as error:
        raise ValueError(f"{output.source}: {error} is named, but not there") from error
    if sorted(fact for record in extraction.records for fact in record.facts) != list(range(len(extraction.facts))):
        raise ValueError(f"{output.source}: a fact stands in no record, or in two: extract it again")
    return extraction


def _finding(check: CheckOut, numbers: Mapping[str, int]) -> Finding:
    facts = tuple(numbers[fact] for fact in check.facts)
    return Finding(check.rule, check.severity, check.message, check.places, facts, check.expected, check.found, check.section)


def _fact(fact: FactOut, spans: Mapping[str, Span]) -> Fact:
    return Fact(
        subject=fact.subject,
        subject_type=fact.subject_type,
        subject_span=spans[fact.subject_span],
        measure=fact.measure,
        value=fact.value,
        unit=fact.unit,
        value_span=spans[fact.value_span],
        period=fact.period,
        base=fact.base,
        scope=fact.scope,
        subject_code=fact.subject_code,
        score=fact.score,
    )
