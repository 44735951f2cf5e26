"""Old Word files: by way of LibreOffice, of which a script takes the place here, and what is said where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from fiscalzh.corpus import ReadError, from_bytes
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.corpus.readers import legacy

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_WORD = SAMPLES / "overall-evaluation.docx"


def _office(folder: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """A program `soffice` that does these lines of Python, `out` being the folder to write to."""
    script = folder / "soffice"
    script.write_text(f"#!{sys.executable}\nimport sys, time, shutil\nout = sys.argv[sys.argv.index('--outdir') + 1]\n{lines}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def _error(data: bytes = _OLD, name: str = "a.doc") -> ReadError:
    with pytest.raises(ReadError) as caught:
        from_bytes(data, name)
    return caught.value


@pytest.mark.parametrize("name", ["a.doc", "b.WPS"])
def test_what_libreoffice_converts_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _office(tmp_path, monkeypatch, f"shutil.copy({str(_WORD)!r}, out + '/report.docx')")
    assert from_bytes(_OLD, name).text == from_bytes(_WORD.read_bytes(), "a.docx").text


def test_without_libreoffice_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = _error()
    assert error.kind == "converter"
    assert "LibreOffice" in str(error)
    assert "save the file as .docx" in str(error)


def test_a_conversion_that_fails_or_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _office(tmp_path, monkeypatch, "sys.exit(1)")
    assert _error().kind == "corrupt"
    _office(tmp_path, monkeypatch, "time.sleep(60)")
    monkeypatch.setattr(legacy, "SECONDS", 0.5)
    assert _error().kind == "too_large"


def test_a_docx_under_an_old_name_is_read() -> None:
    assert from_bytes(_WORD.read_bytes(), "a.doc").text == from_bytes(_WORD.read_bytes(), "a.docx").text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_rich_text() -> None:
    document = from_bytes(rb"{\rtf1\ansi\uc0 \u20844 \u21153 4.50}", "a.doc")
    assert "4.50" in document.text
