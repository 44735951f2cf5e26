"""The classification as a table: whole, in order, with its years."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from fiscalzh.corpus.classification import Account, classification, of_year, spellings, versions

FIRST_DIGIT = {"1": "revenue", "2": "function", "3": "economic", "5": "government"}


def test_codes_have_a_place() -> None:
    codes = {a.code for a in classification()}
    assert len(codes) > 1700
    for account in classification():
        assert len(account.code) in (3, 5, 7)
        assert account.kind == FIRST_DIGIT[account.code[0]]
        assert len(account.code) == 3 or account.code[:-2] in codes, account
        assert len(account.parents) == account.level - 1


def test_names_are_one_spelling_each() -> None:
    assert all(not set(a.name) & set(" \t()\"'") for a in classification())
    assert max(Counter((a.code, a.name) for a in classification()).values()) == 1


def test_names_of_one_code_follow_each_other() -> None:
    for names in versions().values():
        for before, after in pairwise(names):
            assert before.last_year is not None, before
            assert after.first_year is None or after.first_year > before.last_year, after
    assert all(a.first_year is None or a.last_year is None or a.first_year <= a.last_year for a in classification())


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("207", 2018, "文化体育与传媒支出"),
        ("207", 2019, "文化旅游体育与传媒支出"),
        ("210", 2017, "医疗卫生与计划生育支出"),
        ("210", 2023, "卫生健康支出"),
        ("20805", 2019, "行政事业单位离退休"),
        ("20805", 2020, "行政事业单位养老支出"),
        ("21305", 2020, "扶贫"),
        ("21305", 2022, "巩固脱贫衔接乡村振兴"),
        ("22402", None, "消防救援事务"),
    ],
)
def test_a_heading_has_the_name_of_its_year(code: str, year: int | None, name: str) -> None:
    assert of_year(versions()[code], year).name == name


def test_parents_have_the_names_of_their_time() -> None:
    paths = {(a.code, a.last_year): (*a.parents, a.name) for a in classification()}
    assert paths["2070406", 2018] == ("文化体育与传媒支出", "新闻出版广播影视", "电影")
    assert paths["2080505", None] == ("社会保障和就业支出", "行政事业单位养老支出", "机关事业单位基本养老保险缴费支出")


def test_what_stood_in_an_official_table_is_marked() -> None:
    status = Counter(a.status for a in classification())
    assert set(status) == {"table", "public", "name", "code", ""}
    assert status["table"] >= 130
    accounts: dict[str, Account] = {a.code: a for a in classification()}
    assert accounts["2080505"].status == accounts["30217"].status == "table"


def test_a_spelling_means_one_name() -> None:
    every = [spelling for name, others in spellings().items() for spelling in (name, *others)]
    twice = [spelling for spelling, count in Counter(every).items() if count > 1]
    assert twice == []
    assert all(spellings())
