"""How good it is on the real reports in ../shared, measured by the score that lies beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fiscalzh.corpus.classification import of_year, versions
from fiscalzh.extract.accounts import resolve
from fiscalzh.extract.accounts.words import loose, plain, take_apart

SHARED = Path(__file__).parents[1].parent / "shared"
REPORTS = sorted((SHARED / "reports").glob("*.txt"))
GOLD = sorted((SHARED / "gold").glob("*.json"))
LEAST = (
    "value found=0.98",
    "span AMOUNT=0.995",
    "span ACCOUNT=0.95",
    "span PROJECT=0.82",
    "span CLAIM=0.87",
    "span ALL=0.92",
    "fact strict=0.94",
    "claim values=0.90",
)

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


def test_item_paths_of_the_gold_resolve_to_headings_of_these_words() -> None:
    names = {span["text"] for path in GOLD for span in json.loads(path.read_text(encoding="utf-8"))["spans"] if span["label"] == "ACCOUNT"}
    paths = sorted(name for name in names if re.search("[（(][类款项][）)]", name))
    assert paths
    for name in paths:
        found = resolve(name.replace("\n", ""), 2021)
        assert found is not None, name
        assert found.code is not None, name
        parents = (of_year(versions()[found.code[:end]], 2021).name for end in range(3, len(found.code), 2))
        assert loose(plain("".join((*parents, found.name)))) == loose(plain(take_apart(name).text)), name


def test_facts_of_item_paths_carry_codes(output: Path) -> None:
    facts = [fact for line in output.read_text(encoding="utf-8").splitlines() for fact in json.loads(line)["facts"]]
    paths = [fact for fact in facts if re.search("[（(][类款项][）)]", fact["subject"])]
    assert paths
    assert all(fact["subject_code"] for fact in paths)
