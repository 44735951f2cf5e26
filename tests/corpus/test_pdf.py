"""PDFs, made with reportlab and a font that every viewer brings along."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from fiscalzh.corpus import Document, ReadError, from_bytes
from fiscalzh.corpus.readers import ocr
from fiscalzh.corpus.shadow import shadow_of

pdfmetrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]  # noqa: E402
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]  # noqa: E402
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # noqa: E402

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
_SIZE, _LEADING, _LEFT, _TOP, _COLUMNS = 12, 22, 72, 780, 72

_PARAGRAPHS = [
    "2022年度收、支总计均为1,234.56万元。与上年度相比，收、支总计各增加98.76万元，增长8.70%，主要原因是退耕还林项目支出"
    "增加，部分跨年度项目在本年度集中结算，支付进度较上年明显加快。",
    "2022年度基本支出456.78万元，占本年支出合计的37.00%，主要用于保障机构正常运转、完成日常工作任务而发生的人员经费和公用"
    "经费支出，包括基本工资、津贴补贴、奖金和办公费等。",
]


def _wrapped(paragraph: str, indent: int = 2) -> list[tuple[float, str]]:
    """Lines as (left edge, text)."""
    lines: list[tuple[float, str]] = []
    line, width, left = "", indent * 2, _LEFT + indent * _SIZE
    for char in paragraph:
        size = 1 if char.isascii() else 2
        if width + size > _COLUMNS:
            lines.append((left, line))
            line, width, left = "", 0, _LEFT
        line, width = line + char, width + size
    return [*lines, (left, line)]


def _pdf(draw: Callable[[Any], None], **options: Any) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def _page(canvas: Any, lines: Sequence[tuple[float, str]], head: str = "", foot: str = "") -> None:
    canvas.setFont("STSong-Light", 9)
    canvas.drawCentredString(300, 815, head)
    canvas.drawCentredString(300, 30, foot)
    canvas.setFont("STSong-Light", _SIZE)
    for row, (left, text) in enumerate(lines):
        canvas.drawString(left, _TOP - row * _LEADING, text)
    canvas.showPage()


def _read(draw: Callable[[Any], None], **options: Any) -> Document:
    return from_bytes(_pdf(draw, **options), "report.pdf")


def test_lines_are_lines_and_paragraphs_keep_their_indent() -> None:
    lines = [(_LEFT, "一、收支情况"), *_wrapped(_PARAGRAPHS[0]), *_wrapped(_PARAGRAPHS[1])]
    document = _read(lambda canvas: _page(canvas, lines))
    assert document.text.split("\n")[1].startswith("\u3000\u30002022年度收")
    assert document.text.count("\n") == len(lines)
    assert shadow_of(document).text == "\n".join(["一、收支情况", *_PARAGRAPHS]) + "\n"
    assert [s.heading for s in document.sections] == ["一、收支情况"]
    assert any(document.text[a:b].count("\n") for a, b in document.sentences)


def test_a_sentence_goes_on_over_pages() -> None:
    lines = [line for paragraph in _PARAGRAPHS * 4 for line in _wrapped(paragraph)]

    def draw(canvas: Any) -> None:
        for number, at in enumerate(range(0, len(lines), 5)):
            _page(canvas, lines[at : at + 5], head="青石县林业局部门决算公开", foot=f"- {number + 1} -")

    document = _read(draw)
    assert len(document.pages) == (len(lines) + 4) // 5
    assert document.page_of(document.text.index("- 2 -")) == 2
    shadow = shadow_of(document).text
    for paragraph in _PARAGRAPHS:
        assert shadow.count(paragraph) == 4
    broken = [document.text[a:b] for a, b in document.sentences if document.page_of(a) != document.page_of(b - 1)]
    assert broken
    assert all(sentence.endswith("。") and not sentence.startswith(("- ", "青石县")) for sentence in broken)


def test_a_table_is_rows_of_cells() -> None:
    rows = [("项目", "预算数", "决算数"), ("基本支出", "450.00", "456.78"), ("合计", "1,150.00", "1,234.56")]

    def draw(canvas: Any) -> None:
        canvas.setFont("STSong-Light", _SIZE)
        canvas.drawString(_LEFT, _TOP, "二、决算表格如下")
        for column in range(3):  # drawn column by column, as some programs do
            for row, cells in enumerate(rows):
                canvas.drawString(_LEFT + 150 * column, _TOP - 20 * (row + 1), cells[column])
        canvas.drawString(_LEFT, _TOP - 100, "以上。")

    document = _read(draw)
    assert document.text == "二、决算表格如下\n" + "".join("\t".join(row) + "\n" for row in rows) + "以上。\n"
    (table,) = document.tables
    assert document.text[slice(*table)].endswith("1,234.56")
    assert shadow_of(document).text == "二、决算表格如下\n以上。\n"


def test_contents_are_no_table() -> None:
    entries = ["一、部门职责", "二、机构设置", "三、收支情况", "四、名词解释"]

    def draw(canvas: Any) -> None:
        canvas.setFont("STSong-Light", _SIZE)
        for row, entry in enumerate(entries):
            canvas.drawString(_LEFT, _TOP - 20 * row, entry)
            canvas.drawString(400, _TOP - 20 * row, str(row + 1))

    document = _read(draw)
    assert document.tables == ()
    assert [s.heading for s in document.sections] == entries


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_turned_on_their_side(turn: int) -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.setFont("STSong-Light", _SIZE)
        for row in range(3):
            canvas.drawString(-100, 100 - 20 * row, f"第{row}行的内容，文字稍长")

    assert _read(draw).text.split() == [f"第{row}行的内容，文字稍长" for row in range(3)]


def test_watermarks_and_double_printing() -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont("STSong-Light", _SIZE)
        canvas.drawString(_LEFT, _TOP, "一、收入情况")
        canvas.drawString(_LEFT + 0.4, _TOP, "一、收入情况")
        canvas.translate(100, _TOP - 60)
        canvas.rotate(45)
        canvas.setFont("STSong-Light", 40)
        canvas.drawString(0, 0, "内部资料")

    assert _read(draw).text == "一、收入情况\n"


def test_a_password_is_asked_for() -> None:
    lock = StandardEncryption("geheim", ownerPassword="geheimer", strength=128)
    with pytest.raises(ReadError) as caught:
        _read(lambda canvas: _page(canvas, [(_LEFT, "一、收支情况")]), encrypt=lock)
    assert caught.value.kind == "password"


def test_an_owner_password_alone_does_not_hinder_reading() -> None:
    lock = StandardEncryption("", ownerPassword="geheimer", strength=128)
    assert _read(lambda canvas: _page(canvas, [(_LEFT, "一、收支情况")]), encrypt=lock).text == "一、收支情况\n"


def _picture() -> Any:
    from PIL import Image

    return ImageReader(Image.new("L", (20, 20), 128))


def test_a_scan_needs_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)

    def draw(canvas: Any) -> None:
        for number in range(3):
            canvas.drawImage(_picture(), 0, 0, 500, 700)
            canvas.setFont("STSong-Light", 9)
            canvas.drawString(300, 30, str(number))
            canvas.showPage()

    with pytest.raises(ReadError, match="OCR") as caught:
        _read(draw)
    assert caught.value.kind == "no_text"


def _scan(turn: int = 0) -> tuple[Any, tuple[float, float]]:
    """A page of two lines as a picture, and its size in points."""
    import pypdfium2

    lines = [(_LEFT, "公务接待费支出决算为4.50万元，"), (_LEFT, "完成预算的90.00%。")]
    page = pypdfium2.PdfDocument(_pdf(lambda canvas: _page(canvas, lines)))[0]
    page.set_rotation(turn)
    return ImageReader(page.render(scale=1.5).to_pil()), page.get_size()


def _mixed(canvas: Any) -> None:
    """A page with text, a scan, and another page with text."""
    scan, size = _scan()
    _page(canvas, _wrapped(_PARAGRAPHS[0]))
    canvas.drawImage(scan, 0, 0, *size)
    canvas.showPage()
    _page(canvas, _wrapped(_PARAGRAPHS[1]))


@pytest.mark.ocr
@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
@pytest.mark.parametrize("turn", [0, 90])
def test_a_scan_is_recognised_offline(turn: int) -> None:
    scan, size = _scan(turn)

    def draw(canvas: Any) -> None:
        canvas.setPageSize(size)
        canvas.drawImage(scan, 0, 0, *size)
        canvas.showPage()

    document = _read(draw)
    assert (document.meta.ocr, document.meta.unread_pages, document.pages) == (True, 0, (0,))
    first, second = document.text.splitlines()
    assert "公务接待费支出决算为4.50万元" in first
    assert "90.00%" in second


@pytest.mark.ocr
@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
def test_scanned_pages_among_others_are_recognised() -> None:
    document = _read(_mixed)
    assert (document.meta.ocr, document.meta.unread_pages, len(document.pages)) == (True, 0, 3)
    found = [document.page_of(document.text.index(words)) for words in ("1,234.56万元", "4.50万元", "456.78万元")]
    assert found == [1, 2, 3]


def test_scanned_pages_that_nobody_read_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    document = _read(_mixed)
    assert (document.meta.ocr, document.meta.unread_pages, len(document.pages)) == (False, 1, 3)
    assert "456.78万元" in document.text
    assert "4.50万元" not in document.text


def test_a_report_with_a_picture_is_read() -> None:
    def draw(canvas: Any) -> None:
        canvas.drawImage(_picture(), 0, 0, 50, 70)
        _page(canvas, [(_LEFT, "一、收入支出决算总体情况说明")])

    assert _read(draw).text == "一、收入支出决算总体情况说明\n"


def test_blank_pages_are_an_empty_file() -> None:
    with pytest.raises(ReadError) as caught:
        _read(lambda canvas: canvas.showPage())
    assert caught.value.kind == "empty"


def test_a_file_cut_off_in_the_middle() -> None:
    data = _pdf(lambda canvas: _page(canvas, [(_LEFT, "一、收支情况")]))
    with pytest.raises(ReadError) as caught:
        from_bytes(data[:200], "a.pdf")
    assert caught.value.kind == "corrupt"


def test_many_pages_in_little_memory() -> None:
    def draw(canvas: Any) -> None:
        for number in range(100):
            _page(canvas, _wrapped(_PARAGRAPHS[0]), foot=f"- {number + 1} -")

    data = _pdf(draw)
    tracemalloc.start()
    document = from_bytes(data, "a.pdf")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(document.pages) == 100
    assert peak < 20_000_000
