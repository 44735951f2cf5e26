"""What is measured on: splits of the written corpus, and folders of reports with gold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..annotations.gold import read_gold
from ..annotations.report import AnnotatedReport, load_reports
from ..corpus.library import SPLITS, written


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Annotated reports under one name. `left_out` counts gold files whose offsets belong to another extraction of the report."""

    name: str
    reports: tuple[AnnotatedReport, ...]
    left_out: int = 0

    @property
    def characters(self) -> int:
        return sum(len(report.document.text) for report in self.reports)


def held_out(name: str) -> HeldOut:
    """A split by its name, else a folder: its gold files with their reports, or its marked texts where it has no gold.

    Raises:
        ValueError: there is neither such a split nor such a folder, it holds no annotated report, or a file is malformed.
    """
    if name in SPLITS:
        return HeldOut(name, tuple(load_reports(written(name))))
    folder = Path(name)
    if not folder.is_dir():
        raise ValueError(f"{name} is neither a folder nor one of the splits {', '.join(SPLITS)}")
    gold = sorted(folder.rglob("*.json"))
    fitting = [path for path in gold if read_gold(path).offsets]
    reports = load_reports(fitting if gold else [folder])
    if not any(report.spans for report in reports):
        raise ValueError(f"{name} holds no annotated report: expected gold files (.json) beside their reports, or marked texts (.txt)")
    return HeldOut(folder.resolve().name, tuple(reports), len(gold) - len(fitting))
