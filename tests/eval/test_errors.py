"""Kinds of error, errors in their sentences, and how they are written."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from fiscalzh.annotations.gold import GoldCheck
from fiscalzh.annotations.span import Span
from fiscalzh.eval.errors.collect import errors_of
from fiscalzh.eval.errors.confusion import label_confusion, measure_confusion
from fiscalzh.eval.errors.taxonomy import fact_kind, span_kind
from fiscalzh.eval.errors.write import pieces, write_errors
from fiscalzh.eval.outputs import Case
from fiscalzh.eval.scores import score_cases
from fiscalzh.eval.sheets import Check, Fact

MakeCase = Callable[..., Case]
HOSTILE = """“<script>alert(1)</script>”&amp;'"><img src=x onerror=alert(2)>平台"""


def _span(start: int, end: int, label: str = "PROJECT") -> Span:
    return Span(start, end, label)


@pytest.mark.parametrize(
    ("gold", "predicted", "kind"),
    [
        ([_span(0, 4)], [], "missed"),
        ([], [_span(0, 4)], "false"),
        ([_span(0, 4)], [_span(1, 4)], "wrong border left"),
        ([_span(0, 4)], [_span(0, 5)], "wrong border right"),
        ([_span(1, 4)], [_span(0, 5)], "wrong border both"),
        ([_span(0, 4)], [_span(0, 4, "ACCOUNT")], "wrong label"),
        ([_span(0, 4)], [_span(0, 3, "ACCOUNT")], "wrong label and border"),
        ([_span(0, 4)], [_span(0, 2), _span(2, 4, "ACCOUNT")], "split"),
        ([_span(0, 2), _span(3, 4)], [_span(0, 4)], "merged"),
    ],
)
def test_kinds_of_spans(gold: list[Span], predicted: list[Span], kind: str) -> None:
    assert span_kind(gold, predicted) == kind


FACT = Fact(
    words="公务接待费",
    names=frozenset({"公务接待费", "接待费"}),
    subject_type="account",
    measure="yoy_change",
    value=Decimal(-2000),
    unit="CNY",
    period=2021,
    base="",
    bases=frozenset({""}),
    scope="",
    value_span=None,
    subject_span=None,
)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, None),
        ({"words": "接待费", "value": Decimal("-2000.00")}, None),
        ({"words": "会议费"}, "wrong subject"),
        ({"measure": "budget"}, "wrong measure"),
        ({"value": Decimal(2000)}, "wrong sign"),
        ({"value": Decimal(-20)}, "wrong value"),
        ({"unit": "%"}, "wrong value"),
        ({"period": 2020}, "wrong period"),
        ({"base": "支出"}, "wrong base"),
        ({"scope": "全市"}, "wrong scope"),
        ({"measure": "actual", "value": Decimal(2000), "words": "会议费"}, "wrong measure"),
        ({"words": "会议费", "period": 2020}, "wrong subject"),
    ],
)
def test_kinds_of_facts(change: dict[str, object], kind: str | None) -> None:
    assert fact_kind(FACT, replace(FACT, **change)) == kind  # type: ignore[arg-type]


def test_one_sided_facts_and_scopes_nobody_annotated() -> None:
    assert (fact_kind(FACT, None), fact_kind(None, FACT)) == ("missing", "spurious")
    assert fact_kind(FACT, replace(FACT, scope="全市"), scoped=False) is None


GOLD = (
    "{a1|收入合计}为{m a1.actual|100万元}，比上年减少{m a1.yoy_change-|5万元}。"
    "建设{p1|云桥平台}和{p2|数谷工程}。{c 3个|建成3个站点}，{c 5场|培训5场}。\n"
)
MINE = "{a1|收入合计}为{m a1.budget|100万元}，比上年减少{m a1.yoy_change|5万元}。建设{p1|云桥平台和数谷工程}。{c 4个|建成3个站点}，培训5场。\n"


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    return make_case(GOLD, MINE)


def test_errors_of_a_report(case: Case) -> None:
    found = [(error.layer, error.kind, error.label or error.measure) for error in errors_of(case)]
    assert Counter(found) == Counter(
        [
            ("facts", "wrong measure", "actual"),
            ("facts", "wrong sign", "yoy_change"),
            ("mentions", "merged", "PROJECT"),
            ("figures of claims", "wrong figures", "CLAIM"),
            ("claims", "missed", "CLAIM"),
        ]
    )


