"""The page in a notebook, and displaCy on the same Doc."""

from __future__ import annotations

import html

import pytest
import spacy
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pages.html import render_report
from fiscalzh.extract.pages.view import report_view
from selectolax.lexbor import LexborHTMLParser
from spacy import displacy
from spacy.tokens import Doc

import fiscalzh

TEXT = "2021年度公务接待费支出决算为4.50万元，完成预算的90.00%。全年培训群众1200人次。"


def test_a_doc_and_its_extraction_give_the_same_page() -> None:
    doc = fiscalzh.load()(TEXT)
    page = LexborHTMLParser(fiscalzh.render(doc).html)
    assert [row.text() for row in page.css("#figures-table tbody td a")] == ["4.50", "90%"]
    assert [mark.text() for mark in page.css("article .m")] == [str(span) for span in doc.spans["mentions"]]
    assert len(page.css("article .claim")) == len(doc.spans["claims"]) == 1


def test_a_doc_of_longer_tokens_shows_its_facts_in_their_places() -> None:
    nlp = fiscalzh.load()
    doc = Doc(nlp.vocab, words=[TEXT[at : at + 7] for at in range(0, len(TEXT), 7)], spaces=[False] * ((len(TEXT) + 6) // 7))
    for _, component in nlp.pipeline:
        doc = component(doc)
    assert doc.text == TEXT
    page = LexborHTMLParser(fiscalzh.render(doc).html)
    shown = {mark.attributes["id"]: mark.text() for mark in page.css("article .m")}
    assert len(doc._.facts) > 1
    for fact, row in zip(doc._.facts, page.css("#figures-table a.go"), strict=True):
        assert shown[(row.attributes["href"] or "")[1:]] == fact.value_span.of(TEXT)


def test_a_notebook_gets_the_page_in_a_frame(hostile: Extraction) -> None:
    rendered = fiscalzh.render(hostile, "en")
    frame = rendered._repr_html_()
    assert frame.startswith('<iframe title="fiscalzh" sandbox="allow-scripts" ')
    assert frame.count("<") == 2
    assert html.unescape(frame.partition('srcdoc="')[2].rpartition('"></iframe>')[0]) == rendered.html
    assert rendered.html == render_report(report_view(hostile), "en")


def test_a_doc_of_another_pipeline_is_refused() -> None:
    with pytest.raises(ValueError, match="has not been through the pipeline"):
        fiscalzh.render(spacy.blank("zh")(TEXT))


def test_displacy_shows_the_spans_of_the_same_doc() -> None:
    doc = fiscalzh.load()(TEXT)
    for key, words in (("mentions", ["ACCOUNT", "AMOUNT", "RATIO", "公", "4"]), ("claims", ["CLAIM", "全"])):
        shown = displacy.render(doc, style="span", options={"spans_key": key}, jupyter=False)
        assert shown.count("position: relative") > 0
        assert [word for word in words if word not in shown] == []
