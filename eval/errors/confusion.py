"""What is taken for what: labels of mentions, measures of facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...annotations.labels import MEASURES, MENTIONS
from ...annotations.span import Span
from ..facts import pair_figures, pair_values
from ..outputs import Case
from ..overlaps import layer, overlapping
from ..pairing import Edge, best_pairs, unpaired

NONE = "none"
Cell: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often gold (first) was taken for another (second); `none` stands for nothing gold or nothing predicted."""

    names: tuple[str, ...]
    counts: Counter[Cell]

    def row(self, gold: str) -> list[int]:
        """The counts of one gold name, in the order of `names`."""
        return [self.counts[gold, predicted] for predicted in self.names]


def label_confusion(cases: Iterable[Case]) -> Confusion:
    """Labels of mentions that overlap, those with both borders right first."""
    counts = Counter[Cell]()
    for case in cases:
        if case.gold.placed:
            gold, predicted = layer(case.gold.spans, "mentions"), layer(case.predicted.spans, "mentions")
            edges = {(g, p): (_closeness(gold[g], predicted[p]), int(gold[g].label == predicted[p].label)) for g, p in overlapping(gold, predicted)}
            counts += _counted(best_pairs(edges), [span.label for span in gold], [span.label for span in predicted])
    return _confusion(MENTIONS, counts)


def measure_confusion(cases: Iterable[Case]) -> Confusion:
    """Measures of the facts of one figure; of one value where the gold has no places."""
    counts = Counter[Cell]()
    for case in cases:
        gold, predicted = case.gold.facts, case.predicted.facts
        pairs = (pair_figures if case.gold.placed else pair_values)(gold, predicted)
        counts += _counted(pairs, [fact.measure for fact in gold], [fact.measure for fact in predicted])
    return _confusion(MEASURES, counts)


def _closeness(gold: Span, predicted: Span) -> int:
    return 2 if (gold.start, gold.end) == (predicted.start, predicted.end) else 1


def _counted(pairs: Sequence[Edge], gold: Sequence[str], predicted: Sequence[str]) -> Counter[Cell]:
    missed, false = unpaired(pairs, len(gold), len(predicted))
    counts = Counter((gold[g], predicted[p]) for g, p in pairs)
    counts.update((gold[n], NONE) for n in missed)
    counts.update((NONE, predicted[n]) for n in false)
    return counts


def _confusion(names: Sequence[str], counts: Counter[Cell]) -> Confusion:
    """Names that nobody used are left out; names of the files' own come behind those of the scheme."""
    used = {name for cell in counts for name in cell} - {NONE}
    return Confusion((*(name for name in names if name in used), *sorted(used - set(names)), NONE), counts)
