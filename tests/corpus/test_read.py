"""Encodings, the registry of readers, and every way in which a file is no report."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fiscalzh.corpus import READERS, SUFFIXES, ReadError, from_bytes, from_text, read

_TEXT = "2022年度青石县林业局部门决算\r\n\r\n一、收支\n　　收入１００万元。\r三、其他\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_is_exactly_as_decoded(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.TXT"
    path.write_bytes(_TEXT.encode(encoding))
    document = read(path)
    assert document.text == _TEXT
    assert document.source == str(path)
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_utf16_of_either_byte_order() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert from_bytes(mark + _TEXT.encode(encoding), "a.txt").text == _TEXT


def test_text_and_file_make_the_same_document() -> None:
    read_, made = from_bytes(_TEXT.encode(), "a.txt"), from_text(_TEXT, "a.txt")
    assert read_ == made


def test_form_feeds_divide_pages() -> None:
    document = from_text("第一页文字\f第二页文字\f第三页")
    assert document.pages == (0, 6, 12)
    assert [document.page_of(at) for at in (0, 5, 6, 11, 12)] == [1, 1, 2, 2, 3]
    assert from_text("没有分页").page_of(1) is None


def test_rows_of_figures_are_tables() -> None:
    table = "项目  预算数  决算数\n基本支出  100.00  98.50\n项目支出  20.00  19.00\n合计  120.00  117.50"
    column = "项目\n\n预算数\n\n基本支出\n\n100.00\n\n98.50\n\n项目支出\n\n20.00\n\n19.00\n\n117.50"
    prose = "全年基本支出100.00万元。\n项目支出20.00万元。\n\n"
    for cells in (table, column):
        document = from_text(prose + cells + "\n" + prose)
        (found,) = document.tables
        assert document.text[slice(*found)].endswith("117.50")
        assert found[0] >= len(prose)
    assert from_text(prose * 3).tables == ()
    contents = "一、部门职责  1\n二、机构设置  2\n三、收支情况  3\n四、名词解释  4\n"
    assert from_text(contents).tables == ()


def _error(data: bytes, name: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        from_bytes(data, name)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(name)
    return caught.value


@pytest.mark.parametrize(
    ("data", "name", "kind", "words"),
    [
        (b"", "a.txt", "empty", "empty file"),
        (b" \r\n\t", "a.pdf", "empty", "empty file"),
        ("\u3000\n".encode(), "a.txt", "empty", "no text"),
        (b"<html><body><script>x()</script></body></html>", "a.html", "empty", "script"),
        (b"%PDF-1.7 ...", "a.txt", "binary", ".pdf"),
        (b"PK\x03\x04....", "a.txt", "binary", ".docx"),
        (b"\xd0\xcf\x11\xe0....", "a.txt", "binary", ".docx"),
        (b"\x89PNG....", "a.html", "binary", "image"),
        ("收入".encode("utf-16-le") + b"\0a\0b", "a.txt", "binary", "NUL"),
        (b"\x01\x02\x03\x04\x05\x06abc", "a.txt", "binary", "control characters"),
        ("收入".encode() + b"\xff\xff\xff", "a.txt", "encoding", "GB18030"),
        ("收入".encode() + b"\xff" * 9, "a.html", "encoding", "GB18030"),
        (b"not a zip", "a.docx", "corrupt", "zip"),
        (b"PK\x03\x04 but no more", "a.docx", "corrupt", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", "corrupt", ".doc"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            "password",
            "password",
        ),
        (b"%PDF-1.7 and nothing", "a.pdf", "corrupt", "PDF"),
        (b"text", "a.doc", "corrupt", ".docx"),
        (b"text", "a.xlsx", "suffix", "tables"),
        (b"text", "a.rtf", "suffix", ".txt"),
        (b"text", "report", "suffix", "without suffix"),
    ],
)
def test_what_is_no_report(data: bytes, name: str, kind: str, words: str) -> None:
    error = _error(data, name)
    assert error.kind == kind
    assert words in str(error)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    for path, words in ((tmp_path / "none.txt", "no such file"), (folder, "folder")):
        with pytest.raises(ReadError, match=words) as caught:
            read(path)
        assert caught.value.kind == "missing"


def test_a_file_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[read.__module__], "MAX_BYTES", 10)
    path = tmp_path / "big.txt"
    path.write_text("收入" * 10, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.kind == "too_large"


def test_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(_error(b"", "a.txt")))
    assert isinstance(error, ReadError)
    assert (error.kind, str(error)) == ("empty", "a.txt: expected a report, found an empty file")


def test_the_registry() -> None:
    assert set(SUFFIXES) == set(READERS) == {".txt", ".html", ".htm", ".docx", ".doc", ".wps", ".pdf"}


def test_no_format_library_is_imported_before_it_is_needed() -> None:
    libraries = {"docx", "lxml", "pypdfium2", "selectolax"}
    code = f"import sys, fiscalzh.corpus as c; c.from_text('一、收支'); print(sorted({libraries} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_report_of_40_kb_is_read_in_no_time() -> None:
    data = ("一、收支\n　　2022年度收入100.00万元，支出90.00万元，结余10.00万元，完成预算的90.00%。\n" * 400).encode()
    assert len(data) > 40_000
    from_bytes(data, "a.txt")
    begin = time.perf_counter()
    from_bytes(data, "a.txt")
    assert time.perf_counter() - begin < 0.3  # generous: it takes a tenth of that
