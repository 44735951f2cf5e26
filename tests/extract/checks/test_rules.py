"""Contradictions that are there are found where they stand; reports without any are left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fiscalzh.annotations.report import from_markup
from fiscalzh.corpus.generator import generate_many
from fiscalzh.corpus.generator.contradictions import RULES as PLANTED
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.checks.lint import as_line, position
from fiscalzh.extract.checks.rules import RULES, chosen_rules
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pipeline import link_document, load_choices


def _extraction(marked: str) -> Extraction:
    report = from_markup(marked, "generated.txt")
    document = from_text(report.document.text, "generated.txt")
    return link_document(replace(document, meta=report.document.meta), report.spans, load_choices())


def test_planted_contradictions_are_found_where_they_stand() -> None:
    there, found = 0, 0
    for made in generate_many(40, 5, 2):
        findings = _extraction(made.marked).checks
        for planted in made.contradictions:
            start, end = planted.start, planted.start + len(planted.text)
            there += 1
            found += any(finding.rule == planted.rule and any(a < end and start < b for a, b in finding.places) for finding in findings)
    assert there >= 70
    assert found / there >= 0.9


def test_clean_reports_have_no_findings() -> None:
    assert [finding for made in generate_many(40, 6) for finding in _extraction(made.marked).checks] == []


def test_every_planted_kind_has_its_rule() -> None:
    assert set(PLANTED) <= {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.severity for rule in RULES} == {"error", "warning"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{a|公务接待费}年初预算为{m|0万元}，支出决算为{m|4.50万元}，完成年初预算的{r|100%}。", "zero_base"),
        ("{a|支出合计}{m|100.00万元}，其中：{a|基本支出}{m|60.00万元}，占{r|60.00%}；{a|项目支出}{m|40.00万元}，占{r|30.00%}。", "rate_mismatch"),
        ("{a|公务接待费}支出决算{m|4.50万元}，比上年增加（减少）{m|0.50万元}。", "leftover"),
        ("{a|支出合计}{m|100.00万元}，其中{a|基本支出}{m|76.23万元}，占76.23，{a|项目支出}{m|23.77万元}，占{r|23.77%}。", "no_percent"),
    ],
)
def test_a_contradiction_in_a_sentence(text: str, rule: str) -> None:
    marked = f"---\ntitle: 青石县林业局2021年度部门决算\nfiscal_year: 2021\nreport_type: final_accounts\n---\n\n一、支出情况\n{text}\n"
    assert rule in {finding.rule for finding in _extraction(marked).checks}


def test_rounding_is_no_contradiction() -> None:
    text = "{a|支出合计}{m|3.00万元}，其中：{a|基本支出}{m|1.00万元}，占{r|33.3%}；{a|项目支出}{m|2.00万元}，占{r|66.7%}。"
    marked = f"---\ntitle: 青石县林业局2021年度部门决算\nfiscal_year: 2021\nreport_type: final_accounts\n---\n\n一、支出情况\n{text}\n"
    assert _extraction(marked).checks == ()


def test_findings_print_as_a_linter_does() -> None:
    marked = "---\ntitle: 决算\nfiscal_year: 2021\n---\n\n一、支出情况\n{a|公务接待费}支出决算{m|4.50万元}，比上年增加（减少）{m|0.50万元}。\n"
    extraction = _extraction(marked)
    (finding,) = extraction.checks
    line, column = position(extraction.document.text, finding.places[0][0])
    assert extraction.document.text.splitlines()[line - 1][column - 1 :].startswith("增加（减少）")
    assert as_line(finding, extraction.document).startswith(f"generated.txt:{line}:{column}: warning leftover ")


def test_rules_are_chosen_by_id() -> None:
    assert [rule.id for rule in chosen_rules(["zero_base", "leftover"], ["leftover"])] == ["zero_base"]
    with pytest.raises(ValueError, match="no rule nought; there are yuan_for_wan"):
        chosen_rules(["nought"])
