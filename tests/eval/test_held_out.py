"""What can be measured on: splits, folders of gold beside its reports or apart from them, marked texts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from fiscalzh.eval.held_out import held_out

TEXT = "会议费支出1.20万元。\n"
SPANS = [
    {"id": "s1", "label": "ACCOUNT", "start": 0, "end": 3, "text": "会议费"},
    {"id": "s2", "label": "AMOUNT", "start": 5, "end": 11, "text": "1.20万元"},
]


def _gold(path: Path, report: Path, **changes: object) -> None:
    report.parent.mkdir(exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    report.write_text(TEXT, encoding="utf-8")
    data = {"source": report.name, "sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "spans": SPANS} | changes
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize(("gold", "report"), [("a.json", "a.txt"), ("gold/a.json", "gold/a.txt"), ("gold/a.json", "reports/1_a.txt")])
def test_gold_beside_its_report_or_apart(tmp_path: Path, gold: str, report: str) -> None:
    _gold(tmp_path / gold, tmp_path / report)
    found = held_out(str(tmp_path))
    assert [[span.of(r.document.text) for span in r.spans] for r in found.reports] == [["会议费", "1.20万元"]]
    assert (found.name, found.characters, found.left_out) == (tmp_path.name, len(TEXT), 0)


def test_marked_texts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("{a1|会议费}支出{m a1.actual|1.20万元}。\n", encoding="utf-8")
    assert [len(report.spans) for report in held_out(str(tmp_path)).reports] == [2]


def test_gold_of_another_extraction_is_left_out_and_counted(tmp_path: Path) -> None:
    _gold(tmp_path / "a.json", tmp_path / "a.txt")
    _gold(tmp_path / "b.json", tmp_path / "b.txt", offsets=False)
    found = held_out(str(tmp_path))
    assert (len(found.reports), found.left_out) == (1, 1)


def test_splits_by_name() -> None:
    found = held_out("dev")
    assert found.name == "dev"
    assert all(report.spans for report in found.reports)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"neither a folder nor one of the splits train, dev, test"):
        held_out("tset")
    with pytest.raises(ValueError, match=r"holds no annotated report: expected gold files"):
        held_out(str(tmp_path))
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.json is no gold file"):
        held_out(str(tmp_path))
