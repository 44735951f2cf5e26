"""Spans of one layer: counted by hand, and against seqeval and nervaluate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from fiscalzh.annotations.labels import MENTIONS
from fiscalzh.annotations.span import Span
from fiscalzh.eval.overlaps import layer, overlapping, score_layer
from fiscalzh.eval.spans import Score, score_spans
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate.evaluator import Evaluator

LENGTH = 40
patient = settings(deadline=None, max_examples=60)  # the first example imports


@st.composite
def _layers(draw: st.DrawFn) -> list[Span]:
    """Spans that do not overlap each other, some side by side."""
    borders = draw(st.lists(st.integers(0, LENGTH), unique=True, max_size=12).map(sorted))
    return [Span(start, end, draw(st.sampled_from(MENTIONS[2:]))) for start, end in pairwise(borders) if draw(st.booleans())]


def _bioes(spans: Sequence[Span]) -> list[str]:
    tags = ["O"] * LENGTH
    for span in spans:
        tags[span.start : span.end] = [f"I-{span.label}"] * (span.end - span.start)
        tags[span.start], tags[span.end - 1] = f"B-{span.label}", f"E-{span.label}"
        if span.end - span.start == 1:
            tags[span.start] = f"S-{span.label}"
    return tags


def _nervaluate(gold: Sequence[Span], predicted: Sequence[Span]) -> dict[str, Any]:
    sides = [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in side] for side in (gold, predicted)]
    found: dict[str, Any] = Evaluator([sides[0]], [sides[1]], tags=list(MENTIONS), loader="dict").evaluate()["overall"]
    return found


@patient
@given(st.lists(st.tuples(_layers(), _layers()), min_size=1, max_size=3))
def test_strict_spans_are_those_of_seqeval(documents: list[tuple[list[Span], list[Span]]]) -> None:
    metrics = pytest.importorskip("seqeval.metrics.v1", reason="needs the extra `train`")
    schemes = pytest.importorskip("seqeval.scheme")
    gold, predicted = zip(*documents, strict=True)
    tags = [[_bioes(spans) for spans in side] for side in (gold, predicted)]
    ours = score_spans(predicted, gold)["ALL"]
    if ours.gold and ours.predicted:
        found = metrics.precision_recall_fscore_support(*tags, scheme=schemes.IOBES, average="micro", zero_division=0)
        assert found[:3] == pytest.approx((ours.precision, ours.recall, ours.f1))


@patient
@given(_layers(), _layers())
def test_strict_borders_and_partial_are_those_of_nervaluate(gold: list[Span], predicted: list[Span]) -> None:
    ours, theirs = score_layer(gold, predicted), _nervaluate(gold, predicted)
    for way, name in (("strict", "strict"), ("borders", "exact"), ("partial", "partial")):
        assert (ours[way].precision, ours[way].recall) == pytest.approx((theirs[name].precision, theirs[name].recall))


@patient
@given(_layers(), _layers())
def test_type_is_that_of_nervaluate_where_nothing_meets_two(gold: list[Span], predicted: list[Span]) -> None:
    """Nervaluate takes the first partner: where a span meets several, a wrong one may be used up and ours is the higher."""
    ours, theirs = score_layer(gold, predicted)["type"], _nervaluate(gold, predicted)["ent_type"]
    edges = list(overlapping(gold, predicted))
    if len({g for g, _ in edges}) == len({p for _, p in edges}) == len(edges):
        assert (ours.precision, ours.recall) == pytest.approx((theirs.precision, theirs.recall))
    assert ours.right >= theirs.correct


def test_ways_counted_by_hand() -> None:
    gold = [Span(0, 4, "ACCOUNT"), Span(5, 9, "PROJECT"), Span(10, 14, "AMOUNT"), Span(20, 24, "RATIO")]
    predicted = [Span(0, 4, "PROJECT"), Span(6, 9, "PROJECT"), Span(10, 14, "AMOUNT"), Span(30, 31, "RATIO"), Span(32, 33, "RATIO")]
    assert score_layer(gold, predicted) == {
        "strict": Score(1, 5, 4),
        "borders": Score(2, 5, 4),
        "partial": Score(2.5, 5, 4),
        "type": Score(2, 5, 4),
    }


def test_one_span_is_no_partner_of_two() -> None:
    gold = [Span(0, 4, "ACCOUNT"), Span(4, 8, "ACCOUNT")]
    assert score_layer(gold, [Span(0, 8, "ACCOUNT")])["type"] == Score(1, 1, 2)


def test_layers_never_meet() -> None:
    spans = [Span(0, 9, "CLAIM"), Span(2, 5, "AMOUNT"), Span(2, 5, "AMOUNT")]
    assert layer(spans, "mentions") == [Span(2, 5, "AMOUNT")]
    assert layer(spans, "claims") == [Span(0, 9, "CLAIM")]


@patient
@given(st.lists(st.builds(lambda a, n: Span(a, a + n, "CLAIM"), st.integers(0, 20), st.integers(1, 9)), max_size=8), _layers())
def test_overlaps_are_all_found(gold: list[Span], predicted: list[Span]) -> None:
    """Also where the spans of one side overlap each other."""
    expected = {(g, p) for g, one in enumerate(gold) for p, other in enumerate(predicted) if one.overlaps(other)}
    assert set(overlapping(gold, predicted)) == expected
    assert {(p, g) for g, p in expected} == set(overlapping(predicted, gold))
