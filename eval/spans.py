"""Exact-match scores of spans: a span counts when label, start and end are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..annotations.labels import LABELS
from ..annotations.span import Span


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, predicted and gold items, and what follows from them. Nothing predicted of nothing is 0, not 1."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.predicted + self.gold) if self.predicted + self.gold else 0.0


def score_spans(predicted: Sequence[Iterable[Span]], gold: Sequence[Iterable[Span]], labels: Sequence[str] = LABELS) -> dict[str, Score]:
    """Score the spans of several documents, micro-averaged.

    Args:
        predicted, gold: for each document its spans, in any order; duplicates count once.

    Returns:
        A score for each label and for `ALL`.
    """
    right, mine, theirs = Counter[str](), Counter[str](), Counter[str]()
    for guess, truth in zip(predicted, gold, strict=True):
        a, b = ({(s.label, s.start, s.end) for s in spans} for spans in (guess, truth))
        for counter, items in ((right, a & b), (mine, a), (theirs, b)):
            counter.update(label for label, _, _ in items)
    scores = {label: Score(right[label], mine[label], theirs[label]) for label in labels}
    scores["ALL"] = Score(sum(right[x] for x in labels), sum(mine[x] for x in labels), sum(theirs[x] for x in labels))
    return scores


def f1_by_label(predicted: Sequence[Iterable[Span]], gold: Sequence[Iterable[Span]], labels: Sequence[str] = LABELS) -> dict[str, float]:
    """F1 of each label and of ALL: what a training loop watches."""
    return {label: score.f1 for label, score in score_spans(predicted, gold, labels).items()}
