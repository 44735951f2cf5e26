"""Which fact a figure states, with the shipped weights, on clear cases; and that the weights can be learned.

The cases are marked sentences: the markup says which spans there are and which facts are expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from fiscalzh.annotations.markup import parse
from fiscalzh.annotations.report import load_marked, load_reports
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import REPORT_TYPES
from fiscalzh.corpus.library import written
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.figures import plain, read_figure
from fiscalzh.extract.linking.choice import Choices
from fiscalzh.extract.linking.linker import link
from fiscalzh.extract.linking.prepare import lesson_of

Found: TypeAlias = dict[int, tuple[str, str, str, str | None]]
ExtractMarked = Callable[..., Extraction]

FINAL, BUDGET, REGION, OVERALL, PROJECT = "final_accounts", "budget", "budget_execution", "overall_evaluation", "project_evaluation"
# kind of report, marked sentence
CASES = [
    # the subject left out over clauses and sentences
    (FINAL, "{a1|公务接待费}支出决算为{m a1.actual|4.50万元}，完成预算的{r a1.completion_rate|90.00%}，与上年相比减少{m a1.yoy_change-|0.20万元}。"),
    (FINAL, "{a1|公务接待费}年初预算为{m a1.initial_budget|5.00万元}，支出决算为{m a1.actual|4.50万元}，决算数小于预算数的主要原因是厉行节约。"
            "与上年相比减少{m a1.yoy_change-|0.20万元}，下降{r a1.yoy_rate-|4.26%}。"),
    (FINAL, "{a1|教育支出（类）普通教育（款）小学教育（项）}。年初预算为{m a1.initial_budget|120.00万元}，支出决算为{m a1.actual|118.50万元}，"
            "完成年初预算的{r a1.completion_rate|98.75%}。"),
    (FINAL, "2021年度{a1|收、支总计}均为{m a1.actual|1,234.56万元}。与上年相比，增加{m a1.yoy_change|100.00万元}，增长{r a1.yoy_rate|8.81%}。"),
    # shares, with and without their base in the clause
    (FINAL, "2021年度{a1|收入合计}{m a1.actual|800万元}，其中：{a2|财政拨款收入}{m a2.actual|600万元}，占{r a2.share/a1|75%}；"
            "{a3|其他收入}{m a3.actual|200万元}，占{r a3.share/a1|25%}。"),
    (FINAL, "2021年度{a1|支出合计}{m a1.actual|900万元}，其中：{a2|基本支出}{m a2.actual|450万元}，占{r a2.share/a1|50%}；"
            "{a3|项目支出}{m a3.actual|450万元}，占{r a3.share/a1|50%}。"),
    (FINAL, "2021年度{a1|一般公共预算财政拨款支出}{m a1.actual|640.50万元}，占{a2|本年支出合计}的{r a1.share/a2|80.06%}。"),
    (FINAL, "{a1|授予中小企业合同金额}{m a1.actual|240.00万元}，占{a2|政府采购支出总额}的{r a1.share/a2|75.00%}。"),
    # lists
    (FINAL, "{a1|政府采购支出总额}{m a1.actual|320.00万元}，其中：{a2|政府采购货物支出}{m a2.actual|120.00万元}、"
            "{a3|政府采购工程支出}{m a3.actual|80.00万元}、{a4|政府采购服务支出}{m a4.actual|120.00万元}。"),
    (FINAL, "{a1|因公出国（境）费}、{a2|公务用车运行维护费}、{a3|公务接待费}支出决算分别为"
            "{m a1.actual|1万元}、{m a2.actual|2万元}、{m a3.actual|3万元}。"),
    (FINAL, "{a1|项目支出}{m a1.actual|60.06万元}，主要用于{p1|校舍修缮项目}{m p1.actual|35.06万元}、{p2|图书采购项目}{m p2.actual|25.00万元}。"),
    # compared with last year, or with the budget
    (FINAL, "{a1|机关运行经费}支出{m a1.actual|58.20万元}，比年初预算数增加{m a1.budget_variance|3.20万元}，增长{r a1.budget_variance_rate|5.82%}。"),
    (FINAL, "{a1|机关运行经费}支出{m a1.actual|58.20万元}，比上年减少{m a1.yoy_change-|3.20万元}，下降{r a1.yoy_rate-|5.21%}。"),
    (FINAL, "{a1|公务用车运行维护费}支出{m a1.actual|12.00万元}，较上年增加{m a1.yoy_change|1.50万元}，增长{r a1.yoy_rate|14.29%}，"
            "主要原因是车辆老化。"),
    (BUDGET, "2021年{a1|项目支出}预算{m a1.budget|150.00万元}，比上年预算减少{m a1.yoy_change-|20.00万元}，下降{r a1.yoy_rate-|11.76%}。"),
    # a minus that is written
    (FINAL, "{a1|公务接待费}支出{m a1.actual|4.50万元}，比上年增长{r a1.yoy_rate|-18.19%}。"),
    # thresholds state nothing
    (FINAL, "截至2021年12月31日，单价{m|50万元}以上通用设备3台（套），单价{m|100万元}以上专用设备1台（套）。"),
    # evaluations
    (OVERALL, "{a1|项目支出}预算{m a1.budget|200万元}，实际支出{m a1.actual|190万元}，预算执行率{r a1.completion_rate|95%}。"),
    (OVERALL, "{a1|部门整体支出}年初预算{m a1.initial_budget|1000万元}，年中追加{m a1.budget_change|150万元}，全年预算{m a1.budget|1150万元}。"),
    (PROJECT, "{p1|智慧停车平台建设项目}全年预算数{m p1.budget|300万元}，执行数{m p1.actual|270万元}，执行率{r p1.completion_rate|90%}。"),
    (PROJECT, "{p1|智慧停车平台建设项目}中标金额{m p1.contract|268.50万元}。"),
    # a region
    (REGION, "全市{a1|一般公共预算收入}完成{m a1.actual|52.30亿元}，为预算的{r a1.completion_rate|101.2%}，增长{r a1.yoy_rate|6.5%}。"),
    (REGION, "全县{a1|一般公共预算支出}完成{m a1.actual|30.10亿元}，为调整预算的{r a1.completion_rate|98.2%}，下降{r a1.yoy_rate-|2.5%}。"),
    # balances
    (FINAL, "{a1|年末结转和结余}{m a1.balance|35.60万元}。"),
    # of all kinds
    (FINAL, "{a1|公务接待费}预算数与执行数均为{m a1.actual|3万元}，完成预算的{r a1.completion_rate|100%}。"),
    (FINAL, "{a1|基本支出}{m a1.actual|450万元}，其中{a2|人员经费}{m a2.actual|400万元}，占{a1|基本支出}的{r a2.share/a1|88.89%}，"
            "{a3|公用经费}{m a3.actual|50万元}，占{a1|基本支出}的{r a3.share/a1|11.11%}。"),
    (FINAL, "{a1|收、支总计}各减少{m a1.yoy_change-|83.79万元}，下降{r a1.yoy_rate-|3.10%}。"),
    (OVERALL, "{p1|河道清淤项目}合同金额{m p1.contract|86万元}，已支付{m p1.actual|60万元}，结余{m p1.balance|26万元}。"),
    (REGION, "市本级{a1|政府性基金收入}{m a1.actual|12.5亿元}，完成年初预算的{r a1.completion_rate|88.6%}，同比减少{m a1.yoy_change-|1.2亿元}。"),
    (BUDGET, "{a1|公务用车购置费}预算{m a1.budget|0万元}，{a2|公务用车运行维护费}预算{m a2.budget|6.00万元}，较上年减少{m a2.yoy_change-|1万元}。"),
    (FINAL, "{a1|住房公积金（项）}年初预算{m a1.initial_budget|0}，支出决算{m a1.actual|2.4万元}。"),
]  # fmt: skip
HARD = [  # wrong with the weights of the day
    (FINAL, "{a1|人员经费}和{a2|公用经费}分别为{m a1.actual|500万元}、{m a2.actual|80万元}。"),
    (BUDGET, "{a1|收入预算}{m a1.budget|880万元}，其中{a2|一般公共预算拨款收入}{m a2.budget|800万元}，{a3|上年结转}{m a3.balance|80万元}。"),
    (FINAL, "{a1|项目支出}{m a1.actual|60万元}，较上年增加{m a1.yoy_change|5万元}，主要是新增{p1|食堂改造项目}{m p1.actual|4万元}。"),
]  # fmt: skip


def _expected(marked: str) -> Found:
    parsed = parse(marked)
    found = {}
    for fact in parsed.facts:
        value = read_figure(fact.value.of(parsed.text), fact.value.label).number
        base = fact.base.of(parsed.text) if fact.base else None
        found[fact.value.start] = (fact.subject.of(parsed.text), fact.measure, plain(-abs(value) if fact.decrease else value), base)
    return found


def _found(extraction: Extraction) -> Found:
    return {f.value_span.start: (f.subject, f.measure, plain(f.value), f.base) for f in extraction.facts}


@pytest.mark.parametrize(("kind", "marked"), CASES)
def test_clear_cases(extract_marked: ExtractMarked, kind: str, marked: str) -> None:
    assert _found(extract_marked(marked, kind=kind)) == _expected(marked)


@pytest.mark.parametrize(("kind", "marked"), HARD)
@pytest.mark.xfail(strict=False, reason="depends on the weights")
def test_harder_cases(extract_marked: ExtractMarked, kind: str, marked: str) -> None:
    assert _found(extract_marked(marked, kind=kind)) == _expected(marked)


@pytest.mark.parametrize(("kind", "marked"), CASES + HARD)
def test_what_holds_of_every_fact(extract_marked: ExtractMarked, kind: str, marked: str) -> None:
    extraction = extract_marked(marked, kind=kind)
    for fact in extraction.facts:
        assert {fact.value_span, fact.subject_span} <= set(extraction.spans)
        assert fact.score is not None
        assert 0.0 < fact.score <= 1.0
        assert (fact.unit == "%") == (fact.value_span.label == "RATIO")
        assert fact.subject_type == fact.subject_span.label.lower()
        assert fact.subject == fact.subject_span.of(extraction.document.text)
        assert (fact.base is not None) <= (fact.measure == "share")
        assert fact.base != fact.subject
    assert len({fact.value_span for fact in extraction.facts}) == len(extraction.facts)


def test_figures_in_claims_give_no_facts_but_values(extract_marked: ExtractMarked) -> None:
    extraction = extract_marked("{p1|助老食堂项目}支出{m p1.actual|30万元}，{c|为老人节约{m|5万元}}，{c|满意度{r|98%}}。", kind=PROJECT)
    assert [fact.value_span.of(extraction.document.text) for fact in extraction.facts] == ["30万元"]
    assert [(c.text, [(plain(v.number), v.unit) for v in c.values], c.project) for c in extraction.claims] == [
        ("为老人节约5万元", [("50000", "CNY")], "助老食堂项目"),
        ("满意度98%", [("98", "%")], "助老食堂项目"),
    ]


@pytest.mark.parametrize(
    ("marked", "projects"),
    [
        ("{c|{p|甲镇供水工程}新增用户30户}。", ["甲镇供水工程"]),
        ("{p|乙村道路工程}完工。{p|丙村道路工程}开工，{c|硬化3公里}。", ["丙村道路工程"]),
        ("（一）{p|丁校修缮项目}\n该项目顺利，{c|修缮教室12间}。", ["丁校修缮项目"]),
        ("（一）{p|丁校修缮项目}\n很好。\n（二）其他\n全年{c|培训3次}。", [None]),
        ("{c|培训3次}，{p|戊镇路灯项目}完工。", [None]),
    ],
)
def test_the_project_of_a_claim(extract_marked: ExtractMarked, marked: str, projects: list[str | None]) -> None:
    assert [claim.project for claim in extract_marked(marked, kind=OVERALL).claims] == projects


def test_subjects_are_named_without_the_spaces_and_line_ends_of_the_page(extract_marked: ExtractMarked) -> None:
    marked = "{a1|公务 接待费}支出决算为{m a1.actual|4.50 万元}。"
    (fact,) = extract_marked(marked).facts
    assert (fact.subject, plain(fact.value)) == ("公务接待费", "45000")
    assert fact.subject_span.of(parse(marked).text) == "公务 接待费"


def test_no_name_no_fact(extract_marked: ExtractMarked) -> None:
    assert extract_marked("共支出{m|5万元}。").facts == ()
    assert extract_marked("没有数字。").facts == ()
    assert extract_marked("{a|公务接待费}没有支出。").facts == ()


def test_a_sum_without_number_gives_no_fact(extract_marked: ExtractMarked) -> None:
    assert extract_marked("{a1|公务接待费}预算为{m|若干}，").facts == ()


@pytest.mark.parametrize(("told", "least"), [("nothing", 0.94), ("the wrong kind", 0.92)])
def test_words_tell_the_measure_where_the_kind_of_report_is_not_known(choices: Choices, told: str, least: float) -> None:
    figures = right = 0
    for number, report in enumerate(load_reports(written("dev"))):
        lesson = lesson_of(report)
        others = [kind for kind in REPORT_TYPES if kind != lesson.reading.report_type]
        kind = others[number % len(others)] if told == "the wrong kind" else None
        found = {fact.value_span: fact.measure for fact in link(replace(lesson.reading, report_type=kind), choices)}
        figures += len(lesson.facts)
        right += sum(found.get(value) == fact.measure for value, fact in lesson.facts.items())
    assert right >= least * figures


_LESSONS = """---
fiscal_year: 2021
report_type: final_accounts
title: 2021年度某局部门决算
---

