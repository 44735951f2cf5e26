"""The command line: what it says, what it writes, and that no file of any kind makes it fall over."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.extract.writers import COLUMNS
from typer.main import get_command
from typer.testing import CliRunner

import fiscalzh
from fiscalzh.cli import app

TEXT = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为4.50万元，完成预算的90.00%，与上年相比减少0.20万元。\n"
NAMES = [path.name for path in sorted(SAMPLES.iterdir())]


def _run(*arguments: str | Path) -> tuple[int, str, str]:
    """Status, standard output and standard error of the command; whatever it lets through fails the test."""
    result = CliRunner(env={"COLUMNS": "140"}).invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def _process(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fiscalzh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, check=False, env={**os.environ, "COLUMNS": "140"})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["extract", "train", "samples", "--version", "account or project"]),
        (
            ["extract", "--help"],
            ["Example: fiscalzh extract", ".txt, .html, .docx, .pdf", "jsonl|csv|wide|parquet|sqlite|table", "--output", "--model", "exit status"],
        ),
        (["train", "--help"], ["Example: fiscalzh train", "--set", "FIELD=VALUE", "model.hidden_size=64", "YAML", "extra `train`"]),
        (["pretrain", "--help"], ["Example: fiscalzh pretrain", "--set", ".txt.xz", "YAML", "goes on where it was"]),
        (["samples", "--help"], ["sample reports", "default: samples"]),
    ],
)
def test_help(arguments: list[str], words: list[str]) -> None:
    status, out, _ = _run(*arguments)
    assert status == 0
    flat = " ".join(out.split())
    for word in words:
        assert word in flat, word
    assert max(map(len, out.splitlines())) <= 140


def _verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, verb in getattr(command, "commands", {}).items():
        yield (*path, name)
        yield from _verbs(verb, (*path, name))


@pytest.mark.parametrize("verb", list(_verbs(get_command(app))), ids=" ".join)
def test_every_verb_is_explained(verb: tuple[str, ...]) -> None:
    status, out, _ = _run(*verb, "--help")
    usage, explanation = out.strip().split("\n\n")[:2]
    assert status == 0
    assert usage.startswith("Usage: ")
    assert not explanation.startswith(("Options:", "Arguments:", "Commands:")), "it does not say what it does"


def test_help_of_samples_has_an_example() -> None:
    assert "Example: fiscalzh samples" in _run("samples", "--help")[1]


def test_without_arguments_there_is_help() -> None:
    _, out, err = _run()
    assert "Commands:" in out + err


def test_version_by_module_and_by_command() -> None:
    done = _process("--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, fiscalzh.__version__, "")
    assert _run("--version")[:2] == (0, f"{fiscalzh.__version__}\n")


def test_samples_are_copied(tmp_path: Path) -> None:
    status, out, _ = _run("samples", tmp_path / "deep" / "folder")
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "deep" / "folder").iterdir()) == NAMES
    assert out.splitlines() == [str(tmp_path / "deep" / "folder" / name) for name in NAMES]
    assert {Path(name).suffix for name in NAMES} >= {".txt", ".pdf", ".docx", ".html"}


def test_table_is_what_a_terminal_gets(report: Path) -> None:
    status, out, err = _run("extract", report)
    assert (status, err) == (0, "")
    for words in ("公务接待费", "45,000", "-2,000", "90%", "yoy_change", "4.50万元"):
        assert words in out


def test_wide_is_csv_with_a_row_a_subject(report: Path) -> None:
    status, out, _ = _run("extract", report, "--format", "wide")
    (row,) = csv.DictReader(out.splitlines())
    assert status == 0
    assert (row["subject"], row["code"], row["actual"], row["completion_rate"]) == ("公务接待费", "30217", "45000", "90")


def test_jsonl_on_standard_output(report: Path) -> None:
    status, out, _ = _run("extract", report, "--format", "jsonl")
    (line,) = out.splitlines()
    data = json.loads(line)
    assert status == 0
    assert [(f["measure"], f["value"], f["unit"], f["period"]) for f in data["facts"]] == [
        ("actual", "45000", "CNY", 2021),
        ("completion_rate", "90", "%", 2021),
        ("yoy_change", "-2000", "CNY", 2021),
    ]
    assert data["source"] == str(report)
    assert data["pipeline"]["version"] == fiscalzh.__version__
    assert data["pipeline"]["model"]


@pytest.mark.parametrize(("name", "options"), [("out.csv", []), ("OUT.CSV", []), ("out.dat", ["-f", "csv"]), ("out.jsonl", ["-f", "csv"])])
def test_csv_by_suffix_or_by_word(report: Path, tmp_path: Path, name: str, options: list[str]) -> None:
    status, out, err = _run("extract", report, "-o", tmp_path / name, *options)
    assert (status, out, err) == (0, "", "1 of 1 reports extracted\n")
    with (tmp_path / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["value"] for row in rows] == ["45000", "90", "-2000"]
    for row in rows:
        assert TEXT[int(row["value_start"]) : int(row["value_end"])] == row["value_text"]


def test_jsonl_by_suffix_over_a_folder_of_every_format(tmp_path: Path) -> None:
    _run("samples", tmp_path / "samples")
    status, _, err = _run("extract", tmp_path / "samples", "--output", tmp_path / "out.jsonl")
    lines = _lines(tmp_path / "out.jsonl")
    assert (status, err) == (0, f"{len(NAMES)} of {len(NAMES)} reports extracted\n")
    assert [Path(line["source"]).name for line in lines] == NAMES
    assert all(line["facts"] and line["records"] for line in lines)
    assert any(line["claims"] for line in lines)


def test_table_to_a_file(report: Path, tmp_path: Path) -> None:
    assert _run("extract", report, "-f", "table", "-o", tmp_path / "out.txt")[0] == 0
    assert "公务接待费" in (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "\x1b" not in (tmp_path / "out.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_text_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(TEXT.encode(encoding))
    status, out, _ = _run("extract", path, "-f", "jsonl")
    assert status == 0
    assert [f["subject"] for f in json.loads(out)["facts"]] == ["公务接待费"] * 3


@pytest.mark.parametrize(("name", "content", "kind", "words"), BAD, ids=[case[0] for case in BAD])
def test_a_bad_file_is_one_clear_line_and_costs_nothing_else(tmp_path: Path, name: str, content: bytes, kind: str, words: str) -> None:
    bad, good, out = tmp_path / name, tmp_path / "zz.txt", tmp_path / "out.jsonl"
    bad.write_bytes(content)
    good.write_text(TEXT, encoding="utf-8")
    status, _, err = _run("extract", bad, good, "-o", out)
    assert status == 1
    line, summary = err.splitlines()
    assert line.startswith(f"error: {bad}: ")
    assert words in line
    assert summary == "1 of 2 reports extracted, 1 failed"
    failed, done = _lines(out)
    assert failed == {"source": str(bad), "error": {"type": kind, "message": line.removeprefix("error: ")}}
    assert len(done["facts"]) == 3


def test_all_bad_files_at_once_in_csv(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, content, _, _ in BAD:
        (folder / name).write_bytes(content)
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    readable = [name for name, _, kind, _ in BAD if kind != "suffix"]  # a folder's other files are passed over
    status, _, err = _run("extract", folder, "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert status == 1
    assert sorted(Path(row["source"]).name for row in rows if row["error"]) == sorted(readable)
    assert sum(not row["error"] for row in rows) == 3
    assert err.splitlines()[-1] == f"1 of {len(readable) + 1} reports extracted, {len(readable)} failed"
    assert len(err.splitlines()) == len(readable) + 1


@pytest.mark.parametrize("format", ["table", "csv", "jsonl"])
def test_a_missing_file_in_every_format(tmp_path: Path, format: str) -> None:
    status, out, err = _run("extract", tmp_path / "none.txt", "-f", format)
    assert status == 1
    assert err.splitlines()[0] == f"error: {tmp_path / 'none.txt'}: no such file: check the path"
    assert "no such file" in " ".join(out.split())


def test_a_missing_folder_is_told_so(tmp_path: Path) -> None:
    assert "no such file" in _run("extract", tmp_path / "reprots")[2]


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
    status, _, err = _run(*arguments)
    assert status == 2
    assert words.format(tmp=tmp_path) in " ".join(err.split())
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if "rror" in line]) == 1


def test_nothing_is_written_where_the_format_is_unknown(tmp_path: Path, report: Path) -> None:
    _run("extract", report, "-o", tmp_path / "out.xyz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.txt"]


def test_a_folder_without_a_model_is_one_clear_line(tmp_path: Path, report: Path) -> None:
    status, _, err = _run("extract", report, "--model", tmp_path)
    assert status == 2
    assert err.startswith("error: ")
    assert "fiscalzh train" in err


def test_samples_onto_a_file_is_one_clear_line(report: Path) -> None:
    status, _, err = _run("samples", report)
    assert status == 2
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1


def test_a_report_is_never_overwritten(report: Path) -> None:
    status, _, err = _run("extract", report, "-o", report, "-f", "jsonl")
    assert report.read_text(encoding="utf-8") == TEXT
    assert status == 2
    assert err.startswith("error: ")


def test_a_model_of_ones_own(tmp_path: Path, report: Path) -> None:
    from fiscalzh.models.runtime import SHIPPED

    shutil.copytree(SHIPPED, tmp_path / "mine")
    status, out, _ = _run("extract", report, "--model", tmp_path / "mine", "-f", "jsonl")
    assert status == 0
    assert len(json.loads(out)["facts"]) == 3


def test_names_that_terminals_and_shells_mind(tmp_path: Path) -> None:
    for name in ("[bold]年报[bold].txt", "-o.txt", "a b.txt", "=1.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    status, _, _ = _run("extract", tmp_path, "-o", tmp_path / "out.csv")
    assert status == 0
    assert "[bold]年报[bold]" in _run("extract", tmp_path / "[bold]none.txt", tmp_path / "[bold]年报[bold].txt", "-f", "csv")[1]
    assert _run("extract", tmp_path / "[bold]年报[bold].txt")[0] == 0


def test_a_process_leaves_no_traceback_and_takes_relative_paths(tmp_path: Path, report: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 30)
    done = _process("extract", "report.txt", "bad.txt", "-o", "out.jsonl", cwd=report.parent)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("error: bad.txt: expected text")
    assert "Traceback" not in done.stderr
    assert [line["source"] for line in _lines(tmp_path / "out.jsonl")] == ["report.txt", "bad.txt"]


_IMPORTED = """
import sys
from fiscalzh.cli import app
try:
    app(["extract", sys.argv[1], "-o", sys.argv[2]])
