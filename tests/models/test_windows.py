"""Windows: every token once, never too long, cut where the text allows, read under their headings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from fiscalzh.corpus import from_text
from fiscalzh.corpus.shadow import Shadow, shadow_of
from fiscalzh.models.tokenizer import CharTokenizer, Tokens
from fiscalzh.models.windows import CONTEXT, HEADING_CHARS, HEADINGS, TAIL_TOKENS, Window, cut, cut_document, heading_context, to_token_span
from hypothesis import given, settings
from hypothesis import strategies as st

_TOKENIZER = CharTokenizer("一二三收支情况，。\n", ["收支", "情况"])
_CLAUSES = st.text("收支情况甲乙12.5%（）", min_size=1, max_size=30)
_PARAGRAPHS = st.one_of(
    st.lists(st.tuples(_CLAUSES, st.sampled_from("，、：；。！？")).map("".join), max_size=25).map("".join),
    st.tuples(st.sampled_from(["一、", "二、", "（一）", "（二）", "1.", "(1)", "第一部分 "]), _CLAUSES).map("".join),
)
_TEXTS = st.lists(_PARAGRAPHS, max_size=10).map("\n".join)
_LIMITS = st.integers(2 * CONTEXT, 3 * CONTEXT)


def _cut(text: str, limit: int) -> tuple[Shadow, Tokens, list[Window]]:
    document = from_text(text)
    shadow = shadow_of(document)
    tokens = _TOKENIZER.encode(shadow.text)
    return shadow, tokens, cut_document(document, shadow, tokens, limit, _TOKENIZER)


@settings(deadline=None)
@given(_TEXTS, _LIMITS)
def test_windows_cover_every_token_once_and_keep_the_limit(text: str, limit: int) -> None:
    _, tokens, windows = _cut(text, limit)
    assert [n for w in windows for n in range(w.start, w.end)] == list(range(len(tokens)))
    assert all(w.start < w.end for w in windows)
    assert all(w.length == len(w.context) + w.end - w.start <= limit for w in windows)


@settings(deadline=None)
@given(_TEXTS, _LIMITS)
def test_context_is_the_headings_and_what_stands_before_a_cut_inside_a_paragraph(text: str, limit: int) -> None:
    document = from_text(text)
    shadow, tokens, windows = _cut(text, limit)
    for window in windows:
        at = int(tokens.starts[window.start])
        headings = _TOKENIZER.encode(heading_context(document, int(shadow.offsets[at]))).features
        inside = at > 0 and shadow.text[at - 1] != "\n"
        tail = tokens.features[max(0, window.start - TAIL_TOKENS) : window.start] if inside else tokens.features[:0]
        assert np.array_equal(window.context, np.concatenate([headings, tail]))


def _sentences(tokens: Tokens, text: str) -> Iterator[tuple[int, int]]:
    """Token ranges of the sentences of a shadow text."""
    start = 0
    for at, char in enumerate(text[s] for s in tokens.starts.tolist()):
        if char in "。；！？\n" or at == len(tokens) - 1:
            yield start, at + 1
            start = at + 1


@settings(deadline=None)
@given(_TEXTS, _LIMITS)
def test_no_sentence_of_half_a_window_is_cut(text: str, limit: int) -> None:
    shadow, tokens, windows = _cut(text, limit)
    starts = {w.start for w in windows}
    for start, end in _sentences(tokens, shadow.text):
        if end - start <= (limit - CONTEXT) // 2:
            assert not starts & set(range(start + 1, end)), shadow.text[tokens.starts[start] : tokens.ends[end - 1]]


def test_no_sentence_that_fits_a_window_is_cut() -> None:
    text = "甲乙丙。" + "收支，" * 30 + "丁。"
    _, _, windows = _cut(text, CONTEXT + 92)
    assert [(w.start, w.end) for w in windows] == [(0, 4), (4, 96)]


@settings(deadline=None)
@given(_TEXTS, _LIMITS)
def test_neighbours_that_fit_are_joined(text: str, limit: int) -> None:
    shadow, tokens, windows = _cut(text, limit)
    for left, right in pairwise(windows):
        if shadow.text[tokens.ends[right.start - 1] - 1] == "\n":
            line = shadow.text.find("\n", tokens.starts[right.start])
            end = int(np.searchsorted(tokens.ends, line + 1, side="left")) + 1 if line >= 0 else len(tokens)
            assert end - left.start > limit - CONTEXT


def _ends(text: str, budget: int) -> list[int]:
    return [w.end for w in cut(text, _TOKENIZER.encode(text), CONTEXT + budget, lambda _: "", _TOKENIZER)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("收" * 54 + "。" + "支，" * 40, [55, 135]),
        ("收" * 54 + "，" + "支、" * 40, [55, 135]),
        ("收" * 54 + "、" + "支" * 75, [55, 130]),
        ("收" * 54 + "：" + "支" * 75, [55, 130]),
        ("收" * 30 + "，" + "支" * 60 + "。" + "收" * 40, [80, 132]),
        ("收" * 170, [80, 160, 170]),
        ("收" * 80, [80]),
        ("收" * 79 + "。支", [80, 81]),
    ],
)
def test_a_paragraph_too_long_is_cut_behind_a_sentence_a_clause_an_item_or_anywhere(text: str, ends: list[int]) -> None:
    assert _ends(text, 80) == ends


def test_a_figure_is_never_cut() -> None:
    text = "1234567890.12收" + "1,234,567.89收" * 100
    assert len(_TOKENIZER.encode(text)) == 202
    assert _ends(text, 80) == [80, 160, 202]


def test_headings_are_shortened_innermost_last_a_few_at_most() -> None:
    text = "第一部分 概况\n一、收支情况及其他有关事项的具体说明材料\n（一）收入情况\n1.拨款收入\n本年收入增加较多。\n二、其他\n没有。\n"
    document = from_text(text)
    lines = ["第一部分 概况", "一、收支情况及其他有关事项的具体说明材料"[:HEADING_CHARS], "（一）收入情况", "1.拨款收入"]
    assert heading_context(document, text.index("本年")).split("\n") == [*lines[-HEADINGS:], ""]
    assert heading_context(document, text.index("没有")) == "第一部分 概况\n二、其他\n"
    assert heading_context(from_text("没有标题。"), 2) == ""


def test_an_empty_text_has_no_windows() -> None:
    assert cut("", _TOKENIZER.encode(""), 200, lambda _: "", _TOKENIZER) == []


@pytest.mark.parametrize("limit", [0, CONTEXT, 2 * CONTEXT - 1])
def test_a_limit_without_room_for_text_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match=f"at least {2 * CONTEXT} tokens, got {limit}"):
        cut("收支情况", _TOKENIZER.encode("收支情况"), limit, lambda _: "", _TOKENIZER)


@given(st.text("收1,.", min_size=1, max_size=40), st.data())
def test_characters_to_tokens_takes_tokens_whole(text: str, data: st.DataObject) -> None:
    tokens = _TOKENIZER.encode(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = to_token_span(tokens, start, end)
    assert tokens.starts[first] <= start < tokens.ends[first]
    assert tokens.starts[last - 1] < end <= tokens.ends[last - 1]
