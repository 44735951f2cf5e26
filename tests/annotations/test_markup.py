"""Inline markup: what it parses to, what it refuses and where it says so."""

from __future__ import annotations

import pickle

import pytest
from fiscalzh.annotations.markup import KINDS, MarkedFact, MarkupError, parse, render
from fiscalzh.annotations.span import Span
from hypothesis import given
from hypothesis import strategies as st

_TEXTS = st.text("收支合计万元12.%，。；\n （）“”ab-", min_size=1, max_size=60)


@st.composite
def _nested(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    """A text and spans of it that nest, touch or stand apart, but never cross."""
    text = draw(_TEXTS)
    spans: set[Span] = set()
    for start, length, label in draw(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30), st.sampled_from([*KINDS.values()])), max_size=12)):
        end = start + length
        crossing = any(s.start < start < s.end < end or start < s.start < end < s.end for s in spans)
        if end <= len(text) and not crossing:
            spans.add(Span(start, end, label))
    return text, tuple(sorted(spans))


@given(_nested())
def test_what_is_rendered_parses_to_the_same(drawn: tuple[str, tuple[Span, ...]]) -> None:
    text, spans = drawn
    marked = parse(render(text, spans))
    assert marked.text == text
    assert marked.spans == spans
    assert marked.facts == ()
    assert {c.span for c in marked.claims} == {s for s in spans if s.label == "CLAIM"}


def test_spans_of_one_extent_nest() -> None:
    spans = (Span(0, 2, "CLAIM"), Span(0, 2, "PROJECT"), Span(2, 4, "AMOUNT"))
    assert parse(render("甲乙丙丁戊", spans)).spans == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("甲乙丙丁戊", (Span(0, 3, "PROJECT"), Span(1, 5, "CLAIM"))),
        ("甲{乙", ()),
        ("甲}乙", ()),
        ("甲|乙", ()),
        ("---\n甲: 乙\n---\n丙", ()),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match=r"cross|'[{}|]'|header"):
        render(text, spans)


def _fact(marked: str) -> MarkedFact:
    facts = parse(marked).facts
    assert len(facts) == 1
    return facts[0]


def test_the_example_of_the_docstring() -> None:
    marked = parse("{a1|收入合计}为{m a1.actual|18.19万元}")
    account, amount = Span(0, 4, "ACCOUNT"), Span(5, 12, "AMOUNT")
    assert marked.text == "收入合计为18.19万元"
    assert marked.spans == (account, amount)
    assert marked.facts == (MarkedFact(amount, account, "a1", "actual"),)
    assert marked.header == {}


def test_a_fact_with_everything() -> None:
    text = "{a1|办公费}比{a2|基本支出}少{r a1.share/a2@2019^全市^一般公共预算|3%}"
    fact = _fact(text)
    assert (fact.measure, fact.period, fact.scope, fact.decrease) == ("share", 2019, "全市 一般公共预算", False)
    assert fact.base == Span(4, 8, "ACCOUNT")
    assert fact.subject == Span(0, 3, "ACCOUNT")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("a1.yoy_change-", (True, None, None)),
        ("a1.yoy_change", (False, None, None)),
        ("a1.yoy_change-@2020", (True, 2020, None)),
        ("a1.balance@2018^市本级", (False, 2018, "市本级")),
        ("a1.actual^市本级", (False, None, "市本级")),
    ],
)
def test_sign_period_and_scope(head: str, expected: tuple[bool, int | None, str | None]) -> None:
    fact = _fact(f"{{a1|办公费}}减少{{m {head}|3万元}}")
    assert (fact.decrease, fact.period, fact.scope) == expected


def test_a_figure_means_the_nearest_mention_before_it() -> None:
    marked = parse("{a1|甲费}，{a1|乙费}{m a1.actual|1元}，{a1|丙费}{m a1.budget|2元}")
    assert [f.subject.of(marked.text) for f in marked.facts] == ["乙费", "丙费"]


def test_else_it_means_the_first_mention_behind_it() -> None:
    marked = parse("支付{m p1.actual|1元}用于{p1|甲工程}和{p1|乙工程}")
    assert marked.facts[0].subject.of(marked.text) == "甲工程"


def test_the_base_follows_the_same_rule() -> None:
    marked = parse("{a2|甲支出}、{a2|乙支出}，{a1|丙费}占{r a1.share/a2|1%}，{a2|丁支出}")
    base = marked.facts[0].base
    assert base is not None
    assert base.of(marked.text) == "乙支出"


