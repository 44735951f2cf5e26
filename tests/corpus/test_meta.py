"""What a report says about itself."""

from __future__ import annotations

import pytest
from fiscalzh.annotations.report import load_reports
from fiscalzh.corpus import REPORT_TYPES, Meta, from_bytes, from_text
from fiscalzh.corpus.library import written
from fiscalzh.corpus.meta import type_by_words
from hypothesis import given
from hypothesis import strategies as st

_BODY = "\n\n一、基本情况\n按要求组织实施，情况良好。\n"

_TITLES = [
    ("2021年度青石县林业局部门决算公开说明", "青石县林业局", 2021, "final_accounts"),
    ("青石县林业局2022年部门预算公开说明", "青石县林业局", 2022, "budget"),
    ("2020年度云溪市政务服务中心整体支出绩效自评报告", "云溪市政务服务中心", 2020, "overall_evaluation"),
    ("关于白河县2023年财政预算执行情况和2024年财政预算草案的报告", "白河县", 2023, "budget_execution"),
    ("关于临江市2022年市级决算草案的报告", "临江市", 2022, "budget_execution"),
    ("关于南屏市2022年度市级预算执行和其他财政收支的审计工作报告", "南屏市", 2022, "audit"),
    ("2023年度中共东岭县委组织部部门整体支出绩效评价报告", "中共东岭县委组织部", 2023, "overall_evaluation"),
    ("石桥区教育局2021年“智慧校园”项目支出绩效自评报告", "石桥区教育局", 2021, "project_evaluation"),
    ("2022年农村公路养护专项资金绩效评价报告", None, 2022, "project_evaluation"),
    ("丰乐县人民医院2020年度单位决算", "丰乐县人民医院", 2020, "final_accounts"),
    ("西塘区人民法院二〇二一年度部门决算公开", "西塘区人民法院", 2021, "final_accounts"),
    ("2024年云岭省水利厅部门预算", "云岭省水利厅", 2024, "budget"),
    ("2022年度平川市审计局部门决算", "平川市审计局", 2022, "final_accounts"),
    ("平川市审计局2023年部门预算信息公开", "平川市审计局", 2023, "budget"),
    ("平川市审计局2022年度部门整体支出绩效自评报告", "平川市审计局", 2022, "overall_evaluation"),
    ("北山县财政局关于2021年度部门整体支出绩效自评的报告", "北山县财政局", 2021, "overall_evaluation"),
    ("关于北山县2023年上半年财政预算执行情况的报告", "北山县", 2023, "budget_execution"),
    ("2021年度青石县第三中学单位决算公开说明", "青石县第三中学", 2021, "final_accounts"),
    ("青石县妇联2019年部门决算及“三公”经费决算说明", "青石县妇联", 2019, "final_accounts"),
    ("2019-2021年度云溪市产业扶持资金绩效评价报告", None, 2021, "project_evaluation"),
    ("柳河街道办事处２０２２年度部门决算", "柳河街道办事处", 2022, "final_accounts"),
    ("柳河镇人民政府2023年预算公开", "柳河镇人民政府", 2023, "budget"),
    ("2022年度部门项目支出绩效自评综述", None, 2022, "project_evaluation"),
    ("2021年度部门决算公开说明", None, 2021, "final_accounts"),
    (
        "附件2：2022年度石桥区城市管理和综合执法局项目支出绩效自评报告",
        "石桥区城市管理和综合执法局",
        2022,
        "project_evaluation",
    ),
    ("云岭自治州生态环境局东岭分局2021年度单位决算", "云岭自治州生态环境局东岭分局", 2021, "final_accounts"),
    ("关于2022年全省预算执行情况和2023年全省预算草案的报告", None, 2022, "budget_execution"),
    ("中国共产党青石县委员会党校2022年度部门决算公开", "中国共产党青石县委员会党校", 2022, "final_accounts"),
    (
        "2022年度青石县大数据中心“数字青石”一体化平台建设项目绩效评价报告",
        "青石县大数据中心",
        2022,
        "project_evaluation",
    ),
    ("云溪市住房和城乡建设局（本级）2023年度单位预算", "云溪市住房和城乡建设局", 2023, "budget"),
    ("《2021年度东岭县残联部门整体支出绩效自评报告》", "东岭县残联", 2021, "overall_evaluation"),
]


@pytest.mark.parametrize(("title", "unit", "year", "kind"), _TITLES)
def test_titles(title: str, unit: str | None, year: int, kind: str) -> None:
    meta = from_text(title + _BODY).meta
    assert (meta.unit, meta.fiscal_year, meta.report_type) == (unit, year, kind)
    assert kind in REPORT_TYPES


def test_furniture_of_a_web_page_is_no_title() -> None:
    text = (
        "青石县人民政府门户网站-2021年度青石县林业局部门决算_县政府\n"
        "首页 > 信息公开 > 部门决算 > 青石县林业局2020年度部门决算\n"
        "2021年度青石县林业局部门决算\n来源：青石县林业局 发布时间：2022-09-28 浏览次数：12" + _BODY
    )
    meta = from_text(text).meta
    assert meta == Meta("青石县林业局", 2021, "final_accounts", "2021年度青石县林业局部门决算")


