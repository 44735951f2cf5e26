"""The view of a report: what its rows say, and that every mark and row leads to the other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pages.charts import WIDTH
from fiscalzh.extract.pages.view import ReportView, in_wan, in_yuan, report_view


def test_a_sum_stands_in_both_units_to_the_last_digit() -> None:
    assert [in_wan(Decimal(text)) for text in ("189281900", "45000.00", "-2000", "1234567.89", "0", "1E+8")] == [
        "18,928.19",
        "4.50",
        "-0.20",
        "123.456789",
        "0.00",
        "10,000.00",
    ]
    assert [in_yuan(Decimal(text)) for text in ("189281900.00", "0.05", "-2000", "1E+8")] == ["189,281,900", "0.05", "-2,000", "100,000,000"]


def test_rows_of_facts(report: Extraction) -> None:
    rows = [(row.subject, row.measure, row.wan, row.shown, row.base) for row in report_view(report).facts]
    assert ("支出合计", "actual", "100.00", "1,000,000", None) in rows
    assert ("基本支出", "share", "", "60%", "支出合计") in rows
    assert ("公务接待费", "yoy_change", "-0.20", "-2,000", None) in rows


def test_a_record_has_its_facts_in_the_columns_of_their_measures(report: Extraction) -> None:
    view = report_view(report)
    record = next(record for record in view.records if record.subject == "公务接待费")
    cells = {measure: [fact.wan or fact.shown for fact in cell] for measure, cell in zip(view.measures, record.cells, strict=True) if cell}
    assert cells == {"initial_budget": ["5.00"], "actual": ["4.50"], "completion_rate": ["90%"], "yoy_change": ["-0.20"]}
    assert sum(len(record.facts) for record in view.records) == len(report.facts)


def test_a_code_has_its_official_name_where_the_subject_says_less(extract_marked: Callable[..., Extraction]) -> None:
    marked = "2021年{a|农林水支出（类）林业和草原（款）行政运行（项）}支出{m|2万元}。\n2021年{a|公务接待费}支出{m|1万元}。"
    extraction = extract_marked(marked)
    subject = {record.subject: record for record in report_view(extraction).records}
    assert {name: record.code for name, record in subject.items()} == {
        "农林水支出（类）林业和草原（款）行政运行（项）": "2130201",
        "公务接待费": "30217",
    }
    assert [record.code_name for record in subject.values()] == ["", "商品和服务支出 / 公务接待费"]


def test_marks_lead_to_rows_and_rows_to_marks(report: Extraction) -> None:
    view = report_view(report)
    marks = {mark.id: mark for mark in view.marks}
    text = report.document.text
    for row, fact in zip(view.facts, report.facts, strict=True):
        assert text[marks[row.at].start :].startswith(fact.value_span.of(text))
        assert row.id in marks[row.at].facts
        assert marks[row.at].target == row.id
        assert row.id in marks[row.subject_at].facts
    platform = next(mark for mark in view.marks if mark.label == "PROJECT")
    assert platform.target == view.claims[0].id == next(mark for mark in view.marks if mark.label == "CLAIM").target


def test_claims_and_findings(report: Extraction) -> None:
    view = report_view(report)
    assert [(claim.text, claim.figures, claim.section) for claim in view.claims] == [
        ("建成“智慧林长”平台投资3.00万元", ("30,000 元",), "三、绩效"),
        ("巡护里程1200公里", ("1200 公里",), "三、绩效"),
    ]
    (finding,) = view.findings
    assert [text for _, text in finding.places] == ["90.00%", "与上年相比"]
    at, words = (place for place, _ in finding.places)
    assert next(mark for mark in view.marks if mark.id == at).label == "RATIO"
    part = next(part for block in view.blocks for part in block.parts if f"w{part.start}" == words)
    assert view.rows_of(part) == finding.id


def test_without_findings_or_places(report: Extraction, extract_marked: Callable[..., Extraction]) -> None:
    assert report_view(extract_marked("2021年{a|支出}{m|1万元}。")).findings == ()


def test_pages_and_columns(report: Extraction) -> None:
    view = report_view(report)
    assert {fact.section: fact.page for fact in view.facts} == {"一、支出情况": 1, "二、“三公”经费": 2}
    assert {"period", "base", "page", "expected", "found"} <= view.columns
    assert "scope" not in view.columns


def test_bars_compare_budget_and_final_accounts(report: Extraction) -> None:
    view = report_view(report)
    assert view.bars is not None
    (pair,) = view.bars.pairs
    assert (pair.subject, pair.budget_width, pair.actual_width) == ("公务接待费", WIDTH, WIDTH * Decimal("0.9"))
    assert (view.by_id[pair.budget].measure, view.by_id[pair.actual].measure) == ("initial_budget", "actual")


def _shares(view: ReportView) -> list[tuple[str, list[tuple[str, Decimal]], Decimal]]:
    return [(whole.base, [(s.subject, s.percent) for s in whole.slices], whole.rest) for whole in view.shares]


def test_shares_of_one_whole_make_one_bar(report: Extraction) -> None:
    view = report_view(report)
    assert _shares(view) == [("支出合计", [("基本支出", Decimal("60.00")), ("项目支出", Decimal("40.00"))], 0)]
    assert [(s.left, s.width) for s in view.shares[0].slices] == [(0, 600), (600, 400)]


def test_what_shares_leave_out_is_the_rest_and_too_many_make_no_bar(extract_marked: Callable[..., Extraction]) -> None:
    sentence = "2021年{{a|支出合计}}{{m|100万元}}，其中：{{a|基本支出}}占{{a|支出合计}}的{{r|{}%}}，{{a|项目支出}}占{{a|支出合计}}的{{r|30%}}。"
    assert [rest for *_, rest in _shares(report_view(extract_marked(sentence.format(60))))] == [10]
    assert _shares(report_view(extract_marked(sentence.format(80)))) == []


def test_an_empty_report_has_an_empty_view(extract_marked: Callable[..., Extraction]) -> None:
    view = report_view(extract_marked("没有数字。"))
    assert (view.facts, view.records, view.claims, view.findings, view.bars, view.shares) == ((), (), (), (), None, ())


def test_a_long_report_keeps_every_span(long_report: Extraction) -> None:
    view = report_view(long_report)
    assert len(long_report.document.text) >= 60_000
    assert len(view.marks) == len(long_report.spans) >= 1_500
    shown = {part.mention for block in view.blocks for part in block.parts} | {part.claim for block in view.blocks for part in block.parts}
    assert shown - {None} == set(range(len(view.marks)))
