"""Reports to show: an invented one with everything on it, a hostile one, a long one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from fiscalzh.annotations.markup import parse
from fiscalzh.annotations.report import from_markup
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Meta
from fiscalzh.corpus.generator import generate_many
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.checks.finding import Finding
from fiscalzh.extract.facts import Claim, ClaimValue, Extraction, Fact, Record
from fiscalzh.extract.pipeline import link_document, load_choices

MARKED = """青石县林业局2021年度部门决算
一、支出情况
2021年度{a|支出合计}{m|100.00万元}，其中：{a|基本支出}{m|60.00万元}，占{r|60.00%}；{a|项目支出}{m|40.00万元}，占{r|40.00%}。
二、“三公”经费
{a|公务接待费}年初预算为{m|5.00万元}，支出决算为{m|4.50万元}，完成预算的{r|90.00%}，与上年相比减少{m|0.20
万元}。
三、绩效
{c|建成{p|“智慧林长”平台}投资{m|3.00万元}}；{c|巡护里程1200公里}。
"""
HOSTILE = (
    "<script>pwned()</script>",
    "</script><img src=x onerror=pwned()>",
    '"\'><svg onload="pwned()">',
    "javascript:pwned()",
    "\u202egpj.exe\u2066",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt;&#39;]]><!--",
)


def checked(extraction: Extraction, *findings: Finding) -> Extraction:
    return replace(extraction, checks=findings)


@pytest.fixture(scope="session")
def report() -> Extraction:
    """An invented report with a finding in it."""
    marked = parse(MARKED)
    document = from_text(marked.text, "reports/invented.txt")
    extraction = link_document(replace(document, pages=(0, marked.text.index("二、"))), marked.spans, load_choices())
    wrong = marked.text.index("90.00%")
    words = marked.text.index("与上年相比")
    number = next(n for n, fact in enumerate(extraction.facts) if fact.value_span.start == wrong)
    finding = Finding("completion_rate", "error", "完成率应为89%", ((wrong, wrong + 6), (words, words + 5)), (number,), "89.00%", "90.00%", ("绩效",))
    return checked(extraction, finding)


@pytest.fixture(scope="session")
def hostile() -> Extraction:
    """A report in which every text that an outsider writes is an attack."""
    text = "\n".join(HOSTILE) + "\n基本支出1万元，占2%\r\n"
    first, amount = Span(0, len(HOSTILE[0]), "ACCOUNT", 0.5), text.index("1万元")
    value, rate = Span(amount, amount + 3, "AMOUNT", 0.5), Span(text.index("2%"), text.index("2%") + 2, "RATIO", 0.5)
    claim = Span(text.index(HOSTILE[2]), text.index(HOSTILE[2]) + len(HOSTILE[2]), "CLAIM")
    bad = " ".join(HOSTILE)
    facts = (
        Fact(bad, "account", first, "actual", Decimal(10000), "CNY", value, 2021, None, bad, bad, 0.5),
        Fact(bad, "account", first, "share", Decimal(2), "%", rate, 2021, bad, bad, bad, 0.5),
        Fact(bad, bad, first, bad, Decimal(3), bad, rate, None, bad, bad, bad, None),
    )
    document = replace(from_text(text, bad), meta=Meta(bad, 2021, bad, bad))
    claims = (Claim(claim, bad, (ClaimValue(bad, Decimal(1), bad),), bad),)
    extraction = Extraction(document, tuple(sorted((first, value, rate, claim))), facts, claims, (Record("account", bad, (0, 1, 2), bad),))
    place = (text.index("javascript"), text.index("javascript") + 4)
    return checked(extraction, Finding(bad, bad, bad, (place,), (0,), bad, bad, (bad,)))


@pytest.fixture(scope="session")
def long_report() -> Extraction:
    """Generated reports in one: 60,000 characters and more, with 1,500 spans at least."""
    text, spans = "", list[Span]()
    for made in generate_many(100, 3):
        one = from_markup(made.marked, "generated")
        spans += [Span(s.start + len(text), s.end + len(text), s.label, 0.9) for s in one.spans]
        text += one.document.text
        if len(text) >= 60_000:
            break
    return link_document(from_text(text, "long.txt"), spans, load_choices())
