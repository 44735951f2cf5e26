"""The one span type and the label scheme."""

from __future__ import annotations

import math

import pytest
from fiscalzh.annotations.labels import FISCAL, LABELS, MEASURES, RATIO_MEASURES, SIGNED, LabelScheme
from fiscalzh.annotations.span import Span
from hypothesis import given
from hypothesis import strategies as st

_RANGES = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda r: (r[0], r[0] + r[1]))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2)])
def test_a_span_is_not_empty_and_not_negative(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"0 <= start < end, got \[{start}, {end}\) AMOUNT"):
        Span(start, end, "AMOUNT")


@pytest.mark.parametrize("score", [-0.01, 1.01, math.nan])
def test_a_score_is_a_probability(score: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        Span(0, 1, "AMOUNT", score)


@pytest.mark.parametrize("score", [None, 0.0, 1.0])
def test_the_ends_of_the_scale_are_scores(score: float | None) -> None:
    assert Span(0, 1, "AMOUNT", score).score == score


def test_the_text_of_a_span_is_half_open() -> None:
    assert Span(2, 6, "ACCOUNT").of("本年基本支出为") == "基本支出"


@given(_RANGES, _RANGES)
def test_overlap_and_containment_are_those_of_the_sets_of_characters(a: tuple[int, int], b: tuple[int, int]) -> None:
    left, right = Span(*a, "ACCOUNT"), Span(*b, "CLAIM")
    mine, theirs = set(range(*a)), set(range(*b))
    assert left.overlaps(right) == right.overlaps(left) == bool(mine & theirs)
    assert left.contains(right) == (theirs <= mine)


def test_spans_sort_by_place() -> None:
    spans = [Span(4, 6, "RATIO"), Span(1, 9, "CLAIM"), Span(1, 3, "ACCOUNT")]
    assert sorted(spans) == [spans[2], spans[1], spans[0]]


def test_spans_sort_though_only_some_have_a_score() -> None:
    assert [s.start for s in sorted([Span(1, 2, "RATIO", 0.5), Span(1, 2, "RATIO"), Span(0, 2, "RATIO")])] == [0, 1, 1]


def test_every_label_is_in_one_layer() -> None:
    assert FISCAL.labels == LABELS
    assert [FISCAL.layer_of(label) for label in LABELS] == ["mentions"] * 4 + ["claims"]


def test_an_unknown_label_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"'PERSON'.*AMOUNT, RATIO"):
        FISCAL.layer_of("PERSON")


def test_a_scheme_is_made_of_any_iterables() -> None:
    assert LabelScheme.of({"mentions": list(LABELS[:4]), "claims": ["CLAIM"]}.items()) == FISCAL


def test_measures_with_a_sign_or_a_percentage_are_measures() -> None:
    assert set(MEASURES) >= SIGNED
    assert set(MEASURES) >= RATIO_MEASURES
    assert len(set(MEASURES)) == len(MEASURES)
