"""Web pages."""

from __future__ import annotations

import pytest
from fiscalzh.corpus import Document, from_bytes
from fiscalzh.corpus.shadow import shadow_of


def _read(body: str, head: str = "", encoding: str = "utf-8") -> Document:
    return from_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding), "page.html")


def test_blocks_are_lines_and_inline_marks_are_not() -> None:
    body = "<h1>决算</h1>\n<div><p>收入<b>100</b>\n万元</p><p>支出<br>结余</p>尾<div>段</div></div><ul><li>甲</li><li>乙</li></ul>"
    assert _read(body).text == "决算\n收入100 万元\n支出\n结余\n尾\n段\n甲\n乙\n"


def test_what_is_not_shown_is_left_out() -> None:
    body = (
        "<nav>导航</nav><script>var a='脚本'</script><style>p{}</style><p>正文</p><p hidden>藏一</p>"
        "<div style='color:red; display: none'><p>藏二</p></div><span style='visibility:hidden'>藏三</span>"
        "<!-- 注释 --><footer>页脚</footer><article><p>文章</p><footer>文尾</footer></article>"
    )
    assert _read(body).text == "正文\n文章\n文尾\n"


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030", "utf-8"])
def test_pages_in_gbk_whatever_they_declare(declared: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><title>标题</title>'
    assert _read("<p>镕基，收入①万元</p>", head, "gb18030").text == "镕基，收入①万元\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_outranks_the_declaration(encoding: str) -> None:
    assert _read("<p>收入</p>", '<meta charset="gb2312">', encoding).text == "收入\n"


def test_an_unknown_declaration_is_ignored() -> None:
    assert _read("<p>收入</p>", '<meta charset="x-nonsense">').text == "收入\n"


def test_a_broken_byte_in_a_long_page_is_replaced() -> None:
    data = b"<meta charset=utf-8><p>" + ("收入合计。" * 300).encode() + b"\xff</p>"
    assert from_bytes(data, "a.htm").text == "收入合计。" * 300 + "\ufffd\n"


_DATA = "".join(
    f"<tr><td>{a}</td><td> {b} </td><td><p>{c}</p></td></tr>"
    for a, b, c in [("项目", "预算数", "决算数"), ("基本支出", "100.00", "98.50"), ("项目支出", "20.00", "19.00")]
)


def test_a_data_table_is_rows_of_cells() -> None:
    document = _read(f"<p>见下表。</p><table>{_DATA}</table><p>以上。</p>")
    assert document.text == "见下表。\n项目\t预算数\t决算数\n基本支出\t100.00\t98.50\n项目支出\t20.00\t19.00\n以上。\n"
    (table,) = document.tables
    assert document.text[slice(*table)].split("\n")[0] == "项目\t预算数\t决算数"
    assert document.in_table(document.text.index("98.50"))
    assert shadow_of(document).text == "见下表。\n以上。\n"
    assert [document.text[slice(*s)] for s in document.sentences] == ["见下表。", "以上。"]


def test_a_layout_table_is_narrative() -> None:
    prose = "<p>2022年度收入合计100.00万元，全部为财政拨款收入。</p><p>一、支出情况</p>"
    for layout in (
        f"<table><tr><td>{prose}</td></tr></table>",
        f"<table><tr><td>首页</td><td>{prose * 12}</td></tr><tr><td></td><td>页脚</td></tr></table>",
    ):
        document = _read(layout)
        assert document.tables == ()
        assert "2022年度收入合计100.00万元，全部为财政拨款收入。\n一、支出情况\n" in document.text


def test_a_data_table_inside_a_layout_table_is_a_table() -> None:
    document = _read(f"<table><tr><td><p>见下表。</p><table>{_DATA}</table><p>以上。</p></td><td>侧栏</td></tr></table>")
    assert len(document.tables) == 1
    assert shadow_of(document).text == "见下表。\n以上。\n侧栏\n"


def test_the_visible_title_wins_over_the_window_title() -> None:
    window = "<title>2019年度柳河镇人民政府部门决算</title>"
    assert _read("<h1>2022年度青石县林业局部门决算</h1><p>一、收支</p>", window).meta.unit == "青石县林业局"
    assert _read("<p>一、收支</p>", window).meta.unit == "柳河镇人民政府"


def test_deep_nesting() -> None:
    depth = 5_000
    assert "收入" in _read("<div>" * depth + "收入" + "</div>" * depth).text


def test_entities_and_fixed_spaces() -> None:
    assert _read("<p>&nbsp;&nbsp;收入&lt;100&gt;万元&#12290;</p><pre>甲\n  乙</pre>").text == "\xa0\xa0收入<100>万元。\n甲\n  乙\n"
