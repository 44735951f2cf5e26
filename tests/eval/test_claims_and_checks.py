"""Claims by overlap, their figures, and contradictions pointed out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.eval.checks import score_checks
from fiscalzh.eval.claims import pair_claims, score_claims
from fiscalzh.eval.sheets import Check, Claim
from fiscalzh.eval.spans import Score


def _claim(start: int, end: int, *numbers: str) -> Claim:
    return Claim(Span(start, end, "CLAIM"), tuple(map(Decimal, numbers)))


@pytest.mark.parametrize(("start", "end", "found"), [(0, 10, 1), (0, 5, 1), (0, 4, 0), (5, 15, 0), (0, 20, 1), (0, 21, 0), (20, 30, 0)])
def test_claims_overlap_by_half_of_their_union(start: int, end: int, found: int) -> None:
    assert score_claims([_claim(0, 10)], [_claim(start, end)])["claim overlap"] == Score(found, 1, 1)


def test_figures_of_claims_found_and_missed() -> None:
    gold = [_claim(0, 10, "3", "3", "7"), _claim(20, 30, "1")]
    scores = score_claims(gold, [_claim(0, 10, "3.0", "7", "8"), _claim(40, 50, "9")])
    assert scores["claim values"] == Score(2, 3, 4)


def test_a_claim_goes_to_the_one_it_overlaps_most_then_to_the_one_with_its_figures() -> None:
    assert pair_claims([_claim(0, 10)], [_claim(0, 6), _claim(1, 10)]) == [(0, 1)]
    assert pair_claims([_claim(0, 5, "1"), _claim(5, 10, "2")], [_claim(0, 10, "2")]) == [(1, 0)]


def test_a_check_is_right_by_rule_and_place() -> None:
    gold = [Check("two_values", ((5, 9),)), Check("zero_base", ((20, 22),))]
    predicted = [Check("two_values", ((40, 44), (8, 12))), Check("parts_sum", ((21, 22),)), Check("zero_base", ((22, 30),))]
    assert score_checks(gold, predicted) == {"check": Score(1, 3, 2), "check place": Score(2, 3, 2)}
