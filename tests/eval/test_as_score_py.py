"""The scores are those of the score that lies beside the real reports, to the last digit."""

from __future__ import annotations

import collections
import importlib.util
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from fiscalzh.eval.evaluation import Evaluation, evaluate
from fiscalzh.eval.sheets import fold

SHARED = Path(__file__).parents[2].parent / "shared"
REPORTS = sorted((SHARED / "reports").glob("*.txt"))
GOLD = sorted((SHARED / "gold").glob("*.json"))
SCORE = SHARED / "score.py"
SAME = {
    *(f"span {label}" for label in ("AMOUNT", "RATIO", "ACCOUNT", "PROJECT", "CLAIM", "ALL")),
    *("fact strict", "fact lenient", "value found", "period of facts found", "claim overlap", "claim values"),
}

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REPORTS and GOLD and SCORE.exists()), reason=f"there are no reports with gold and score.py in {SHARED}"),
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real") / "out.jsonl"
    command = [sys.executable, "-m", "fiscalzh", "extract", *map(str, REPORTS), "-o", str(path)]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    return path


@pytest.fixture(scope="module")
def evaluation(output: Path) -> Evaluation:
    return evaluate(output, GOLD)


@pytest.fixture(scope="module")
def score_py() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_py", SCORE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tally(score_py: ModuleType, output: Path) -> dict[str, dict[str, int]]:
    """The counts behind what it prints."""
    outputs = {data["sha256"]: data for data in map(json.loads, output.read_text(encoding="utf-8").splitlines())}
    tally: dict[str, dict[str, int]] = collections.defaultdict(collections.Counter)
    for path in GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        score_py.score(outputs[gold["sha256"]], gold, tally, [])
    return tally


def test_printed_figures_are_the_same(output: Path, evaluation: Evaluation) -> None:
    done = subprocess.run([sys.executable, str(SCORE), str(output), *map(str, GOLD)], capture_output=True, text=True, timeout=120, check=True)
    printed = {name: line for line in done.stdout.splitlines()[1:] if (name := line[:22].strip())}
    assert printed.keys() == SAME
    for name, line in printed.items():
        score = evaluation.scores.micro(name)
        ours = [f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}", str(score.gold), str(score.predicted)]
        assert line[22:].split() == ours, name


def test_counts_are_the_same(output: Path, evaluation: Evaluation, score_py: ModuleType) -> None:
    for name, counts in _tally(score_py, output).items():
        score = evaluation.scores.micro(name)
        assert (score.right, score.predicted, score.gold) == (counts["tp"], counts["pred"], counts["gold"]), name


def _spoiled(output: Path, seed: int) -> str:
    """The output with borders, subjects, values and periods changed, facts left out and said twice, in another order."""
    rng, lines = random.Random(seed), [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    for data in lines:
        facts = [dict(fact) for fact in data["facts"]]
        for span in data["spans"]:
            if rng.random() < (0.5 if span["label"] == "CLAIM" else 0.1):
                span["end"] = max(span["start"] + 1, span["end"] - rng.randint(0, 9))
        for fact in facts:
            for slot in ("subject", "value", "measure", "period", "value_span"):
                if rng.random() < 0.15:
                    fact[slot] = rng.choice(data["facts"])[slot]
        data["facts"] = [fact for fact in (*facts, *rng.choices(facts, k=5)) if rng.random() < 0.8]
        rng.shuffle(data["facts"])
    return "".join(json.dumps(data, ensure_ascii=False) + "\n" for data in lines)


@pytest.mark.parametrize("seed", range(4))
def test_counts_of_bad_outputs_are_the_same_but_for_the_best_pairing(output: Path, score_py: ModuleType, tmp_path: Path, seed: int) -> None:
    spoiled = tmp_path / "spoiled.jsonl"
    spoiled.write_text(_spoiled(output, seed), encoding="utf-8")
    scores = evaluate(spoiled, GOLD).scores
    for name, counts in _tally(score_py, spoiled).items():
        score = scores.micro(name)
        assert (score.predicted, score.gold) == (counts["pred"], counts["gold"]) or name == "period of facts found"
        assert 0 <= score.right - counts["tp"] <= (2 if name.startswith(("fact", "period")) else 0), name


def test_names_are_folded_alike(output: Path, score_py: ModuleType) -> None:
    names = set(re.findall(r'"subject": "([^"]+)"', output.read_text(encoding="utf-8")))
    names |= {"教育类)支出", "一般公共服务（类）行政运行（项）", "“三公”经费 ", "Ａ·Ｂ—项目", "(项)"}
    fold_there: Callable[[str], str] = score_py.fold
    assert {name: fold(name) for name in names} == {name: fold_there(name) for name in names}
