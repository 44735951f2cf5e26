"""Borders: figures to their grammar, claims to their clause, sums that leave no doubt added; offsets of the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fiscalzh.annotations.labels import FISCAL
from fiscalzh.annotations.markup import parse, render
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.extract.snapping import snap
from hypothesis import example, given, settings
from hypothesis import strategies as st

_CALM = settings(deadline=None, max_examples=300)

# as the tagger marked it, as it should be
FIGURES = [
    ("支出{m|18,92}8.19万元。", "支出{m|18,928.19万元}。"),
    ("{m|支出18,928.19万元。}", "支出{m|18,928.19万元}。"),
    ("支出{m|145.88} 万元。", "支出{m|145.88 万元}。"),
    ("支出{m|145.88 万}元。", "支出{m|145.88 万元}。"),
    ("支出７，{m|６１１．５５}万元。", "支出{m|７，６１１．５５万元}。"),
    ("{m|约6900}余万元。", "约{m|6900余万元}。"),
    ("到账{m|5.85}个亿资金", "到账{m|5.85个亿}资金"),
    ("共{m|0.39}万，", "共{m|0.39万}，"),
    ("年初预算为{m|0}，支出", "年初预算为{m|0}，支出"),
    ("安排{m|五十八}万元", "安排{m|五十八万元}"),
    ("结余-{m|3.5}万元", "结余{m|-3.5万元}"),
    ("增长-{r|18.19}%。", "增长{r|-18.19%}。"),
    ("占{r|98.}5％。", "占{r|98.5％}。"),
    ("占{r|98.5} %。", "占{r|98.5 %}。"),
    ("达到{r|百分之}五", "达到{r|百分之五}"),
    ("预算为{m|若干}，", "预算为若干，"),
    ("完成{m|3.56亿}件，用户{m|580万}户", "完成3.56亿件，用户580万户"),
    ("世行贷款{m|0.82亿}美元，折合{m|5.9亿元}", "世行贷款0.82亿美元，折合{m|5.9亿元}"),
    ("用电{m|1.09亿千}瓦时，存栏{m|2.03万}羽，借款{m|3千万元}", "用电1.09亿千瓦时，存栏2.03万羽，借款{m|3千万元}"),
    ("安排{m|580万}人员经费，{m|60万}条件建设费", "安排{m|580万}人员经费，{m|60万}条件建设费"),
    ("占{r|绝大部分}，", "占绝大部分，"),
    ("{m|5万元}、{m|6万元}", "{m|5万元}、{m|6万元}"),
]
ADDED = [
    ("减少301.79万元，下降18.19％。", "减少{m|301.79万元}，下降{r|18.19％}。"),
    ("{a|公务接待费}4.5万元", "{a|公务接待费}{m|4.5万元}"),
    ("投入491万，用户580万。", "投入491万，用户580万。"),
    ("增长百分之五，办件30万件，共12元素", "增长{r|百分之五}，办件30万件，共12元素"),
    ("完成{p|青溪视联平台（不含终端）}，{p|河长通系统（水文部分除外）}", "完成{p|青溪视联平台}（不含终端），{p|河长通系统}（水文部分除外）"),
    ("完成{p|青溪视联平台（二期）}，{p|河长通系统（水文部分）}", "完成{p|青溪视联平台（二期）}，{p|河长通系统（水文部分）}"),
    (
        "{p|雪亮工程}（公安承担部分）{m|3万元}，{p|大厅二期}{p|（指挥室建设）项目}验收",
        "{p|雪亮工程（公安承担部分）}{m|3万元}，{p|大厅二期（指挥室建设）项目}验收",
    ),
    ("{p|雪亮工程}（含公安承担部分）、{p|智云}（即二期）", "{p|雪亮工程}（含公安承担部分）、{p|智云}（即二期）"),
    (
        "{a|接待费}{m|3万元}、{a|无因公出国（境）费}；{a|无会议费}{m|0元}，{a|无形资产}{m|1元}",
        "{a|接待费}{m|3万元}、无因公出国（境）费；无{a|会议费}{m|0元}，{a|无形资产}{m|1元}",
    ),
    ("{p|全市累计兑现产业扶持资金}{m|3万元}", "全市累计兑现{p|产业扶持资金}{m|3万元}"),
    ("{a|全市投入建设资金}{m|3万元}，{a|全市环境保护税征收}{m|3万元}", "全市投入{a|建设资金}{m|3万元}，{a|全市环境保护税}征收{m|3万元}"),
    ("{a|安排预算稳定调节基金}{m|3万元}，{a|投入总额}{m|3万元}", "{a|安排预算稳定调节基金}{m|3万元}，{a|投入总额}{m|3万元}"),
    ("{p|全市路灯改造工程}{m|3万元}", "{p|全市路灯改造工程}{m|3万元}"),
    ("{p|百元惠民工程5元专项}共{m|3万元}", "{p|百元惠民工程5元专项}共{m|3万元}"),
    ("{c|节约3.2万元}，", "{c|节约{m|3.2万元}}，"),
    ("合计 12.5 万元、 3 %", "合计 {m|12.5 万元}、 {r|3 %}"),
]
CLAIMS = [
    ("{c|完成改造12座}，培训3次。", "{c|完成改造12座}，培训3次。"),
    ("完成{c|改造12}座，培训3次。", "{c|完成改造12座}，培训3次。"),
    ("{c|完成改造12座，培}训3次。", "{c|完成改造12座}，培训3次。"),
    ("一是{c|改造12座}，二是培训{c|1200人次}。", "一是{c|改造12座}，二是{c|培训1200人次}。"),
    ("（1）{c|改造12座}；（2）培训{c|1200人次}；", "（1）{c|改造12座}；（2）{c|培训1200人次}；"),
    ("1.改造{c|12座}；2、培训{c|1200人次}；", "1.{c|改造12座}；2、{c|培训1200人次}；"),
    ("①改造{c|12座}。\n- 培训{c|30次}\n—培训{c|31次}", "①{c|改造12座}。\n- {c|培训30次}\n—{c|培训31次}"),
    ("完成{c|12座},培训{c|3次};综合得分:{c|95}分", "{c|完成12座},{c|培训3次};综合得分:{c|95分}"),
    ("建成“一站，两点，三线”{c|工程3处}，其余在建。", "{c|建成“一站，两点，三线”工程3处}，其余在建。"),
    ("覆盖{c|12个村}（含甲村，乙村），达到全覆盖。", "{c|覆盖12个村（含甲村，乙村）}，达到全覆盖。"),
    ("发表《水，土，田》{c|专著2部}，", "{c|发表《水，土，田》专著2部}，"),
    ("未闭合（一处，改造{c|12座}，", "未闭合（一处，{c|改造12座}，"),
    ("得分{c|1,200}分，", "{c|得分1,200分}，"),
    ("10月{c|完成3件}，", "{c|10月完成3件}，"),
    ("其中{c|完成3件}，", "{c|其中完成3件}，"),
    ("　　{c|完成3件} \n", "　　{c|完成3件} \n"),
    ("1.{c|2021年完成3件}，", "1.{c|2021年完成3件}，"),
]
BROKEN = [  # a wrapped text: the figure goes on over the line's end
    (
        "　　本年度我单位各项资金支出经过审核以后合计{m|1,234\n.56}万元，已经全部完成。\n",
        "　　本年度我单位各项资金支出经过审核以后合计{m|1,234\n.56万元}，已经全部完成。\n",
    ),
    (
        "　　本年度我单位各项资金支出经过审核以后合计{m|1,234.56}\n万元，已经全部完成。\n",
        "　　本年度我单位各项资金支出经过审核以后合计{m|1,234.56\n万元}，已经全部完成。\n",
    ),
    (
        "　　本年度我单位面向基层工作人员和各镇志愿者，围绕重点工作累计开展培{c|训1200}\n人次，已经全部完成。\n",
        "　　本年度我单位面向基层工作人员和各镇志愿者，{c|围绕重点工作累计开展培训1200\n人次}，已经全部完成。\n",
    ),
]
PARTS = [  # sums of several parts, and sums nobody can put a number to
    ("支出{m|3万2千元}。", "支出{m|3万2千元}。"),
    ("支出{m|3亿2000万元}。", "支出{m|3亿2000万元}。"),
    ("支出3亿2000万元。", "支出{m|3亿2000万元}。"),
    ("预算为{m|上千万元}。", "预算为上千万元。"),
    ("预算为{m|几百万元}。", "预算为几百万元。"),
    ("预算数二十{m|二万元}。", "预算数{m|二十二万元}。"),
]
MARKED = [  # the tagger took the list marker in
    ("{c|一是改造12座}，", "一是{c|改造12座}，"),
    ("{c|（1）改造12座}；", "（1）{c|改造12座}；"),
    ("{c|1.改造12座}；", "1.{c|改造12座}；"),
    ("{c|①改造12座}；", "①{c|改造12座}；"),
]


def _snapped(marked: str) -> str:
    parsed = parse(marked)
    return render(parsed.text, tuple(snap(shadow_of(parsed.text), parsed.spans)))


@pytest.mark.parametrize(("tagged", "expected"), FIGURES)
def test_figures_get_the_borders_of_their_grammar(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(("tagged", "expected"), ADDED)
def test_sums_that_leave_no_doubt_are_added(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(("tagged", "expected"), CLAIMS)
def test_a_claim_is_its_clause(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(("tagged", "expected"), BROKEN)
def test_line_ends_inside_stay_inside(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(("tagged", "expected"), PARTS)
def test_no_part_of_a_sum_is_taken_for_it(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(("tagged", "expected"), MARKED)
def test_list_markers_are_outside_even_where_tagged(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ("与上年相比，{a|今年收入}增加{m|5万元}", "与上年相比，今年{a|收入}增加{m|5万元}"),
        ("{a|2021年度公务接待费}{m|5万元}", "2021年度{a|公务接待费}{m|5万元}"),
        ("{a|本年收入}{m|5万元}", "{a|本年收入}{m|5万元}"),
    ],
)
def test_the_year_is_no_part_of_an_account(tagged: str, expected: str) -> None:
    assert _snapped(tagged) == expected


def test_scores_stay_and_added_figures_have_none() -> None:
    text = "收入4.5万元，增长3%。"
    spans = snap(shadow_of(text), [Span(2, 4, "AMOUNT", 0.75)])
    assert spans == [Span(2, 7, "AMOUNT", 0.75), Span(10, 12, "RATIO", None)]


def test_of_two_claims_in_one_clause_the_surest_stays() -> None:
    text = "完成改造12座，"
    spans = snap(shadow_of(text), [Span(0, 2, "CLAIM", 0.4), Span(4, 7, "CLAIM", 0.9)])
    assert spans == [Span(0, 7, "CLAIM", 0.9)]


_TEXTS = st.text(st.sampled_from("支出元万亿%百分之五十0123456789.,，。；：、 \n（）“”一是改造座-余个\u3000％１"), min_size=1, max_size=60)


@st.composite
def _tagged(draw: st.DrawFn, as_a_tagger: bool) -> tuple[str, list[Span]]:
    """A text with spans: any at all, or as a tagger gives them, apart within a layer and on characters of the shadow."""
    text = draw(_TEXTS)
    shadow = shadow_of(text)
    spans: list[Span] = []
    for _, labels in FISCAL.layers:
        cuts = sorted(draw(st.lists(st.integers(0, len(shadow.text) if as_a_tagger else len(text)), max_size=8)))
        for start, end in pairwise(cuts):
            if start < end and draw(st.booleans()):
                first, last = shadow.to_source(start, end) if as_a_tagger else (start, end)
                spans.append(Span(first, last, draw(st.sampled_from(labels)), draw(st.sampled_from([0.3, 0.5, 0.9]))))
    if not as_a_tagger:
        spans += draw(st.lists(st.sampled_from(spans), max_size=3)) if spans else []
        spans = [Span(s.start, s.end, draw(st.sampled_from(FISCAL.labels)), draw(st.sampled_from([None, 0.5]))) for s in spans]
    return text, spans


def _check(text: str, spans: list[Span]) -> None:
    for _, labels in FISCAL.layers:
        own = sorted((s.start, s.end) for s in spans if s.label in labels)
        assert all(0 <= start < end <= len(text) for start, end in own)
        assert all(before[1] <= after[0] for before, after in pairwise(own)), own
    assert spans == sorted(spans, key=lambda s: (s.start, s.end, s.label))


@_CALM
@given(_tagged(as_a_tagger=True))
@example(("收入5万元，", [Span(2, 3, "AMOUNT", 0.9), Span(3, 5, "AMOUNT", 0.5)]))
def test_what_a_tagger_gives_never_comes_to_overlap_in_a_layer(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    _check(text, snap(shadow_of(text), spans))


@_CALM
@given(_tagged(as_a_tagger=False))
@example(("   ", [Span(0, 1, "AMOUNT", 0.5)]))
def test_any_spans_at_all_are_mended_or_dropped(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    _check(text, snap(shadow_of(text), spans))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("收入5万元，", [Span(2, 3, "AMOUNT", 0.9), Span(3, 5, "AMOUNT", 0.6)]),  # one figure tagged in two pieces
        ("收入5万元，", [Span(0, 3, "ACCOUNT", 0.9), Span(3, 5, "AMOUNT", 0.6)]),  # a name that took a digit
    ],
)
def test_pieces_of_one_figure_become_one(text: str, spans: list[Span]) -> None:
    _check(text, snap(shadow_of(text), spans))


@pytest.mark.parametrize("quote", ["“", "（", "《"])
def test_half_a_pair_at_the_end_of_the_text_is_no_name(quote: str) -> None:
    text = "建设" + quote
    assert snap(shadow_of(text), [Span(2, 3, "PROJECT", 0.3)]) == []


def test_a_unit_that_is_none_makes_no_sum() -> None:
    assert snap(shadow_of("0个元"), []) == []


@_CALM
@given(_tagged(as_a_tagger=True))
def test_snapping_twice_changes_no_figure(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    shadow = shadow_of(text)
    figures = snap(shadow, [s for s in spans if s.label == "AMOUNT"][:1])
    assert snap(shadow, figures) == figures
