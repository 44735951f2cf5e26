"""Headings, their tree, and sentences."""

from __future__ import annotations

import pytest
from fiscalzh.corpus import Document, Section, from_text
from fiscalzh.corpus.markers import mark_at, number_of
from hypothesis import given
from hypothesis import strategies as st


def _outline(sections: tuple[Section, ...]) -> list[object]:
    """A tree of headings: a string for a leaf, a pair of heading and children else."""
    return [(s.heading, _outline(s.children)) if s.children else s.heading for s in sections]


def _sentences(document: Document) -> list[str]:
    return [document.text[start:end] for start, end in document.sentences]


_FULL = """2022年度青石县林业局部门决算

目    录

第一部分 单位概况
一、部门职责
二、机构设置
第二部分 决算情况说明
一、收入支出决算总体情况说明

第 一 部 分
青石县林业局概况
一、部门职责
（一）贯彻执行林业法律法规。负责全县林业行政管理。
（二）机构设置
1．办公室
2．造林股
第二部分　决算情况说明
一、收入支出决算总体情况说明
2022年度收、支总计1,234.56万元。
(一)财政拨款支出决算具体情况。
1.农林水支出(类)林业和草原(款)行政运行(项)。年初预算为100万元，支出决算为101万元。
2.农林水支出(类)林业和草原(款)森林资源培育(项)。年初预算为0，支出决算为5万元。
3.公务接待费支出决算为1.20万元，与上年相比减少0.30万元，主要原因是严格控制接待批次和人数。
①接待批次
"""


def test_the_outline_of_a_report() -> None:
    assert _outline(from_text(_FULL).sections) == [
        (
            "目录",
            [
                ("第一部分 单位概况", ["一、部门职责", "二、机构设置"]),
                ("第二部分 决算情况说明", ["一、收入支出决算总体情况说明"]),
            ],
        ),
        (
            "第一部分 青石县林业局概况",
            [
                (
                    "一、部门职责",
                    ["（一）贯彻执行林业法律法规", ("（二）机构设置", ["1.办公室", "2.造林股"])],
                )
            ],
        ),
        (
            "第二部分 决算情况说明",
            [
                (
                    "一、收入支出决算总体情况说明",
                    [
                        (
                            "（一）财政拨款支出决算具体情况",
                            [
                                "1.农林水支出（类）林业和草原（款）行政运行（项）",
                                "2.农林水支出（类）林业和草原（款）森林资源培育（项）",
                                "①接待批次",
                            ],
                        )
                    ],
                )
            ],
        ),
    ]


def test_headings_at_gives_the_path() -> None:
    document = from_text(_FULL)
    at = document.text.index("年初预算为100万元")
    assert document.headings_at(at) == (
        "第二部分 决算情况说明",
        "一、收入支出决算总体情况说明",
        "（一）财政拨款支出决算具体情况",
        "1.农林水支出（类）林业和草原（款）行政运行（项）",
    )
    assert document.headings_at(document.text.index("二、机构设置"))[0] == "目录"
    assert document.headings_at(0) == ()
    assert document.headings_at(len(document.text)) == ()


def test_a_numbered_paragraph_of_text_ends_the_section_before_it() -> None:
    document = from_text(_FULL)
    at = document.text.index("1.20万元")
    assert document.headings_at(at)[-1] == "（一）财政拨款支出决算具体情况"


def test_offsets_of_a_section() -> None:
    text = "一、 基 本 情 况：\n　　正文。\n二、其他"
    first, second = from_text(text).sections
    assert text[first.start : first.heading_end] == "一、 基 本 情 况"
    assert (first.heading, first.level) == ("一、基本情况", 2)
    assert text[first.heading_end : first.end] == "：\n　　正文。\n"
    assert (second.start, second.heading_end, second.end) == (first.end, len(text), len(text))


