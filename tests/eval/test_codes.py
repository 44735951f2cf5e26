"""The measure of the resolver, and that the scores it gives are those measured."""

from __future__ import annotations

import pytest
from fiscalzh.annotations.report import from_markup, load_reports
from fiscalzh.corpus.library import written
from fiscalzh.eval.codes import Case, Tally, cases, score_codes, table
from fiscalzh.eval.names import score_names
from fiscalzh.eval.spans import Score
from fiscalzh.extract.accounts.resolver import WAYS

MARKED = (
    "青石县林业局2021年度部门决算\n{a1|教育支出（类）普通教育（款）小学教育（项）}{m a1.actual|3万元}，{a2|公务接待费}{m a2.actual|4万元}，"
    "{a2|公务接待费支出}{m a2.yoy_change|1万元}，{a3|基本支出}{m a3.actual|4万元}。{p1|绿道二期工程}{m p1.actual|2万元}，"
    "{p2|绿道一期工程}{m p2.actual|3万元}，{p2|青石县绿道一期}{m p2.budget|3万元}。"
)


@pytest.fixture(scope="module")
def all_cases() -> list[Case]:
    return list(cases(load_reports(written("test"))))


def test_cases_are_made_of_sure_names() -> None:
    made = [case for case in cases([from_markup(MARKED, "invented")]) if case.code == "2050202"]
    assert made[0] == Case("教育支出（类）普通教育（款）小学教育（项）", "2050202", "none", 2021)
    assert {case.error for case in made} == {
        "none", "支出 left out", "mark left out", "mark doubled", "brackets left out", "character left out", "character doubled",
        "character wrong",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_cases(all_cases: list[Case]) -> None:
    assert list(cases(load_reports(written("test")))) == all_cases


def test_codes_are_right_or_none_on_held_out_names(all_cases: list[Case]) -> None:
    errors, ways = score_codes(all_cases)
    assert errors["none"].found == errors["none"].cases == errors["none"].right
    meant = [tally for error, tally in errors.items() if error not in ("project", "shared")]
    assert sum(t.found - t.right for t in meant) <= 0.003 * sum(t.found for t in meant)
    assert sum(t.found for t in meant) >= 0.93 * sum(t.cases for t in meant)
    assert errors["shared"].found == 0
    assert errors["project"].found <= 0.03 * errors["project"].cases
    assert set(ways) <= set(WAYS)
    assert all(tally.right / tally.cases >= WAYS[way] - 0.02 for way, tally in ways.items() if tally.cases >= 50)


def test_names_are_joined_as_they_were_marked() -> None:
    assert score_names([from_markup(MARKED, "invented")]) == {"ACCOUNT": Score(1, 1, 1), "PROJECT": Score(1, 1, 1)}
    found = score_names(load_reports(written("test")))
    assert found["PROJECT"].precision >= 0.95
    assert found["PROJECT"].recall >= 0.6


def test_a_table_has_a_line_a_row() -> None:
    assert table("way", {"path": Tally(3, 2, 1)}).splitlines()[1].split() == ["path", "3", "2", "1"]
