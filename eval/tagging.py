"""Taggers against each other on the same reports: exact spans, intervals over reports, paired differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from ..annotations.labels import LABELS
from ..annotations.span import Span
from ..corpus.document import Document
from ..extract.pipeline import Extractor
from .held_out import HeldOut
from .intervals import Counts, Interval, bootstrap, f1, paired_difference, precision, randomisation, recall
from .spans import score_spans
from .tables import markdown, with_interval

Tag = Callable[[Document], Sequence[Span]]
TAGGER, PIPELINE = OURS = "fiscalzh tagger", "fiscalzh pipeline"
RESAMPLES: Final = 2_000
SEED: Final = 13


def ours(extractor: Extractor) -> dict[str, Tag]:
    """Our taggers: the model's spans as they come, and those of the whole pipeline, their borders mended by grammar."""
    return {TAGGER: extractor.tagger.tag, PIPELINE: lambda document: extractor(document).spans}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts (reports, 3) of right, predicted and gold spans, by system and by label (ALL included), on one set of reports."""

    name: str
    reports: int
    characters: int
    counts: Mapping[str, Mapping[str, Counts]]


def compare(systems: Mapping[str, Tag], held_out: HeldOut, say: Callable[[str], None]) -> Comparison:
    """Tag every report with every system."""
    counts = {}
    for name, tag in systems.items():
        say(f"{held_out.name}: {name}")
        scores = [score_spans([tag(report.document)], [report.spans]) for report in held_out.reports]
        counts[name] = {label: np.array([[s[label].right, s[label].predicted, s[label].gold] for s in scores]) for label in ("ALL", *LABELS)}
    return Comparison(held_out.name, len(held_out.reports), held_out.characters, counts)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Everything measured: by system and label precision, recall and F1 with intervals, and what ours have more than it."""
    systems = {}
    for name, by_label in comparison.counts.items():
        labels: dict[str, Any] = {}
        for label, counts in by_label.items():
            right, predicted, gold = map(int, counts.sum(0))
            labels[label] = {"right": right, "predicted": predicted, "gold": gold, "counts": counts.tolist()}
            for score, statistic in (("precision", precision), ("recall", recall), ("f1", f1)):
                labels[label][score] = _rounded(bootstrap(counts, statistic, RESAMPLES, seed=SEED))
            for mine, less in _differences(comparison, name, label).items():
                labels[label].setdefault("less_than", {})[mine] = _rounded(less[0]) | {"p": round(less[1], 5)}
        systems[name] = labels
    return {"name": comparison.name, "reports": comparison.reports, "characters": comparison.characters, "systems": systems}


def table(comparisons: Sequence[Comparison]) -> str:
    """One row for each set of reports and system; labels as F1 (precision/recall)."""
    columns = ["reports", "system", "P", "R", "F1 [95 %]", *LABELS, *(f"{mine} − it, F1 [95 %], p" for mine in OURS)]
    rows = []
    for comparison in comparisons:
        for name, by_label in comparison.counts.items():
            total = by_label["ALL"].sum(0)
            less = _differences(comparison, name, "ALL")
            rows.append(
                [
                    f"{comparison.name}, n = {comparison.reports}",
                    name,
                    f"{precision(total):.3f}",
                    f"{recall(total):.3f}",
                    with_interval(bootstrap(by_label["ALL"], f1, RESAMPLES, seed=SEED)),
                    *(_cell(by_label[label]) for label in LABELS),
                    *(f"{with_interval(less[mine][0], sign=True)}, {less[mine][1]:.4f}" if mine in less else "" for mine in OURS),
                ]
            )
    return markdown(columns, rows, left=2)


def _differences(comparison: Comparison, name: str, label: str) -> dict[str, tuple[Interval, float]]:
    """Ours less a baseline: F1 with its interval, and the p-value. Ours are not compared with each other."""
    if name in OURS:
        return {}
    theirs, found = comparison.counts[name][label], {}
    for mine in OURS:
        if mine in comparison.counts:
            counts = comparison.counts[mine][label]
            found[mine] = paired_difference(counts, theirs, f1, RESAMPLES, seed=SEED), randomisation(counts, theirs, f1, seed=SEED)
    return found


def _cell(counts: Counts) -> str:
    total = counts.sum(0)
    if not total[1:].any():
        return "–"
    return f"{f1(total):.3f} ({precision(total):.2f}/{recall(total):.2f})"


def _rounded(interval: Interval) -> dict[str, Any]:
    return {key: round(value, 5) for key, value in asdict(interval).items()}
