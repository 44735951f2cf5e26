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


def test_names_of_one_project_are_one_record_and_phases_are_not() -> None:
    names = ("绿道工程", "青石县绿道工程", "绿道工程（二期）", "绿道工程项目")
    records = make_records([_fact(name, "project") for name in names])
    assert [(r.subject, r.facts) for r in records] == [("青石县绿道工程", (0, 1, 3)), ("绿道工程（二期）", (2,))]


def test_one_code_is_one_record_of_one_level_of_government() -> None:
    facts = [_fact("全市教育支出", code="205"), _fact("教育支出", scope="全市", code="205"), _fact("市本级教育支出", code="205")]
    assert [(r.code, r.facts) for r in make_records(facts)] == [("205", (0, 1)), ("205", (2,))]


def test_the_same_words_with_two_codes_and_with_none() -> None:
    facts = [_fact("行政运行", code="2010601"), _fact("行政运行", code="2010301"), _fact("行政运行"), _fact("小学教育（项）", code="2050202")]
    assert [(r.code, r.facts) for r in make_records(facts)] == [("2010601", (0,)), ("2010301", (1,)), (None, (2,)), ("2050202", (3,))]
