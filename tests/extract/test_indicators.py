"""Claims by the indicators of 财预〔2020〕10号: judged by hand on every second claim of dev, every fourth of test, before any rule was written.

Rules were written and mended on dev alone; the floors lie below what was measured (134 of 139, 110 of 121).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from fiscalzh.annotations.report import load_marked
from fiscalzh.corpus.library import REPORTS
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.indicators import INDICATORS, indicator_of, labels_before, rules
from fiscalzh.extract.pipeline import gather

JUDGED = list(csv.DictReader(Path(__file__).with_name("indicators.csv").open(encoding="utf-8", newline="")))
FLOORS = {"dev": 0.94, "test": 0.87}


@cache
def _found(name: str) -> dict[int, tuple[str, str | None]]:
    report = load_marked(REPORTS / name)
    extraction = gather(report.document, shadow_of(report.document), report.spans, lambda _: ())
    return {claim.span.start: (claim.text.replace("\n", ""), claim.indicator) for claim in extraction.claims}


@pytest.mark.parametrize("split", FLOORS)
def test_accuracy_stays_above_its_floor(split: str) -> None:
    rows = [row for row in JUDGED if row["split"] == split]
    found = [_found(row["report"])[int(row["start"])] for row in rows]
    assert [text for text, _ in found] == [row["text"] for row in rows]
    right = sum((indicator or "") == row["indicator"] for (_, indicator), row in zip(found, rows, strict=True))
    assert right / len(rows) >= FLOORS[split]


@pytest.mark.parametrize(
    ("clause", "units", "headings", "indicator"),
    [
        ("培训护林员320人次", ["人次"], [], "quantity"),
        ("工程验收合格率100%", ["%"], [], "quality"),
        ("补贴发放及时率100%", ["%"], [], "timeliness"),
        ("节约资金35万元", ["CNY"], [], "cost"),
        ("带动农户增收210万元", ["CNY"], ["1.经济效益"], "economic"),
        ("惠及群众1.2万人", ["人"], [], "social"),
        ("年节约标准煤300吨", ["吨"], ["2.生态效益"], "ecological"),
        ("12座泵站落实管护主体", ["座"], [], "sustainability"),
        ("群众满意度96.5%", ["%"], ["（二）质量指标"], "satisfaction"),
        ("满意度指标得9.5分", ["分"], [], "rating"),
        ("考核列全省第二", [""], [], "rating"),
        ("实际达98%", ["%"], ["时效指标", "数量指标"], "timeliness"),
        ("一切如常", [], ["三、其他"], None),
    ],
)
def test_words_units_and_the_nearest_heading_decide(clause: str, units: list[str], headings: list[str], indicator: str | None) -> None:
    assert indicator_of(clause, units, headings) == indicator


def test_labels_before_a_claim_nearest_first() -> None:
    assert labels_before("1.数量指标：培训20人，质量方面，") == ["质量方面", "数量指标"]


def test_every_indicator_has_rules_and_every_rule_an_indicator() -> None:
    assert {rule.indicator for rule in rules()} == set(INDICATORS)
    assert {rule.place for rule in rules()} == {"clause", "unit", "heading"}
    assert all(rule.weight > 0 for rule in rules())


def test_a_claim_names_its_indicator_and_the_innermost_heading(extract_marked: Callable[..., Extraction]) -> None:
    marked = "青石县林业局2021年度部门决算\n一、绩效情况\n（一）产出\n时效方面，{c|实际达{r|98%}}。\n"
    (claim,) = extract_marked(marked).claims
    assert (claim.indicator, claim.section) == ("timeliness", "（一）产出")
