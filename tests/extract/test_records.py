"""Facts gathered by subject."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.extract.facts import Fact, Record
from fiscalzh.extract.naming import subject_key
from fiscalzh.extract.records import make_records


def _fact(subject: str, kind: str = "account", scope: str | None = None, code: str | None = None) -> Fact:
    return Fact(subject, kind, Span(0, 1, kind.upper()), "actual", Decimal(1), "CNY", Span(1, 2, "AMOUNT"), scope=scope, subject_code=code)


SAME = [
    ("“三公”经费", "三公经费"),
    ("因公出国（境）费", "因公出国(境)费"),
    ("教育支出（类）普通教育（款）小学教育（项）", "教育支出普通教育小学教育"),
    ("教育支出-普通教育-小学教育", "教育支出（类）普通教育（款）小学教育（项）"),
    ("收、支总计", "收支总计"),
    ("基本 支出", "基本支出"),
    ("ＡＰＰ平台", "APP平台"),
    ("《家》馆项目", "家馆项目"),
]
OTHER = [("基本支出", "项目支出"), ("财政拨款收入", "财政拨款支出"), ("一期工程", "二期工程"), ("基本支出", "基本支出预算")]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_spellings_of_one_subject_are_one_record(one: str, two: str) -> None:
    assert subject_key(one) == subject_key(two)
    longest = max(one, two, key=len)
    assert make_records([_fact(one), _fact(two)]) == (Record("account", longest, (0, 1)),)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_other_subjects_are_other_records(one: str, two: str) -> None:
    assert len(make_records([_fact(one), _fact(two)])) == 2


def test_kind_and_scope_keep_records_apart_and_text_order_holds() -> None:
    facts = [_fact("收入", scope="全市"), _fact("绿道", "project"), _fact("收入", scope="市本级"), _fact("绿道"), _fact("收入", scope="全市")]
    assert [(r.kind, r.subject, r.facts) for r in make_records(facts)] == [
        ("account", "收入", (0, 4)),
        ("project", "绿道", (1,)),
        ("account", "收入", (2,)),
        ("account", "绿道", (3,)),
    ]


def test_every_fact_is_in_exactly_one_record() -> None:
    facts = [_fact(name) for name in ("甲", "乙", "甲", "“甲”", "丙", "乙")]
    assert sorted(n for r in make_records(facts) for n in r.facts) == list(range(len(facts)))
    assert make_records([]) == ()


def test_a_code_goes_to_the_record() -> None:
    assert make_records([_fact("小学教育", code="2050202")])[0].code == "2050202"


def test_a_code_of_a_later_fact_goes_to_the_record() -> None:
    assert make_records([_fact("小学教育"), _fact("小学教育", code="2050202")])[0].code == "2050202"
