"""The reading: units of text, the mentions in them, the headings above."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.extract.linking.reading import TOPIC, Reading
from hypothesis import given, settings
from hypothesis import strategies as st

_TEXT = "第一段，甲；乙：丙、丁。第二句！\n第二段？末"
_ENDS = {"paragraph": "\n", "sentence": "\n。！？", "item": "\n。！？；", "clause": "\n。！？；，：", "phrase": "\n。！？；，：、"}


@pytest.mark.parametrize(
    ("unit", "parts"),
    [
        ("paragraph", ["第一段，甲；乙：丙、丁。第二句！\n", "第二段？末"]),
        ("sentence", ["第一段，甲；乙：丙、丁。", "第二句！", "\n", "第二段？", "末"]),
        ("item", ["第一段，甲；", "乙：丙、丁。", "第二句！", "\n", "第二段？", "末"]),
        ("clause", ["第一段，", "甲；", "乙：", "丙、丁。", "第二句！", "\n", "第二段？", "末"]),
        ("phrase", ["第一段，", "甲；", "乙：", "丙、", "丁。", "第二句！", "\n", "第二段？", "末"]),
    ],
)
def test_units_of_text(unit: str, parts: list[str]) -> None:
    reading = Reading.of(_TEXT, [])
    starts = sorted({reading.start(unit, at) for at in range(len(_TEXT))})
    assert [_TEXT[start : reading.end(unit, start)] for start in starts] == parts


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from("甲1\n。！？；，：、"), min_size=1, max_size=30), st.sampled_from(sorted(_ENDS)))
def test_every_offset_lies_in_exactly_one_unit(text: str, unit: str) -> None:
    reading = Reading.of(text, [])
    for at in range(len(text)):
        start, end = reading.start(unit, at), reading.end(unit, at)
        assert start <= at < end
        assert not any(char in _ENDS[unit] for char in text[start : end - 1])
        assert end == len(text) or text[end - 1] in _ENDS[unit]


def test_mentions_are_sorted_apart_and_without_claims() -> None:
    spans = [Span(4, 6, "AMOUNT"), Span(0, 6, "CLAIM"), Span(0, 3, "ACCOUNT"), Span(2, 4, "PROJECT")]
    reading = Reading.of("甲乙丙丁5元。", spans)
    assert reading.mentions == (Span(0, 3, "ACCOUNT"), Span(4, 6, "AMOUNT"))
    assert reading.claims == (Span(0, 6, "CLAIM"),)
    assert reading.figures() == []


def test_figures_are_those_outside_claims(read_marked: Callable[..., tuple[object, Reading, object]]) -> None:
    _, reading, _ = read_marked("{a|项目支出}{m|5万元}，占{r|3%}，{c|节约{m|2万元}}，{p|甲项目}{m|1万元}。")
    assert [figure.of(reading.text) for figure in reading.figures()] == ["5万元", "3%", "1万元"]
    assert [m.of(reading.text) for m in reading.between(0, 8)] == ["项目支出", "5万元"]
    assert reading.index(reading.mentions[2].start) == 2
    assert reading.name_of(reading.mentions[0]) == "项目支出"


def test_headings_above_an_offset_innermost_first() -> None:
    text = "一、甲\n（一）乙\n内一\n（二）丙\n内二\n二、丁\n内三\n"
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        lines.append((at, at + len(line) - 1))
        at += len(line)
    levels = {0: 2, 1: 3, 3: 3, 5: 2}
    reading = Reading.of(text, [], headings=tuple((*lines[n], level) for n, level in levels.items()))

    def path(line: int) -> list[str]:
        return [text[start:end] for start, end in reading.heading_path(lines[line][0])]

    assert path(2) == ["（一）乙", "一、甲"]
    assert path(4) == ["（二）丙", "一、甲"]
    assert path(6) == ["二、丁"]
    assert reading.in_heading(lines[1][0])
    assert not reading.in_heading(lines[2][0])
    assert Reading.of(text, []).heading_path(5) == ()


def test_a_reading_has_no_page_spaces_and_leads_back(read_marked: Callable[..., tuple[object, Reading, dict[Span, Span]]]) -> None:
    marked = "一、收支\n　　{a|公务 接待费}支出{m|4.5 万元}。"
    _, reading, moved = read_marked(marked)
    names = {reading.name_of(span) for span in moved.values()}
    assert names == {"公务接待费", "4.5万元"}
    assert [reading.text[start:end] for start, end in reading.heading_path(reading.mentions[0].start)] == ["一、收支"]


def test_the_topic_is_what_the_text_names_first_however_it_is_spelt(read_marked: Callable[..., tuple[object, Reading, object]]) -> None:
    _, reading, _ = read_marked("{p1|雪亮工程}自评\n设立{p1|“雪亮”工程}，租用{p2|视联平台}。\n该项目预算{m p1.budget|5万元}。")
    figure = reading.figures()[0]
    topic = reading.topic(figure.start)
    assert topic is not None
    assert reading.name_of(topic) == "“雪亮”工程"
    assert reading.key_of(topic) == "雪亮工程"
    assert reading.topic(0) is None
    assert reading.topic(len(reading.text) + TOPIC) is None
    assert Reading.of("没有名称5元。", [Span(4, 6, "AMOUNT")]).topic(4) is None
