"""The pages themselves, without a browser: nothing is loaded, nothing can be smuggled in, every link leads somewhere."""

from __future__ import annotations

import json
import re

import pytest
from fiscalzh.annotations.labels import LABELS, MEASURES
from fiscalzh.corpus.document import REPORT_TYPES
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pages.batch import batch_view
from fiscalzh.extract.pages.html import flat, printed, render_batch, render_report, shown, words
from fiscalzh.extract.pages.outputs import Failure, Output
from fiscalzh.extract.pages.view import report_view
from fiscalzh.extract.writers import to_json
from selectolax.lexbor import LexborHTMLParser

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _page(extraction: Extraction) -> LexborHTMLParser:
    return LexborHTMLParser(render_report(report_view(extraction)))


def _hostile_batch(extraction: Extraction) -> str:
    bad = extraction.document.source
    failure = Failure.model_validate({"source": bad, "error": {"type": bad, "message": bad}})
    output = Output.model_validate(to_json(extraction, {"version": bad}) | {"checks": [{"rule": bad, "severity": bad, "message": bad}]})
    return render_batch(batch_view(bad, [output, failure], lambda *_: (None, bad)))


def test_every_link_leads_somewhere_and_no_id_stands_twice(report: Extraction) -> None:
    page = _page(report)
    ids = [element.attributes["id"] for element in page.css("[id]")]
    assert len(ids) == len(set(ids))
    links = [element.attributes["href"] or "" for element in page.css("[href]")]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    named = [name for element in page.css("[data-rows]") for name in (element.attributes["data-rows"] or "").split()]
    assert named
    assert set(named) <= set(ids)
    for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "data-copy", "for"):
        assert {element.attributes[attribute] for element in page.css(f"[{attribute}]")} <= set(ids), attribute


@pytest.mark.parametrize("kind", ["report", "batch"])
def test_nothing_in_a_report_becomes_markup(hostile: Extraction, kind: str) -> None:
    source = render_report(report_view(hostile)) if kind == "report" else _hostile_batch(hostile)
    clean = render_report(report_view(hostile)) if kind == "report" else render_batch(batch_view("x", []))
    page = LexborHTMLParser(source)
    assert len(page.css("script")) == len(LexborHTMLParser(clean).css("script")) == 2
    assert source.count("<script") == source.count("</script") == 2
    assert not page.css("img, iframe, object, embed, base, [onload], [onerror], [style]")
    assert not page.css("[src], [action], [formaction]")
    assert [link for element in page.css("[href]") if not re.fullmatch(r"#\w+", link := element.attributes["href"] or "")] == []
    assert json.loads(page.css("#words")[0].text()) == {key: list(pair) for key, pair in words().items()}


def test_the_hostile_text_is_there_to_the_letter(hostile: Extraction) -> None:
    page = LexborHTMLParser(render_report(report_view(hostile)))
    text = hostile.document.text
    blocks = page.css("article [data-end]:not(.m)")
    assert len(blocks) > 5
    for block in blocks:
        assert block.text() == text[int(block.attributes["data-start"] or "") : int(block.attributes["data-end"] or "")]


def test_what_turns_the_direction_of_writing_stands_alone() -> None:
    assert str(shown("a\u202eb")) == 'a<bdi class="bidi" data-code="U+202E">\u202e</bdi>b'
    assert flat(f"a{BIDI}b") == "ab"
    for sign in BIDI:
        assert f'data-code="U+{ord(sign):04X}"' in shown(sign)


def test_what_cannot_stand_in_a_page_is_replaced() -> None:
    assert str(shown("a\0b\ud800c\r\n")) == "a\ufffdb\ufffdc&#13;\n"
    assert flat("\0") == "\ufffd"


def test_line_ends_inside_a_paragraph_are_set_apart_but_between_words() -> None:
    assert str(printed("支出\n合计")) == '支出<span class="nl">\n</span>合计'
    assert str(printed("green\nland")) == "green\nland"


@pytest.mark.parametrize("kind", ["report", "batch"])
def test_a_page_is_one_file_and_says_so(report: Extraction, kind: str) -> None:
    source = render_report(report_view(report)) if kind == "report" else render_batch(batch_view("x", []))
    page = LexborHTMLParser(source)
    policy = page.css("meta[http-equiv]")[0].attributes["content"] or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?://|url\(|@import|\bfetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|document\.write|\beval\(", source)


def test_both_languages_name_everything(report: Extraction) -> None:
    known = words()
    assert {f"measure.{m}" for m in MEASURES} | {f"label.{label}" for label in LABELS} | {f"type.{t}" for t in REPORT_TYPES} <= known.keys()
    sources = {language: render_report(report_view(report), language) + render_batch(batch_view("x", []), language) for language in ("zh", "en")}
    for language, source in sources.items():
        page = LexborHTMLParser(f"<div>{source}</div>")
        index = ("zh", "en").index(language)
        used = page.css("[data-t]")
        assert len(used) > 100
        for element in used:
            key = element.attributes["data-t"] or ""
            if key in known:
                assert element.text() == known[key][index]
            else:
                assert key.partition(".")[0] in ("rule", "indicator")


def test_every_word_is_used(report: Extraction) -> None:
    from fiscalzh.extract.pages import html as module

    folder = module._HERE
    source = "".join(path.read_text(encoding="utf-8") for path in (*folder.glob("*.jinja"), *folder.glob("*.js")))
    unused = [key for key in words() if key.startswith("ui.") and not re.search(rf'["\']{key}["\']|"{key[3:]}"', source)]
    assert unused == []
