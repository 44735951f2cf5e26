"""`fiscalzh show`: what it writes, and what it says when it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fiscalzh.corpus.library import SAMPLES
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from fiscalzh.cli import app


def _run(*arguments: str | Path) -> tuple[int, str]:
    """Status and standard error; whatever the command lets through fails the test."""
    result = CliRunner(env={"COLUMNS": "140"}).invoke(app, ["show", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stderr


@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLES.iterdir())])
def test_a_page_of_each_sample(name: str, tmp_path: Path) -> None:
    status, said = _run(SAMPLES / name, "-o", tmp_path / "page.html", "--language", "en")
    assert (status, said.strip()) == (0, f"{SAMPLES / name} is shown on {tmp_path / 'page.html'}")
    page = LexborHTMLParser((tmp_path / "page.html").read_bytes())
    assert len(page.css("#figures-table tbody tr")) > 10
    assert (page.css_first("html").attributes["lang"], page.css_first("#tab-claims span").text()) == ("en", "Claims")


def test_a_batch_with_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SAMPLES, "reports")
    Path("reports/empty.txt").touch()
    assert CliRunner().invoke(app, ["extract", "reports", "-o", "out.jsonl"]).exit_code == 1
    assert _run("out.jsonl", "-o", "batch.html", "--pages", "pages") == (0, "4 reports and 1 failures on batch.html\n")
    page = LexborHTMLParser(Path("batch.html").read_bytes())
    assert sorted(str(link.attributes["href"]) for link in page.css("#reports-table a")) == sorted(map(str, Path("pages").iterdir()))
    Path("reports/final-accounts.txt").unlink()
    status, said = _run("out.jsonl", "-o", "batch.html", "--pages", "pages")
    assert (status, said) == (0, "4 reports and 1 failures on batch.html, 1 reports without a page\n")


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        ("missing.txt", [], "no such file"),
        ("missing.jsonl", [], "No such file or directory"),
        ("empty.txt", [], "found an empty file"),
        ("broken.jsonl", [], "object 1: EOF"),
        ("report.txt", ["--pages", "pages"], "--pages goes with a batch (.jsonl, .parquet), and report.txt is a report"),
        ("report.txt", ["-o", "report.txt"], "name another file to write"),
        ("report.txt", ["-o", "nowhere/page.html"], "No such file or directory"),
        ("report.txt", ["--model", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_line(path: str, options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").touch()
    Path("broken.jsonl").write_text("{\n", encoding="utf-8")
    Path("report.txt").write_text("2021年支出1万元。\n", encoding="utf-8")
    status, said = _run(path, "-o", "page.html", *options)
    assert status == 2
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert words in said
    assert Path("report.txt").read_text(encoding="utf-8") == "2021年支出1万元。\n"


def test_an_empty_batch_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch()
    assert _run(tmp_path / "out.jsonl", "-o", tmp_path / "page.html")[0] == 0
    assert json.loads(LexborHTMLParser((tmp_path / "page.html").read_bytes()).css_first("#words").text())["ui.batch"] == ["批次一览", "Batch"]
