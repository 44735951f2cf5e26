"""Paragraphs cover the text, and what is learned of them stands where it stood."""

from __future__ import annotations

from fiscalzh.annotations.report import AnnotatedReport, from_markup
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.read import from_text
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.models.baselines.paragraphs import LONGEST, Lesson, lessons, of_layer, paragraphs, to_spans
from hypothesis import given
from hypothesis import strategies as st


@given(st.text("甲乙。；\n ", max_size=400))
def test_paragraphs_are_the_text_without_blank_lines(text: str) -> None:
    found = list(paragraphs(text))
    assert all(text.startswith(one.text, one.start) and one.text.strip() and "\n" not in one.text for one in found)
    assert [one.text for one in found] == [line for line in text.split("\n") if line.strip()]


def test_a_long_paragraph_is_cut_behind_a_sentence_and_nothing_is_lost() -> None:
    text = "甲乙丙丁戊。" * LONGEST
    found = list(paragraphs(text))
    assert "".join(one.text for one in found) == text
    assert all(len(one.text) <= LONGEST and one.text.endswith("。") for one in found)
    endless = "甲" * (2 * LONGEST + 1)
    assert [len(one.text) for one in paragraphs(endless)] == [LONGEST, LONGEST, 1]


def test_lessons_hold_the_spans_of_their_paragraph() -> None:
    report = from_markup("一、收支\n\n　　{a1|会议费}支出{m a1.actual|1 2.50 万元}。\n{c 3座|{p|甲山塘工程}修塘3座}。\n", "made up")
    assert [(one.text, [(one.text[a:b], label) for a, b, label in one.spans]) for one in lessons([report])] == [
        ("一、收支", []),
        ("会议费支出12.50万元。" if "12.50" in shadow_of(report.document).text else "会议费支出1 2.50万元。", [
            ("会议费", "ACCOUNT"),
            ("12.50万元" if "12.50" in shadow_of(report.document).text else "1 2.50万元", "AMOUNT"),
        ]),
        ("甲山塘工程修塘3座。", [("甲山塘工程", "PROJECT"), ("甲山塘工程修塘3座", "CLAIM")]),
    ]  # fmt: skip


def test_a_span_over_the_end_of_a_paragraph_is_not_learned() -> None:
    document = from_text("甲乙丙。\n丁戊己。\n")
    report = AnnotatedReport(document, (Span(2, 6, "CLAIM"), Span(5, 7, "PROJECT")), (), ())
    assert list(lessons([report])) == [Lesson("甲乙丙。", ()), Lesson("丁戊己。", ((0, 2, "PROJECT"),))]


def test_of_two_spans_of_a_layer_that_overlap_the_first_stays() -> None:
    spans = [(0, 4, "PROJECT"), (2, 6, "ACCOUNT"), (0, 9, "CLAIM"), (6, 8, "AMOUNT")]
    assert of_layer(spans, "mentions") == [(0, 4, "PROJECT"), (6, 8, "AMOUNT")]
    assert of_layer(spans, "claims") == [(0, 9, "CLAIM")]


def test_places_go_back_to_the_source() -> None:
    document = from_text("支出　１２.５ 万元。")
    shadow = shadow_of(document)
    start = shadow.text.index("12.5")
    (span,) = to_spans(shadow, [(start, start + len("12.5万元"), "AMOUNT")])
    assert span.of(document.text) == "１２.５ 万元"
