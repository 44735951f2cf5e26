"""The verbs that measure, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fiscalzh.cli import app

RUNNER = CliRunner()


def _run(*words: str | Path, status: int = 0) -> str:
    result = RUNNER.invoke(app, ["benchmark", *map(str, words)])
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    folder = tmp_path / "marked"
    folder.mkdir()
    for number, name in enumerate(("会议费", "培训费")):
        (folder / f"{number}.txt").write_text(f"{{a1|{name}}}支出决算为{{m a1.actual|{number}.50万元}}。\n", encoding="utf-8")
    return folder


def test_tag_prints_a_table_and_writes_json(marked: Path, tmp_path: Path) -> None:
    where = "--models-folder", tmp_path / "baselines"
    output = _run("tag", "--on", marked, "--baselines", "rules", *where, "-o", tmp_path / "scores.json")
    rows = [line for line in output.splitlines() if line.startswith("| marked, n = 2")]
    assert [row.split("|")[2].strip() for row in rows] == ["fiscalzh tagger", "fiscalzh pipeline", "rules"]
    data = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert data["sets"][0]["systems"]["fiscalzh pipeline"]["ALL"]["gold"] == 4
    assert data["baselines"]["rules"]["settings"] == {"minutes": 20, "seed": 13}
    assert data["trained_on"]["split"] == "train"
    again = _run("tag", "--on", marked, "--baselines", "rules", *where)
    assert "training on" in output
    assert "training on" not in again
    assert rows == [line for line in again.splitlines() if line.startswith("| marked")]


def test_speed_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    sizes = "--characters", "1000", "--long", "3000", "--rounds", "1"
    output = _run("speed", "--models-folder", tmp_path, *sizes, "-o", tmp_path / "speed.json")
    assert [line.split("|")[1].strip() for line in output.splitlines() if line.startswith("| fiscalzh")] == ["fiscalzh tagger", "fiscalzh pipeline"]
    data = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert data["texts"] == "generated, seed 13"
    assert data["systems"]["fiscalzh pipeline"]["long"]["peak_bytes"] > 2**20


def test_checks_prints_a_table_by_rule_and_writes_json(tmp_path: Path) -> None:
    output = _run("checks", "--planted", "6", "--clean", "4", "--seed", "21", "-o", tmp_path / "checks.json")
    rows = {row.split("|")[1].strip(): [cell.strip() for cell in row.split("|")[2:-1]] for row in output.splitlines() if row.startswith("| ")}
    data = json.loads((tmp_path / "checks.json").read_text(encoding="utf-8"))
    assert data["reports"] == {"planted": 6, "clean": 4}
    planted, missed = data["rules"]["ALL"]["planted"], len(data["missed"])
    assert 6 <= planted <= 12
    assert data["rules"]["ALL"]["missed"] == missed < planted / 2
    assert rows["ALL"][:2] == [str(planted), str(planted - missed)]
    assert set(data["rules"]) <= set(rows)
    assert data["rules"]["ALL"]["clean"] == sum(one["seed"] == 22 for one in data["more"])


def test_gold_without_its_report_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"source": "a.txt", "sha256": "", "spans": []}', encoding="utf-8")
    assert "a.txt: no such file" in _run("tag", "--on", tmp_path, "--baselines", "", status=2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tag", "--on", "tset", "--baselines", ""), "neither a folder nor one of the splits"),
        (("tag", "--baselines", "bert", "--on", "dev"), "no baseline 'bert'; there are rules"),
        (("tag", "--model", "nowhere"), "holds no exported tagger"),
        (("tag", "-o", "no/such/folder.json"), "there is no folder"),
        (("speed", "--baselines", "crf", "--models-folder", "nowhere"), "holds no trained baseline crf"),
        (("speed", "missing.txt"), "no such file"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    output = _run(*words, status=2)
    assert message in output
    assert "Traceback" not in output
