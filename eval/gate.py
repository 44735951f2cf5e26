"""The regression gate: scores on the test split against those recorded, report by report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from ..extract.pipeline import load_extractor
from .extraction import extracted
from .gold import GoldReport, digest, load_gold_reports
from .intervals import Interval, f1, paired_difference
from .scores import RESAMPLES, SEED, Scores, score_cases
from .spans import Score
from .tables import markdown, with_interval

TOLERANCE: Final = 0.01
"""How far F1 may fall whatever the interval says."""


class Record(BaseModel):
    """Scores as recorded: for each figure the counts right, predicted, gold of each report."""

    model_config = ConfigDict(frozen=True)

    model: str
    gold: str
    reports: tuple[str, ...]
    counts: dict[str, tuple[tuple[int | float, int, int], ...]]

    def scores(self) -> Scores:
        """The recorded counts as scores."""
        rows = ({figure: Score(*counts[at]) for figure, counts in self.counts.items()} for at in range(len(self.reports)))
        return Scores(self.reports, tuple(rows))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure now and as recorded, F1, with the paired interval of the difference."""

    figure: str
    now: float
    recorded: float
    difference: Interval

    @property
    def fallen(self) -> bool:
        """By more than its noise: the interval lies below zero, or the fall is larger than the tolerance."""
        return self.difference.high < 0 or self.difference.value < -TOLERANCE


def score_test(model: Path | None = None) -> tuple[Scores, list[GoldReport], str]:
    """The scores of a model, or of the shipped one, on the test split; its reports; the model's name."""
    reports, extractor = load_gold_reports(["@test"]), load_extractor(model)
    return score_cases(extracted(reports, extractor)), reports, extractor.pipeline["model"]


def record_of(scores: Scores, reports: Sequence[GoldReport], model: str) -> Record:
    """The record of some scores."""
    counts = {figure: tuple((s.right, s.predicted, s.gold) for s in scores.of(figure)) for figure in scores.figures}
    return Record(model=model, gold=digest(reports), reports=scores.reports, counts=counts)


def write_record(record: Record, path: Path) -> None:
    """Write a record, one figure a line."""
    head = record.model_dump(include={"model", "gold", "reports"})
    lines = ",\n".join(f"  {json.dumps(figure)}: {json.dumps(rows, separators=(',', ':'))}" for figure, rows in record.counts.items())
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    path.write_text(f'{text},\n "counts": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def read_record(path: Path) -> Record:
    """Read a record.

    Raises:
        ValueError: there is none, or it is malformed.
    """
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise ValueError(f"there is no record {path}: call this in a clone of the repository, or write one with --update") from error
    except ValidationError as error:
        raise ValueError(f"{path} is no record of scores: write it anew with --update") from error


def judge(scores: Scores, reports: Sequence[GoldReport], record: Record) -> list[Verdict]:
    """Every recorded figure, those that have fallen first.

    Raises:
        ValueError: the recorded scores are of other reports or annotations.
    """
    if (record.reports, record.gold) != (scores.reports, digest(reports)):
        raise ValueError("the reports or their annotation have changed since the scores were recorded: look at the scores, then --update")
    verdicts = [_verdict(figure, scores, record.scores()) for figure in record.counts]
    return sorted(verdicts, key=lambda verdict: not verdict.fallen)


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """One row a figure."""
    rows = [[v.figure, f"{v.now:.3f}", f"{v.recorded:.3f}", with_interval(v.difference, sign=True), "fallen" if v.fallen else ""] for v in verdicts]
    return markdown(["figure", "F1 now", "recorded", "difference [95 %]", ""], rows)


def _verdict(figure: str, scores: Scores, recorded: Scores) -> Verdict:
    now, before = scores.counts(figure), recorded.counts(figure)
    there = (now.any(1) | before.any(1)) | ~(now.any() | before.any())
    difference = paired_difference(now[there], before[there], f1, RESAMPLES, seed=SEED)
    return Verdict(figure, scores.micro(figure).f1, recorded.micro(figure).f1, difference)
