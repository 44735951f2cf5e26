"""`fiscalzh extract`: what it writes, in which format, and how a run goes."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import TEXT, lines_of, process, run
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.extract.writers import COLUMNS

import fiscalzh

NAMES = [path.name for path in sorted(SAMPLES.iterdir())]


def test_table_is_what_a_terminal_gets(report: Path) -> None:
    status, out, err = run("extract", report)
    assert (status, err) == (0, "")
    for words in ("公务接待费", "45,000", "-2,000", "90%", "yoy_change", "4.50万元"):
        assert words in out


def test_wide_is_csv_with_a_row_a_subject(report: Path) -> None:
    status, out, _ = run("extract", report, "--format", "wide")
    (row,) = csv.DictReader(out.splitlines())
    assert status == 0
    assert (row["subject"], row["code"], row["actual"], row["completion_rate"]) == ("公务接待费", "30217", "45000", "90")


def test_jsonl_on_standard_output(report: Path) -> None:
    status, out, _ = run("extract", report, "--format", "jsonl")
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
    status, out, err = run("extract", report, "-o", tmp_path / name, *options)
    assert (status, out, err) == (0, "", "1 of 1 reports extracted\n")
    with (tmp_path / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["value"] for row in rows] == ["45000", "90", "-2000"]
    for row in rows:
        assert TEXT[int(row["value_start"]) : int(row["value_end"])] == row["value_text"]


def test_jsonl_by_suffix_over_a_folder_of_every_format(tmp_path: Path) -> None:
    run("samples", tmp_path / "samples")
    status, _, err = run("extract", tmp_path / "samples", "--output", tmp_path / "out.jsonl")
    lines = lines_of(tmp_path / "out.jsonl")
    assert (status, err) == (0, f"{len(NAMES)} of {len(NAMES)} reports extracted\n")
    assert [Path(line["source"]).name for line in lines] == NAMES
    assert all(line["facts"] and line["records"] for line in lines)
    assert any(line["claims"] for line in lines)


def test_table_to_a_file(report: Path, tmp_path: Path) -> None:
    assert run("extract", report, "-f", "table", "-o", tmp_path / "out.txt")[0] == 0
    assert "公务接待费" in (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "\x1b" not in (tmp_path / "out.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_text_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(TEXT.encode(encoding))
    status, out, _ = run("extract", path, "-f", "jsonl")
    assert status == 0
    assert [f["subject"] for f in json.loads(out)["facts"]] == ["公务接待费"] * 3


def test_a_model_of_ones_own(tmp_path: Path, report: Path) -> None:
    from fiscalzh.models.runtime import SHIPPED

    shutil.copytree(SHIPPED, tmp_path / "mine")
    status, out, _ = run("extract", report, "--model", tmp_path / "mine", "-f", "jsonl")
    assert status == 0
    assert len(json.loads(out)["facts"]) == 3


def test_names_that_terminals_and_shells_mind(tmp_path: Path) -> None:
    for name in ("[bold]年报[bold].txt", "-o.txt", "a b.txt", "=1.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    status, _, _ = run("extract", tmp_path, "-o", tmp_path / "out.csv")
    assert status == 0
    assert "[bold]年报[bold]" in run("extract", tmp_path / "[bold]none.txt", tmp_path / "[bold]年报[bold].txt", "-f", "csv")[1]
    assert run("extract", tmp_path / "[bold]年报[bold].txt")[0] == 0


def test_a_process_leaves_no_traceback_and_takes_relative_paths(tmp_path: Path, report: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 30)
    done = process("extract", "report.txt", "bad.txt", "-o", "out.jsonl", cwd=report.parent)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("error: bad.txt: expected text")
    assert "Traceback" not in done.stderr
    assert [line["source"] for line in lines_of(tmp_path / "out.jsonl")] == ["report.txt", "bad.txt"]


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
    kept, strict = (run("extract", report, "--format", "jsonl", *more) for more in ((), ("--least", "PROJECT=1")))
    labels = [[span["label"] for span in json.loads(out)["spans"]] for _, out, _ in (kept, strict)]
    assert "PROJECT" in labels[0]
    assert labels[1] == [label for label in labels[0] if label != "PROJECT"]
    status, _, said = run("extract", report, "--least", "PROJEKT=0.5")
    assert (status, "a threshold is LABEL=P" in said) == (2, True)


def test_a_run_with_workers_sums_itself_up(tmp_path: Path, report: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    arguments = ["extract", report, tmp_path / "bad.txt", "-o", tmp_path / "out.parquet", "--errors", tmp_path / "errors.jsonl"]
    done = process(*arguments, "--workers", "1", "--seconds-per-report", "60", "--memory-per-report", "2000")
    error, counts, rate, failed, summary = done.stderr.splitlines()
    assert done.returncode == 1
    assert error == f"error: {tmp_path / 'bad.txt'}: expected a report, found an empty file"
    assert counts == f"3 facts and 0 claims in {len(TEXT)} characters"
    assert "reports a minute; 0 done by an earlier call" in rate
    assert failed == "failed: 1 empty"
    assert summary == "1 of 2 reports extracted, 1 failed"
    assert [line["error"]["type"] for line in lines_of(tmp_path / "errors.jsonl")] == ["empty"]


def test_fail_fast_is_one_line(tmp_path: Path, report: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    status, _, err = run("extract", tmp_path / "a.txt", report, "-o", tmp_path / "out.csv", "--fail-fast")
    assert status == 2
    assert err.splitlines()[-1] == f"error: stopped at the first report that failed: {tmp_path / 'a.txt'}: expected a report, found an empty file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "report.txt"]


def test_a_run_stopped_by_hand_says_how_to_go_on(tmp_path: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fiscalzh.extract.runs import run as running

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "to_json", stop)
    assert run("extract", report, "-o", tmp_path / "out.csv") == (130, "", "stopped: the same command goes on where it was\n")
