"""`fiscalzh evaluate` and the verbs of `fiscalzh benchmark` about facts, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fiscalzh.cli import app

RUNNER = CliRunner()


def _run(*words: str | Path, status: int = 0) -> str:
    result = RUNNER.invoke(app, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three generated reports with their gold, and what is extracted from them."""
    folder = tmp_path_factory.mktemp("gold")
    _run("corpus", "generate", "3", "-o", folder / "marked")
    _run("annotations", "convert", folder / "marked", "--to", "gold", "-o", folder / "gold")
    _run("extract", folder / "gold", "-o", folder / "out.jsonl")
    return folder


def test_scores_parts_errors_and_json(gold: Path, tmp_path: Path) -> None:
    errors, scores = tmp_path / "errors.html", tmp_path / "scores.json"
    output = _run("evaluate", gold / "out.jsonl", gold / "gold", "--by", "type", "--by", "measure", "--errors", errors, "-o", scores)
    assert output.startswith("3 reports\n")
    for words in ("| fact strict ", "| record ", "macro F1 of spans over labels", "| spans by type ", "| facts by measure "):
        assert words in output
    assert "errors in 3 reports" in errors.read_text(encoding="utf-8")
    data = json.loads(scores.read_text(encoding="utf-8"))
    assert data["scores"]["value found"]["f1"] > 0.9
    assert len(data["scores"]["value found"]["counts"]) == 3
    assert data["versions"]["fiscalzh"]


def test_marked_texts_are_gold_too(gold: Path) -> None:
    """Their plain text is what the gold files lie beside."""
    assert _run("evaluate", gold / "out.jsonl", gold / "marked") == _run("evaluate", gold / "out.jsonl", gold / "gold")


def test_splits_are_written_out_for_any_system(tmp_path: Path) -> None:
    assert "46 documents" in _run("annotations", "convert", "@test", "--to", "gold", "-o", tmp_path / "test")
    assert len(list((tmp_path / "test").glob("*.txt"))) == 46


def test_another_output_on_the_same_reports(gold: Path, tmp_path: Path) -> None:
    worse = tmp_path / "worse.jsonl"
    lines = [json.loads(line) for line in (gold / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    worse.write_text("".join(json.dumps(line | {"facts": line["facts"][1:]}) + "\n" for line in lines), encoding="utf-8")
    output = _run("evaluate", gold / "out.jsonl", gold / "gold", "--against", worse)
    row = next(line for line in reversed(output.splitlines()) if line.startswith("| fact strict"))
    assert "no evidence of a difference" in row
    assert row.split("|")[-3].strip() == "3"
    assert "3 reports cannot show a difference" in output
    assert f"second: {worse}" in output


def test_missing_outputs_are_named(gold: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.jsonl"
    first.write_text((gold / "out.jsonl").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    output = _run("evaluate", first, gold / "gold")
    assert output.count("no output, counted as empty: 0001") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.jsonl", "@test"), "nowhere.jsonl"),
        (("out.jsonl", "@test"), "has nothing of these"),
        (("out.jsonl", "@other"), "no split @other"),
        (("out.jsonl", "gold", "--errors", "errors.csv"), ".html or .jsonl"),
        (("out.jsonl", "gold", "-o", "nowhere/scores.json"), "nowhere"),
    ],
)
def test_mistakes_are_said_in_one_line(gold: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str) -> None:
    monkeypatch.chdir(gold)
    output = _run("evaluate", *words, status=2)
    assert message in output
    assert len(output.splitlines()) == 1


def test_benchmark_linking(gold: Path, tmp_path: Path) -> None:
    output = _run("benchmark", "linking", "--on", gold / "gold", "-o", tmp_path / "linking.json")
    assert all(system in output for system in ("fiscalzh linker", "nearest name", "last-mentioned name"))
    data = json.loads((tmp_path / "linking.json").read_text(encoding="utf-8"))
    assert len(data["sets"][0]["reports"]) == 3
    assert "nowhere" in _run("benchmark", "linking", "--on", "nowhere", status=2)


def test_benchmark_all_writes_both_files(gold: Path, tmp_path: Path) -> None:
    output = _run("benchmark", "all", "--on", gold / "gold", "--baselines", "rules", "--models-folder", tmp_path / "models", "-o", tmp_path / "eval")
    page = (tmp_path / "eval" / "RESULTS.md").read_text(encoding="utf-8")
    assert page.strip() in output
    for words in ("## Taggers", "## Linkers on gold spans", "## From text to facts", "rules + our linker", "kinds of error", "seed 13", "numpy"):
        assert words in page
    assert str(gold) not in page
    data = json.loads((tmp_path / "eval" / "RESULTS.json").read_text(encoding="utf-8"))
    assert {"sets", "linking", "whole", "errors", "versions", "cpus", "seed", "baselines"} <= data.keys()
    assert str(gold) not in json.dumps(data)


def test_the_gate_is_passed_and_shut(tmp_path: Path) -> None:
    record = tmp_path / "recorded.json"
    assert "there is no record" in _run("benchmark", "gate", "--record", record, status=2)
    assert "of 46 reports" in _run("benchmark", "gate", "--record", record, "--update")
    data = json.loads(record.read_text(encoding="utf-8"))
    for counts in data["counts"]["fact strict"]:
        counts[0] = min(counts[1], counts[2])
    record.write_text(json.dumps(data), encoding="utf-8")
    assert "fallen: fact strict" in _run("benchmark", "gate", "--record", record, status=1)
