"""Extractions as rows of six tables: documents, spans, facts, records, claims, checks.

Every row carries the report it comes from: `doc_id`, made from the report's bytes, and `source`. Ids within a report are those of the
JSON. A report that could not be read is a row of documents with `error_type` and `error_message`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from ..facts import Extraction
from ..writers import evidence

# `decimal`: an exact decimal string; `texts`: a list of texts; `figures`: a list of text, number (decimal), unit.
Kind: TypeAlias = Literal["text", "integer", "score", "decimal", "texts", "figures"]
Row: TypeAlias = Sequence[Any]

_REPORT: Final[Mapping[str, Kind]] = {"doc_id": "text", "source": "text"}
TABLES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "documents": {
        **_REPORT, "sha256": "text", "unit": "text", "fiscal_year": "integer", "report_type": "text", "title": "text", "text_length": "integer",
        "ocr": "integer", "unread_pages": "integer", "version": "text", "model": "text", "error_type": "text", "error_message": "text",
    },
    "spans": {**_REPORT, "id": "text", "label": "text", "start": "integer", "end": "integer", "text": "text", "score": "score"},
    "facts": {
        **_REPORT, "id": "text", "subject": "text", "subject_type": "text", "subject_span": "text", "subject_code": "text", "measure": "text",
        "value": "decimal", "unit": "text", "period": "integer", "base": "text", "scope": "text", "value_span": "text", "score": "score",
        "section": "texts", "evidence": "text",
    },
    "records": {**_REPORT, "id": "text", "kind": "text", "subject": "text", "code": "text", "facts": "texts"},
    "claims": {
        **_REPORT, "id": "text", "span": "text", "text": "text", "values": "figures", "project": "text",
        "indicator": "text", "section": "text",
    },
    "checks": {
        **_REPORT, "rule": "text", "severity": "text", "message": "text", "facts": "texts",
        "expected": "text", "found": "text", "section": "texts",
    },
}  # fmt: skip


def rows_of(data: Mapping[str, Any], extraction: Extraction | None) -> dict[str, list[Row]]:
    """The rows of one document by table, cells in the order of the columns; `data` is its JSON object.

    `extraction` is None for a file that failed.
    """
    objects: dict[str, Sequence[Mapping[str, Any]]] = {table: data.get(table, ()) for table in TABLES if table != "documents"}
    if extraction is not None:
        document, facts = extraction.document, zip(data["facts"], extraction.facts, strict=True)
        objects["facts"] = [{**shown, "section": extraction.section_of(fact), "evidence": evidence(document, fact)} for shown, fact in facts]
    error = data.get("error", {})
    head = {**data.get("meta", {}), **data.get("pipeline", {}), "error_type": error.get("type"), "error_message": error.get("message")}
    objects["documents"] = [{**data, **head}]
    own = {"doc_id": data.get("doc_id"), "source": data["source"]}
    return {table: [[{**each, **own}.get(column) for column in columns] for each in objects[table]] for table, columns in TABLES.items()}


def to_fragment(data: Mapping[str, Any], extraction: Extraction | None) -> str:
    """The rows of one document as the text that a store keeps."""
    return json.dumps(rows_of(data, extraction), ensure_ascii=False)


def from_fragment(fragment: str) -> dict[str, list[Row]]:
    """Rows as they were kept."""
    rows: dict[str, list[Row]] = json.loads(fragment)
    return rows