except SystemExit as end:
    assert not end.code, end.code
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"torch", "transformers", "spacy", "datasets", "onnx", "numpy", "onnxruntime"}))
"""


def test_extracting_imports_neither_torch_nor_transformers(report: Path, tmp_path: Path) -> None:
    arguments = [str(report), str(tmp_path / "out.jsonl")]
    done = subprocess.run([sys.executable, "-c", _IMPORTED, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["numpy", "onnxruntime"]


def test_help_and_version_are_quick_to_import() -> None:
    code = "import sys, fiscalzh.cli; print(*sorted({'numpy', 'spacy', 'torch', 'onnxruntime', 'pypdfium2', 'lxml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("taken", [1, 2])
def test_a_reader_that_goes_away_early_costs_no_traceback(tmp_path: Path, report: Path, taken: int) -> None:
    for number in range(3):
        shutil.copy(report, tmp_path / f"{number}.txt")
    command = f"'{sys.executable}' -m fiscalzh extract '{tmp_path}' -f jsonl | head -n {taken} | wc -l"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == str(taken)
    assert "Traceback" not in done.stderr


def test_thresholds_leave_out_the_less_probable(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("全年完成云溪大数据平台建设和城区路灯改造工程，项目支出12.5万元。\n", encoding="utf-8")
    kept, strict = (_run("extract", report, "--format", "jsonl", *more) for more in ((), ("--least", "PROJECT=1")))
    labels = [[span["label"] for span in json.loads(out)["spans"]] for _, out, _ in (kept, strict)]
    assert "PROJECT" in labels[0]
    assert labels[1] == [label for label in labels[0] if label != "PROJECT"]
    status, _, said = _run("extract", report, "--least", "PROJEKT=0.5")
    assert (status, "a threshold is LABEL=P" in said) == (2, True)


def test_a_run_with_workers_sums_itself_up(tmp_path: Path, report: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    arguments = ["extract", report, tmp_path / "bad.txt", "-o", tmp_path / "out.parquet", "--errors", tmp_path / "errors.jsonl"]
    done = _process(*arguments, "--workers", "1", "--seconds-per-report", "60", "--memory-per-report", "2000")
    error, counts, rate, failed, summary = done.stderr.splitlines()
    assert done.returncode == 1
    assert error == f"error: {tmp_path / 'bad.txt'}: expected a report, found an empty file"
    assert counts == f"3 facts and 0 claims in {len(TEXT)} characters"
    assert "reports a minute; 0 done by an earlier call" in rate
    assert failed == "failed: 1 empty"
    assert summary == "1 of 2 reports extracted, 1 failed"
    assert [line["error"]["type"] for line in _lines(tmp_path / "errors.jsonl")] == ["empty"]


def test_fail_fast_is_one_line(tmp_path: Path, report: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    status, _, err = _run("extract", tmp_path / "a.txt", report, "-o", tmp_path / "out.csv", "--fail-fast")
    assert status == 2
    assert err.splitlines()[-1] == f"error: stopped at the first report that failed: {tmp_path / 'a.txt'}: expected a report, found an empty file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "report.txt"]


def test_a_run_stopped_by_hand_says_how_to_go_on(tmp_path: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fiscalzh.extract.runs import run

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "to_json", stop)
    assert _run("extract", report, "-o", tmp_path / "out.csv") == (130, "", "stopped: the same command goes on where it was\n")
