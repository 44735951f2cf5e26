"""Old Word files: by way of LibreOffice, of which a script takes the place here, and what is said where there is none."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")


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


_FAILURES = [  # what it does, kind of error, words of its message
    ("", "corrupt", "could not convert it: open it"),
    ("print('Error: source file could not be loaded', file=sys.stderr)", "corrupt", "it (Error: source file could not be loaded): open it"),
    ("print('warn: no java', file=sys.stderr); print('Error:  a\\t b', file=sys.stderr); sys.exit(1)", "corrupt", "it (Error: a b): open it"),
    ("sys.stderr.buffer.write(b'\\xff error ' + b'x' * 100_000)", "corrupt", "xxx): open it"),
    ("open(out + '/other.docx', 'wb').write(b'x')", "corrupt", "could not convert it"),
    ("open(out + '/report.docx', 'wb').write(b'PK\\x03\\x04')", "corrupt", "is the file complete"),
    ("__import__('os').mkdir(out + '/report.docx')", "corrupt", "could not convert it"),
    ("__import__('os').kill(__import__('os').getpid(), 6)", "converter", "failed with status 134: has it enough memory"),
    ("sys.exit(77)", "converter", "failed with status 77"),
]


@pytest.mark.parametrize(("does", "kind", "words"), _FAILURES)
def test_whatever_goes_wrong_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, kind: str, words: str) -> None:
    _office(tmp_path, monkeypatch, does)
    error = _error()
    assert error.kind == kind
    assert words in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 400


def test_a_program_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _office(tmp_path, monkeypatch, "")
    (tmp_path / "soffice").write_text("#!/nowhere/at/all\n", encoding="utf-8")
    assert _error().kind == "converter"


# It starts a program that lives on, as the real one does, and that writes into its profile again and again.
_HANGS = """
import subprocess
beat = "import os, sys, time\\nwhile True:\\n os.makedirs(sys.argv[1], exist_ok=True); open(sys.argv[2], 'a').write('x'); time.sleep(0.02)"
subprocess.Popen([sys.executable, "-c", beat, out + "/profile/user", {beats!r}])
time.sleep(600)
"""


def _silent(beats: Path) -> bool:
    """Whether nothing writes there any more, a moment given to those that have just been killed."""
    time.sleep(0.3)
    before = beats.stat().st_size
    time.sleep(0.3)
    return before == beats.stat().st_size


def _await(beats: Path) -> None:
    end = time.monotonic() + 60
    while not beats.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert beats.exists()


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beats, own = tmp_path / "beats", tmp_path / "own"
    own.mkdir()
    _office(tmp_path, monkeypatch, _HANGS.format(beats=str(beats)))
    monkeypatch.setattr("tempfile.tempdir", str(own))
    monkeypatch.setattr(legacy, "SECONDS", 5)
    assert _error().kind == "too_large"
    assert beats.exists()
    assert _silent(beats)


def test_a_worker_that_is_killed_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beats, own = tmp_path / "beats", tmp_path / "own"
    own.mkdir()
    _office(tmp_path, monkeypatch, _HANGS.format(beats=str(beats)))
    code = f"from fiscalzh.corpus import from_bytes; from_bytes({_OLD!r}, 'a.doc')"
    worker = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(own)}, start_new_session=True)
    _await(beats)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert _silent(beats)
    assert not list(own.glob("*/report.doc"))


def test_two_at_once_have_a_profile_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the real one, it does nothing where another has its profile."""
    lock = "__import__('os').mkdir(next(a for a in sys.argv if a.startswith('-env:')).partition('file://')[2])"
    _office(tmp_path, monkeypatch, f"{lock}\ntime.sleep(0.5)\nshutil.copy({str(_WORD)!r}, out + '/report.docx')")
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda name: from_bytes(_OLD, name).text, ("a.doc", "b.doc"))
    assert one == two != ""


def test_a_docx_under_an_old_name_is_read() -> None:
    assert from_bytes(_WORD.read_bytes(), "a.doc").text == from_bytes(_WORD.read_bytes(), "a.docx").text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_rich_text() -> None:
    document = from_bytes(rb"{\rtf1\ansi\uc0 \u20844 \u21153 4.50}", "a.doc")
    assert "4.50" in document.text
