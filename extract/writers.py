"""What an extraction looks like outside: JSON lines, CSV rows, a table on the terminal."""

from __future__ import annotations

import csv
import json
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, Protocol

from pydantic_core import from_json

from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.errors import ReadError
from .cells import safe
from .checks.finding import Finding
from .facts import Extraction, Fact
from .figures import plain
from .wide import WideRows
from .xlsx import Workbook

COLUMNS: Final = (
    "doc_id", "source", "unit_name", "fiscal_year", "report_type", "subject", "subject_type", "subject_code", "measure", "value", "unit",
    "period", "base", "scope", "section", "score", "evidence", "value_text", "value_start", "value_end", "subject_start", "subject_end", "error",
)  # fmt: skip


def to_json(extraction: Extraction, pipeline: Mapping[str, str]) -> dict[str, Any]:
    """One document as the JSON object of the output contract; ids are numbered in text order."""
    document = extraction.document
    ids = {span: f"s{number}" for number, span in enumerate(extraction.spans, start=1)}
    return {
        "doc_id": document.sha256[:16],
        "source": document.source,
        "sha256": document.sha256,
        "meta": {
            "unit": document.meta.unit,
            "fiscal_year": document.meta.fiscal_year,
            "report_type": document.meta.report_type,
            "title": document.meta.title,
            **({"ocr": True} if document.meta.ocr else {}),
            **({"unread_pages": document.meta.unread_pages} if document.meta.unread_pages else {}),
        },
        "spans": [_span(span, ident, document.text) for span, ident in ids.items()],
        "facts": [_fact(fact, number, ids) for number, fact in enumerate(extraction.facts, start=1)],
        "records": [
            {"id": f"r{number}", "kind": r.kind, "subject": r.subject, "code": r.code, "facts": [f"f{n + 1}" for n in r.facts]}
            for number, r in enumerate(extraction.records, start=1)
        ],
        "claims": [
            {
                "id": f"c{number}",
                "span": ids[claim.span],
                "text": claim.text,
                "values": [{"text": v.text, "number": plain(v.number), "unit": v.unit, "comparator": v.comparator} for v in claim.values],
                "project": claim.project,
                "indicator": claim.indicator,
                "section": claim.section,
            }
            for number, claim in enumerate(extraction.claims, start=1)
        ],
        "checks": [_check(finding) for finding in extraction.checks],
        "text_length": len(document.text),
        "pipeline": dict(pipeline),
    }


def _span(span: Span, ident: str, text: str) -> dict[str, Any]:
    return {"id": ident, "label": span.label, "start": span.start, "end": span.end, "text": span.of(text), "score": span.score}


def _fact(fact: Fact, number: int, ids: Mapping[Span, str]) -> dict[str, Any]:
    return {
        "id": f"f{number}",
        "subject": fact.subject,
        "subject_type": fact.subject_type,
        "subject_span": ids[fact.subject_span],
        "subject_code": fact.subject_code,
        "measure": fact.measure,
        "value": plain(fact.value),
        "unit": fact.unit,
        "period": fact.period,
        "base": fact.base,
        "scope": fact.scope,
        "value_span": ids[fact.value_span],
        "score": fact.score,
    }


def _check(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "facts": [f"f{n + 1}" for n in finding.facts],
        "expected": finding.expected,
        "found": finding.found,
        "places": [list(place) for place in finding.places],
        "section": list(finding.section),
    }


def error_json(source: str, error: Exception) -> dict[str, Any]:
    """The object of a file that could not be read."""
    kind = error.kind if isinstance(error, ReadError) else type(error).__name__
    return {"source": source, "error": {"type": kind, "message": str(error)}}


def from_line(line: bytes) -> Any:
    """What a line of a JSON Lines file holds; a byte order mark before it is passed over.

    Raises:
        ValueError: it is no JSON, or has half a surrogate pair, which no file can hold.
    """
    return from_json(line.removeprefix(BOM_UTF8))


