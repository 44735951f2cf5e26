"""The arithmetic of generated reports, computed again from nothing but the marked text."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest
from fiscalzh.annotations.markup import Marked, MarkedFact, parse
from fiscalzh.annotations.report import from_markup
from fiscalzh.corpus.classification import classification
from fiscalzh.corpus.generator import generate
from fiscalzh.corpus.generator.figures import grouped, hanzi, last_digit, percent, plain, snap, split
from fiscalzh.corpus.generator.phrases import yoy
from fiscalzh.corpus.generator.records import department
from fiscalzh.corpus.generator.style import styles
from fiscalzh.corpus.generator.writer import Row, Writer

_UNITS = {"个亿": 100_000_000, "元": 1, "万元": 10_000, "万": 10_000, "亿元": 100_000_000, "亿": 100_000_000, "": 1}
_NUMERALS = {hanzi(n): n for n in range(1, 100)}
_FIGURE = re.compile(r"(-?[\d.]+)(亿元|个亿|亿|万元|万|元|%|)\Z")


def _value(fact: MarkedFact, marked: Marked) -> Decimal:
    text = re.sub(r"[,\s]", "", fact.value.of(marked.text).translate(str.maketrans("０１２３４５６７８９．％", "0123456789.%")))
    if text.removesuffix("万元") in _NUMERALS:
        text = f"{_NUMERALS[text.removesuffix('万元')]}万元"
    match = _FIGURE.match(text)
    assert match is not None, text
    value = Decimal(match[1]) * (1 if match[2] == "%" else _UNITS[match[2]])
    return -value if fact.decrease else value


Key = tuple[str, str, int, str | None]


def _table(marked: Marked) -> dict[Key, set[Decimal]]:
    year = int(marked.header["fiscal_year"])
    found: dict[Key, set[Decimal]] = defaultdict(set)
    for fact in marked.facts:
        if marked.text.endswith("到位资金", 0, fact.value.start):
            continue  # what came in is another sum than what went out
        found[fact.subject_id, fact.measure, fact.period or year, fact.scope].add(_value(fact, marked))
    return found


def _reports() -> Iterator[Marked]:
    for seed in range(150):
        yield parse(generate(seed).marked)


def _near(rate: Decimal, part: Decimal, whole: Decimal) -> bool:
    places = 0 if rate == rate.to_integral_value() else -int(rate.as_tuple().exponent)
    return abs(rate - part / whole * 100) <= Decimal("0.5").scaleb(-places) or percent(part, whole, 2) == rate or percent(part, whole, 1) == rate


def _faults(marked: Marked) -> list[str]:
    """What a careful reader would point out: a fact with two sums, a rate that its figures do not give."""
    table = _table(marked)
    found = []
    for (ident, measure, year, scope), values in table.items():
        if measure in ("actual", "budget", "initial_budget", "yoy_change", "contract") and len(values) > 1:
            found.append(f"{marked.names[ident]} {measure} {sorted(values)}")
        now = [v for m in ("actual", "budget") for v in table.get((ident, m, year, scope), ())]
        if measure == "completion_rate":
            plans = [v for m in ("initial_budget", "budget") for v in table.get((ident, m, year, scope), ())]
            changes = table.get((ident, "budget_change", year, scope), set())
            plans += [plan + change for plan in plans for change in changes]
            if plans and now and not any(plan and _near(rate, n, plan) for rate in values for n in now for plan in plans):
                found.append(f"{marked.names[ident]} {values} of {now} in {plans}")
        if measure == "yoy_rate":
            changes = table.get((ident, "yoy_change", year, scope), set())
            if changes and now and not any(n != c and _near(rate, c, n - c) for rate in values for c in changes for n in now):
                found.append(f"{marked.names[ident]} {values}: {changes} to {now}")
    return found


def test_clean_reports_contain_no_contradiction() -> None:
    assert [fault for marked in _reports() for fault in _faults(marked)] == []


def test_shares_are_those_of_their_figures() -> None:
    for marked in _reports():
        year = int(marked.header["fiscal_year"])
        table = _table(marked)
        spoken = {span: ident for ident in marked.names for span in marked.spans if span.of(marked.text) in marked.names[ident]}
        for fact in marked.facts:
            if fact.measure != "share" or fact.base is None:
                continue
            base = next((f.subject_id for f in marked.facts if f.subject == fact.base), spoken[fact.base])
            parts = [v for m in ("actual", "budget") for v in table.get((fact.subject_id, m, year, fact.scope), ())]
            wholes = [v for m in ("actual", "budget") for v in table.get((base, m, year, fact.scope), ())]
            if parts and wholes:
                assert any(w and _near(_value(fact, marked), p, w) for p in parts for w in wholes), fact.value.of(marked.text)


def test_planted_contradictions_can_be_found() -> None:
    rules = {"two_values", "rate_mismatch", "wrong_year_base"}
    seen = caught = 0
    for seed in range(120):
        generated = generate(seed, contradictions=2)
        if rules & {p.rule for p in generated.contradictions}:
            seen += 1
            caught += bool(_faults(parse(generated.marked)))
    assert seen > 60
    assert caught / seen > 0.7


def test_no_rounding_explains_what_is_planted() -> None:
    planted = [p for seed in range(200) for p in generate(seed, contradictions=3, noise=False).contradictions]
    assert not [p for p in planted if p.rule == "no_percent" and Decimal(p.text) == 0]
    values = [re.findall(r"前文为(.+)，此处为(.+)", p.explanation)[0] for p in planted if p.rule == "two_values"]
    assert len(values) > 50
    for before, here in values:
        first, second = (Decimal(_NUMERALS.get(n, n)) * _UNITS[u] for n, u in map(_taken_apart, (before, here)))
        assert abs(first - second) > (last_digit(before) + last_digit(here)) / 2, (before, here)


def test_one_slip_does_not_hide_the_other() -> None:
    for seed in range(120):
        made = generate(seed, contradictions=3, noise=False)
        plain = from_markup(made.marked, "a.txt").document.text
        sentences = [len(re.findall("[。\n]", plain[: p.start])) for p in made.contradictions]
        assert len(set(sentences)) == len(sentences), (seed, made.contradictions)


def test_a_part_of_a_project_has_a_sum_of_its_own() -> None:
    """危桥改造（中央补助部分）90万元 does not contradict what all of it costs."""
    seen = 0
    for seed in range(300):
        made = generate(seed, contradictions=40, noise=False)
        text = from_markup(made.marked, "a.txt").document.text
        seen += "部分）" in text
        for planted in made.contradictions:
            clause = re.split("[，。；\n]", text[: planted.start])[-2:]
            assert planted.rule not in ("two_values", "balance_mismatch") or "部分）" not in "".join(clause), planted
    assert seen > 20


def _taken_apart(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([-\d.]+|[一二三四五六七八九十]+)(\D*)", text.replace(",", ""))
    assert match is not None, text
    return match[1], match[2]


def test_last_digits() -> None:
    assert [last_digit(text) for text in ("1万元", "1.20万", "3.3亿元", "977,996.00元")] == [10_000, 100, 10_000_000, Decimal("0.01")]


@pytest.mark.parametrize("change", [-30_000, 0, 30_000])
def test_a_framed_change_says_what_it_is_compared_with(change: int) -> None:
    for seed in range(40):
        for style in styles():
            w = Writer(random.Random(seed), style, 2022, "final_accounts")
            row = Row("a", ("公务接待费",), {"now": Decimal(500_000), "last": Decimal(500_000 - change), "initial": Decimal(500_000)})
            assert re.search("上年|2021年|同比", yoy(w, row, framed=True))


@pytest.mark.parametrize("seed", range(20))
def test_parts_add_to_their_whole(seed: int) -> None:
    for style in (s for s in styles() if s.unit != "亿元"):  # regions have records of their own
        w = Writer(random.Random(seed), style, 2022, "final_accounts")
        d = department(w)
        wholes = {"kinds": "expense", "income": "income", "classes": "general", "items": "general", "procured": "procured", "people": "basic"}
        wholes |= {"economic": "expense", "projects": "project"}
        for group, whole in wholes.items():
            assert sum(r.now for r in d.groups[group]) == d[whole].now, (style.name, group)
        assert d["three"].now == d["abroad"].now + d["cars"].now + d["host"].now
        assert d["income"].now + d["carry_in"].now == d["expense"].now + d["carry_out"].now == d["total"].now
        for row in w.projects:
            assert row.v["initial"] + row.v["adjust"] == row.v["budget"] == row.v["actual"] + row.v["balance"]
        for row in d.rows.values():
            assert all(v == snap(v, style.step) for v in row.v.values())


def test_figures() -> None:
    rng = random.Random(4)
    step = Decimal(100)
    parts = split(rng, Decimal(1_234_500), [1, 2, 3.5], step)
    assert sum(parts) == 1_234_500
    assert all(p % step == 0 for p in parts)
    assert percent(Decimal(1), Decimal(3), 2) == Decimal("33.33")
    assert percent(Decimal(-1), Decimal(8), 1) == Decimal("-12.5")
    assert grouped("-1234567.80") == "-1,234,567.80"
    assert plain(Decimal("100.00")) == "100"
    assert [hanzi(n) for n in (2, 10, 12, 20, 35)] == ["二", "十", "十二", "二十", "三十五"]


def test_classification() -> None:
    accounts = {(a.kind, a.code): a for a in classification()}
    functions = [a for a in classification() if a.kind == "function"]
    assert [sum(a.level == level for a in functions) for level in (1, 2, 3)] >= [29, 200, 600]
    assert accounts["function", "2050202"].parents == ("教育支出", "普通教育")
    assert accounts["function", "2210201"].name == "住房公积金"
    assert accounts["economic", "30101"].parents == ("工资福利支出",)
    assert all((a.kind, a.code[:-2]) in accounts for a in accounts.values() if a.level > 1)
    assert all(a.first_year is None or 2007 <= a.first_year <= 2025 for a in accounts.values())
