"""Fact scores against cases counted by hand."""

from __future__ import annotations

import pytest
from fiscalzh.annotations.converters.model import Fact
from fiscalzh.annotations.span import Span
from fiscalzh.eval.facts import score_facts, score_values


def _fact(start: int, subject: str = "公务接待费", measure: str = "actual", value: str = "45000", aliases: tuple[str, ...] = ()) -> Fact:
    return Fact(Span(start, start + 3, "AMOUNT"), Span(0, 2, "ACCOUNT"), measure, subject, value, aliases=aliases)


@pytest.mark.parametrize(
    ("predicted", "right"),
    [
        ([_fact(10)], 1),
        ([_fact(10, value="45000.00")], 1),
        ([_fact(10, subject="“公务接待费”")], 1),
        ([_fact(10, subject="接待费")], 1),
        ([_fact(10, subject="会议费")], 0),
        ([_fact(10, measure="budget")], 0),
        ([_fact(10, value="450")], 0),
        ([_fact(90)], 1),
        ([_fact(90), _fact(10)], 1),
        ([], 0),
    ],
)
def test_a_fact_is_right_by_subject_measure_and_value(predicted: list[Fact], right: int) -> None:
    score = score_facts([predicted], [[_fact(10, aliases=("接待费",))]])
    assert (score.right, score.predicted, score.gold) == (right, len(predicted), 1)


def test_facts_of_one_figure_are_paired_first() -> None:
    gold = [_fact(10), _fact(50)]
    assert score_facts([[_fact(50), _fact(10)]], [gold]).right == 2


def test_a_figure_is_found_whatever_it_is_said_of() -> None:
    gold = [[_fact(10), _fact(50, value="7")]]
    assert score_values([[_fact(10, subject="会议费", measure="budget"), _fact(50)]], gold).right == 1
