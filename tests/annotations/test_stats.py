"""Counts, and what two sets of texts share."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fiscalzh.annotations.converters import FORMATS, Annotation, Claim, Fact
from fiscalzh.annotations.span import Span
from fiscalzh.annotations.stats import is_fixed, overlap, shared_sentences, stats, stats_of
from hypothesis import given, settings
from hypothesis import strategies as st

_AMOUNT, _ACCOUNT, _CLAIM = Span(2, 5, "AMOUNT"), Span(0, 2, "ACCOUNT"), Span(6, 8, "CLAIM")
_ONE = Annotation(
    "收入5万元，3个",
    (_AMOUNT, _ACCOUNT, _CLAIM),
    (Fact(_AMOUNT, _ACCOUNT, "actual", "收入"),),
    (Claim(_CLAIM, (("3", "个"),)),),
)


def test_counts(tmp_path: Path) -> None:
    found = stats_of([_ONE, _ONE])
    assert (found.documents, found.characters, found.vocabulary, found.values) == (2, 16, 8, 2)
    assert (found.spans["ACCOUNT"], found.names["ACCOUNT"], found.spans["PROJECT"]) == (2, 1, 0)
    assert (found.facts["actual"], found.facts["rate"]) == (2, 0)
    FORMATS["doccano"].write([_ONE, _ONE], tmp_path / "x.jsonl")
    assert stats([tmp_path / "x.jsonl"]) == found
    assert "actual                        2" in found.table().splitlines()


def test_overlap_counts_places() -> None:
    assert overlap(["甲乙丙丁甲乙丙"], ["乙 丙\n丁"], n=3).shared == 1
    assert overlap(["甲乙丙甲乙丙"], ["甲乙丙"], n=3) == overlap(["甲乙丙甲乙丙", "丁"], ["甲乙丙"], n=3)
    found = overlap(["甲乙丙甲乙丙"], ["甲乙丙"], n=3)
    assert (found.grams, found.shared, found.share) == (4, 2, 0.5)
    assert overlap(["１２（甲）"], ["12(甲)"], n=5).share == 1
    assert overlap(["甲乙", "丙丁"], ["甲乙丙丁"], n=3).grams == 0
    assert overlap([], [], n=3).share == overlap(["甲乙丙"], [], n=3).share == 0
    with pytest.raises(ValueError, match="n=0"):
        overlap([], [], n=0)


@settings(max_examples=60, deadline=None)
@given(st.text("ab甲\U00020000", max_size=30), st.text("ab甲\U00020000", max_size=30), st.integers(1, 4))
def test_overlap_is_that_of_sets(text: str, other: str, n: int) -> None:
    known = {other[i : i + n] for i in range(len(other) - n + 1)}
    grams = [text[i : i + n] for i in range(len(text) - n + 1)]
    found = overlap([text], [other], n)
    assert (found.grams, found.shared) == (len(grams), sum(gram in known for gram in grams))


_LONG = "全年共完成小型水库除险加固工程十二座"


def test_shared_clauses_and_sentences() -> None:
    other = f"我们在这一年里，{_LONG}，受到好评。短句。"
    assert shared_sentences([f"　{_LONG[:5]} {_LONG[5:]}；短句。"], [other]) == [_LONG]
    assert shared_sentences([other, other], [other]) == [
        other.split("。")[0],
    ]
    assert shared_sentences([f"{_LONG[:-1]}。"], [other]) == []
    assert shared_sentences(["短句。"], [other], minimum=2) == ["短句"]
    assert shared_sentences([_LONG], [other], allowed=lambda _: True) == []
    assert shared_sentences(["决算支出共计１，２３４.５万元增长３％。"], ["决算支出共计１，２３５.５万元增长３％。"]) == []


@pytest.mark.parametrize(
    "passage",
    [
        "一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）",
        "1.教育支出（类）普通教育（款）小学教育（项）年初预算为12",
        "教育支出-普通教育-小学教育",
        "八、一般公共预算财政拨款“三公”经费支出决算情况说明",
        "2021年度一般公共预算财政拨款基本支出决算明细表",
        "根据《中华人民共和国预算法》和《项目支出绩效评价管理办法》（财预〔2020〕10号）的要求",
    ],
)
def test_fixed_passages_are_passed_over(passage: str) -> None:
    assert is_fixed(passage)
    assert shared_sentences([passage], [passage]) == []


@pytest.mark.parametrize(
    "passage",
    [
        _LONG,
        "主要原因是本年度人员增加导致基本支出增加的情况",
        "较上年增加12万元的主要原因为项目支出增加",
        "根据《中华人民共和国预算法》我们认真编制了年度预算",
        "教育支出（类）增加是因为新建了三所小学",
    ],
)
def test_other_passages_are_not(passage: str) -> None:
    assert not is_fixed(passage)


def test_a_large_set_takes_seconds() -> None:
    text = "".join(f"第{number}项工作按计划推进并完成了全部验收，{'' if number % 7 else _LONG}。" for number in range(100_000))
    start = time.process_time()
    assert shared_sentences([text], [text[: len(text) // 2]])[:1] == ["第0项工作按计划推进并完成了全部验收，" + _LONG]
    assert overlap([text], [text]).share == 1
    assert time.process_time() - start < 20
