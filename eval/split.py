"""A model against a split of the written corpus: spans, values, facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..annotations.labels import LABELS
from ..extract.pipeline import Extractor
from .extraction import extracted
from .gold import GoldReport
from .scores import score_cases
from .spans import Score

FIGURES = (*(f"span {label}" for label in (*LABELS, "ALL")), "value found", "fact strict")


def score_reports(reports: Sequence[GoldReport], extractor: Extractor) -> dict[str, Score]:
    """Exact scores of every label and ALL, then `value found` and `fact strict`, from the plain text of annotated reports."""
    scores = score_cases(extracted(reports, extractor))
    return {figure: scores.micro(figure) for figure in FIGURES}


def table(scores: Mapping[str, Score]) -> str:
    """The scores in lines of fixed columns."""
    lines = [f"{'':22}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'pred':>7}"]
    lines += [f"{name:22}{s.precision:7.3f}{s.recall:7.3f}{s.f1:7.3f}{s.gold:7}{s.predicted:7}" for name, s in scores.items()]
    return "\n".join(lines)
