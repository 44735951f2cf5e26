"""Records as rows of a wide table: one row a subject, one column for each measure of the report's year, the year before and the next."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from ..annotations.labels import MEASURES
from .cells import safe
from .facts import Extraction, Fact, Record
from .figures import plain

PERIODS: Final = {0: "", -1: "_prior", 1: "_next"}  # years from the report's own to the end of a column's name
WIDE_COLUMNS: Final = (
    "doc_id", "source", "unit_name", "fiscal_year", "kind", "subject", "code", "scope", "sections",
    *(measure + ending for ending in PERIODS.values() for measure in MEASURES), "others", "error",
)  # fmt: skip


class WideRows:
    """One row a record: sums in yuan, rates in percent points.

    `sections` are the headings its figures stand under. Nothing is left out: what finds no cell, since it is of another year or
    contradicts the figure that stands there, is in `others`. A file that failed is a row too.
    """

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.rows = csv.DictWriter(file, WIDE_COLUMNS, lineterminator="\r\n", restval="")
        self.rows.writeheader()

    def write(self, data: Mapping[str, Any], extraction: Extraction | None) -> None:
        if extraction is None:
            self.rows.writerow({"source": safe(str(data["source"])), "error": safe(data["error"]["message"])})
        else:
            self.rows.writerows(_row(record, extraction) for record in extraction.records)
        self.file.flush()

    def close(self) -> None:
        """Every row is written already."""


def _row(record: Record, extraction: Extraction) -> dict[str, Any]:
    document = extraction.document
    facts = [extraction.facts[number] for number in record.facts]
    sections = dict.fromkeys(" / ".join(extraction.section_of(fact)) for fact in facts)
    cells, others = _cells(facts, document.meta.fiscal_year)
    words: dict[str, Any] = {
        "doc_id": document.sha256[:16],
        "source": document.source,
        "unit_name": document.meta.unit,
        "fiscal_year": document.meta.fiscal_year,
        "kind": record.kind,
        "subject": record.subject,
        "code": record.code,
        "scope": facts[0].scope,
        "sections": "; ".join(filter(None, sections)),
        "others": "; ".join(others),
    }
    return {name: safe(value) for name, value in words.items()} | cells


def _cells(facts: Sequence[Fact], year: int | None) -> tuple[dict[str, str], list[str]]:
    """The figures by column, and in words those that find none."""
    cells: dict[str, str] = {}
    others: dict[str, None] = {}
    for fact in facts:
        value, column = plain(fact.value), _column(fact, year)
        if column is None or cells.setdefault(column, value) != value:
            others[" ".join(_in_words(fact, value))] = None
    return cells, list(others)


def _column(fact: Fact, year: int | None) -> str | None:
    if fact.period == year:
        return fact.measure
    if fact.period is None or year is None:
        return None
    ending = PERIODS.get(fact.period - year)
    return None if ending is None else fact.measure + ending


def _in_words(fact: Fact, value: str) -> Iterator[str]:
    yield fact.measure
    if fact.period is not None:
        yield str(fact.period)
    if fact.base is not None:
        yield f"of {fact.base}"
    yield value
