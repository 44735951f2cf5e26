"""Findings as a linter prints them."""

from __future__ import annotations

import json

from ...corpus.document import Document
from .finding import Finding


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1, columns in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def as_line(finding: Finding, document: Document) -> str:
    """`path:line:column: severity rule message`, with what is printed and what follows from the other figures where that is known."""
    line, column = position(document.text, finding.places[0][0])
    figures = f"（报告为{finding.found}，应为{finding.expected}）" if finding.found and finding.expected else ""
    return f"{document.source}:{line}:{column}: {finding.severity} {finding.rule} {finding.message}{figures}"


def as_json(finding: Finding, document: Document) -> str:
    """One JSON object with the places in the text."""
    line, column = position(document.text, finding.places[0][0])
    places = [{"start": start, "end": end, "text": document.text[start:end]} for start, end in finding.places]
    data = {
        "source": document.source, "line": line, "column": column, "rule": finding.rule, "severity": finding.severity, "message": finding.message,
        "found": finding.found, "expected": finding.expected, "places": places, "section": list(finding.section),
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False)
