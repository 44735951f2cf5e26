"""The benchmark of scans: what is set, what is drawn, and how the loss is counted. Recognising itself is the readers' to test."""

from __future__ import annotations

import numpy as np
import pytest
from fiscalzh.corpus import from_bytes
from fiscalzh.corpus.readers import ocr
from fiscalzh.eval.scans import SCANS, Scan, edit_distance, scanned, set_lines, set_pages
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("reportlab")
pypdfium2 = pytest.importorskip("pypdfium2")

_TEXT = "一、收支情况\n" + "2021年度收入总计1,234.56万元，与上年相比增加98.76万元，增长8.70%。" * 40


def test_lines_fill_pages_and_columns_in_the_order_of_reading() -> None:
    scan = Scan("two", columns=2, size=9)
    lines = set_lines(_TEXT, scan, 1)
    document = pypdfium2.PdfDocument(set_pages(lines, scan))
    assert len(document) == 1
    assert "".join(lines) == _TEXT.replace("\n", "")
    assert len(set_lines(_TEXT * 40, scan, 2)) == 2 * len(set_lines(_TEXT * 40, scan, 1))
    assert len(pypdfium2.PdfDocument(set_pages(set_lines(_TEXT * 40, scan, 2), scan))) == 2


@pytest.mark.parametrize("scan", [scan for scan in SCANS if scan.dpi <= 200], ids=lambda scan: scan.name)
def test_a_scan_holds_pictures_and_no_text(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    data = scanned(set_pages(set_lines(_TEXT, scan, 1), scan), scan)
    page = pypdfium2.PdfDocument(data)[0]
    assert page.get_textpage().count_chars() == 0
    across, up = page.get_size()
    assert (across > up) == (scan.turned % 2 == 1)
    assert np.ptp(page.render(scale=0.5).to_numpy()) > 100
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(Exception, match="install the extra `ocr`"):
        from_bytes(data, "scan.pdf")


@pytest.mark.parametrize(
    ("left", "right", "edits"), [("", "", 0), ("决算", "", 2), ("", "决算", 2), ("决算数", "预算数", 1), ("甲乙丙", "乙丙丁", 2)]
)
def test_edits(left: str, right: str, edits: int) -> None:
    assert edit_distance(left, right) == edits


@given(left=st.text("甲乙丙", max_size=8), right=st.text("甲乙丙", max_size=8))
def test_edits_are_those_of_the_definition(left: str, right: str) -> None:
    def slow(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        return min(slow(a[1:], b) + 1, slow(a, b[1:]) + 1, slow(a[1:], b[1:]) + (a[0] != b[0])) if a[0] != b[0] else slow(a[1:], b[1:])

    assert edit_distance(left, right) == edit_distance(right, left)
    assert edit_distance(left[:5], right[:5]) == slow(left[:5], right[:5])
