"""Counting what the checks find of what was planted, and what else they find."""

from __future__ import annotations

from fiscalzh.corpus.generator.contradictions import Planted
from fiscalzh.corpus.read import from_text
from fiscalzh.eval.planted import Checked, checked, count_by_rule, table
from fiscalzh.extract.checks.finding import Finding
from fiscalzh.extract.facts import Extraction

_DOCUMENT = from_text("一、支出情况\n公务接待费4.50万元，比上年增加（减少）0.50万元。\n", "a.txt")


def _planted(rule: str, start: int, text: str) -> Planted:
    return Planted(rule, text, start, 0, "")


def _finding(rule: str, *places: tuple[int, int]) -> Finding:
    return Finding(rule, "error", "", places)


def _checked(planted: tuple[Planted, ...], *findings: Finding) -> Checked:
    return Checked(1, 0, _DOCUMENT, planted, findings)


def test_found_is_what_has_a_finding_of_its_rule_at_its_place() -> None:
    planted = (_planted("leftover", 20, "增加（减少）"), _planted("two_values", 40, "5.00万元"), _planted("rate_mismatch", 60, "9%"))
    one = _checked(planted, _finding("leftover", (24, 26)), _finding("two_values", (48, 50)), _finding("parts_sum", (60, 62)))
    assert [each.rule for each in one.missed] == ["two_values", "rate_mismatch"]
    assert [each.rule for each in one.more] == ["two_values", "parts_sum"]
    assert [one.follows(each) for each in one.more] == [False, True]


def test_one_finding_may_show_two_slips() -> None:
    one = _checked((_planted("parts_sum", 0, "9万元"), _planted("parts_sum", 9, "7万元")), _finding("parts_sum", (0, 3), (5, 8), (9, 12)))
    assert one.missed == one.more == []


def test_counts_by_rule_and_their_table() -> None:
    wrong = _checked((_planted("leftover", 0, "甲乙"), _planted("leftover", 9, "甲")), _finding("leftover", (1, 2)), _finding("direction", (30, 31)))
    counts = count_by_rule([wrong], [_checked((), _finding("parts_sum", (0, 1)))])
    assert counts["leftover"] == {"planted": 2, "missed": 1, "follows": 0, "elsewhere": 0, "clean": 0}
    assert counts["ALL"] == {"planted": 2, "missed": 1, "follows": 0, "elsewhere": 1, "clean": 1}
    rows = {row.split("|")[1].strip(): [cell.strip() for cell in row.split("|")[2:-1]] for row in table(counts).splitlines()[2:]}
    assert rows["ALL"] == ["2", "1", "0.500", "0", "1", "1"]
    assert rows["direction"] == ["0", "0", "–", "0", "1", "0"]


def test_the_extractor_gets_the_text_alone() -> None:
    seen = []

    def extract(document: object) -> Extraction:
        seen.append(document)
        return Extraction(document, (), (), (), ())  # type: ignore[arg-type]

    reports = list(checked(extract, 3, 5, 2, lambda _: None))
    assert [(report.number, len(report.planted)) for report in reports] == [(0, 2), (1, 2), (2, 2)]
    assert all(report.document is document for report, document in zip(reports, seen, strict=True))
    texts = [report.document.text for report in reports]
    assert all(p.text == text[p.start : p.start + len(p.text)] for report, text in zip(reports, texts, strict=True) for p in report.planted)
