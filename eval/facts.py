"""Scores of facts: measure, value and unit right, and the subject by one of its names."""

from __future__ import annotations

from collections.abc import Sequence

from ..annotations.converters.model import Fact
from ..extract.naming import subject_key
from .spans import Score


def score_facts(predicted: Sequence[Sequence[Fact]], gold: Sequence[Sequence[Fact]]) -> Score:
    """Strict scores over several documents: each gold fact is paired with at most one predicted fact.

    A pair has the same measure, unit and value, and the predicted subject is the gold subject or one of its aliases, brackets and
    quotation marks apart. Facts of one figure are paired first, so that the order of facts changes nothing.
    """
    right = sum(_paired(mine, theirs) for mine, theirs in zip(predicted, gold, strict=True))
    return Score(right, sum(map(len, predicted)), sum(map(len, gold)))


def score_values(predicted: Sequence[Sequence[Fact]], gold: Sequence[Sequence[Fact]]) -> Score:
    """How many figures were found at all: facts of the same figure, value and unit, whatever they are said of."""
    right = 0
    for mine, theirs in zip(predicted, gold, strict=True):
        found = {(fact.value_span.start, fact.value_span.end, _number(fact)) for fact in mine}
        right += sum((fact.value_span.start, fact.value_span.end, _number(fact)) in found for fact in theirs)
    return Score(right, sum(map(len, predicted)), sum(map(len, gold)))


def _paired(mine: Sequence[Fact], theirs: Sequence[Fact]) -> int:
    free, left, pairs = list(mine), list(theirs), 0
    for close in (True, False):
        for gold in list(left):
            hit = next((fact for fact in free if _same(fact, gold) and (not close or fact.value_span.start == gold.value_span.start)), None)
            if hit is not None:
                pairs += 1
                free.remove(hit)
                left.remove(gold)
    return pairs


def _same(mine: Fact, gold: Fact) -> bool:
    if (mine.measure, _number(mine)) != (gold.measure, _number(gold)):
        return False
    return subject_key(mine.subject) in {subject_key(name) for name in (gold.subject, *gold.aliases)}


def _number(fact: Fact) -> tuple[object, str]:
    return fact.number, fact.unit
