"""Level of government and budget book in reports of a whole region: rules, tested exactly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.annotations.markup import Marked
from fiscalzh.annotations.span import Span
from fiscalzh.extract.linking.reading import Reading
from fiscalzh.extract.linking.scopes import scope_of

ReadMarked = Callable[..., tuple[Marked, Reading, dict[Span, Span]]]

# marked text with the scope behind `^`, one or none for each figure
SCOPES = [
    "{a1|收入}完成{m a1.actual|5亿元}。",
    "全市{a1|一般公共预算收入}完成{m a1.actual^全市|5亿元}。",
    "{a1|全市一般公共预算收入}完成{m a1.actual|5亿元}。",
    "全市政府性基金{a1|收入}完成{m a1.actual^全市^政府性基金预算|5亿元}。",
    "一、市本级政府性基金预算执行情况\n{a1|收入}完成{m a1.actual^市本级^政府性基金预算|5亿元}。",
    "一、全县预算执行情况\n（一）国有资本经营预算\n{a1|支出}{m a1.actual^全县^国有资本经营预算|5亿元}。\n"
    "（二）社会保险基金预算\n{a1|支出}{m a1.actual^全县^社会保险基金预算|6亿元}。",
    "一、一般公共预算\n{a1|全县税收收入}完成{m a1.actual^一般公共预算|5亿元}。",
    "全省{a1|税收收入}{m a1.actual^全省|5亿元}，其中省本级{a2|税收收入}{m a2.actual^省本级|1亿元}。",
    # the nearest words count, in the sentence before headings
    "一、全市一般公共预算\n县级政府性基金{a1|收入}{m a1.actual^县级^政府性基金预算|5亿元}。",
    # else the sentence before, and what else stands under the same heading
    "一、一般公共预算\n全区{a1|收入}完成{m a1.actual^全区^一般公共预算|5亿元}。{a2|税收收入}{m a2.actual^全区^一般公共预算|3亿元}。\n"
    "{a3|支出}{m a3.actual^全区^一般公共预算|6亿元}。\n二、政府性基金\n{a4|支出}{m a4.actual^政府性基金预算|6亿元}。",
    # a project's money is its own
    "全区政府性基金{a1|支出}{m a1.actual^全区^政府性基金预算|5亿元}，其中{p1|老旧小区改造工程}{m p1.actual|1亿元}。",
    "全区{a1|收入}{m a1.actual^全区|5亿元}，市级专项{a2|补助}{m a2.actual^全区|1亿元}。",
    # help from above and for below is no level
    "一、市本级情况\n上级{a1|补助收入}{m a1.actual^市本级|5亿元}。",
    "全市{a1|收入}{m a1.actual^全市|5亿元}，对县级{a2|补助}{m a2.actual^全市|1亿元}。",
    "市级以上{a1|专项资金}{m a1.actual|1亿元}。",
    "全区{a1|收入}{m a1.actual^全区|5亿元}；区直{a2|部门支出}{m a2.actual^区直|1亿元}。",
]


@pytest.mark.parametrize("kind", ["budget_execution", "audit"])
@pytest.mark.parametrize("marked", SCOPES)
def test_scopes(read_marked: ReadMarked, marked: str, kind: str) -> None:
    parsed, reading, moved = read_marked(marked, 2021, kind)
    found = [scope_of(reading, moved[f.value], moved[f.subject]) for f in parsed.facts]
    assert found == [f.scope for f in parsed.facts]


@pytest.mark.parametrize("words", ["上级", "下级", "各县级", "对区级", "补助县级"])
def test_those_above_and_below_are_no_level(read_marked: ReadMarked, words: str) -> None:
    parsed, reading, moved = read_marked(f"{words}{{a1|补助收入}}{{m a1.actual|5亿元}}。", 2021, "audit")
    (fact,) = parsed.facts
    assert scope_of(reading, moved[fact.value], moved[fact.subject]) is None


@pytest.mark.parametrize("kind", ["final_accounts", "budget", "overall_evaluation", "project_evaluation", None])
def test_a_units_report_has_no_scope(read_marked: ReadMarked, kind: str | None) -> None:
    parsed, reading, moved = read_marked("全市政府性基金{a1|收入}完成{m a1.actual|5亿元}。", 2021, kind)
    (fact,) = parsed.facts
    assert scope_of(reading, moved[fact.value], moved[fact.subject]) is None


def test_words_behind_the_figure_do_not_count(read_marked: ReadMarked) -> None:
    parsed, reading, moved = read_marked("{a1|收入}{m a1.actual|5亿元}，全市政府性基金另计。", 2021, "audit")
    (fact,) = parsed.facts
    assert scope_of(reading, moved[fact.value], moved[fact.subject]) is None
