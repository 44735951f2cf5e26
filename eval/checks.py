"""Scores of checks: contradictions pointed out, against those that are there."""

from __future__ import annotations

from collections.abc import Sequence

from .pairing import Edge, best_pairs
from .sheets import Check
from .spans import Score


def pair_checks(gold: Sequence[Check], predicted: Sequence[Check], rules: bool = True) -> list[Edge]:
    """Pairs that share a character of a place, with `rules` those of one rule only."""
    edges = [
        (g, p) for g, theirs in enumerate(gold) for p, mine in enumerate(predicted) if _meet(theirs, mine) and (not rules or theirs.rule == mine.rule)
    ]
    return best_pairs(dict.fromkeys(edges, (1,)))


def score_checks(gold: Sequence[Check], predicted: Sequence[Check]) -> dict[str, Score]:
    """`check`: rule and place right; `check place`: the place right."""
    return {
        name: Score(len(pair_checks(gold, predicted, rules)), len(predicted), len(gold)) for name, rules in (("check", True), ("check place", False))
    }


def _meet(one: Check, other: Check) -> bool:
    return any(a < d and c < b for a, b in one.places for c, d in other.places)
