"""Outputs and gold as files: what is read, what is matched, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.gold import Gold, write_gold
from fiscalzh.corpus.generator import generate
from fiscalzh.corpus.library import written
from fiscalzh.eval.gold import GoldReport, digest, gold_set, load_gold_reports
from fiscalzh.eval.outputs import match, read_outputs
from fiscalzh.eval.scores import score_case
from fiscalzh.eval.sheets import output_of
from fiscalzh.eval.spans import Score

MakeGold = Callable[..., GoldReport]
ToOutput = Callable[[Gold], dict[str, Any]]
MARKED = "{a1|公务接待费}支出{m a1.actual|4.50万元}。\n"


def _lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def test_lines_are_read_and_failed_files_passed_over(make_gold: MakeGold, to_output: ToOutput, tmp_path: Path) -> None:
    path = _lines(tmp_path / "x.jsonl", to_output(make_gold(MARKED).gold), "\n", {"source": "a.txt", "error": {"type": "empty", "message": "…"}})
    (output,) = read_outputs(path)
    assert [fact.subject for fact in output.facts] == ["公务接待费"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"source": "\\ud800"}\n', "line 1: no JSON"),  # half a surrogate pair
        ("{\n", "line 1: no JSON"),
        ("[]\n", "line 1: the line"),
        ('{"sha256": "a", "spans": [], "facts": [{"subject": "a"}]}\n', "line 1: facts.0"),
        (
            '{"sha256": "", "spans": [], "facts": [{"subject": "", "subject_type": "", "measure": "", "value": "1,5", "unit": ""}]}\n',
            "line 1: facts.0.value",
        ),
    ],
)
def test_a_malformed_line_is_named(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read_outputs(_lines(tmp_path / "x.jsonl", line))


def test_reports_are_matched_by_digest_then_by_name(make_gold: MakeGold, to_output: ToOutput) -> None:
    reports = [make_gold(MARKED, "a"), make_gold("无{m|1元}\n", "b"), make_gold("{m|2元}\n", "c")]
    outputs = [
        output_of(to_output(reports[1].gold) | {"sha256": "another", "source": "/somewhere/b.txt"}, "b"),
        output_of(to_output(reports[0].gold) | {"source": "/somewhere/x.txt"}, "a"),
        output_of(to_output(make_gold("别的{m|3元}\n").gold) | {"source": "/somewhere/bb.txt"}, "bb"),
    ]
    matched = match(reports, outputs)
    assert [len(case.predicted.spans) for case in matched.cases] == [2, 1, 0]
    assert (matched.without_output, matched.without_gold) == (("c",), 1)


def test_what_has_no_output_counts_as_missed(make_gold: MakeGold) -> None:
    (case,) = match([make_gold(MARKED)], []).cases
    assert score_case(case)["fact strict"] == Score(0, 0, 1)


def test_two_outputs_of_one_report_are_refused(make_gold: MakeGold, to_output: ToOutput) -> None:
    report = make_gold(MARKED)
    outputs = [output_of(to_output(report.gold), "x")] * 2
    with pytest.raises(ValueError, match="r1: 2 outputs"):
        match([report], outputs)


def test_an_output_of_another_text_is_refused(make_gold: MakeGold, to_output: ToOutput) -> None:
    report = make_gold(MARKED)
    with pytest.raises(ValueError, match="of a text of 9999 characters"):
        match([report], [output_of(to_output(report.gold) | {"text_length": 9999}, "x")])


def test_records_and_places_of_an_output(make_gold: MakeGold, to_output: ToOutput, make_case: Callable[..., Any]) -> None:
    report = make_gold(MARKED, checks=())
    check = {"rule": "two_values", "facts": ["f1"], "severity": "error"}
    (case,) = match([report], [output_of(to_output(report.gold) | {"records": [{"facts": ["f1"]}], "checks": [check]}, "x")]).cases
    assert case.predicted.records == (frozenset({0}),)
    assert case.predicted.checks is not None
    assert [(c.rule, c.places) for c in case.predicted.checks] == [("two_values", ((7, 13),))]


def test_gold_files_beside_their_reports_and_without_them(make_gold: MakeGold, tmp_path: Path) -> None:
    report = make_gold(MARKED)
    write_gold(report.gold, tmp_path / "r1.json")
    (alone,) = load_gold_reports([tmp_path])
    assert (alone.name, alone.document) == ("r1", None)
    assert report.document is not None
    (tmp_path / "r1.txt").write_text(report.document.text, encoding="utf-8")
    (beside,) = load_gold_reports([tmp_path / "r1.json"])
    assert beside.document is not None
    assert beside.gold == alone.gold
    (tmp_path / "r1.txt").write_text("别的" + report.document.text, encoding="utf-8")
    with pytest.raises(ValueError, match="the report has"):
        load_gold_reports([tmp_path])


def test_splits_and_marked_texts(tmp_path: Path) -> None:
    reports = load_gold_reports(["@test"])
    assert [report.name for report in reports] == ["/".join(path.parts[-3:]).removesuffix(".txt") for path in written("test")]
    assert gold_set("test")[0] == "test"
    assert all(report.document and report.document.meta.report_type for report in reports)
    assert digest(reports) == digest(load_gold_reports(["@test"])) != digest(reports[1:])
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.txt").write_text(MARKED, encoding="utf-8")
    assert gold_set(str(tmp_path / "own"))[0] == "own"


def test_planted_contradictions_are_gold_checks(tmp_path: Path) -> None:
    made = generate(5, contradictions=2)
    (tmp_path / "0000-x.txt").write_text(made.marked, encoding="utf-8")
    _lines(
        tmp_path / "contradictions.jsonl", *({"report": "0000-x.txt", "rule": p.rule, "start": p.start, "text": p.text} for p in made.contradictions)
    )
    (report,) = load_gold_reports([tmp_path])
    assert report.document is not None
    assert report.gold.checks is not None
    assert [(c.rule, report.document.text[slice(*c.places[0])]) for c in report.gold.checks] == [(p.rule, p.text) for p in made.contradictions]
    assert made.contradictions


@pytest.mark.parametrize(("name", "message"), [("@other", "no split @other"), ("nowhere.json", "nowhere.json"), ("nowhere", "no such file")])
def test_what_is_not_there_is_named(name: str, message: str) -> None:
    with pytest.raises((ValueError, OSError), match=message):
        load_gold_reports([name])


def test_a_folder_without_annotation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no annotated report"):
        load_gold_reports([tmp_path])
