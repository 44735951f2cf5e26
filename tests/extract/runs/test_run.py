"""Runs over many reports: the same bytes for any number of workers, and from any moment a run was stopped at."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fiscalzh.extract.batch import find_reports
from fiscalzh.extract.runs import run as module
from fiscalzh.extract.runs.outputs import FORMATS
from fiscalzh.extract.runs.parquet import DECIMAL, arrow_table
from fiscalzh.extract.runs.run import Recipe, Stopped, Summary, Watch, run
from fiscalzh.extract.runs.store import Done, StoreError
from fiscalzh.extract.runs.tables import TABLES
from fiscalzh.extract.runs.workers import Limits


def _run(reports: Path, output: Path, workers: int = 0, **options: Any) -> Summary:
    return run(find_reports([reports]), output, Recipe(output.suffix.lstrip(".")), workers, **options)


def _content(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in ([path] if path.is_file() else sorted(path.iterdir()))}


@pytest.fixture
def lines(reports: Path, tmp_path: Path) -> list[dict[str, Any]]:
    _run(reports, tmp_path / "lines.jsonl")
    return [json.loads(line) for line in (tmp_path / "lines.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("format", ["jsonl", "parquet", "sqlite"])
def test_workers_write_the_same_bytes(reports: Path, tmp_path: Path, format: str) -> None:
    for workers in (0, 1, 3) if format == "parquet" else (0, 2):
        (tmp_path / str(workers)).mkdir()
        assert _run(reports, tmp_path / str(workers) / f"out.{format}", workers).failures == {"empty": 1, "corrupt": 1}
    contents = [_content(path) for path in sorted(tmp_path.glob(f"[0-9]/out.{format}"))]
    assert len(contents) > 1
    assert all(content == contents[0] and all(content.values()) for content in contents)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_can_be_written_again(reports: Path, tmp_path: Path, format: str) -> None:
    _run(reports, tmp_path / f"out.{format}")
    first = _content(tmp_path / f"out.{format}")
    _run(reports, tmp_path / f"out.{format}")
    assert _content(tmp_path / f"out.{format}") == first


def test_a_summary(reports: Path, tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    summary = _run(reports, tmp_path / "out.csv")
    good = [line for line in lines if "error" not in line]
    assert (summary.reports, summary.failed, summary.before) == (len(lines), 2, 0)
    assert summary.facts == sum(len(line["facts"]) for line in good)
    assert summary.claims == sum(len(line["claims"]) for line in good)
    assert summary.characters == sum(line["text_length"] for line in good)


def test_json_lines_are_those_of_the_plan_in_order(reports: Path, lines: list[dict[str, Any]]) -> None:
    assert [line["source"] for line in lines] == [str(path) for path in find_reports([reports])]


def test_tables_hold_what_the_json_holds(reports: Path, tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    _run(reports, tmp_path / "out.parquet")
    tables = {path.stem: pq.read_table(path) for path in (tmp_path / "out.parquet").iterdir()}
    assert set(tables) == set(TABLES)
    facts = tables["facts"]
    assert facts.schema.field("value").type == pa.decimal128(38, 10)
    expected = [fact | {"source": line["source"]} for line in lines for fact in line.get("facts", ())]
    assert [row["value"] for row in facts.to_pylist()] == [Decimal(fact["value"]) for fact in expected]
    for column in set(expected[0]) - {"value"}:
        assert facts.column(column).to_pylist() == [fact[column] for fact in expected], column
    assert all(row["evidence"] for row in facts.to_pylist())
    for table in ("spans", "records", "claims"):
        assert tables[table].num_rows == sum(len(line.get(table, ())) for line in lines)
    documents = tables["documents"].to_pylist()
    assert [row["doc_id"] for row in documents] == [line.get("doc_id") for line in lines]
    assert {row["error_type"] for row in documents if row["doc_id"] is None} == {"empty", "corrupt"}


def test_a_database_is_exact(reports: Path, tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    _run(reports, tmp_path / "out.sqlite")
    with closing(sqlite3.connect(tmp_path / "out.sqlite")) as db:
        values = [value for (value,) in db.execute("SELECT value FROM facts ORDER BY rowid")]
        joined = "SELECT count(*) FROM facts JOIN spans ON spans.source = facts.source AND spans.id = facts.value_span"
        (count,) = db.execute(joined).fetchone()
        (section,) = db.execute("SELECT section FROM facts WHERE source LIKE '%samples%' AND section != '[]' LIMIT 1").fetchone()
    assert values == [fact["value"] for line in lines for fact in line.get("facts", ())]
    assert count == len(values)
    assert json.loads(section)


def test_ids_come_from_the_content(lines: list[dict[str, Any]]) -> None:
    by_name = {Path(line["source"]).name: line for line in lines}
    assert by_name["same-as-1.txt"]["doc_id"] == by_name["1.txt"]["doc_id"] != by_name["2.txt"]["doc_id"]
    assert by_name["1.txt"]["sha256"].startswith(by_name["1.txt"]["doc_id"])


def test_a_number_no_column_can_hold_is_null_and_costs_nothing() -> None:
    columns = list(TABLES["facts"])
    rows = [[{"value": value}.get(name) for name in columns] for value in ("1" * 28, "1" * 29, "0.00000000004", "-1.5")]
    found = arrow_table("facts", rows).column("value").to_pylist()
    assert found == [Decimal("1" * 28), None, 0, Decimal("-1.5")]
    assert DECIMAL.precision == 38


def test_names_that_are_no_utf8_are_written_readably(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in (b"\xc4\xea.txt", b"\xc4.pdf"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("公务接待费支出决算为4.50万元。", encoding="utf-8")
    _run(folder, tmp_path / "out.jsonl", workers=1)
    failed, done = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert failed["source"].endswith(r"\xc4.pdf")
    assert done["source"].endswith(r"\xc4\xea.txt")


def _tree(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_output_is_whole_or_not_there(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.jsonl").write_text("as it was", encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            _run(reports, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "as it was"
    assert _tree(tmp_path) == {"reports", "out.jsonl", "out.jsonl.partial"}
    assert _run(reports, tmp_path / "out.jsonl").before == 14
    assert _tree(tmp_path) == {"reports", "out.jsonl"}


def test_a_folder_of_somebody_elses_is_not_replaced(reports: Path, tmp_path: Path) -> None:
    (tmp_path / "out.parquet").mkdir()
    (tmp_path / "out.parquet" / "photos.zip").write_bytes(b"x")
    with pytest.raises(FileExistsError):
        _run(reports, tmp_path / "out.parquet")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(FileExistsError):
        _run(reports, tmp_path / "out.csv")
    assert _tree(tmp_path) == {"reports", "out.parquet", "out.csv"}


def test_fail_fast_stops_and_goes_on_when_mended(reports: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    (reports / "=5.pdf").unlink()
    with pytest.raises(Stopped, match=r"3\.txt: expected a report"):
        _run(reports, output, fail_fast=True)
    assert not output.exists()
    (reports / "3.txt").write_text("公务接待费支出决算为4.50万元。", encoding="utf-8")
    summary = _run(reports, output, fail_fast=True)
    assert (summary.before, summary.failed) == (3, 0)


def test_errors_go_to_a_file_too(reports: Path, tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    _run(reports, tmp_path / "out.csv", errors=tmp_path / "errors.jsonl")
    found = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert found == [line for line in lines if "error" in line]


def test_one_monstrous_report_costs_nothing_else(reports: Path, tmp_path: Path) -> None:
    sentence = "公务接待费支出决算为4.50万元，完成预算的90.00%。\n"
    (reports / "0.txt").write_text(sentence * 400_000, encoding="utf-8")
    summary = _run(reports, tmp_path / "out.jsonl", workers=1, limits=Limits(seconds=4))
    assert summary.failures == {"empty": 1, "corrupt": 1, "time_limit": 1}
    line = next(json.loads(line) for line in (tmp_path / "out.jsonl").open(encoding="utf-8") if "/0.txt" in line)
    assert line["error"]["message"] == f"{line['source']}: stopped after 4 s: see what is in it, or allow more with --seconds-per-report"


def test_defects_are_outcomes_in_this_process(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "to_json", _fail_over_memory)
    assert _run(reports, tmp_path / "out.jsonl").failures["memory_limit"] == 12


def _fail_over_memory(*_: object) -> None:
    raise MemoryError


class _Killed(BaseException):
    """As sudden as a signal."""


@pytest.mark.parametrize("after", [0, 1, 7, 13])
def test_a_run_that_was_broken_off_goes_on(reports: Path, tmp_path: Path, after: int) -> None:
    done: list[str] = []

    def note(source: str, result: Done) -> None:
        if len(done) == after:
            raise _Killed
        done.append(source)

    with pytest.raises(_Killed):
        _run(reports, tmp_path / "out.jsonl", watch=Watch(done=note))
    again: list[str] = []
    summary = _run(reports, tmp_path / "out.jsonl", watch=Watch(done=lambda source, _: again.append(source)))
    assert summary.before == after
    assert sorted(done + again) == sorted(map(str, find_reports([reports])))
    _run(reports, tmp_path / "whole.jsonl")
    assert _content(tmp_path / "out.jsonl")["out.jsonl"] == _content(tmp_path / "whole.jsonl")["whole.jsonl"]


def test_a_run_of_other_options_is_not_mixed_in(reports: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        _run(reports, tmp_path / "out.jsonl", fail_fast=True)
    with pytest.raises(StoreError, match="other settings"):
        run(find_reports([reports]), tmp_path / "out.jsonl", Recipe("csv"))


def _kill_and_go_on(reports: Path, output: Path, moment: Callable[[], float], most: int) -> int:
    """Give the command again and again, killed at a moment of its life at most so many times, until it comes to its end."""
    command = [sys.executable, "-m", "fiscalzh", "extract", str(reports), "-o", str(output), "--workers", "1"]
    killed = 0
    while True:
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            process.wait(moment() if killed < most else 120)
            return killed
        except subprocess.TimeoutExpired:
            assert killed < most
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_kills_at_random_moments_lose_nothing(reports: Path, tmp_path: Path, format: str) -> None:
    """FISCALZH_KILLS=200 in the environment makes it 200 kills a format."""
    kills, rng = int(os.environ.get("FISCALZH_KILLS", "3")), random.Random(format)
    whole, output = tmp_path / f"whole.{format}", tmp_path / f"out.{format}"
    _run(reports, whole)
    killed = 0
    while killed < kills:
        killed += _kill_and_go_on(reports, output, lambda: rng.uniform(0.3, 3.0), min(10, kills - killed))
        assert list(_content(output).values()) == list(_content(whole).values())
        assert _tree(tmp_path) == {"reports", whole.name, output.name}
        shutil.rmtree(output) if output.is_dir() else output.unlink()


def test_cells_of_the_csv_do_not_run(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reports)
    run([Path("=5.pdf")], tmp_path / "out.csv", Recipe("csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["source"] == "'=5.pdf"