def test_errors_stand_in_their_sentence(case: Case) -> None:
    merged = next(error for error in errors_of(case) if error.kind == "merged")
    assert merged.sentence == "建设云桥平台和数谷工程。"
    assert [piece.text for piece in pieces(merged, merged.gold) if piece.mark] == ["云桥平台", "数谷工程"]
    assert [piece.text for piece in pieces(merged, merged.predicted) if piece.mark] == ["云桥平台和数谷工程"]
    measure = next(error for error in errors_of(case) if error.kind == "wrong measure")
    assert [(piece.text, piece.mark) for piece in pieces(measure, measure.gold) if piece.mark] == [("收入合计", "name"), ("100万元", "figure")]
    assert measure.gold[0].text == "收入合计 · actual · 1000000 CNY · 2021"


def test_what_is_right_is_no_error(make_case: MakeCase) -> None:
    assert errors_of(make_case(GOLD, GOLD)) == []


def test_every_wrong_span_and_fact_is_in_an_error(make_case: MakeCase) -> None:
    case = make_case("{p1|甲项目}乙{p2|丙项目丁}戊{p3|己}\n", "{p1|甲项}目{p2|乙丙项目}{p3|丁戊己}\n")
    errors = errors_of(case)
    gold = Counter(place for error in errors for entry in error.gold for place in entry.places)
    predicted = Counter(place for error in errors for entry in error.predicted for place in entry.places)
    assert gold == Counter((span.start, span.end) for span in case.gold.spans)
    assert predicted == Counter((span.start, span.end) for span in case.predicted.spans)


def test_facts_without_places_meet_by_value(make_case: MakeCase) -> None:
    case = make_case("{a1|收入合计}为{m a1.actual|100万元}。\n", "{a1|收入合计}为{m a1.budget|100万元}。\n", offsets=False)
    (error,) = errors_of(replace(case, document=None))
    assert (error.kind, error.sentence) == ("wrong measure", "")


def test_contradictions_missed_and_false(make_case: MakeCase) -> None:
    case = make_case(GOLD, GOLD, checks=(GoldCheck(rule="zero_base", places=((0, 4),)),))
    case = replace(case, predicted=replace(case.predicted, checks=(Check("parts_sum", ((5, 10),)),)))
    assert [(error.layer, error.kind, error.label) for error in errors_of(case)] == [
        ("checks", "missed", "zero_base"),
        ("checks", "false", "parts_sum"),
    ]


def test_confusions(make_case: MakeCase) -> None:
    case = make_case("{a1|甲}{p1|乙}{m a1.actual|1元}{m a1.budget|2元}丙\n", "{p1|甲}{p1|乙}{m p1.actual|1元}{m p1.actual|2元}{p|丙}\n")
    labels, measures = label_confusion([case]), measure_confusion([case])
    assert labels.names == ("AMOUNT", "ACCOUNT", "PROJECT", "none")
    assert labels.row("ACCOUNT") == [0, 0, 1, 0]
    assert labels.row("none") == [0, 0, 1, 0]
    assert {cell: count for cell, count in measures.counts.items() if count} == {("actual", "actual"): 1, ("budget", "actual"): 1}


def _written(case: Case, path: Path) -> str:
    write_errors(errors_of(case), [case], score_cases([case]), path)
    return path.read_text(encoding="utf-8")


def test_json_lines(case: Case, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in _written(case, tmp_path / "errors.jsonl").splitlines()]
    assert len(lines) == len(errors_of(case))
    for line in lines:
        for entry in (*line["gold"], *line["predicted"]):
            start, end = entry["places"][0]
            assert line["sentence"][start - line["offset"] : end - line["offset"]]
    assert lines[0]["wrong"] == ["measure"]


def test_the_page_needs_nothing_else(case: Case, tmp_path: Path) -> None:
    page = _written(case, tmp_path / "errors.html")
    assert "5 errors in 1 reports" in page
    assert not [word for word in ("http:", "https:", "src=", "<link", "@import", "url(") if word in page]


def test_other_endings_are_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.html or \.jsonl"):
        _written(case, tmp_path / "errors.csv")


def test_hostile_text_comes_out_escaped(make_case: MakeCase, tmp_path: Path) -> None:
    case = make_case(f"建设{{p1|{HOSTILE}}}。\n", f"建设{HOSTILE}。\n", name='"><script>alert(3)</script>')
    page = _written(case, tmp_path / "errors.html")
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert HOSTILE in html.unescape(page)
