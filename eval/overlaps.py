"""Spans of one layer against each other where borders or labels differ: what nervaluate calls exact, partial and type.

Pairs are one to one and the best possible. Spans of different layers never meet: a claim is not half right for an amount inside it.

Source: SemEval 2013 task 9.1 (Segura-Bedmar et al. 2013), as in nervaluate.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from ..annotations.labels import FISCAL
from ..annotations.span import Span
from .pairing import Edge, best_pairs
from .spans import Score


def overlapping(gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[Edge]:
    """The numbers of the gold and predicted spans that share a character."""
    order = sorted(range(len(predicted)), key=lambda n: predicted[n].start)
    starts = [predicted[n].start for n in order]
    longest = max((span.end - span.start for span in predicted), default=0)
    for number, span in enumerate(gold):
        near = order[bisect_left(starts, span.start - longest) : bisect_left(starts, span.end)]
        yield from ((number, n) for n in near if span.overlaps(predicted[n]))


def layer(spans: Iterable[Span], name: str) -> list[Span]:
    """The spans of a layer, each once, in order."""
    labels = dict(FISCAL.layers)[name]
    return sorted({span for span in spans if span.label in labels})


def score_layer(gold: Sequence[Span], predicted: Sequence[Span]) -> dict[str, Score]:
    """Scores of the spans of one layer of one report, each there once.

    Returns:
        `strict`: label and both borders right; `borders`: both borders, whatever the label; `partial`: overlaps count half, those with
        both borders right whole, whatever the label; `type`: overlaps with the label right.
    """
    edges = list(overlapping(gold, predicted))
    same = {edge for edge in edges if _same_borders(gold[edge[0]], predicted[edge[1]])}
    typed = {edge for edge in edges if gold[edge[0]].label == predicted[edge[1]].label}
    halves = {edge: 2 if edge in same else 1 for edge in edges}
    partial = sum(halves[edge] for edge in best_pairs({edge: (grade,) for edge, grade in halves.items()})) / 2
    rights = {"strict": len(same & typed), "borders": _most(same), "partial": partial, "type": _most(typed)}
    return {name: Score(right, len(predicted), len(gold)) for name, right in rights.items()}


def _same_borders(one: Span, other: Span) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _most(edges: Iterable[Edge]) -> int:
    return len(best_pairs(dict.fromkeys(edges, (1,))))
