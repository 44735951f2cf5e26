"""Scores of claims: clauses that overlap by at least half of their union, and the figures in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..annotations.span import Span
from .overlaps import overlapping
from .pairing import Edge, best_pairs
from .sheets import Claim
from .spans import Score

LEAST = 0.5
_FINE = 1000  # steps in which overlaps are compared


def pair_claims(gold: Sequence[Claim], predicted: Sequence[Claim]) -> list[Edge]:
    """The most pairs that share at least half of their union; of these those that overlap most, then those with most figures in common."""
    grades = {}
    for g, p in overlapping([claim.span for claim in gold], [claim.span for claim in predicted]):
        share = _share(gold[g].span, predicted[p].span)
        if share >= LEAST:
            grades[g, p] = (1, round(share * _FINE), _common(gold[g], predicted[p]))
    return best_pairs(grades)


def score_claims(gold: Sequence[Claim], predicted: Sequence[Claim]) -> dict[str, Score]:
    """`claim overlap`, and `claim values`: the figures of the claims found; those of claims not found are missing, those of false claims
    are not counted."""
    pairs = pair_claims(gold, predicted)
    common = sum(_common(gold[g], predicted[p]) for g, p in pairs)
    figures = Score(common, sum(len(predicted[p].numbers) for _, p in pairs), sum(len(claim.numbers) for claim in gold))
    return {"claim overlap": Score(len(pairs), len(predicted), len(gold)), "claim values": figures}


def _common(gold: Claim, predicted: Claim) -> int:
    return (Counter(gold.numbers) & Counter(predicted.numbers)).total()


def _share(one: Span, other: Span) -> float:
    return (min(one.end, other.end) - max(one.start, other.start)) / (max(one.end, other.end) - min(one.start, other.start))
