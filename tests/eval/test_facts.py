"""Fact scores against cases counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fiscalzh.annotations.gold import Gold
from fiscalzh.eval.facts import score_facts
from fiscalzh.eval.outputs import Case
from fiscalzh.eval.sheets import fold, gold_sheet, output_of, output_sheet
from fiscalzh.eval.spans import Score

MakeCase = Callable[..., Case]
FACT = {"value_span": "T1", "subject": "公务接待费", "subject_type": "account", "measure": "actual", "value": "45000", "unit": "CNY", "period": 2021}


def _file(*facts: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Facts of the figures T1, T2, T3."""
    spans = [{"id": f"T{n}", "label": "AMOUNT", "start": 10 * n, "end": 10 * n + 5, "text": "45000"} for n in (1, 2, 3)]
    return {"sha256": "", "spans": spans, "facts": [FACT | {"id": f"f{n}"} | fact for n, fact in enumerate(facts)], **rest}


def _score(gold: dict[str, Any], predicted: dict[str, Any]) -> dict[str, Score]:
    return score_facts(gold_sheet(Gold.model_validate(gold)), output_sheet(output_of(predicted, "test")))


@pytest.mark.parametrize(
    ("predicted", "strict", "lenient", "found"),
    [
        ([{}], 1, 1, 1),
        ([{"value": "45000.00"}], 1, 1, 1),
        ([{"value": "4.5E+4"}], 1, 1, 1),
        ([{"subject": "“公务 接待费”"}], 1, 1, 1),
        ([{"subject": "接待费（类）"}], 1, 1, 1),
        ([{"subject": "公务接待费支出"}], 0, 1, 1),
        ([{"subject": "会议费"}], 0, 0, 1),
        ([{"subject": ""}], 0, 0, 1),
        ([{"measure": "budget"}], 0, 0, 1),
        ([{"value": "-45000"}], 0, 0, 0),
        ([{"value": "450"}], 0, 0, 0),
        ([{"unit": "%"}], 0, 0, 0),
        ([{"value_span": "T2"}], 1, 1, 1),
        ([{"value_span": None}], 1, 1, 1),
        ([{"value_span": "T2"}, {}], 1, 1, 1),
        ([{"period": 2020, "base": "支出", "scope": "全市"}], 1, 1, 1),
        ([], 0, 0, 0),
    ],
)
def test_strict_lenient_and_found(predicted: list[dict[str, Any]], strict: int, lenient: int, found: int) -> None:
    scores = _score(_file({"aliases": ["接待费"]}), _file(*predicted))
    for figure, right in (("fact strict", strict), ("fact lenient", lenient), ("value found", found)):
        assert scores[figure] == Score(right, len(predicted), 1), figure


def test_the_best_pairing_counts_and_not_the_first() -> None:
    gold = _file({"subject": "收入合计", "aliases": ["收入"]}, {"subject": "收入"})
    for mine in ({"subject": "收入"}, {"subject": "收入合计"}), ({"subject": "收入合计"}, {"subject": "收入"}):
        assert _score(gold, _file(*mine))["fact strict"].right == 2


def test_a_figure_is_found_whatever_it_is_said_of() -> None:
    scores = _score(_file({}, {"value_span": "T2", "value": "7"}), _file({"subject": "会议费", "measure": "budget"}, {"value_span": "T2"}))
    assert scores["value found"] == Score(1, 2, 2)


def test_facts_of_one_figure_are_paired_first() -> None:
    gold = _file({"period": 2020}, {"value_span": "T2", "period": 2021})
    scores = _score(gold, _file({"value_span": "T2", "period": 2021}, {"period": 2020}))
    assert scores["period of facts found"] == Score(2, 2, 2)
    assert _score(gold, _file({"value_span": "T2", "period": 2020}, {"period": 2021}))["period of facts found"] == Score(0, 2, 2)


def test_slots_are_scored_where_the_value_is_found() -> None:
    gold = _file(
        {"scope": "全市"}, {"value_span": "T2", "value": "9", "measure": "share", "unit": "%", "base": "支 出"}, {"value_span": "T3", "value": "1"}
    )
    mine = _file(
        {"subject": "会议费", "scope": "市本级", "period": 2020},
        {"value_span": "T2", "value": "9", "unit": "%", "measure": "rate", "base": "支出", "period": None},
        {"value_span": "T3", "value": "-2", "base": "收入"},
    )
    scores = _score(gold, mine)
    assert scores["slot subject"] == Score(1, 2, 2)
    assert scores["slot measure"] == Score(1, 2, 2)
    assert scores["slot period"] == Score(0, 1, 2)
    assert scores["slot base"] == Score(1, 1, 1)
    assert scores["slot scope"] == Score(0, 1, 1)
    assert scores["slot value"] == Score(2, 3, 3)


def test_a_base_goes_by_the_names_of_its_subject() -> None:
    gold = _file({"subject": "本年支出", "aliases": ["支出合计"]}, {"value_span": "T2", "measure": "share", "base": "本年支出"})
    assert _score(gold, _file({}, {"value_span": "T2", "measure": "share", "base": "支出合计"}))["slot base"] == Score(1, 1, 1)


def test_reading_a_figure_is_scored_apart_from_linking() -> None:
    gold = _file({}, {"value_span": "T2", "value": "7"}, {"value_span": "T3", "value": "8"})
    scores = _score(gold, _file({"subject": "会议费", "measure": "yoy_change", "value": "-45000"}, {"value_span": "T2", "value": "70000"}))
    assert scores["figure read"] == Score(1, 2, 2)
    assert scores["slot value"] == Score(0, 2, 2)


def test_scopes_count_where_the_gold_says_any() -> None:
    assert "slot scope" not in _score(_file({}), _file({"scope": "全市"}))
    assert _score(_file({"scope": None}), _file({"scope": "全市"}))["slot scope"] == Score(0, 1, 0)


def test_a_record_is_right_when_all_its_facts_are() -> None:
    gold = _file({}, {"value_span": "T2", "measure": "budget"}, {"value_span": "T3", "subject": "会议费"})
    assert _score(gold, _file({}, {"value_span": "T2", "measure": "budget"}, {"value_span": "T3", "subject": "会议费"}))["record"] == Score(2, 2, 2)
    assert _score(gold, _file({}, {"value_span": "T3", "subject": "会议费"}))["record"] == Score(1, 2, 2)
    parted = _file(
        {}, {"value_span": "T2", "measure": "budget"}, {"value_span": "T3", "subject": "会议费"}, records=[{"facts": ["f0"]}, {"facts": ["f1", "f2"]}]
    )
    assert _score(gold, parted)["record"] == Score(0, 2, 2)


def test_marked_texts_have_all_slots(make_case: MakeCase) -> None:
    marked = "{a1|公务接待费}支出{m a1.actual^市本级|4.50万元}，占{a2|“三公”经费}的{r a1.share/a2|10%}。\n"
    case = make_case(marked, marked)
    scores = score_facts(case.gold, case.predicted)
    assert {name for name, score in scores.items() if not score.gold} == set()
    assert all(score.f1 == 1 for score in scores.values())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("一般公共服务支出（类）行政运行（项）", "一般公共服务支出行政运行"),
        ("“三公”经费", "三公经费"),
        ("ＩＴ 服务", "IT服务"),
        ("教育类)支出", "教育支出"),
        (None, ""),
    ],
)
def test_names_are_compared_without_what_writing_varies_in(written: str | None, folded: str) -> None:
    assert fold(written) == folded