def test_names_are_distinct_and_in_order_of_the_text() -> None:
    marked = parse("{p1|甲工程}{a1|乙费}{m a1.actual|1元}{p1|甲河工程}{p1|甲工程}{a|丙费}")
    assert marked.names == {"p1": ("甲工程", "甲河工程"), "a1": ("乙费",)}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ("187项", (("187", "项"),)),
        ("4.2万人", (("42000", "人"),)),
        ("1.50亿立方米", (("150000000", "立方米"),)),
        ("100个", (("100", "个"),)),
        ("96.40分", (("96.4", "分"),)),
        ("3", (("3", ""),)),
        ("3个 15万户", (("3", "个"), ("150000", "户"))),
        ("", ()),
    ],
)
def test_counts_of_a_claim(counts: str, expected: tuple[tuple[str, str], ...]) -> None:
    marked = parse(f"{{c {counts}|完成任务}}" if counts else "{c|完成任务}")
    assert marked.claims[0].counts == expected


def test_a_claim_holds_other_spans() -> None:
    marked = parse("{c 2台|{p1|甲平台}节约{m|3万元}，{r|5%}}")
    assert marked.text == "甲平台节约3万元，5%"
    assert marked.claims[0].span == Span(0, 11, "CLAIM")
    assert [s.label for s in marked.spans] == ["PROJECT", "CLAIM", "AMOUNT", "RATIO"]


def test_a_header_is_read_and_is_no_text() -> None:
    marked = parse("---\ntitle: 甲县：2021年决算\nfiscal_year: 2021\nnote: a: b\n---\n\n{a|收入}1")
    assert marked.header == {"title": "甲县：2021年决算", "fiscal_year": "2021", "note": "a: b"}
    assert marked.text == "收入1"
    assert marked.spans == (Span(0, 2, "ACCOUNT"),)


def test_only_one_blank_line_falls_away_behind_a_header() -> None:
    assert parse("---\na: b\n---\n\n\n正文").text == "\n正文"
    assert parse("---\na: b\n---\n正文").text == "正文"


def test_rules_further_down_are_no_header() -> None:
    assert parse("正文\n---\na: b\n---\n").text == "正文\n---\na: b\n---\n"


_FAULTS = [
    ("甲\n乙}", 2, "'}' without its '{'"),
    ("甲\n\n{a1|乙", 3, "never closed"),
    ("甲|乙", 1, "outside a tag's head"),
    ("甲\n{a1|}", 2, "empty tag"),
    ("甲\n{x1|乙}", 2, "expected a tag"),
    ("{乙}", 1, "expected a tag"),
    ("{a1 b|乙}", 1, "takes an id and nothing else"),
    ("\n\n\n{c 很多人|乙}", 4, "plain number with its unit word (187项), got '很多人'"),
    ("{c 1,200人|乙}", 1, "got '1,200人'"),
    ("{a1|甲}\n{m a1|1元}", 2, "expected a fact such as"),
    ("{a1|甲}\n{m a1.spent|1元}", 2, "no measure 'spent'; there are initial_budget"),
    ("{a1|甲}\n{m a1.share|1元}", 2, "measure share does not go with AMOUNT"),
    ("{a1|甲}\n{r a1.actual|1%}", 2, "measure actual does not go with RATIO"),
    ("{a1|甲}\n{m a1.actual-|1元}", 2, "actual has no sign"),
    ("{a1|甲}\n{m a2.actual|1元}", 2, "no mention has the id a2"),
    ("{a1|甲}\n\n{r a1.share/a3|1%}", 3, "no mention has the id a3"),
    ("{a|甲}\n{m a.actual|1元}", 2, "expected a fact such as"),
]


@pytest.mark.parametrize(("marked", "line", "message"), _FAULTS)
def test_faults_are_named_with_their_line(marked: str, line: int, message: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(marked)
    assert caught.value.line == line
    assert message in caught.value.message
    assert str(caught.value).startswith(f"line {line}: ")


def test_the_innermost_open_tag_is_the_one_never_closed() -> None:
    with pytest.raises(MarkupError) as caught:
        parse("{c|甲\n{a1|乙")
    assert caught.value.line == 2


def test_a_fault_behind_a_header_has_the_line_of_the_file() -> None:
    with pytest.raises(MarkupError) as caught:
        parse("---\ntitle: 甲\nunit: 乙\n---\n\n正文\n{a1|丙")
    assert caught.value.line == 7


def test_a_fault_survives_the_way_between_processes() -> None:
    with pytest.raises(MarkupError) as caught:
        parse("甲\n}")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.line) == (str(caught.value), 2)