@pytest.mark.parametrize(
    ("line", "heading", "level"),
    [
        ("第一部分 部门概况", "第一部分 部门概况", 1),
        ("第 二 部 分", "第二部分", 1),
        ("第三章 收支情况", "第三章 收支情况", 1),
        ("第一节 预算安排", "第一节 预算安排", 2),
        ("十二、其他需要说明的情况", "十二、其他需要说明的情况", 2),
        ("一．基本情况", "一.基本情况", 2),
        ("(三) 项目组织实施情况", "（三）项目组织实施情况", 3),
        ("（ 一 ）项目概况", "（一）项目概况", 3),
        ("㈡项目概况", "㈡项目概况", 3),
        ("１．资金到位情况", "1.资金到位情况", 4),
        ("2、资金使用情况：", "2、资金使用情况", 4),
        ("3.2022年度预算安排", "3.2022年度预算安排", 4),
        ("⒉资金管理", "⒉资金管理", 4),
        ("（4）绩效目标", "（4）绩效目标", 5),
        ("5）绩效目标", "5）绩效目标", 5),
        ("⑵绩效目标", "⑵绩效目标", 5),
        ("③满意度", "③满意度", 6),
        ("（二）强化监督，提升效能。2022年共开展检查12次。", "（二）强化监督，提升效能", 3),
        ("三、基本支出：指为保障机构正常运转而发生的支出。", "三、基本支出", 2),
        ("一、部门职责............................3", "一、部门职责", 2),
        ("一、部门职责\t12", "一、部门职责", 2),
    ],
)
def test_a_line_that_is_a_heading(line: str, heading: str, level: int) -> None:
    (section,) = from_text(line + "\n正文若干字。\n").sections
    assert (section.heading, section.level) == (heading, level)


@pytest.mark.parametrize(
    "line",
    [
        "1.公务接待费支出决算为0.00万元，全年共接待0批次。",
        "1、在原有财务制度的基础上，及时修订了采购管理制度；",
        "1.5万元用于支付尾款",
        "98.5%的项目已经完工",
        "（试行）办法已经印发",
        "2.项目支出100万元。",
        "1.全年围绕中心工作，坚持问题导向，统筹推进各项目建设，较好地完成了县委县政府交办的各项工作任务。",
        "一是加强管理",
        "第三方机构开展了评价",
        "2022年度收入情况",
    ],
)
def test_a_line_that_is_no_heading(line: str) -> None:
    assert from_text(line + "\n正文若干字。\n").sections == ()


def test_items_of_one_sentence_without_a_body_are_no_headings() -> None:
    document = from_text("一、部门职责\n（1）拟订规划。\n（2）组织实施。\n（3）监督检查。\n二、机构设置\n无。\n")
    assert _outline(document.sections) == ["一、部门职责", "二、机构设置"]


def test_digits_between_chinese_numbers_take_their_rank() -> None:
    text = (
        "1、基本情况\n略。\n二、支出情况\n（一）基本支出\n略。\n（2）项目支出\n略。\n（三）其他\n略。\n"
        "3、绩效情况\n1、产出\n略。\n2、效益\n略。\n四、问题\n略。"
    )
    assert _outline(from_text(text).sections) == [
        "1、基本情况",
        ("二、支出情况", ["（一）基本支出", "（2）项目支出", "（三）其他"]),
        ("3、绩效情况", ["1、产出", "2、效益"]),
        "四、问题",
    ]


def test_digits_that_continue_digits_keep_their_rank() -> None:
    text = "一、概况\n1、职责\n略。\n2、机构\n略。\n二、收支\n1、收入\n略。\n2、支出\n略。\n3、结余\n略。"
    assert _outline(from_text(text).sections) == [
        ("一、概况", ["1、职责", "2、机构"]),
        ("二、收支", ["1、收入", "2、支出", "3、结余"]),
    ]


