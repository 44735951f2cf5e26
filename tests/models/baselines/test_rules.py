"""What the rules find in invented sentences."""

from __future__ import annotations

import pytest
from fiscalzh.corpus.read import from_text
from fiscalzh.models.baselines.rules import RuleTagger


def _found(text: str) -> list[tuple[str, str]]:
    return [(span.label, span.of(text)) for span in RuleTagger().tag(from_text(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会议费支出决算为1.20万元，完成预算的80%。", [("ACCOUNT", "会议费"), ("AMOUNT", "1.20万元"), ("RATIO", "80%")]),
        (
            "教育支出（类）普通教育（款）小学教育（项）年初预算为0，支出决算3.5个亿元。",
            [("ACCOUNT", "教育支出（类）普通教育（款）小学教育（项）"), ("AMOUNT", "0"), ("AMOUNT", "3.5个亿元")],
        ),
        ("基本支出占全市一般公共预算支出的61.6%。", [("ACCOUNT", "全市一般公共预算支出"), ("RATIO", "61.6%")]),
        ("主要原因是项目支出减少。", []),
        ("安排“青禾”项目12万元。", [("PROJECT", "“青禾”项目"), ("AMOUNT", "12万元")]),
        ("用于甲山塘坝修复20万元、乙河护岸工程30万元。", [
            ("PROJECT", "甲山塘坝修复"), ("AMOUNT", "20万元"), ("PROJECT", "乙河护岸工程"), ("AMOUNT", "30万元"),
        ]),
        ("各类项目进展顺利。", []),
        ("一是培训农民1200人次；群众满意度达98%。", [("CLAIM", "培训农民1200人次"), ("CLAIM", "群众满意度达98%"), ("RATIO", "98%")]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


def test_duties_and_glossary_hold_nothing_but_sums() -> None:
    assert _found("一、主要职责\n负责“青禾”项目，会议费支出5万元。\n") == [("AMOUNT", "5万元")]
