"""Files that are damaged, hostile or monstrous: a document or a `ReadError`, never anything else, and never forever."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from damage import damaged, texts
from fiscalzh.corpus import SUFFIXES, Document, ReadError, from_bytes, read
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.corpus.shadow import shadow_of
from hypothesis import given
from hypothesis import strategies as st

_GOOD = {path.suffix: path.read_bytes() for path in sorted(SAMPLES.iterdir())}
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _sound(data: bytes, name: str) -> Document | None:
    """What every reader owes to any bytes."""
    failure: ReadError | None = None
    try:
        document = from_bytes(data, name)
    except ReadError as error:
        failure = error
    if failure is not None:
        assert str(failure).startswith(name)
        assert "\n" not in str(failure)
        return None
    document.text.encode("utf-8")
    assert all(0 <= start < end <= len(document.text) for start, end in (*document.sentences, *document.tables))
    assert list(document.pages) == sorted(document.pages)
    return document


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.binary(max_size=400))
def test_any_bytes(suffix: str, data: bytes) -> None:
    _sound(data, f"a{suffix}")


@pytest.mark.parametrize("suffix", _GOOD)
@given(random_=st.randoms(use_true_random=False))
def test_damaged_reports(suffix: str, random_: random.Random) -> None:
    _sound(damaged(_GOOD[suffix], random_), f"a{suffix}")


@given(random_=st.randoms(use_true_random=False))
def test_damaged_parts_of_word_files(random_: random.Random) -> None:
    names = ("word/document.xml", "word/numbering.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels")
    chosen = random_.choice(names)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_GOOD[".docx"])) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, damaged(data, random_) if name == chosen else data)
    _sound(out.getvalue(), "a.docx")


@given(text=st.text(max_size=300) | texts(), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))
def test_any_text(text: str, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    document = _sound(data, "a.txt")
    if document is not None and encoding in ("utf-16", "utf-8-sig") and not text.startswith("\ufeff"):
        assert document.text == data.decode(encoding)
    _sound(data, "a.html")


_MARKUP = ["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<pre>", "<!--", "-->", "<br>", "收入100万元。", "&#55296;", "<svg>"]


@given(st.lists(st.sampled_from(_MARKUP)))
def test_any_markup(parts: list[str]) -> None:
    _sound(("<meta charset=utf-8>" + "".join(parts)).encode(), "a.html")


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _word_with(body: str) -> bytes:
    """A Word file with a raw body."""
    return _word(f"<w:document {_NS}><w:body>{body}</w:body></w:document>")


def _word(xml: str) -> bytes:
    saved, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, xml.encode() if name == "word/document.xml" else source.read(name))
    return out.getvalue()


def _timed(act: Callable[[], Any], seconds: float) -> Any:
    begin = time.process_time()
    result = act()
    assert time.process_time() - begin < seconds
    return result


def test_a_zip_bomb_that_understates_its_size() -> None:
    """The directory says a few bytes, the data holds 30 MB: nothing unpacks more than is said."""
    data = bytearray(_word_with("<w:p/>" + " " * 30_000_000))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at : place + at + 4] = (100).to_bytes(4, "little")
    assert _timed(lambda: _sound(bytes(data), "a.docx"), 10) is None


def test_a_zip_of_a_million_nothings() -> None:
    _timed(lambda: _sound(_zip(**{f"word/{number}.xml": b"" for number in range(5_000)}), "a.docx"), 10)


def test_deep_xml() -> None:
    depth = 2_000
    body = "<w:sdt><w:sdtContent>" * depth + "<w:p><w:r><w:t>收入</w:t></w:r></w:p>" + "</w:sdtContent></w:sdt>" * depth
    _timed(lambda: _sound(_word_with(body), "a.docx"), 10)
    tables = 60
    nested = "<w:tbl><w:tr><w:tc>" * tables + "<w:p><w:r><w:t>收入</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * tables
    document = _timed(lambda: _sound(_word_with(nested), "a.docx"), 10)
    assert document.text == "收入\n"


def test_entities_that_multiply() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "字"}">' for n in range(12))
    xml = f"<!DOCTYPE d [{entities}]><w:document {_NS}><w:body><w:p><w:r><w:t>收入&e11;</w:t></w:r></w:p></w:body></w:document>"
    _timed(lambda: _sound(_word(xml), "a.docx"), 10)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "收入",
        "<table><tr><td>" * 1_500 + "收入",
        "<p>收入" * 50_000,
        "<!--" + "收入" * 200_000,
        "<a href='" + "x" * 2_000_000,
        "<b><i>" * 20_000 + "收入",
        "<table>" + "<tr><td>1</td></tr>" * 20_000 + "</table>",
    ],
    ids=["div", "tables", "p", "comment", "attribute", "formatting", "rows"],
)
def test_endless_pages(page: str) -> None:
    _timed(lambda: _sound(("<meta charset=utf-8>" + page).encode(), "a.html"), 20)


def test_long_lines_and_long_numbers() -> None:
    for text in ("收入" * 500_000, "9" * 200_000 + "万元", "（" * 100_000, "一、" * 100_000, " \t" * 300_000 + "收", "1.1.1" * 100_000):
        _timed(lambda text=text: _sound(text.encode(), "a.txt"), 20)  # type: ignore[misc]


def test_letter_spaced_text_is_read_as_words() -> None:
    document = from_bytes("一 、 收 支 情 况\n公 务 接 待 费 支 出 决 算 为 4 . 5 0 万 元 。\n".encode(), "a.txt")
    assert document.text.startswith("一 、 收 支 情 况")
    assert "4.50万元" in shadow_of(document).text.replace(" ", "")


def test_two_encodings_in_one_file() -> None:
    data = "公务接待费支出".encode() + "决算为4.50万元。".encode("gb18030")
    document = _sound(data, "a.txt")
    assert document is None or document.text


def test_a_pdf_whose_directory_is_broken() -> None:
    good = _GOOD[".pdf"]
    at = good.rindex(b"startxref")
    for data in (good[:at] + b"startxref\n99999999\n%%EOF", good[:at], good.replace(b"xref\n0", b"xref\n7", 1), good.replace(b"/Root", b"/Toor")):
        _sound(data, "a.pdf")
    mended = _sound(good[:at] + b"startxref\n99999999\n%%EOF", "a.pdf")
    assert mended is not None
    assert mended.text == from_bytes(good, "a.pdf").text


def test_a_pdf_of_two_thousand_pages() -> None:
    canvas_of = pytest.importorskip("reportlab.pdfgen.canvas")
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = canvas_of.Canvas(out)
    for number in range(2_000):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 700, f"第{number}页，公务接待费支出决算为4.50万元。")
        canvas.showPage()
    canvas.save()
    document = _timed(lambda: _sound(out.getvalue(), "a.pdf"), 60)
    assert len(document.pages) == 2_000
    assert document.text.count("公务接待费") == 2_000


def test_a_page_tree_that_runs_in_a_circle() -> None:
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    _timed(lambda: _sound(data, "a.pdf"), 20)


def test_paths_inside_a_word_file_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _sound(_zip(**{"../../evil.txt": b"x", "/etc/evil": b"x", "[Content_Types].xml": b"<Types/>"}), "a.docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["字" * 300 + ".txt", "a\0.txt", "a.txt/b.txt"])
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text("收入", encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read(tmp_path / name)
    assert caught.value.kind == "missing"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError, match=r"a\.txt: a pipe"):
        read(tmp_path / "a.txt")


def test_a_zip_of_a_version_to_come() -> None:
    """zipfile has another error for it."""
    data = bytearray(_GOOD[".docx"])
    data[data.index(b"PK\x01\x02") + 6] = 255
    with pytest.raises(ReadError, match="is the file complete"):
        from_bytes(bytes(data), "a.docx")