一、总体情况
{a1|甲甲费}决算为{m a1.actual|5万元}，比上年减少{m a1.yoy_change-|1万元}，占{a2|总总费}的{r a1.share/a2|10%}。
{a3|乙乙费}决算为{m a3.actual|6万元}，比上年减少{m a3.yoy_change-|2万元}，占{a2|总总费}的{r a3.share/a2|12%}。
{a4|丙丙费}预算为{m a4.budget|7万元}，单价{m|50万元}以上设备2台。
{a5|丁丁费}预算为{m a5.budget|8万元}，单价{m|100万元}以上设备3台。
{a6|戊戊费}、{a7|己己费}分别为{m a6.actual|8万元}、{m a7.actual|9万元}。
{a8|庚庚费}、{a9|辛辛费}分别为{m a8.actual|3万元}、{m a9.actual|4万元}。
"""


@pytest.mark.train
def test_a_handful_of_sentences_is_learned(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from fiscalzh.extract.linking.training import train_linker

    path = tmp_path / "lessons.txt"
    path.write_text(_LESSONS, encoding="utf-8")
    lesson = lesson_of(load_marked(path))
    trained = train_linker([lesson], min_count=1)
    trained.save(tmp_path / "linker.npz")
    for choices in (trained, Choices.load(tmp_path / "linker.npz")):
        facts = link(lesson.reading, choices)
        assert _pairs(lesson.reading.text, [(f.value_span, f.measure, f.subject_span, f.base_span) for f in facts]) == _pairs(
            lesson.reading.text, [(f.value, f.measure, f.subject, f.base) for f in lesson.facts.values()]
        )
        assert [plain(f.value) for f in facts if f.measure == "yoy_change"] == ["-10000", "-20000"]


def _pairs(text: str, facts: list[tuple[Span, str, Span, Span | None]]) -> list[tuple[int, str, str, str | None]]:
    return sorted((value.start, measure, subject.of(text), base.of(text) if base else None) for value, measure, subject, base in facts)