class JsonLines:
    """One JSON object a line; each line is written whole before the next document is begun."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None:
        self.file.write(json.dumps(data, ensure_ascii=False) + "\n")
        self.file.flush()

    def close(self) -> None:
        """Every row is written already."""


class CsvRows:
    """One row a fact, with its evidence: the sentence, and the offsets of figure and subject. A file that failed is a row too."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.rows = csv.DictWriter(file, COLUMNS, lineterminator="\r\n", restval="")
        self.rows.writeheader()

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None:
        if extraction is None:
            self.rows.writerow({"source": safe(str(data["source"])), "error": safe(data["error"]["message"])})
        else:
            self.rows.writerows(_row(fact, extraction) for fact in extraction.facts)
        self.file.flush()

    def close(self) -> None:
        """Every row is written already."""


def _row(fact: Fact, extraction: Extraction) -> dict[str, Any]:
    document = extraction.document
    values: dict[str, Any] = {
        "doc_id": document.sha256[:16],
        "source": document.source,
        "unit_name": document.meta.unit,
        "fiscal_year": document.meta.fiscal_year,
        "report_type": document.meta.report_type,
        "subject": fact.subject,
        "subject_type": fact.subject_type,
        "subject_code": fact.subject_code,
        "measure": fact.measure,
        "value": plain(fact.value),
        "unit": fact.unit,
        "period": fact.period,
        "base": fact.base,
        "scope": fact.scope,
        "section": " / ".join(extraction.section_of(fact)),
        "score": fact.score,
        "evidence": evidence(document, fact),
        "value_text": fact.value_span.of(document.text),
        "value_start": fact.value_span.start,
        "value_end": fact.value_span.end,
        "subject_start": fact.subject_span.start,
        "subject_end": fact.subject_span.end,
    }
    return {key: value if key == "value" else safe(value) for key, value in values.items()}


def evidence(document: Document, fact: Fact) -> str:
    """The sentence that a fact's figure stands in; the figure itself where it stands in none."""
    span = fact.value_span
    at = bisect_right(document.sentences, (span.start, len(document.text))) - 1
    inside = at >= 0 and span.start < document.sentences[at][1]
    start, end = document.sentences[at] if inside else (span.start, span.end)
    return document.text[start:end]


class TerminalTable:
    """Facts and claims as tables for a person at a terminal."""

    def __init__(self, file: IO[str]) -> None:
        from rich.console import Console

        self.console = Console(file=file, width=None if file.isatty() else 140)

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None:
        from rich.markup import escape
        from rich.table import Table

        if extraction is None:
            self.console.print(f"[red]{escape(data['error']['message'])}[/red]")
            return
        meta = extraction.document.meta
        title = f"{meta.title or Path(extraction.document.source).name} · {meta.fiscal_year or '?'} · {meta.report_type or '?'}"
        table = Table(title=escape(title), title_justify="left")
        for name in ("subject", "measure", "value", "period", "text", "score"):
            table.add_column(name, justify="right" if name in ("value", "score") else "left", overflow="fold")
        for fact in extraction.facts:
            shown = f"{fact.value:,f}" if fact.unit == "CNY" else f"{plain(fact.value)}%"
            score = "" if fact.score is None else f"{fact.score:.2f}"
            cells = (fact.subject, fact.measure, shown, str(fact.period or ""), fact.value_span.of(extraction.document.text), score)
            table.add_row(*map(escape, cells))
        self.console.print(table)
        self.console.print(_claim_table(extraction))

    def close(self) -> None:
        """Every row is written already."""


def _claim_table(extraction: Extraction) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="claims", title_justify="left")
    for name in ("claim", "figures", "indicator", "project"):
        table.add_column(name, overflow="fold")
    for claim in extraction.claims:
        figures = "; ".join(f"{v.comparator or ''}{plain(v.number)} {v.unit}" for v in claim.values)
        table.add_row(escape(claim.text), figures, claim.indicator or "", escape(claim.project or ""))
    return table


class Writer(Protocol):
    """Writes the object of one document after the other; `extraction` is None for a file that failed."""

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None: ...

    def close(self) -> None: ...


_WRITERS: Final[Mapping[str, Callable[[IO[str]], Writer]]] = {
    "jsonl": JsonLines,
    "csv": CsvRows,
    "wide": WideRows,
    "table": TerminalTable,
    "xlsx": Workbook,
}


def make_writer(name: str, file: IO[str]) -> Writer:
    """The writer of a format: jsonl, csv, wide, table or xlsx; its `close` ends the output."""
    return _WRITERS[name](file)
