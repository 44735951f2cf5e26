"""Curves: lines that are written anew, and a picture of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")
pytestmark = pytest.mark.train

from fiscalzh.models.curves import draw, write_curves  # noqa: E402

_HISTORY = [{"epoch": 1, "loss": 3.0, "PER": 0.2, "ALL": 0.3}, {"epoch": 2, "loss": 1.5, "PER": 0.6, "ALL": 0.7}]


def test_loss_and_f1_are_drawn_over_epochs() -> None:
    loss, scores = draw(_HISTORY).axes
    (line,) = loss.get_lines()
    assert line.get_xydata().tolist() == [[1, 3.0], [2, 1.5]]
    assert {each.get_label(): each.get_ydata().tolist() for each in scores.get_lines()} == {"PER": [0.2, 0.6], "ALL": [0.3, 0.7]}
    assert (loss.get_ylabel(), scores.get_ylabel(), scores.get_ylim()) == ("training loss", "F1", (0, 1))


def test_without_scores_there_is_loss_alone() -> None:
    assert len(draw([{"epoch": 1, "loss": 2.0}]).axes) == 1


def test_both_files_are_replaced_as_a_whole(tmp_path: Path) -> None:
    write_curves(_HISTORY[:1], tmp_path)
    first = (tmp_path / "curves.png").read_bytes()
    write_curves(_HISTORY, tmp_path)
    assert [json.loads(line) for line in (tmp_path / "curves.jsonl").read_text(encoding="utf-8").splitlines()] == _HISTORY
    second = (tmp_path / "curves.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert second.startswith(b"\x89PNG")
    assert first != second
    write_curves(_HISTORY[:1], tmp_path, pause=3600.0)
    assert (tmp_path / "curves.png").read_bytes() == second
    assert len((tmp_path / "curves.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curves.jsonl", "curves.png"]
