"""An annotated report: the document as a reader gives it, with the spans, facts and claims marked in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..corpus.document import REPORT_TYPES, Document
from ..corpus.errors import ReadError
from ..corpus.library import expand
from ..corpus.read import from_text, read
from .gold import Gold, GoldFact, read_gold
from .labels import SIGNED
from .markup import Marked, MarkedClaim, MarkedFact, MarkupError, parse
from .span import Span


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """A document and its annotation, in offsets of the document's text. `names` has all names of each subject id."""

    document: Document
    spans: tuple[Span, ...]
    facts: tuple[MarkedFact, ...]
    claims: tuple[MarkedClaim, ...]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_reports(paths: Iterable[str | Path]) -> list[AnnotatedReport]:
    """Annotated reports from marked texts (.txt), gold files (.json), and folders of either, in a fixed order.

    A gold file needs its report beside it, under the name that its `source` says, or in a folder `reports` beside its own.

    Raises:
        ValueError: a file is malformed; the message names it and says what was expected.
    """
    return [load_gold(p) if p.suffix == ".json" else load_marked(p) for p in annotated_files(paths)]


def annotated_files(paths: Iterable[str | Path]) -> list[Path]:
    """The marked texts and gold files of some paths, folders and splits (`@test`), without the reports that gold files annotate.

    Raises:
        ValueError: a gold file is malformed, or there is no such split.
    """
    files = []
    for path in expand(paths):
        files += sorted(p for p in path.rglob("*") if p.suffix in (".txt", ".json")) if path.is_dir() else [path]
    reports = {report_of(p, read_gold(p)) for p in files if p.suffix == ".json"}
    return [p for p in files if p not in reports]


def load_marked(path: Path) -> AnnotatedReport:
    """Read a marked text; what its header says of unit, year, type and title holds.

    Raises:
        ValueError: the markup is malformed; the message names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8") from error
    return from_markup(text, str(path))


def from_markup(text: str, source: str) -> AnnotatedReport:
    """The report that a marked text describes.

    Raises:
        ValueError: the markup is malformed; the message names source and line.
    """
    try:
        marked = parse(text)
    except MarkupError as error:
        raise ValueError(f"{source}: {error}") from error
    return AnnotatedReport(_document(marked, source), marked.spans, marked.facts, marked.claims, marked.names)


def load_gold(path: Path) -> AnnotatedReport:
    """Read a gold file and the report it annotates.

    Raises:
        ValueError: the file is no gold file, or its offsets do not fit the report.
        ReadError: the report cannot be read.
    """
    gold = read_gold(path)
    document = read_annotated(path, gold)
    document = replace(document, meta=replace(document.meta, fiscal_year=gold.fiscal_year or document.meta.fiscal_year))
    ids = gold.by_id()
    named = [i for f in gold.facts for i in (f.value_span, f.subject_span) if i is not None] + [c.span for c in gold.claims]
    if missing := sorted(set(named) - ids.keys()):
        raise ValueError(f"{path}: facts and claims name spans that are not there: {', '.join(missing)}")
    facts = tuple(fact for g in gold.facts if (fact := _marked_fact(g, gold, ids)) is not None)
    claims = tuple(MarkedClaim(ids[c.span], tuple((v.number, v.unit) for v in c.values)) for c in gold.claims)
    names = {fact.subject_span: (fact.subject, *fact.aliases) for fact in gold.facts if fact.subject_span is not None}
    return AnnotatedReport(document, tuple(sorted(ids.values())), facts, claims, names)


def read_annotated(path: Path, gold: Gold) -> Document:
    """The report that a gold file annotates.

    Raises:
        ValueError: the offsets of a span do not fit the report.
        ReadError: the report cannot be read; the message begins with the gold file, which says where it ought to be.
    """
    try:
        document = read(report_of(path, gold))
    except ReadError as error:
        raise ReadError(error.kind, f"{path}: its report {error}") from error
    for span in gold.spans:
        if span.end > len(document.text) or document.text[span.start : span.end] != span.text:
            raise ValueError(f"{path}: span {span.id} says {span.text!r}, the report has {document.text[span.start : span.end]!r} there")
    return document


def report_of(path: Path, gold: Gold) -> Path:
    """The report that a gold file annotates: what its `source` says, else the text of the same name; beside it, or in `reports`
    beside its folder."""
    name = gold.source or path.with_suffix(".txt").name
    beside, apart = path.parent / name, path.parent.parent / "reports" / name
    try:
        return apart if not beside.exists() and apart.exists() else beside
    except OSError:  # a name too long for a file: reading says so
        return beside


def _marked_fact(fact: GoldFact, gold: Gold, ids: dict[str, Span]) -> MarkedFact | None:
    if fact.value_span is None or fact.subject_span is None:
        return None
    subject = ids[fact.subject_span]
    base = next((s for s in ids.values() if fact.base is not None and s.label == "ACCOUNT" and gold_text(gold, s) == fact.base), None)
    decrease = fact.measure in SIGNED and fact.number < 0
    return MarkedFact(ids[fact.value_span], subject, fact.subject_span, fact.measure, decrease, base, fact.period, fact.scope)


def gold_text(gold: Gold, span: Span) -> str:
    """The text of a span as its gold file has it."""
    return next(s.text for s in gold.spans if (s.start, s.end, s.label) == (span.start, span.end, span.label))


def _document(marked: Marked, source: str) -> Document:
    document = from_text(marked.text, source)
    header, inferred = marked.header, document.meta
    kind = header.get("report_type")
    if kind is not None and kind not in REPORT_TYPES:
        raise ValueError(f"{source}: report_type is one of {', '.join(REPORT_TYPES)}, got {kind!r}")
    year = header.get("fiscal_year")
    if year and not re.fullmatch(r"[0-9]{4}", year):
        raise ValueError(f"{source}: fiscal_year is a year in four digits, got {year!r}")
    meta = replace(
        inferred,
        unit=header.get("unit", inferred.unit),
        fiscal_year=int(year) if year else inferred.fiscal_year,
        report_type=kind or inferred.report_type,
        title=header.get("title", inferred.title),
    )
    return replace(document, meta=meta)