def test_contents_end_where_the_report_begins() -> None:
    document = from_text("目录\n一、概况\n二、收支\n2022年度决算\n一、概况\n我局为行政单位。\n二、收支\n全年收入1万元。\n")
    contents, *rest = document.sections
    assert _outline((contents,)) == [("目录", ["一、概况", "二、收支"])]
    assert _outline(tuple(rest)) == ["一、概况", "二、收支"]
    assert document.headings_at(document.text.index("全年收入")) == ("二、收支",)


def test_a_heading_wrapped_by_a_page_is_one() -> None:
    body = "本年度围绕项目建设目标，按照合同约定的进度和质量要求组织实施，资金拨付及时，管理规范。"
    lines = [body[i : i + 20] for i in range(0, len(body), 20)]
    text = "\n".join([*lines, "（二）部门整体支出规模、资金使用方向和主", "要内容、涉及范围", *lines])
    (section,) = from_text(text).sections
    assert section.heading == "（二）部门整体支出规模、资金使用方向和主要内容、涉及范围"
    assert text[section.start : section.heading_end].count("\n") == 1


def test_sentences() -> None:
    text = "一、收支\r\n　　收入100万元；支出90万元。“全部到位。”结余10万元\r\n\r\n真的吗？好！"
    assert _sentences(from_text(text)) == [
        "一、收支",
        "收入100万元；",
        "支出90万元。",
        "“全部到位。”",
        "结余10万元",
        "真的吗？",
        "好！",
    ]


def test_a_sentence_goes_on_over_a_soft_break() -> None:
    text = "全年项目支出合计为7,611.\n55万元，同比持平。其他略。"
    assert _sentences(from_text(text)) == ["全年项目支出合计为7,611.\n55万元，同比持平。", "其他略。"]


def test_tables_hold_no_sentences_and_no_headings() -> None:
    document = from_text("一、收支\n一、收入\t1.00\t2.00\n二、支出\t3.00\t4.00\n合计\t4.00\t6.00\n以上。\n")
    assert _sentences(document) == ["一、收支", "以上。"]
    assert _outline(document.sections) == ["一、收支"]
    assert document.in_table(document.text.index("4.00"))
    assert not document.in_table(document.text.index("以上"))


_LINES = st.lists(
    st.sampled_from(
        [
            "第一部分 概况",
            "一、收支",
            "（一）收入",
            "1.工资",
            "(2)津贴",
            "①其他",
            "目录",
            "正文100万元，占7%。",
            "",
            "　 ",
            "5、略；",
        ]
    ),
    max_size=25,
).map("\n".join)


def _check(sections: tuple[Section, ...], start: int, end: int, text: str) -> None:
    for section in sections:
        assert start <= section.start < section.heading_end <= section.end <= end
        heading = text[section.start : section.heading_end]
        assert heading == heading.strip()
        _check(section.children, section.heading_end, section.end, text)
        start = section.end


@given(_LINES)
def test_sections_nest_and_sentences_are_in_order(text: str) -> None:
    document = from_text(text)
    _check(document.sections, 0, len(text), text)
    at = 0
    for start, end in document.sentences:
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        at = end
    covered = "".join(_sentences(document))
    assert "".join(covered.split()) == "".join(text.split())


@given(_LINES, st.integers(0, 400))
def test_headings_at_agrees_with_the_tree(text: str, offset: int) -> None:
    document = from_text(text)
    path: list[str] = []

    def descend(sections: tuple[Section, ...]) -> None:
        for section in sections:
            if section.start <= offset < section.end:
                path.append(section.heading)
                descend(section.children)

    descend(document.sections)
    assert document.headings_at(offset) == tuple(path)


@pytest.mark.parametrize(
    ("written", "value"),
    [("3", 3), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百零三", 103), ("一〇", 10), ("1 2", 12)],
)
def test_numbers_of_marks(written: str, value: int) -> None:
    assert number_of(written) == value


def test_a_mark_knows_its_style_and_length() -> None:
    mark = mark_at("㈢效益")
    assert mark is not None
    assert (mark.style, mark.level, mark.number, mark.length) == ("han_bracket", 3, 3, 1)
    assert mark_at("效益") is None
