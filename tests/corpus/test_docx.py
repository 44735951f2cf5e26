"""Word files, built with python-docx and a little raw XML."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from fiscalzh.corpus import Document, ReadError, from_bytes
from fiscalzh.corpus.readers import docx as reader
from fiscalzh.corpus.readers.numbering import formatted
from fiscalzh.corpus.shadow import shadow_of

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _word() -> Any:
    return docx.Document()


def _bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _read(document: Any) -> Document:
    return from_bytes(_bytes(document), "report.docx")


def _xml(document: Any, *blocks: str) -> None:
    """Append raw blocks before the section properties."""
    for block in blocks:
        document.element.body.insert(-1, parse_xml(block.replace(">", f" {_NS}>", 1)))


def test_paragraphs_and_tables_in_order() -> None:
    word = _word()
    word.add_paragraph("一、收支情况")
    table = word.add_table(3, 3)
    for row, cells in zip(table.rows, ("项目 预算数 决算数", "基本支出 100.00 98.50", "项目支出 20.00 19.00"), strict=True):
        for cell, text in zip(row.cells, cells.split(), strict=True):
            cell.text = text
    word.add_paragraph("　　以上。")
    document = _read(word)
    assert document.text == "一、收支情况\n项目\t预算数\t决算数\n基本支出\t100.00\t98.50\n项目支出\t20.00\t19.00\n　　以上。\n"
    (found,) = document.tables
    assert document.text[slice(*found)].endswith("19.00")
    assert shadow_of(document).text == "一、收支情况\n以上。\n"


def test_a_table_that_holds_prose_is_narrative() -> None:
    word = _word()
    word.add_table(1, 1).cell(0, 0).text = "2022年度收入合计100.00万元。\n二、支出情况"
    layout = word.add_table(2, 2)
    layout.cell(0, 0).text = "自评结论"
    layout.cell(0, 1).text = "本年度围绕目标组织实施，资金使用规范，管理制度健全，" * 20
    document = _read(word)
    assert document.tables == ()
    assert document.text.startswith("2022年度收入合计100.00万元。\n二、支出情况\n自评结论\n本年度")


def test_merged_cells_are_not_repeated() -> None:
    word = _word()
    table = word.add_table(3, 2)
    for row, (left, right) in zip(table.rows, (("项目", "金额"), ("支出", "1.00"), ("支出", "2.00")), strict=True):
        row.cells[0].text, row.cells[1].text = left, right
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    assert _read(word).text == "项目\t金额\n支出\t1.00\n\t2.00\n"


def test_tracked_changes_show_the_text_as_it_would_be_accepted() -> None:
    word = _word()
    _xml(
        word,
        "<w:p><w:r><w:t>收入</w:t></w:r><w:ins><w:r><w:t>合计</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>总计</w:delText></w:r></w:del><w:r><w:t>100万元</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>支出</w:t></w:r></w:p>",
        "<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>90万元</w:t></w:r></w:moveTo></w:p>",
        "<w:ins><w:p><w:r><w:t>新段</w:t></w:r></w:p></w:ins>",
    )
    assert _read(word).text == "收入合计100万元\n支出90万元\n新段\n"


def test_content_controls_links_breaks_and_hidden_text() -> None:
    word = _word()
    _xml(
        word,
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r>"
        "<w:sdt><w:sdtContent><w:r><w:t>内联</w:t></w:r></w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>",
        "<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t>"
        "<w:noBreakHyphen/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r></w:p>',
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText><w:t>目录</w:t></w:r></w:p>',
    )
    assert _read(word).text == "控件内联\n链接\t甲\n乙-可见\n目录\n"


_ABSTRACT = """<w:abstractNum w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3.%4"/></w:lvl>
<w:lvl w:ilvl="4"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>"""
_NUMS = (
    """<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>""",
    ('<w:num w:numId="91"><w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'),
)


def _numbered(word: Any) -> None:
    root = word.part.numbering_part.element
    root.insert(0, parse_xml(_ABSTRACT.replace(">", f" {_NS}>", 1)))
    for num in _NUMS:
        root.append(parse_xml(num.replace(">", f" {_NS}>", 1)))


def _item(text: str, level: int, num: int = 90) -> str:
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def test_automatic_list_numbers_are_written_out() -> None:
    word = _word()
    _numbered(word)
    items = [
        ("概况", 0),
        ("职责", 1),
        ("机构", 1),
        ("股室", 2),
        ("编制", 2),
        ("人数", 3),
        ("要点", 4),
        ("收支", 0),
        ("收入", 1),
    ]
    _xml(word, *(_item(text, level) for text, level in items), _item("附件", 0, 91), _item("续", 0), _item("不编", 0, 0))
    document = _read(word)
    assert document.text.split("\n") == [
        *("一、概况", "（一）职责", "（二）机构", "1.股室", "2.编制", "2.3 人数", "要点", "二、收支", "（一）收入"),
        *("一、附件", "二、续", "不编", ""),
    ]
    assert [s.heading for s in document.sections] == ["一、概况", "二、收支", "一、附件", "二、续"]


def test_list_numbers_that_come_with_a_style() -> None:
    word = _word()
    _numbered(word)
    style = word.styles["Heading 1"].element
    style.get_or_add_pPr().append(parse_xml(f'<w:numPr {_NS}><w:numId w:val="90"/></w:numPr>'))
    word.add_paragraph("概况", style="Heading 1")
    word.add_paragraph("正文")
    word.add_paragraph("收支", style="Heading 1")
    assert _read(word).text == "一、概况\n正文\n二、收支\n"


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"),
        (1003, "chineseCountingThousand", "一千零三"),
        (3, "chineseLegalSimplified", "叁"),
        (10, "chineseLegalSimplified", "壹拾"),
        (7, "decimalEnclosedCircleChinese", "⑦"),
        (21, "decimalEnclosedCircle", "21"),
        (2, "upperLetter", "B"),
        (3, "lowerLetter", "c"),
        (14, "upperRoman", "XIV"),
        (9, "lowerRoman", "ix"),
        (12, "decimalFullWidth", "１２"),
        (5, "somethingNew", "5"),
        (0, "chineseCounting", "零"),
    ],
)
def test_numbering_formats(number: int, style: str, written: str) -> None:
    assert formatted(number, style) == written


def test_the_properties_help_where_the_text_has_no_title() -> None:
    word = _word()
    word.core_properties.title = "2022年度青石县林业局部门决算"
    word.add_paragraph("一、收支")
    assert _read(word).meta.unit == "青石县林业局"


def _replaced(data: bytes, part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return out.getvalue()


def test_a_part_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PART", 1_000_000)
    bomb = _replaced(_bytes(_word()), "word/document.xml", b" " * 2_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(ReadError) as caught:
        from_bytes(bomb, "a.docx")
    assert caught.value.kind == "too_large"


def test_entities_are_not_expanded() -> None:
    xml = (
        f'<!DOCTYPE d [<!ENTITY a "十个字十个字十个字十"><!ENTITY b "&a;&a;&a;&a;">]><w:document {_NS}><w:body>'
        "<w:p><w:r><w:t>收入&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    data = _replaced(_bytes(_word()), "word/document.xml", xml.encode())
    assert from_bytes(data, "a.docx").text == "收入\n"


@pytest.mark.parametrize("content", [b"<w:document", b"<nothing/>", b""])
def test_a_damaged_part(content: bytes) -> None:
    data = _replaced(_bytes(_word()), "word/document.xml", content)
    with pytest.raises(ReadError) as caught:
        from_bytes(data, "a.docx")
    assert caught.value.kind == "corrupt"


def test_a_zip_that_is_no_word_file() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "收入")
    with pytest.raises(ReadError) as caught:
        from_bytes(out.getvalue(), "a.docx")
    assert caught.value.kind == "corrupt"


def test_an_empty_word_file() -> None:
    with pytest.raises(ReadError) as caught:
        _read(_word())
    assert caught.value.kind == "empty"
