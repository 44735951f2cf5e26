"""Blocks and parts: every character once, in its place, with the spans it lies in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.corpus.read import from_text, read
from fiscalzh.extract.pages.layout import lay_out
from hypothesis import given
from hypothesis import strategies as st


def _document(text: str, pages: tuple[int, ...] = ()) -> Document:
    return replace(from_text(text), pages=pages)


@given(st.text("一二（）、。\n 1万元", max_size=60), st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9), st.booleans()), max_size=8), st.data())
def test_parts_hold_the_text_and_say_what_covers_them(text: str, drawn: list[tuple[int, int, bool]], data: st.DataObject) -> None:
    spans = [Span(start, min(start + size, len(text)), "CLAIM" if claim else "AMOUNT") for start, size, claim in drawn if start < len(text)]
    pages = tuple(sorted({0, data.draw(st.integers(0, len(text)))}))
    places = [[(span.start, span.end)] for span in spans[:2]]
    end = 0
    for block in lay_out(_document(text, pages), spans, places):
        assert not text[end : block.start].strip()
        end = block.end
        assert "".join(part.text for part in block.parts) == text[block.start : block.end]
        for part in block.parts:
            assert part.text == text[part.start : part.end]
            covering = [n for n, span in enumerate(spans) if span.start <= part.start and part.end <= span.end]
            assert part.mention is None or part.mention in covering
            assert (part.mention is None) == all(spans[n].label == "CLAIM" for n in covering)
            assert (part.claim is None) == all(spans[n].label != "CLAIM" for n in covering)
            assert part.findings == tuple(n for n, [(a, b)] in enumerate(places) if a <= part.start < b)
    assert not text[end:].strip()


@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLES.iterdir())])
def test_blocks_of_a_sample_leave_out_nothing_but_space(name: str) -> None:
    document = read(SAMPLES / name)
    blocks = lay_out(document, [])
    shown = "".join(document.text[block.start : block.end] for block in blocks)
    assert "".join(shown.split()) == "".join(document.text.split())
    assert [block.page for block in blocks if block.page] == list(range(1, len(document.pages) + 1))


def test_headings_have_the_depth_of_the_tree_and_not_of_their_numbering() -> None:
    blocks = lay_out(_document("一、支出\n1.人员\n工资1万元。\n二、收入\n收入2万元。\n"), [])
    assert [(block.kind, block.depth) for block in blocks] == [("heading", 1), ("heading", 2), ("text", 0), ("heading", 1), ("text", 0)]


def test_a_heading_that_the_text_goes_on_behind() -> None:
    first, second, *_ = lay_out(_document("一、支出\n（一）人员。工资1万元，津贴2万元。\n（二）公用。办公费1万元。\n二、收入\n"), [])[1:]
    assert (first.kind, second.kind) == ("opening", "text")
    assert first.end == second.start


def test_a_line_end_inside_a_sentence_or_a_span_begins_no_block() -> None:
    text = "本年支出合计增\n加1万元。\n收入3万\n元"
    at = text.index("3万")
    document = replace(_document(text), sentences=((0, text.index("。") + 1),))
    blocks = lay_out(document, [Span(at, len(text), "AMOUNT")])
    assert [text[block.start : block.end] for block in blocks] == ["本年支出合计增\n加1万元。\n", "收入3万\n元"]


def test_a_page_begins_inside_a_paragraph_and_divides_a_span() -> None:
    text = "支出合计为12\n万元，其他没有。"
    blocks = lay_out(_document(text, (0, text.index("万元"))), [Span(5, 10, "AMOUNT")])
    assert [(block.page, [part.text for part in block.parts if part.mention == 0]) for block in blocks] == [(1, ["12\n"]), (2, ["万元"])]


def test_rows_of_tables_and_lines_of_the_contents_are_kinds_of_their_own() -> None:
    text = "目  录\n一、支出情况\n二、收入情况\n一、支出情况\n支出1万元。\n科目\t金额\t比上年\n支出\t1\t2\n收入\t1\t2\n二、收入情况\n收入3万元。\n"
    document = from_text(text)
    assert document.tables
    kinds = [block.kind for block in lay_out(document, [])]
    assert kinds == ["heading", "contents", "contents", "heading", "text", "row", "row", "row", "heading", "text"]


def test_findings_over_each_other_are_both_kept() -> None:
    document = _document("支出1万元，收入2万元。")
    (block,) = lay_out(document, [], [[(0, 6)], [(2, 11)]])
    assert [(part.text, part.findings) for part in block.parts if part.findings] == [("支出", (0,)), ("1万元，", (0, 1)), ("收入2万元", (1,))]
