"""What outputs are measured against: gold files, marked texts and splits of the written corpus, each report with what is right in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..annotations.converters.model import from_report, to_gold
from ..annotations.gold import Gold, GoldCheck, read_gold
from ..annotations.report import AnnotatedReport, annotated_files, load_marked, read_annotated, report_of
from ..corpus.document import Document
from ..corpus.library import REPORTS, SPLITS
from ..corpus.meta import infer_meta
from ..corpus.shadow import shadow_of
from ..extract.figures import read_value

PLANTED = "contradictions.jsonl"


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A report and what is right in it. `document` is None where the report is not at hand or its offsets are others."""

    name: str
    gold: Gold
    document: Document | None


def load_gold_reports(names: Iterable[str | Path]) -> list[GoldReport]:
    """Gold files (.json), marked texts (.txt), folders of either, and splits (`@test`), in a fixed order.

    A gold file's report lies beside it, or in a folder `reports` beside its own; scores need it only to tell sections and sentences.
    Contradictions that `fiscalzh corpus generate` planted count as gold where their list lies beside the marked texts.

    Raises:
        ValueError: a file is malformed, is not there, or there is nothing in them.
    """
    names = list(names)
    files = annotated_files(names)
    for path in files:
        if not path.is_file():
            raise ValueError(f"{path}: no such file or folder: expected gold files (.json), marked texts (.txt) or @test")
    reports = [_from_json(path) if path.suffix == ".json" else _from_marked(path) for path in files]
    if not any(report.gold.spans or report.gold.facts for report in reports):
        raise ValueError(f"{', '.join(map(str, names))}: no annotated report: expected gold files (.json), marked texts (.txt) or @test")
    return reports


def gold_set(name: str) -> tuple[str, list[GoldReport]]:
    """What a benchmark's `--on` means, a split's name or a folder, with a name for tables.

    Raises:
        ValueError: see `load_gold_reports`.
    """
    return (name, load_gold_reports([f"@{name}"])) if name in SPLITS else (Path(name).resolve().name, load_gold_reports([name]))


def digest(reports: Sequence[GoldReport]) -> str:
    """A digest of texts and annotations: what is measured on has changed where it has."""
    whole = hashlib.sha256()
    for report in reports:
        whole.update(report.gold.model_dump_json(exclude={"source"}).encode())
    return whole.hexdigest()


def unprepared(document: Document) -> Document:
    """The document with what its own text says of unit, year and type: a header or a gold file says more than a user has."""
    return replace(document, meta=infer_meta(shadow_of(document).text))


def _from_json(path: Path) -> GoldReport:
    gold = read_gold(path)
    report = report_of(path, gold)
    if not gold.offsets or not report.is_file():
        return GoldReport(path.stem, gold, None)
    return GoldReport(path.stem, gold, read_annotated(path, gold))


def _from_marked(path: Path) -> GoldReport:
    name = path.relative_to(REPORTS) if path.is_relative_to(REPORTS) else Path(path.name)
    marked = gold_report(load_marked(path), str(name.with_suffix("")))
    return replace(marked, gold=marked.gold.model_copy(update={"source": name.as_posix(), "checks": _planted(path)}))


def gold_report(report: AnnotatedReport, name: str | None = None) -> GoldReport:
    """An annotated report as gold, by its source's name where none is given."""
    return GoldReport(name or Path(report.document.source).stem, to_gold(from_report(report, read_value)), report.document)


def _planted(path: Path) -> tuple[GoldCheck, ...] | None:
    listed = path.parent / PLANTED
    if not listed.is_file():
        return None
    rows = [json.loads(line) for line in listed.read_bytes().split(b"\n") if line]
    return tuple(GoldCheck(rule=row["rule"], places=((row["start"], row["start"] + len(row["text"])),)) for row in rows if row["report"] == path.name)
