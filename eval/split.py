"""A model against a split of the written corpus: spans, values, facts."""

from __future__ import annotations

from collections.abc import Sequence

from ..annotations.converters.model import from_report
from ..annotations.labels import LABELS
from ..annotations.report import AnnotatedReport
from ..corpus.read import from_text
from ..extract.figures import read_value
from ..extract.pipeline import Extractor
from ..extract.suggestion import to_annotation
from .facts import score_facts, score_values
from .spans import Score, score_spans


def score_reports(reports: Sequence[AnnotatedReport], extractor: Extractor) -> dict[str, Score]:
    """Exact scores of every label and ALL, then `value found` and `fact strict`, from the plain text of annotated reports."""

    # Read anew from the text alone: what the header of a marked report says, no user has.
    predicted = [to_annotation(extractor(from_text(report.document.text))) for report in reports]
    gold = [from_report(report, read_value) for report in reports]
    facts = [one.facts for one in predicted], [one.facts for one in gold]
    spans = score_spans([one.spans for one in predicted], [one.spans for one in gold])
    return {f"span {label}": spans[label] for label in (*LABELS, "ALL")} | {
        "value found": score_values(*facts),
        "fact strict": score_facts(*facts),
    }


def table(scores: dict[str, Score]) -> str:
    """The scores in lines of fixed columns."""
    lines = [f"{'':22}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'pred':>7}"]
    lines += [f"{name:22}{s.precision:7.3f}{s.recall:7.3f}{s.f1:7.3f}{s.gold:7}{s.predicted:7}" for name, s in scores.items()]
    return "\n".join(lines)