@pytest.mark.parametrize(
    "lines",
    [
        "2022年度石桥区数据中心整体支出\n绩效自评报告",
        "石桥区数据中心\n2022年度部门整体支出\n绩效自评报告",
        "石 桥 区 数 据 中 心\n\n2022年度整体支出绩效自评报告",
    ],
)
def test_a_title_over_several_lines(lines: str) -> None:
    meta = from_text(lines + _BODY).meta
    assert (meta.unit, meta.fiscal_year, meta.report_type) == ("石桥区数据中心", 2022, "overall_evaluation")
    assert meta.title is not None
    assert meta.title.endswith("绩效自评报告")


def test_a_title_over_two_lines_that_both_look_whole() -> None:
    meta = from_text("关于白河县2022年预算执行情况\n与2023年预算草案的报告\n白河县财政局\n\n各位代表：" + _BODY).meta
    assert meta == Meta("白河县财政局", 2022, "budget_execution", "关于白河县2022年预算执行情况与2023年预算草案的报告")


def test_a_unit_named_elsewhere_outranks_a_region_in_the_title() -> None:
    title = "澜港县2022年度海上养殖转型升级专项资金绩效自评报告\n"
    assert from_text(title + "项目单位：澜港县渔业局　　填报日期：2023年4月" + _BODY).meta.unit == "澜港县渔业局"
    assert from_text(title.replace("海上", "") + _BODY).meta.unit in ("澜港县", None)


@pytest.mark.parametrize(
    "text",
    [
        "2022年度部门决算公开说明\n单位名称：石桥区数据中心\n一、收支\n略。",
        "2022年度部门决算公开说明\n第一部分 石桥区数据中心概况\n一、职责\n略。",
        "2022年度部门决算公开说明\n一、概况\n石桥区数据中心（以下简称我中心）为事业单位。",
        "2022年度部门决算公开说明\n一、概况\n我中心为事业单位。\n　　石桥区数据中心\n　　2023年6月14日\n",
        "2022年度部门决算公开说明\n来源：石桥区数据中心 发布时间：2023-06-14\n一、概况\n我中心为事业单位。",
    ],
)
def test_a_unit_that_the_title_leaves_out(text: str) -> None:
    assert from_text(text).meta.unit == "石桥区数据中心"


def test_a_report_without_a_title() -> None:
    text = "我单位2022年度收入合计100万元，2022年度支出决算90万元，决算数小于预算数。年初预算为95万元，支出决算略低，决算公开及时，决算真实。"
    meta = from_text(text).meta
    assert (meta.title, meta.unit, meta.fiscal_year, meta.report_type) == (None, None, 2022, "final_accounts")


def test_the_file_name_helps_where_the_text_has_no_title_and_only_there() -> None:
    body = "一、基本情况\n按要求组织实施。\n".encode()
    assert from_bytes(body, "in/2022年度石桥区数据中心部门决算.txt").meta.unit == "石桥区数据中心"
    titled = "2021年度柳河镇人民政府部门预算\n".encode() + body
    assert from_bytes(titled, "2022年度石桥区数据中心部门决算.txt").meta.fiscal_year == 2021


def test_nothing_is_made_up() -> None:
    assert from_text("你好，世界。").meta == Meta(None, None, None, None)
    assert from_text("").meta == Meta(None, None, None, None)


@given(st.text(st.one_of(st.sampled_from("年度二〇202决算预关于局市县“”（）：\n一、_-> "), st.characters()), max_size=200))
def test_it_never_raises(text: str) -> None:
    assert from_text(text).meta.report_type in (None, *REPORT_TYPES)


_PASSAGES = [
    ("2025年，全市政府性基金收入完成207万元，为预算的75.3%。市本级政府性基金支出142万元，增长5%。全市国有资本经营收入35万元。", "budget_execution"),
    ("教育支出决算为35万元。卫生健康支出决算为12万元，决算数大于年初预算的主要原因是人员增加。", "final_accounts"),
    ("收入预算35万元，比上年预算增加2万元；支出预算35万元，主要是人员经费预算增加。", "budget"),
    ("我局基本支出全部到位，执行率98%。三公经费实际支出2万元，履职任务完成较好，自评得分96分。", "overall_evaluation"),
    ("该项目资金全部到位，实际支出80万元，执行率100%。项目实施后群众满意度95%，自评得分96分。", "project_evaluation"),
    ("本单位共有职工35人。", None),
]


@pytest.mark.parametrize(("passage", "kind"), _PASSAGES)
def test_the_kind_of_a_passage_without_a_title_by_its_words(passage: str, kind: str | None) -> None:
    assert from_text(passage).meta.report_type == kind


def test_most_reports_are_known_by_their_words_alone() -> None:
    reports = load_reports([*written("dev"), *written("test")])
    texts = ["\n".join(report.document.text.split("\n")[4:]) for report in reports]
    right = [type_by_words(text) == report.document.meta.report_type for text, report in zip(texts, reports, strict=True)]
    assert sum(right) >= 0.9 * len(right)
