"""The shadow text: its map to the source, its canonical characters, its spaces and its line ends."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import pytest
from fiscalzh.corpus import from_text
from fiscalzh.corpus.fold import ZERO_WIDTH, fold
from fiscalzh.corpus.shadow import Shadow, shadow_of
from hypothesis import given
from hypothesis import strategies as st

_ALPHABET = "年度支出收入决算万元亿一二（）()，,。.．；;：:%％0123４５６Ab \t\u3000\u00a0\n\r\f\u200b\ufeff“”—-−①⻚⾦"
_TEXTS = st.text(st.one_of(st.sampled_from(_ALPHABET), st.characters()), max_size=300)
# Folds that depend on the neighbours, which `fold` leaves alone.
_BY_NEIGHBOURS = {
    ",": {",", "，"},
    "，": {",", "，"},
    ":": {":", "："},
    "：": {":", "："},
    "\t": {" "},
    "\n": {"\n", " "},
}


@given(_TEXTS)
def test_every_character_is_the_fold_of_its_source_and_offsets_increase(text: str) -> None:
    shadow = shadow_of(text)
    assert len(shadow.offsets) == len(shadow.text)
    assert np.all(np.diff(shadow.offsets) > 0)
    folded = fold(text)
    assert len(folded) == len(text)
    for char, at in zip(shadow.text, shadow.offsets.tolist(), strict=True):
        assert char in _BY_NEIGHBOURS.get(folded[at], {folded[at]}), (char, text[at])
    assert ZERO_WIDTH not in shadow.text


@given(_TEXTS)
def test_lines_have_no_outer_or_double_spaces(text: str) -> None:
    shadow = shadow_of(text)
    assert "\n\n" not in shadow.text
    assert "  " not in shadow.text
    assert not shadow.text.startswith("\n")
    assert all(line == line.strip(" ") for line in shadow.text.split("\n"))


@given(_TEXTS, st.data())
def test_ranges_go_to_the_source_and_back(text: str, data: st.DataObject) -> None:
    shadow = shadow_of(text)
    if not shadow.text:
        return
    start = data.draw(st.integers(0, len(shadow.text) - 1))
    end = data.draw(st.integers(start + 1, len(shadow.text)))
    first, last = shadow.to_source(start, end)
    assert 0 <= first < last <= len(text)
    assert shadow.from_source(first, last) == (start, end)


@given(st.lists(st.text("收支一。0 \n", min_size=1, max_size=30), min_size=2, max_size=6))
def test_nothing_of_a_table_is_in_the_shadow(blocks: list[str]) -> None:
    text, tables = "", []
    for number, block in enumerate(blocks):
        if number % 2:
            tables.append((len(text), len(text) + len(block)))
        text += block + "\n"
    offsets = shadow_of(text, tables).offsets
    assert not any(np.any((offsets >= start) & (offsets < end)) for start, end in tables)


@given(st.text(max_size=50))
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("支出145.88 万元", "支出145.88万元"),
        ("支出145.88\u00a0万元，占 7.98 ％", "支出145.88万元，占7.98%"),
        ("支出145.88\u3000 万元", "支出145.88万元"),
        ("支出７，６１１．５５万元", "支出7,611.55万元"),
        ("支出7，611.55万元", "支出7,611.55万元"),
        ("分别为300，200万元", "分别为300，200万元"),
        ("支出7,611. 55万元", "支出7,611.55万元"),
        ("支出7, 611.55万元", "支出7,611.55万元"),
        ("总计3,594, 026万元和132, 746 元", "总计3,594,026万元和132,746元"),
        ("分别为300, 200万元", "分别为300， 200万元"),
        ("2019, 300万元", "2019， 300万元"),
        ("共132, 746人", "共132， 746人"),
        ("收入总预算8 316 万元", "收入总预算8316万元"),
        ("支出总计 5 236.8 万元", "支出总计5236.8万元"),
        ("收入 支出 8 316", "收入支出8 316"),
        ("座数   3 120万元", "座数 3 120万元"),
        ("10. 50万元以上设备", "10. 50万元以上设备"),
        ("收入合计(含结转),支出合计:", "收入合计（含结转），支出合计："),
        ("增长−18.19%", "增长-18.19%"),
        ("上午9：30，网址http://a.cn/x", "上午9:30，网址http://a.cn/x"),
        ("为全市 78 个单位 356 个系统", "为全市78个单位356个系统"),
        ("“云上青石”APP 完成上线", "“云上青石”APP完成上线"),
        ("Open Data 平台", "Open Data平台"),
        ("目    录", "目录"),
        ("第 一 部 分", "第一部分"),
        ("第  一  部  分   概  况", "第一部分概况"),
        ("项目名称    预算数    决算数", "项目名称 预算数 决算数"),
        ("项目\t金额", "项目 金额"),
        ("\ufeff一\u200b、总体", "一、总体"),
        ("第⼀⻚⾦额", "第一页金额"),
        ("　　首行缩进。 \r\n\r\n  下一段", "首行缩进。\n下一段"),
        ("[bookmark: _GoBack]（六）其他", "（六）其他"),
    ],
)
def test_canonical_form(written: str, read: str) -> None:
    assert shadow_of(written).text == read


def test_radicals_that_pdfs_yield_are_ordinary_characters() -> None:
    for char in "⻚⻓⻋⻔⻛⾦⼯⽔":
        assert unicodedata.name(fold(char)).startswith("CJK UNIFIED IDEOGRAPH")


@pytest.mark.parametrize(("start", "end"), [(2, 2), (-1, 1), (0, 99), (3, 2)])
def test_a_range_outside_the_shadow_is_an_error(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= start < end"):
        shadow_of("收入合计").to_source(start, end)


def test_from_source_of_dropped_characters_is_empty() -> None:
    shadow = shadow_of("支出 100万元")
    assert shadow.from_source(2, 3) == (2, 2)
    assert shadow.from_source(0, 4) == (0, 3)


_PARAGRAPHS = [
    "2022年度我局收、支总计均为1,234.56万元，与上年度相比各增加98.76万元，增长8.70%，主要原因是退耕还林项目支出增加，"
    "部分跨年度项目在本年度集中结算，支付进度较上年明显加快，年末结转资金相应减少。",
    "基本支出456.78万元，占本年支出合计的37.00%，主要用于保障机构正常运转、完成日常工作任务而发生的人员经费和公用经费，"
    "包括基本工资、津贴补贴、奖金、办公费、印刷费和差旅费等。",
    "项目支出777.78万元，占本年支出合计的63.00%，主要用于森林防火指挥平台建设、国家储备林管护以及林业有害生物防治等项目，"
    "其中森林防火指挥平台项目支出321.00万元，已按合同约定完成支付。",
]


def _wrapped(columns: int, indent: str = "　　") -> str:
    lines: list[str] = []
    for paragraph in _PARAGRAPHS:
        line, width = "", 0
        for char in indent + paragraph:
            size = 1 if char.isascii() else 2
            if width + size > columns:
                lines.append(line)
                line, width = "", 0
            line, width = line + char, width + size
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("columns", [40, 56, 64, 76])
@pytest.mark.parametrize("indent", ["", "　　", "    "])
def test_wrapped_paragraphs_are_whole_again(columns: int, indent: str) -> None:
    assert shadow_of(_wrapped(columns, indent)).text == "\n".join(_PARAGRAPHS)


def test_pages_that_end_inside_a_sentence_are_joined_over_their_numbers() -> None:
    lines = _wrapped(64).split("\n")
    for foot in ("- 3 -", "第 3 页 共 9 页", "— 3 —", "3/9", "3"):
        text = "\n".join([*lines[:2], "", foot, "", *lines[2:]])
        if foot == "3":
            text = "\n".join([*lines[:2], foot, *lines[2:]])
        assert shadow_of(text).text == "\n".join(_PARAGRAPHS), foot


def test_heads_that_come_back_on_every_page_are_stepped_over() -> None:
    lines = _wrapped(64).split("\n")
    text, pages = "", []
    for number, at in enumerate(range(0, len(lines), 2)):
        pages.append(len(text))
        text += "\n".join(["青石县林业局决算公开", *lines[at : at + 2], f"{number + 1}"]) + "\n"
    shadow = shadow_of(text, pages=pages).text
    assert "".join(_PARAGRAPHS[1]) in shadow
    assert _PARAGRAPHS[2] in shadow


@pytest.mark.parametrize(
    "text",
    [
        "青石县林业局2022年度\n部门决算公开说明",
        "基本工资\n津贴补贴\n绩效工资\n住房公积金",
        "合计\n100\n200\n300",
        "一、单位基本情况\n我局为县政府工作部门\n二、收支情况\n（一）收入情况",
        "无政府性基金收入\n\n无国有资本经营支出",
        "坚持人民至上，兜牢民生底线\n2021年，全县民生支出100万元，占80%。",
        "（二）支出规模、使用方向和主要内容\n2021年，全县民生支出100万元，占80%。",
        "（二）其他支出（类）\n彩票公益金安排的支出（款）用于社会福利的支出（项），年初预算为0。",
        "我局严格执行政府采购制度，支出90万元\n\n下一年度将继续加强管理，提高质量。",
        "我局严格执行政府采购制度，支出90万元\n　　下一年度将继续加强管理，提高质量。",
        "\n".join(f"青石县乡镇林场管护站改造工程第{n}标段" for n in "一二三四五六七八"),
        "\n".join(_PARAGRAPHS),
    ],
)
def test_ordinary_line_ends_stay(text: str) -> None:
    assert shadow_of(text).text.count("\n") == text.replace("\n\n", "\n").count("\n")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("全年项目支出合计为7,611.\n55万元", "全年项目支出合计为7,611.55万元"),
        ("全年项目支出合计为7,611.55\n万元", "全年项目支出合计为7,611.55万元"),
        ("全年项目支出合计为7,611.55万\n元，同比持平", "全年项目支出合计为7,611.55万元，同比持平"),
        ("全年共安排资金（含上年结转和\n中央补助）两笔", "全年共安排资金（含上年结转和中央补助）两笔"),
        ("严格执行各项制度，加强管理，\n确保资金安全", "严格执行各项制度，加强管理，确保资金安全"),
        ("支出下降\n，降幅较大", "支出下降，降幅较大"),
        ("全年政府采购支出比上年下降1.2\n7%，降幅较大", "全年政府采购支出比上年下降1.27%，降幅较大"),
        ("1.公共安全支出（类）公安（款）行政\n运行（项）年初预算10万元", "1.公共安全支出（类）公安（款）行政运行（项）年初预算10万元"),
        ("年初预算为100万元。全年预算中\n央补助45万元、自治区补助23.50万元。", "年初预算为100万元。全年预算中央补助45万元、自治区补助23.50万元。"),
    ],
)
def test_plain_cuts_are_mended_without_a_common_width(text: str, joined: str) -> None:
    assert shadow_of(text).text == joined


def test_latin_words_stay_apart_over_a_soft_break() -> None:
    text = "全年完成数据开放平台（Open Data\nPlatform）建设"
    shadow = shadow_of(text)
    assert shadow.text == "全年完成数据开放平台（Open Data Platform）建设"
    assert shadow.to_source(0, len(shadow.text)) == (0, len(text))


def test_a_document_brings_its_own_tables() -> None:
    document = from_text("一、收支情况\n项目\t预算\t决算\n收入\t1\t2\n支出\t3\t4\n合计\t4\t6\n以上为全部收支。\n")
    assert len(document.tables) == 1
    assert shadow_of(document).text == "一、收支情况\n以上为全部收支。\n"


def test_an_empty_text_has_an_empty_shadow() -> None:
    shadow = shadow_of("")
    assert isinstance(shadow, Shadow)
    assert (shadow.text, len(shadow.offsets)) == ("", 0)


def test_a_million_characters_take_about_a_second() -> None:
    text = (_wrapped(64) + "\n") * (1_000_000 // len(_wrapped(64)))
    begin = time.perf_counter()
    shadow_of(text)
    assert time.perf_counter() - begin < 5  # generous: shared machines


def test_text_wrapped_to_a_number_of_characters_is_joined() -> None:
    """Lines of 31 characters are of many widths where digits are half as wide."""
    whole = (
        "（2）2080505社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）年初预算为64.13万元，全年支出71.52万元，比年初预算数增加7.39万元，增长11.52%。\n"
        "（3）2080506社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位职业年金缴费支出（项）。年初预算54.83万元，支出决算为54.83万元，完成年初预算的100.00%。\n"
        "（4）2101101卫生健康支出（类）行政事业单位医疗（款）行政单位医疗（项）。年初预算33.67万元，支出决算33.67万元，完成年初预算的100.00%。\n"
    )
    indented = ["    " + line for line in whole.splitlines()]
    wrapped = "\n".join(line[at : at + 31] for line in indented for at in range(0, len(line), 31))
    assert shadow_of(wrapped).text == whole.rstrip("\n")
