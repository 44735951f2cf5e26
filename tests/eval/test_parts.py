"""Scores in parts, and two outputs against each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.eval.breakdown import breakdowns, section_of
from fiscalzh.eval.comparison import compare_scores, least_p
from fiscalzh.eval.outputs import Case
from fiscalzh.eval.scores import score_cases, total
from fiscalzh.eval.spans import Score

MakeCase = Callable[..., Case]
GOLD = (
    "一、2021年度收入情况\n{a1|收入合计}为{m a1.actual|100万元}。\n二、支出情况\n{a2|支出合计}为{m a2.actual|90万元}，预算为{m a2.budget|95万元}。\n"
)
MINE = (
    "一、2021年度收入情况\n{a1|收入合计}为{m a1.actual|100万元}。\n二、支出情况\n{a2|支出合计为}{m a2.actual|90万元}，预算为{m a2.actual|95万元}。\n"
)


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    return make_case(GOLD, MINE)


def test_parts_of_spans(case: Case) -> None:
    parts = breakdowns([case])["spans"]
    assert parts["label"] == {"AMOUNT": Score(3, 3, 3), "ACCOUNT": Score(1, 2, 2)}
    assert parts["section"] == {"支出情况": Score(2, 3, 3), "收入情况": Score(2, 2, 2)}
    assert parts["length"] == {"3–5": Score(4, 5, 5)}
    assert parts["report"] == {"r1": Score(4, 5, 5)}
    assert parts["type"] == {"final_accounts": Score(4, 5, 5)}


def test_parts_of_facts(case: Case) -> None:
    parts = breakdowns([case])["facts"]
    assert parts["measure"] == {"actual": Score(1, 3, 2), "budget": Score(0, 0, 1)}
    assert parts["section"] == {"支出情况": Score(0, 2, 2), "收入情况": Score(1, 1, 1)}


def test_parts_add_up(case: Case) -> None:
    scores = score_cases([case])
    for what, figure in (("spans", "span ALL"), ("facts", "fact strict")):
        for part in breakdowns([case])[what].values():
            assert total(list(part.values())) == scores.micro(figure)


def test_a_section_without_a_report_is_nowhere() -> None:
    assert section_of(None, 3) == "–"


def _pair(make_case: MakeCase, right: int, reports: int) -> list[Case]:
    """Reports of ten sums, of which so many are found in each."""
    gold = "、".join(f"{{m|{n}元}}" for n in range(1, 11)) + "\n"
    mine = "、".join(f"{{m|{n}元}}" if n <= right else f"{n}元" for n in range(1, 11)) + "\n"
    return [make_case(gold, mine, f"r{number}") for number in range(reports)]


def test_a_difference_in_every_report_is_evidence(make_case: MakeCase) -> None:
    better, worse = score_cases(_pair(make_case, 9, 8)), score_cases(_pair(make_case, 6, 8))
    (found,) = compare_scores(better, worse, ["span AMOUNT"])
    assert found.verdict == "the first is better"
    assert (found.difference.reports, found.p) == (8, pytest.approx(2 / 2**8))
    (back,) = compare_scores(worse, better, ["span AMOUNT"])
    assert (back.verdict, back.difference.value) == ("the second is better", -found.difference.value)


@pytest.mark.parametrize(("right", "reports"), [(9, 8), (6, 3)])
def test_no_difference_and_too_few_reports_are_no_evidence(make_case: MakeCase, right: int, reports: int) -> None:
    """Three reports show nothing, however large the difference is."""
    first, second = score_cases(_pair(make_case, 9, reports)), score_cases(_pair(make_case, right, reports))
    (found,) = compare_scores(first, second, ["span AMOUNT"])
    assert found.verdict == "no evidence of a difference"
    assert found.p >= min(1, least_p(reports))


def test_figures_nobody_has_are_left_out(make_case: MakeCase) -> None:
    scores = score_cases(_pair(make_case, 9, 2))
    figures = {difference.figure for difference in compare_scores(scores, scores)}
    assert "span AMOUNT" in figures
    assert "span RATIO" not in figures


def test_other_reports_are_not_compared(make_case: MakeCase) -> None:
    with pytest.raises(ValueError, match="same reports"):
        compare_scores(score_cases(_pair(make_case, 9, 2)), score_cases(_pair(make_case, 9, 3)))
