"""The benchmark of runs: reports in four formats that hold the same text, and numbers that add up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fiscalzh.annotations.markup import parse
from fiscalzh.corpus.generator import generate_many
from fiscalzh.corpus.read import read
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.eval.batch import benchmark_batch
from fiscalzh.eval.batch_reports import write_reports
from typer.testing import CliRunner

from fiscalzh.cli import app


def test_every_format_holds_the_text(tmp_path: Path) -> None:
    files = write_reports(tmp_path, 4, seed=3)
    assert [path.suffix for path in files] == [".txt", ".html", ".docx", ".pdf"]
    for path, made in zip(files, generate_many(4, 3), strict=True):
        written, found = (_dense(text) for text in (parse(made.marked).text, shadow_of(read(path)).text))
        assert set(found) <= set(written)
        assert len(found) > 0.8 * len(written)  # tables and heads of pages are no narrative


def _dense(text: str) -> str:
    from fiscalzh.corpus.read import from_text

    return "".join(shadow_of(from_text(text)).text.split())


def test_numbers_add_up() -> None:
    pytest.importorskip("pyarrow")
    said: list[str] = []
    table, result = benchmark_batch([4], said.append)
    assert [(run["reports"], run["workers"]) for run in result["runs"]] == [(4, 1), (4, 2)]
    assert result["runs"][0]["facts"] == result["runs"][1]["facts"] > 0
    assert all(10e6 < run[memory] < 4e9 for run in result["runs"] for memory in ("writer_memory", "worker_memory"))
    assert sum(result["stages"].values()) == pytest.approx(1)
    assert json.loads(json.dumps(result)) == result
    assert len(table.splitlines()) == 6
    assert said[0] == "writing 4 reports"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--sizes", "a,2"], "sizes are numbers"), (["--format", "table"], "a format is one of"), (["-o", "none/a"], "no folder")],
)
def test_misuse_is_one_clear_line(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["benchmark", "batch", *arguments])
    assert result.exit_code == 2
    assert words in result.stderr
