"""The command line given bad files and bad arguments: one clear line, and no file of any kind makes it fall over."""

from __future__ import annotations

import csv
from pathlib import Path

import pypdf
import pytest
from commands import TEXT, lines_of, run
from fiscalzh.corpus.library import SAMPLES


def _password_pdf() -> bytes:
    import io

    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


# name, content, kind of error, words of its line
BAD: list[tuple[str, bytes, str, str]] = [
    ("empty.txt", b"", "empty", "found an empty file"),
    ("blank.txt", " \n\u3000\n".encode(), "empty", "expected a report"),
    ("binary.txt", bytes(range(256)) * 20, "binary", "expected text"),
    ("pdf.txt", b"%PDF-1.4\n1 0 obj", "binary", "name it .pdf"),
    ("bytes.txt", b"\xff\xff\x81\x30 \xc4" * 9, "encoding", "UTF-8"),
    ("cut.pdf", (SAMPLES / "budget-execution.pdf").read_bytes()[:500], "corrupt", "not a readable PDF"),
    ("words.pdf", TEXT.encode(), "corrupt", "not a readable PDF"),
    ("locked.pdf", _password_pdf(), "password", "asks for a password"),
    ("cut.docx", (SAMPLES / "overall-evaluation.docx").read_bytes()[:900], "corrupt", "is the file complete"),
    ("words.docx", TEXT.encode(), "corrupt", "found no zip container"),
    ("old.doc", b"\xd0\xcf\x11\xe0" * 9, "corrupt", "save it as .docx"),
    ("sheet.xlsx", b"PK\x03\x04", "suffix", "workbooks hold tables"),
    ("notes.md", TEXT.encode(), "suffix", "expected one of .txt"),
]


@pytest.mark.parametrize(("name", "content", "kind", "words"), BAD, ids=[case[0] for case in BAD])
def test_a_bad_file_is_one_clear_line_and_costs_nothing_else(tmp_path: Path, name: str, content: bytes, kind: str, words: str) -> None:
    bad, good, out = tmp_path / name, tmp_path / "zz.txt", tmp_path / "out.jsonl"
    bad.write_bytes(content)
    good.write_text(TEXT, encoding="utf-8")
    status, _, err = run("extract", bad, good, "-o", out)
    assert status == 1
    line, summary = err.splitlines()
    assert line.startswith(f"error: {bad}: ")
    assert words in line
    assert summary == "1 of 2 reports extracted, 1 failed"
    failed, done = lines_of(out)
    assert failed == {"source": str(bad), "error": {"type": kind, "message": line.removeprefix("error: ")}}
    assert len(done["facts"]) == 3


def test_all_bad_files_at_once_in_csv(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, content, _, _ in BAD:
        (folder / name).write_bytes(content)
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    readable = [name for name, _, kind, _ in BAD if kind != "suffix"]  # a folder's other files are passed over
    status, _, err = run("extract", folder, "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert status == 1
    assert sorted(Path(row["source"]).name for row in rows if row["error"]) == sorted(readable)
    assert sum(not row["error"] for row in rows) == 3
    assert err.splitlines()[-1] == f"1 of {len(readable) + 1} reports extracted, {len(readable)} failed"
    assert len(err.splitlines()) == len(readable) + 1


@pytest.mark.parametrize("format", ["table", "csv", "jsonl"])
def test_a_missing_file_in_every_format(tmp_path: Path, format: str) -> None:
    status, out, err = run("extract", tmp_path / "none.txt", "-f", format)
    assert status == 1
    assert err.splitlines()[0] == f"error: {tmp_path / 'none.txt'}: no such file: check the path"
    assert "no such file" in " ".join(out.split())


def test_a_missing_folder_is_told_so(tmp_path: Path) -> None:
    assert "no such file" in run("extract", tmp_path / "reprots")[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["extract", "{report}", "-o", "{tmp}/out.xyz"], "end it in .jsonl, .csv, .xlsx, .parquet or .sqlite, or say --format"),
        (["extract", "{report}", "--format", "xlsx"], "a workbook needs a file to write"),
        (["extract", "{report}", "-o", "{tmp}/out"], "cannot tell a format from 'out'"),
        (["extract", "{report}", "-o", "{tmp}/none/out.csv"], "cannot write {tmp}/none/out.csv: No such file or directory"),
        (["extract", "{tmp}/void"], "no reports in {tmp}/void: expected files ending in .txt"),
        (["extract", "{report}", "-f", "xml"], "'jsonl', 'csv', 'wide', 'parquet', 'sqlite', 'table'"),
        (["extract", "{report}", "-f", "parquet"], "parquet needs a file to write"),
        (["extract", "{report}", "-o", "{tmp}/void", "-f", "csv"], "a folder stands there"),
        (["extract", "{report}", "-o", "{tmp}/out.csv", "--model", "{tmp}/void", "--workers", "1"], "fiscalzh train"),
        (["extract"], "Missing argument"),
        (["train", "{tmp}/none.yaml"], "none.yaml"),
        (["train", "{report}", "--set", "epochs"], "FIELD=VALUE"),
        (["nonsense"], "No such command"),
    ],
)
def test_misuse_is_one_clear_line(tmp_path: Path, report: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "void").mkdir()
    (tmp_path / "plan.yaml").write_text("epochs: 1\n", encoding="utf-8")
    arguments = [a.format(report=report, tmp=tmp_path) for a in arguments]
    if arguments[0] == "train" and "--set" in arguments:
        arguments[1] = str(tmp_path / "plan.yaml")
    status, _, err = run(*arguments)
    assert status == 2
    assert words.format(tmp=tmp_path) in " ".join(err.split())
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if "rror" in line]) == 1


def test_nothing_is_written_where_the_format_is_unknown(tmp_path: Path, report: Path) -> None:
    run("extract", report, "-o", tmp_path / "out.xyz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.txt"]


def test_a_folder_without_a_model_is_one_clear_line(tmp_path: Path, report: Path) -> None:
    status, _, err = run("extract", report, "--model", tmp_path)
    assert status == 2
    assert err.startswith("error: ")
    assert "fiscalzh train" in err


def test_a_report_is_never_overwritten(report: Path) -> None:
    status, _, err = run("extract", report, "-o", report, "-f", "jsonl")
    assert report.read_text(encoding="utf-8") == TEXT
    assert status == 2
    assert err.startswith("error: ")
