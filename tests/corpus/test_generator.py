"""Generated reports: the same seed gives the same text, every mark is right, planted contradictions are where they are said to be."""

from __future__ import annotations

import time

import pytest
from fiscalzh.annotations.markup import Marked, parse
from fiscalzh.annotations.validate import validate
from fiscalzh.corpus.document import REPORT_TYPES
from fiscalzh.corpus.generator import RULES, generate, generate_many, styles
from fiscalzh.corpus.generator.grammar import expand
from fiscalzh.corpus.generator.noise import pieces

_SEEDS = range(60)
_STYLES = [style.name for style in styles()]


def _parsed(seed: int, style: str | None = None, contradictions: int = 0, noise: bool = True) -> Marked:
    return parse(generate(seed, style, contradictions, noise).marked)


def test_same_seed_same_bytes() -> None:
    first = [g.marked for g in generate_many(12, 5)]
    assert [g.marked for g in generate_many(12, 5)] == first
    assert [g.marked for g in generate_many(12, 6)] != first
    assert len(set(first)) == len(first)
    assert generate(3, contradictions=2) == generate(3, contradictions=2)


def test_styles_cover_all_report_types() -> None:
    assert len(_STYLES) >= 12
    assert {kind for style in styles() for kind in style.kinds} == {k for k in REPORT_TYPES if k != "other"}


def test_unknown_style_is_named() -> None:
    with pytest.raises(ValueError, match="no style 'atlantis'; there are hunan"):
        generate(1, "atlantis")


@pytest.mark.parametrize("style", _STYLES)
@pytest.mark.parametrize("noise", [False, True])
def test_every_style_is_well_marked(style: str, noise: bool) -> None:
    for seed in range(6):
        generated = generate(seed, style, noise=noise)
        marked = parse(generated.marked)
        findings = validate(marked)
        assert generated.style == style
        assert [f.show(marked.text) for f in findings if f.error] == []
        # all that is left to look at are thresholds and targets, which have no fact
        assert [f.show(marked.text) for f in findings if "without a fact" not in f.message] == []


def test_header_describes_the_report() -> None:
    for seed in _SEEDS:
        header = _parsed(seed).header
        assert set(header) == {"title", "unit", "fiscal_year", "report_type"}
        assert header["report_type"] in REPORT_TYPES
        assert not set("{}|") & set(header["title"])


def test_marks_are_rich() -> None:
    marked = [_parsed(seed) for seed in _SEEDS]
    labels = {span.label for m in marked for span in m.spans}
    assert labels == {"AMOUNT", "RATIO", "ACCOUNT", "PROJECT", "CLAIM"}
    measures = {fact.measure for m in marked for fact in m.facts}
    assert len(measures) == 13
    projects = {span.of(m.text) for m in marked for span in m.spans if span.label == "PROJECT"}
    assert len(projects) > 250


def test_one_project_under_several_names() -> None:
    several = [names for seed in _SEEDS for ident, names in _parsed(seed, noise=False).names.items() if ident[0] == "p" and len(names) > 1]
    assert len(several) > 40


def test_no_break_inside_a_claim() -> None:
    for seed in _SEEDS:
        marked = _parsed(seed)
        assert not [c for c in marked.claims if "\n" in c.span.of(marked.text)]


def test_claims_list_the_counts_they_hold() -> None:
    for seed in _SEEDS:
        marked = _parsed(seed, noise=False)
        for claim in marked.claims:
            text = claim.span.of(marked.text)
            for _, unit in claim.counts:
                assert unit in text


@pytest.mark.parametrize("seed", [*range(12)])
def test_planted_contradictions_are_where_they_are_said_to_be(seed: int) -> None:
    generated = generate(seed, contradictions=4)
    text = parse(generated.marked).text
    assert generated.contradictions
    for planted in generated.contradictions:
        assert planted.rule in RULES
        assert planted.explanation
        assert text[planted.start : planted.start + len(planted.text)] == planted.text
        at = -1
        for _ in range(planted.occurrence + 1):
            at = text.index(planted.text, at + 1)
        assert at == planted.start


def test_every_rule_is_planted() -> None:
    assert {p.rule for seed in range(80) for p in generate(seed, contradictions=5).contradictions} == set(RULES)


def test_clean_reports_hold_no_leftover_and_no_private_characters() -> None:
    for seed in _SEEDS:
        generated = generate(seed)
        assert generated.contradictions == ()
        assert "增加（减少）" not in generated.marked
        assert "增长（下降）" not in generated.marked
        assert not [c for c in generated.marked if 0xE000 <= ord(c) < 0xF900 or ord(c) >= 0xF0000]


def test_noise_leaves_heads_alone() -> None:
    for seed in range(20):
        heads = [text for kind, text in pieces(generate(seed, "hunan", noise=True).marked) if kind == "head"]
        assert all(text.isascii() or "^" in text or text.startswith("{c") for text in heads)


def test_five_hundred_reports_take_well_under_two_minutes() -> None:
    start = time.perf_counter()
    sizes = [len(g.marked) for g in generate_many(50, 9)]
    assert time.perf_counter() - start < 10
    assert sum(sizes) / len(sizes) > 2500


def test_grammar() -> None:
    import random

    rng = random.Random(1)
    seen = {expand("(甲|乙(丙|丁))[戊]<x>{c 3个|<x>}", rng, lambda name: name.upper()) for _ in range(200)}
    assert seen == {a + b + "X{c 3个|X}" for a in ("甲", "乙丙", "乙丁") for b in ("", "戊")}
