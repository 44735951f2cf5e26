"""Contradictions that are there are found where they stand; reports without any are left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fiscalzh.annotations.report import from_markup
from fiscalzh.corpus.generator import generate_many
from fiscalzh.corpus.generator.contradictions import RULES as PLANTED
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.checks.ledger import HORIZON
from fiscalzh.extract.checks.lint import as_line, position
from fiscalzh.extract.checks.rules import RULES, chosen_rules
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pipeline import link_document, load_choices

_HEAD = "---\ntitle: 青石县林业局2021年度部门决算\nfiscal_year: 2021\nreport_type: final_accounts\n---\n\n一、支出情况\n"


def _extraction(marked: str) -> Extraction:
    report = from_markup(marked, "generated.txt")
    document = from_text(report.document.text, "generated.txt")
    return link_document(replace(document, meta=report.document.meta), report.spans, load_choices())


def test_planted_contradictions_are_found_where_they_stand() -> None:
    there, found = 0, 0
    for made in generate_many(40, 5, 2):
        findings = _extraction(made.marked).checks
        for planted in made.contradictions:
            start, end = planted.start, planted.start + len(planted.text)
            there += 1
            found += any(finding.rule == planted.rule and any(a < end and start < b for a, b in finding.places) for finding in findings)
    assert there >= 70
    assert found / there >= 0.9


def test_clean_reports_have_no_findings() -> None:
    assert [finding for made in generate_many(40, 6) for finding in _extraction(made.marked).checks] == []


def test_every_planted_kind_has_its_rule() -> None:
    assert set(PLANTED) <= {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.severity for rule in RULES} == {"error", "warning"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{a|公务接待费}年初预算为{m|0万元}，支出决算为{m|4.50万元}，完成年初预算的{r|100%}。", "zero_base"),
        ("{a|支出合计}{m|100.00万元}，其中：{a|基本支出}{m|60.00万元}，占{r|60.00%}；{a|项目支出}{m|40.00万元}，占{r|30.00%}。", "rate_mismatch"),
        ("{a|公务接待费}支出决算{m|4.50万元}，比上年增加（减少）{m|0.50万元}。", "leftover"),
        ("{a|支出合计}{m|100.00万元}，其中{a|基本支出}{m|76.23万元}，占76.23，{a|项目支出}{m|23.77万元}，占{r|23.77%}。", "no_percent"),
    ],
)
def test_a_contradiction_in_a_sentence(text: str, rule: str) -> None:
    assert rule in {finding.rule for finding in _extraction(_HEAD + text + "\n").checks}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        # all names of 分别为 are parts: that it adds up without one is chance
        (
            "{a|支出合计}{m|100.00万元}，其中{a|基本支出}、{a|项目支出}、{a|经营支出}分别为{m|50.00万元}、{m|50.00万元}、{m|10.00万元}。",
            {"parts_sum"},
        ),
        # words in a quoted name do not end a list
        (
            "{a|项目支出}{m|100.00万元}，其中{p1|雪亮工程}{m|60.00万元}，占{r|60.00%}；“攻坚执行”{m|40.00万元}，占{r|45.00%}。",
            {"share_sum"},
        ),
        # a share of nothing lacks no percent sign
        ("{a|“三公”经费}支出{m|9.00万元}，其中：{a|因公出国（境）费}支出{m|0.00万元}，占0，{a|公务接待费}支出{m|9.00万元}，占{r|100%}。", set()),
        (
            "{a|“三公”经费}支出{m|9.00万元}，其中：{a|因公出国（境）费}支出{m|0.00万元}，占0.00，{a|公务接待费}支出{m|9.00万元}，占{r|100%}。",
            {"no_percent"},
        ),
        # of other money than the project's
        ("{p1|石桥镇危桥加固工程}预算{m|860万元}，支出{m|620万元}，直达资金支出进度达到{r|98%}。", set()),
        # the account comes out: budget, spending, balance
        (
            "{a|整体支出}年初预算{m|500.00万元}，年中追加{m|100.00万元}。全年支出{m|540.00万元}，其中：{a|基本支出}{m|300.00万元}、{a|项目支出}{m|240.00万元}。"
            "年末结余{m|60.00万元}。预算绩效目标全部完成。执行率{r|95.00%}。",
            {"rate_mismatch"},
        ),
        # each rate of the figures that have its place
        (
            "{a|办公费}、{a|印刷费}年初预算分别为{m|10.00万元}、{m|20.00万元}，支出决算分别为{m|9.00万元}、{m|18.00万元}，"
            "分别完成年初预算的{r|95.00%}、{r|90.00%}。",
            {"rate_mismatch"},
        ),
        # a list with a line for each part, with words of its own in each
        (
            "{a|“三公”经费}支出{m|10.00万元}，比上年减少{m|2.00万元}。其中：\n1.{a|因公出国（境）费}支出{m|1.00万元}，与上年持平。\n"
            "2.{a|公务用车运行维护费}支出{m|6.00万元}，占{r|69.00%}，比上年减少{m|2.00万元}。\n3.{a|公务接待费}支出{m|3.00万元}，占{r|30.00%}。",
            {"rate_mismatch"},
        ),
        # what is divided again, in a sentence of its own
        (
            "{a|支出合计}{m|100.00万元}，其中：{a|基本支出}{m|60.00万元}；{a|项目支出}{m|40.00万元}。\n按经济分类。其中：{a|工资福利支出}{m|55.00万元}；"
            "{a|商品和服务支出}{m|50.00万元}。",
            {"parts_sum"},
        ),
        # one account under two names
        ("{a|公务接待费}支出{m|4.50万元}。\n本年度{a|公务接待费支出}{m|4.90万元}。", {"two_values"}),
        # last year's figure beside it is no other value of this year's
        (
            "{a|支出合计}{m|100.00万元}，其中：{a|基本支出}{m|60.00万元}，{a|项目支出}{m|40.00万元}。\n{a|基本支出}{m|64.00万元}，比上年的{m|55.00万元}增加{m|5.00万元}。",
            {"two_values"},
        ),
        # a sum of a part of the project is another sum
        ("{p1|石桥镇危桥加固工程}支出{m|620万元}。\n{p1|石桥镇危桥加固工程}（中央补助部分）已支付{m|600万元}。", set()),
        # the rate has its own budget beside it
        (
            "{p1|石桥镇危桥加固工程}支出{m|90.91万元}。\n{p1|石桥镇危桥加固工程}全年预算{m|100.00万元}，支出{m|100.00万元}，执行率{r|90.91%}。",
            {"two_values"},
        ),
        # the line before goes on: the change is that of the whole
        (
            "{a|部门支出}全年预算{m|500.00万元}；执行数{m|400.00万元}，其中：{a|基本支出}{m|300.00万元}，{a|项目支出}{m|100.00万元}，执行率{r|80.00%}；\n"
            "比上年减少{m|20.00万元}，下降{r|4.76%}。",
            set(),
        ),
        # 上年 and 本年 do not give the difference; nor do budget and outcome
        ("{a|公务接待费}支出{m|4.50万元}，上年为{m|5.00万元}，本年减少{m|0.80万元}。", {"change_mismatch"}),
        ("{a|公务接待费}支出{m|4.50万元}，上年为{m|5.00万元}，本年减少{m|0.50万元}。", set()),
        ("2021年安排{a|会议费}{m|0.63万元}，比上年的{m|0.60万元}增加{m|0.13万元}。", {"change_mismatch"}),  # 安排 is no budget here
        ("2021年安排{a|会议费}{m|0.63万元}，比上年的{m|0.60万元}增加{m|0.03万元}。", set()),
        ("{a|公务接待费}年初预算{m|5.00万元}，支出决算{m|4.50万元}，比年初预算减少{m|0.80万元}。", {"change_mismatch"}),
        ("{a|公务接待费}支出{m|4.50万元}，主要是{p1|石桥镇危桥加固工程}上年安排{m|5.00万元}，本年不再安排。比上年减少{m|0.80万元}。", set()),
        ("{a|公务接待费}支出{m|0万元}，上年为{m|1.18万元}，本年减少{m|1.30万元}。", set()),  # 0万元 may be 0.4
        # a line that begins with a name nobody marked, and comes out by itself
        (
            "{p1|石桥镇危桥加固工程}到位资金{m|672.87万元}，资金到位率{r|100%}，支出{m|611.70万元}，资金使用率{r|90.91%}。\n"
            "征地前期税费全年预算{m|640.55万元}，已支付{m|582.32万元}，结余{m|58.23万元}。",
            set(),
        ),
        # money in all, with all its adjustments
        ("{p1|石桥镇危桥加固工程}全年预算{m|860.00万元}，支出{m|620.00万元}，结余{m|250.00万元}。", {"balance_mismatch"}),
        ("{p1|石桥镇危桥加固工程}全年预算{m|860.00万元}，支出{m|620.00万元}，结余{m|240.01万元}。", set()),
        ("{p1|石桥镇危桥加固工程}全年预算{m|860.00万元}，支出{m|620.00万元}，收回{m|10.00万元}，结余{m|230.00万元}。", set()),
        ("{p1|石桥镇危桥加固工程}年初预算{m|860.00万元}，支出{m|620.00万元}，结余{m|250.00万元}。", set()),  # of what was adjusted nothing is said
        (
            "{a|项目支出}年初预算{m|300.00万元}，年中追加{m|90.00万元}，调剂减少{m|40.00万元}，实际支出{m|320.00万元}，结余{m|30.00万元}。",
            set(),
        ),
        (
            "{a|整体支出}全年预算{m|500.00万元}，支出{m|460.00万元}。其中：{a|基本支出}{m|300.00万元}；{a|项目支出}{m|160.00万元}，结余{m|49.00万元}。",
            {"balance_mismatch"},
        ),
        # what is carried over is part of the total
        (
            "{a|收入总计}{m|100.00万元}。{a|支出总计}{m|112.00万元}，其中：{a|本年支出}{m|92.00万元}，{a|结转下年}{m|20.00万元}。收支平衡。",
            {"unbalanced"},
        ),
        ("{a|收入总计}{m|100.00万元}，{a|支出总计}{m|92.00万元}，结余{m|8.00万元}，收支平衡。", set()),
        # the only two totals of a paragraph belong together, whatever the linker takes one of them for
        (
            "{a|收入总量}安排{m|2.70亿元}。{a|国有资本经营预算支出}执行{m|2.00亿元}，{a|支出总量}完成{m|3.70亿元}，收支平衡。",
            {"unbalanced"},
        ),
        (
            "{a|收入总量}{m|2.70亿元}。{a|国有资本经营预算支出}{m|2.00亿元}，加调出资金，{a|支出总量}为{m|3.70亿元}。\n收支平衡。",
            {"unbalanced"},
        ),
        # of what came in
        ("{p1|石桥镇危桥加固工程}已到位{m|738.91万元}，到位率{r|100%}，已支付{m|671.74万元}，支付率{r|99.24%}。", {"rate_mismatch"}),
        ("{p1|石桥镇危桥加固工程}已到位{m|738.91万元}，到位率{r|100%}，已支付{m|671.74万元}，支付率{r|90.91%}。", set()),
        # the sentence before gives the rate
        ("{a|公务接待费}年初预算{m|5.00万元}，支出{m|4.50万元}，完成年初预算的{r|90.00%}。决算数大于年初预算数。", {"direction"}),
        ("{a|公务接待费}支出{m|4.50万元}，比上年减少{m|0.50万元}，增长{r|10.00%}。", {"direction"}),
        # only the end of 二十二 was marked
        ("{p1|防火隔离带建设工程}：全年预算二十{m|二万元}，执行数为{m|13.08万元}，完成预算的{r|59.45%}。", set()),
    ],
)
def test_what_is_found_in_a_sentence(text: str, rules: set[str]) -> None:
    assert {finding.rule for finding in _extraction(_HEAD + text + "\n").checks} == rules


def test_a_region_and_a_level_of_it_may_differ() -> None:
    head = "---\ntitle: 青石县2019年预算草案的报告\nfiscal_year: 2019\nreport_type: budget_execution\n---\n\n一、2019年预算草案\n"
    county = "{a|县本级一般公共预算收入}预算数为{m|1.8亿元}。"
    wider = _extraction(head + "{a|一般公共预算收入}预算数为{m|3.8亿元}。" + county + "\n")
    assert {f.subject for f in wider.facts} == {"一般公共预算收入", "县本级一般公共预算收入"}
    assert wider.checks == ()
    again = _extraction(head + county + "\n" + "{a|一般公共预算收入}预算数为{m|1.3亿元}。\n")
    assert [finding.rule for finding in again.checks] == ["two_values"]


def test_a_wrong_direction_is_shown_with_its_word() -> None:
    extraction = _extraction(_HEAD + "{a|公务接待费}支出{m|4.50万元}，比上年减少{m|0.50万元}，增长{r|10.00%}。\n")
    (finding,) = extraction.checks
    assert [extraction.document.text[start:end] for start, end in finding.places] == ["增长10.00%", "减少0.50万元"]


def test_rounding_is_no_contradiction() -> None:
    text = "{a|支出合计}{m|3.00万元}，其中：{a|基本支出}{m|1.00万元}，占{r|33.3%}；{a|项目支出}{m|2.00万元}，占{r|66.7%}。"
    assert _extraction(_HEAD + text + "\n").checks == ()


def test_what_was_adjusted_explains_a_rate_whatever_the_linker_takes_it_for() -> None:
    head = _HEAD.replace("部门决算", "部门整体支出绩效自评报告").replace("final_accounts", "overall_evaluation")
    head = head.replace("一、支出情况", "二、一般公共预算支出情况\n（一）预算安排及支出情况")
    text = (
        "2021年{a|部门支出}年初预算{m|2,344.29万元}，其中{a|基\n本支出}{m|1,229.36万元}、{a|项目支出}{m|1,114.93万元}；\n"
        "年中调整减少{m|118.10万元}；全年实际支出{m|2,068.2\n0万元}；结余{m|157.99万元}；预算执行率{r|92.90%}。\n"
    )
    assert _extraction(head + text).checks == ()


def test_what_stands_far_apart_is_not_held_against_each_other() -> None:
    """Reports one after another in one text: each has its unit and its sums."""
    wan = "{a1|公务接待费}支出{m a1.actual|4.50万元}，{a2|会议费}支出{m a2.actual|900.00万元}，{a3|培训费}支出{m a3.actual|80.00万元}。\n"
    yuan = "{a4|差旅费}支出{m a4.actual|5000.25元}，{a5|印刷费}支出{m a5.actual|450.25元}，{a6|邮电费}支出{m a6.actual|9.80元}。\n"
    near, far = (_extraction(_HEAD + wan + "本年度工作平稳有序。\n" * lines + yuan).checks for lines in (10, 4 * HORIZON // 10))
    assert {finding.rule for finding in near} >= {"yuan_for_wan"}
    assert far == ()


def test_findings_print_as_a_linter_does() -> None:
    marked = "---\ntitle: 决算\nfiscal_year: 2021\n---\n\n一、支出情况\n{a|公务接待费}支出决算{m|4.50万元}，比上年增加（减少）{m|0.50万元}。\n"
    extraction = _extraction(marked)
    (finding,) = extraction.checks
    line, column = position(extraction.document.text, finding.places[0][0])
    assert extraction.document.text.splitlines()[line - 1][column - 1 :].startswith("增加（减少）")
    assert as_line(finding, extraction.document).startswith(f"generated.txt:{line}:{column}: warning leftover ")


def test_rules_are_chosen_by_id() -> None:
    assert [rule.id for rule in chosen_rules(["zero_base", "leftover"], ["leftover"])] == ["zero_base"]
    with pytest.raises(ValueError, match="no rule nought; there are yuan_for_wan"):
        chosen_rules(["nought"])
