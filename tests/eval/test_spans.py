"""Exact-match scores of spans."""

from __future__ import annotations

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.eval.spans import Score, f1_by_label, score_spans
from hypothesis import given
from hypothesis import strategies as st

_SPANS = st.builds(
    lambda start, length, label: Span(start, start + length, label), st.integers(0, 5), st.integers(1, 2), st.sampled_from(["AMOUNT", "CLAIM"])
)
_DOCUMENTS = st.lists(st.tuples(st.lists(_SPANS, max_size=6), st.lists(_SPANS, max_size=6)), max_size=4)


def test_label_start_and_end_must_be_right() -> None:
    gold = [Span(0, 3, "ACCOUNT"), Span(4, 8, "AMOUNT"), Span(9, 12, "RATIO")]
    guess = [Span(0, 3, "PROJECT"), Span(4, 8, "AMOUNT", 0.3), Span(9, 11, "RATIO")]
    scores = score_spans([guess], [gold])
    assert scores["AMOUNT"] == Score(1, 1, 1)
    assert scores["ACCOUNT"] == Score(0, 0, 1)
    assert scores["PROJECT"] == Score(0, 1, 0)
    assert scores["RATIO"] == Score(0, 1, 1)
    assert scores["CLAIM"] == Score(0, 0, 0)
    assert scores["ALL"] == Score(1, 3, 3)


def test_precision_recall_and_f1() -> None:
    score = Score(right=2, predicted=3, gold=8)
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == pytest.approx(1 / 4)
    assert score.f1 == pytest.approx(2 * (2 / 3) * (1 / 4) / (2 / 3 + 1 / 4))


def test_nothing_of_nothing_is_no_success() -> None:
    score = Score(0, 0, 0)
    assert (score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0)
    assert score_spans([], [])["ALL"] == score


def test_the_same_place_in_two_documents_is_two_spans() -> None:
    span = Span(0, 2, "AMOUNT")
    assert score_spans([[span], []], [[], [span]])["ALL"] == Score(0, 1, 1)
    assert score_spans([[span], [span]], [[span], [span]])["ALL"] == Score(2, 2, 2)


def test_documents_must_match_in_number() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        score_spans([[]], [[], []])


def test_only_the_labels_asked_for_count() -> None:
    spans = [Span(0, 2, "AMOUNT"), Span(3, 5, "CLAIM")]
    scores = score_spans([spans], [spans[:1]], labels=["AMOUNT"])
    assert scores == {"AMOUNT": Score(1, 1, 1), "ALL": Score(1, 1, 1)}


def test_micro_average_and_what_a_training_loop_watches() -> None:
    gold = [[Span(i, i + 1, "AMOUNT") for i in range(9)], [Span(0, 1, "CLAIM")]]
    watched = f1_by_label([gold[0], []], gold)
    assert watched["AMOUNT"] == 1.0
    assert watched["CLAIM"] == 0.0
    assert watched["ALL"] == pytest.approx(2 * 9 / (9 + 10))


@given(_DOCUMENTS)
def test_exchanging_guess_and_gold_exchanges_precision_and_recall(documents: list[tuple[list[Span], list[Span]]]) -> None:
    guess, gold = [a for a, _ in documents], [b for _, b in documents]
    there, back = score_spans(guess, gold), score_spans(gold, guess)
    for label, score in there.items():
        assert (score.precision, score.recall) == (back[label].recall, back[label].precision)
        assert score.f1 == back[label].f1
        assert 0 <= score.right <= min(score.predicted, score.gold)


@given(_DOCUMENTS)
def test_duplicates_and_order_change_nothing(documents: list[tuple[list[Span], list[Span]]]) -> None:
    guess, gold = [a for a, _ in documents], [b for _, b in documents]
    assert score_spans([[*a, *reversed(a)] for a in guess], [b[::-1] for b in gold]) == score_spans(guess, gold)


@given(st.lists(st.lists(_SPANS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_gold_against_itself_is_perfect(gold: list[list[Span]]) -> None:
    assert score_spans(gold, gold)["ALL"].f1 == 1.0
