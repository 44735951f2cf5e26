"""Codes of the accounts of a report, by what stands around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fiscalzh.extract.accounts.assignment import codes_of
from fiscalzh.extract.facts import Extraction


def _codes(read_marked: Callable[..., Any], marked: str) -> list[str | None]:
    _, reading, _ = read_marked(marked)
    codes = codes_of(reading)
    return [codes.get(mention) for mention in reading.mentions if mention.label == "ACCOUNT"]


@pytest.mark.parametrize(
    ("marked", "codes"),
    [
        # the 款 stands in the heading
        ("一、支出情况\n（一）一般公共服务支出（类）财政事务（款）\n1.{a1|行政运行（项）}{m a1.actual|3万元}。\n", ["2010601"]),
        # the 款 stands before it in the sentence and is no account of its own
        ("公共安全支出（类）公安（款）中，{a1|行政运行（项）}{m a1.actual|3万元}，{a2|执法办案（项）}{m a2.actual|4万元}。", ["2040201", "2040220"]),
        # the account before it is of the same 款
        ("{a1|财政事务（款）行政运行（项）}{m a1.actual|3万元}。{a2|一般行政管理事务（项）}{m a2.actual|4万元}。", ["2010601", "2010602"]),
        (
            "一、甲\n{a1|财政事务（款）行政运行（项）}{m a1.actual|3万元}。\n二、乙\n{a2|一般行政管理事务（项）}{m a2.actual|4万元}。",
            ["2010601", None],
        ),
        # one name, two classifications
        ("{a1|基本工资}{m a1.actual|3万元}、{a2|住房公积金}{m a2.actual|4万元}。", ["30101", "30113"]),
        ("{a1|购房补贴}{m a1.actual|3万元}、{a2|住房公积金}{m a2.actual|4万元}。", ["2210203", "2210201"]),
        ("{a1|住房公积金}{m a1.actual|4万元}。", [None]),
        # sums and other things have none
        ("{a1|基本支出}{m a1.actual|3万元}，{a2|行政运行}{m a2.actual|4万元}。", [None, None]),
    ],
)
def test_codes_by_what_stands_around(read_marked: Callable[..., Any], marked: str, codes: list[str | None]) -> None:
    assert _codes(read_marked, marked) == codes


def test_facts_and_records_carry_the_code(extract_marked: Callable[..., Extraction]) -> None:
    extraction = extract_marked(
        "{a1|教育支出（类）普通教育（款）小学教育（项）}年初预算{m a1.initial_budget|3万元}，决算{m a1.actual|4万元}。"
        "{a2|项目支出}{m a2.actual|2万元}。"
    )
    assert [(f.subject_code, f.measure) for f in extraction.facts] == [("2050202", "initial_budget"), ("2050202", "actual"), (None, "actual")]
    assert [(r.code, len(r.facts)) for r in extraction.records] == [("2050202", 2), (None, 1)]
