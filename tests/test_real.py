"""How good it is on the real reports in ../shared, measured by the score that lies beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"
REPORTS = sorted((SHARED / "reports").glob("*.txt"))
GOLD = sorted((SHARED / "gold").glob("*.json"))
LEAST = ("value found=0.98", "span ALL=0.85", "fact strict=0.90")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REPORTS and GOLD and (SHARED / "score.py").exists()), reason=f"there are no reports with gold and score.py in {SHARED}"),
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real") / "out.jsonl"
    command = [sys.executable, "-m", "fiscalzh", "extract", *map(str, REPORTS), "-o", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == f"{len(REPORTS)} of {len(REPORTS)} reports extracted"
    return path


@pytest.mark.parametrize("least", LEAST)
def test_scores(output: Path, least: str) -> None:
    command = [sys.executable, str(SHARED / "score.py"), str(output), *map(str, GOLD), "--min", least]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_offsets_slice_the_reports(output: Path) -> None:
    for line in output.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        text = Path(data["source"]).read_bytes().decode("utf-8-sig")
        assert data["text_length"] == len(text)
        assert all(text[s["start"] : s["end"]] == s["text"] for s in data["spans"])


def test_every_line_has_facts_and_the_year(output: Path) -> None:
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(REPORTS)
    assert all(line["facts"] and line["meta"]["fiscal_year"] for line in lines)
