"""Speed and memory: what is counted, and that a process is charged with its own memory only."""

from __future__ import annotations

from pathlib import Path

import pytest
from fiscalzh.eval.environment import cpus, environment
from fiscalzh.eval.spans import f1_by_label
from fiscalzh.eval.speed import Fresh, Sizes, Speed, _files, _fresh, _generated, _joined, measure_rounds, table, trained_in
from fiscalzh.eval.systems import load_system
from fiscalzh.eval.tagging import PIPELINE, TAGGER
from fiscalzh.models.baselines.store import trained

FRESH = Fresh(1.5, 0.25, 100 * 2**20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of baselines that holds the rules."""
    trained("rules", [], [], tmp_path / "baselines", f1_by_label, lambda _: None)
    return tmp_path / "baselines"


def test_ratios_are_taken_round_by_round() -> None:
    slow, fast = Speed((100.0, 50.0, 200.0), FRESH, FRESH), Speed((200.0, 100.0, 800.0), FRESH, FRESH)
    assert fast.times(slow) == (2.0, 2.0, 4.0)
    lines = table({"fast": fast, "spacy-ner": slow}, Sizes(rounds=3)).splitlines()
    assert [cell.strip() for cell in lines[2].strip("|").split("|")] == ["fast", "200", "2.00 (2.00–4.00)", "–", "1.25", "100", "0.2", "100"]
    assert "1,000,000 characters" in lines[0]
    assert lines[2].count(" – ") == 1  # no pipeline of one layer to compare with
    assert "2.00 (2.00–4.00)" in table({"fast": fast, "spacy-ner/mentions": slow}, Sizes()).splitlines()[2]


def test_every_system_takes_its_turn_in_every_round(tmp_path: Path, folder: Path) -> None:
    texts, said = _generated(), list[str]()
    turns = [_files(tmp_path / str(turn), texts, 3_000) for turn in range(3)]
    written = [file.read_text(encoding="utf-8") for files in turns for file in files]
    assert len(set(written)) == len(written)
    assert all(sum(len(file.read_text(encoding="utf-8")) for file in files) >= 3_000 for files in turns)
    systems = {name: load_system(name, folder) for name in (TAGGER, PIPELINE, "rules")}
    speeds = measure_rounds(systems, turns, said.append)
    assert said == ["round 1 of 2", "round 2 of 2"]
    assert {name: len(values) for name, values in speeds.items()} == {TAGGER: 2, PIPELINE: 2, "rules": 2}
    assert all(value > 0 for values in speeds.values() for value in values)
    assert speeds[TAGGER][0] > speeds[PIPELINE][0]  # the whole job holds the tagger's


def test_the_long_text_has_the_length_asked_for(tmp_path: Path) -> None:
    path = _joined(iter(["甲乙丙。", "丁戊。"] * 9), 16, tmp_path / "long.txt")
    assert path.read_text(encoding="utf-8") == "甲乙丙。\n丁戊。\n甲乙丙。\n丁戊"


def test_a_fresh_process_is_charged_with_its_own_memory(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "a.txt").write_text("会议费支出1.20万元。\n", encoding="utf-8")
    ballast = bytearray(700 * 2**20)  # of the parent, which a naive measure hands down to the child
    fresh = _fresh("rules", tmp_path / "a.txt", folder, None)
    assert 2**20 < fresh.peak < len(ballast)
    assert 0 < fresh.file < fresh.total


def test_a_failure_in_a_fresh_process_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RuntimeError, match="rules failed on"):
        _fresh("rules", tmp_path / "missing.txt", folder, None)


def test_only_trained_baselines_are_found(tmp_path: Path, folder: Path) -> None:
    (folder / "crf").mkdir()
    assert trained_in(folder) == ["rules"]
    assert trained_in(tmp_path / "nowhere") == []


def test_the_environment_names_versions_and_no_machine() -> None:
    found = environment()
    assert set(found) == {"python", "versions", "cpus"}
    assert "fiscalzh" in found["versions"]
    assert found["cpus"] == cpus() >= 1
