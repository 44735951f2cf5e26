"""Taggers compared on invented reports: counts, table and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from fiscalzh.annotations.report import AnnotatedReport, from_markup
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.eval.held_out import HeldOut
from fiscalzh.eval.intervals import Interval
from fiscalzh.eval.tables import markdown, with_interval
from fiscalzh.eval.tagging import PIPELINE, TAGGER, Comparison, Tag, as_json, compare, ours, table
from fiscalzh.extract.pipeline import Extractor

MARKED = ("{a1|会议费}支出{m a1.actual|1.20万元}。\n", "{a1|培训费}支出{m a1.actual|3.40万元}，完成预算的{r a1.completion_rate|90%}。\n")
REPORTS = tuple(from_markup(text, "made up") for text in MARKED)
GOLD = {report.document.text: report for report in REPORTS}


def _perfect(document: Document) -> Sequence[Span]:
    return GOLD[document.text].spans


def _no_accounts(document: Document) -> Sequence[Span]:
    return [span for span in _perfect(document) if span.label != "ACCOUNT"]


def _compared(reports: tuple[AnnotatedReport, ...] = REPORTS) -> Comparison:
    systems: dict[str, Tag] = {TAGGER: _perfect, PIPELINE: _no_accounts, "nothing": lambda _: []}
    return compare(systems, HeldOut("made up", reports), lambda _: None)


def test_counts_are_by_report_and_label() -> None:
    counts = _compared().counts
    assert counts[TAGGER]["ALL"].tolist() == [[2, 2, 2], [3, 3, 3]]
    assert counts[PIPELINE]["ALL"].tolist() == [[1, 1, 2], [2, 2, 3]]
    assert counts[PIPELINE]["ACCOUNT"].tolist() == [[0, 0, 1], [0, 0, 1]]
    assert counts["nothing"]["RATIO"].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_the_table_is_the_same_every_time() -> None:
    lines = table([_compared()]).splitlines()
    assert lines == table([_compared()]).splitlines()
    assert len({len(line) for line in lines}) == 1
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][:6] == ["reports", "system", "P", "R", "F1 [95 %]", "AMOUNT"]
    assert cells[2][:6] == ["made up, n = 2", TAGGER, "1.000", "1.000", "1.000 [1.000, 1.000]", "1.000 (1.00/1.00)"]
    assert cells[2][-3:] == ["–", "", ""]  # no claims; ours are not compared with each other
    assert cells[3][2:4] == ["1.000", "0.600"]
    assert cells[4][-2] == "+1.000 [+1.000, +1.000], 0.5000"
    assert cells[4][-1] == "+0.750 [+0.667, +0.800], 0.5000"


def test_the_json_has_what_the_table_has_and_the_counts() -> None:
    data = as_json(_compared())
    assert (data["name"], data["reports"], data["characters"]) == ("made up", 2, sum(len(r.document.text) for r in REPORTS))
    accounts = data["systems"][PIPELINE]["ACCOUNT"]
    assert (accounts["right"], accounts["predicted"], accounts["gold"]) == (0, 0, 2)
    assert accounts["f1"] == {"value": 0.0, "low": 0.0, "high": 0.0, "reports": 2}
    assert "less_than" not in accounts
    less = data["systems"]["nothing"]["ALL"]["less_than"]
    assert less[TAGGER] == {"value": 1.0, "low": 1.0, "high": 1.0, "reports": 2, "p": 0.5}


def test_ours_are_the_model_and_the_pipeline() -> None:
    document = REPORTS[1].document
    tagger, pipeline = (systems(document) for systems in ours(Extractor()).values())
    assert {"3.40万元", "90%"} <= {span.of(document.text) for span in tagger}
    assert list(pipeline) == list(Extractor()(document).spans)


def test_markdown_aligns_names_left_and_figures_right() -> None:
    assert markdown(["name", "n"], [["a", "1"], ["bcdef", "1,000"]]) == "\n".join(
        ["| name  |     n |", "| ----- | ----: |", "| a     |     1 |", "| bcdef | 1,000 |"]
    )
    assert with_interval(Interval(0.5, 0.25, 0.75, 3)) == "0.500 [0.250, 0.750]"
    assert with_interval(Interval(-0.5, -0.75, 0.25, 3), sign=True) == "-0.500 [-0.750, +0.250]"
