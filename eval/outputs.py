"""Outputs beside their gold: which line of an output is of which report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from ..corpus.document import Document
from ..extract.writers import from_line
from .gold import GoldReport
from .sheets import Output, Sheet, gold_sheet, output_of, output_sheet


@dataclass(frozen=True, slots=True)
class Case:
    """A report with what is right in it and what was made of it."""

    name: str
    document: Document | None
    gold: Sheet
    predicted: Sheet


@dataclass(frozen=True, slots=True)
class Matched:
    """The cases of an output: `without_output` names the reports it has nothing of, `without_gold` counts its other lines."""

    cases: tuple[Case, ...]
    without_output: tuple[str, ...] = ()
    without_gold: int = 0


def read_outputs(path: Path) -> list[Output]:
    """The lines of `fiscalzh extract … -o x.jsonl`; those of files that could not be read are passed over.

    Raises:
        ValueError: a line is not of the form of the contract; the message names it.
        OSError: the file cannot be read.
    """
    outputs = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):  # no other line end: texts may hold them
        if line.strip():
            try:
                data = from_line(line)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: no JSON: {error}: expected an object a line, as in `-o x.jsonl`") from error
            if not (isinstance(data, dict) and "error" in data):
                outputs.append(output_of(data, f"{path}, line {number}"))
    return outputs


def match(reports: Sequence[GoldReport], outputs: Sequence[Output]) -> Matched:
    """Each report with the output of the same bytes, else of the same source; one without output was read as empty.

    Raises:
        ValueError: two outputs are of one report, or an output speaks of another text.
    """
    cases, used, without = [], set[int](), []
    for report in reports:
        found = [n for n, output in enumerate(outputs) if output.sha256 == report.gold.sha256]
        found = found or [n for n, output in enumerate(outputs) if _same_source(output.source, report.gold.source)]
        if len(found) > 1:
            raise ValueError(f"{report.name}: {len(found)} outputs are of this report, expected one")
        predicted = _checked(report, outputs[found[0]]) if found else Sheet()
        used.update(found)
        if not found:
            without.append(report.name)
        cases.append(Case(report.name, report.document, gold_sheet(report.gold), predicted))
    return Matched(tuple(cases), tuple(without), len(outputs) - len(used))


def cases_of(reports: Iterable[GoldReport], made: Iterable[Mapping[str, Any]]) -> tuple[Case, ...]:
    """Cases from the objects that an extraction writes, one for each report in order."""
    return tuple(
        Case(report.name, report.document, gold_sheet(report.gold), output_sheet(output_of(data, report.name)))
        for report, data in zip(reports, made, strict=True)
    )


def _checked(report: GoldReport, output: Output) -> Sheet:
    length = None if report.document is None else len(report.document.text)
    if length is not None and output.text_length not in (None, length):
        raise ValueError(f"{report.name}: the output is of a text of {output.text_length} characters, the report has {length}: extract it again")
    return output_sheet(output)


def _same_source(output: str | None, gold: str | None) -> bool:
    """Whether one path ends in the other, by whole names."""
    if not output or not gold:
        return False
    theirs = PurePath(gold).parts
    return PurePath(output).parts[-len(theirs) :] == theirs
