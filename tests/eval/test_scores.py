"""What must hold of all scores: gold against itself, offsets, order."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from fiscalzh.annotations.gold import Gold, GoldClaim, GoldFact, GoldSpan, GoldValue
from fiscalzh.eval.gold import GoldReport
from fiscalzh.eval.outputs import Case, cases_of
from fiscalzh.eval.scores import mean_f1, score_case, score_cases
from fiscalzh.eval.spans import Score
from hypothesis import given, settings
from hypothesis import strategies as st

MakeCase = Callable[..., Case]
NAMES = (("公务接待费", "接待费"), ("收入合计", "收入"), ("云桥平台", "平台"))
patient = settings(deadline=None, max_examples=60)


@st.composite
def _golds(draw: st.DrawFn, name: str = "r") -> Gold:
    """Random annotations: mentions that do not overlap, claims over some of them, facts from figures to names."""
    spans, facts, at = list[GoldSpan](), list[GoldFact](), draw(st.integers(0, 5))
    for number in range(draw(st.integers(0, 9))):
        label = draw(st.sampled_from(["AMOUNT", "RATIO", "ACCOUNT", "PROJECT"]))
        length = draw(st.integers(1, 6))
        spans.append(GoldSpan(id=f"T{number}", label=label, start=at, end=at + length, text="字" * length))
        at += length + draw(st.integers(0, 3))
    names = [span for span in spans if span.label in ("ACCOUNT", "PROJECT")]
    for span in spans:
        if span.label in ("AMOUNT", "RATIO") and names and draw(st.booleans()):
            subject, *aliases = draw(st.permutations(NAMES[draw(st.integers(0, 2))]))
            facts.append(
                GoldFact(
                    value_span=span.id,
                    subject_span=draw(st.sampled_from(names)).id,
                    subject=subject,
                    subject_type="account",
                    aliases=tuple(aliases),
                    measure=draw(st.sampled_from(["actual", "yoy_change", "share"])),
                    value=draw(st.sampled_from(["0", "1", "-1", "2.50"])),
                    unit=draw(st.sampled_from(["CNY", "%"])),
                    period=draw(st.sampled_from([None, 2020, 2021])),
                    base=draw(st.sampled_from([None, "收入"])),
                    scope=draw(st.sampled_from([None, "全市"])),
                )
            )
    claims = list[GoldClaim]()
    for number, span in enumerate(spans[::3]):
        if draw(st.booleans()):
            own = GoldSpan(id=f"C{number}", label="CLAIM", start=span.start, end=span.end + draw(st.integers(0, 2)), text="字")
            spans.append(own)
            values = draw(st.lists(st.sampled_from(["1", "2", "30"]), max_size=3))
            claims.append(GoldClaim(span=own.id, text="字", values=tuple(GoldValue(number=value, unit="个") for value in values)))
    return Gold(source=name, sha256=name, spans=tuple(spans), facts=tuple(facts), claims=tuple(claims), checks=())


def _case(gold: Gold, predicted: Gold) -> Case:
    data = predicted.model_dump(mode="json")
    data["facts"] = [fact | {"id": f"f{number}"} for number, fact in enumerate(data["facts"])]
    (case,) = cases_of([GoldReport("r", gold, None)], [data])
    return case


def _moved(gold: Gold, by: int) -> Gold:
    spans = tuple(span.model_copy(update={"start": span.start + by, "end": span.end + by}) for span in gold.spans)
    return gold.model_copy(update={"spans": spans})


def _shuffled(gold: Gold, seed: int) -> Gold:
    rng = random.Random(seed)
    return gold.model_copy(update={name: tuple(rng.sample(getattr(gold, name), len(getattr(gold, name)))) for name in ("spans", "facts", "claims")})


@patient
@given(_golds())
def test_gold_against_itself_is_perfect(gold: Gold) -> None:
    for figure, score in score_case(_case(gold, gold)).items():
        assert score.right == score.predicted == score.gold, figure


@patient
@given(_golds(), _golds(), st.integers(0, 99), st.integers(0, 9))
def test_neither_offsets_nor_the_order_in_a_file_change_a_score(gold: Gold, predicted: Gold, by: int, seed: int) -> None:
    expected = score_case(_case(gold, predicted))
    assert score_case(_case(_moved(gold, by), _moved(predicted, by))) == expected
    assert score_case(_case(_shuffled(gold, seed), _shuffled(predicted, seed + 1))) == expected


@patient
@given(st.lists(st.tuples(_golds(), _golds()), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_no_score(pairs: list[tuple[Gold, Gold]], rng: random.Random) -> None:
    cases = [_case(gold, predicted) for gold, predicted in pairs]
    there, back = score_cases(cases), score_cases(rng.sample(cases, len(cases)))
    assert {figure: there.micro(figure) for figure in there.figures} == {figure: back.micro(figure) for figure in back.figures}
    assert all(there.macro(figure) == pytest.approx(back.macro(figure)) for figure in there.figures)


@patient
@given(_golds(), _golds())
def test_no_more_is_right_than_there_is(gold: Gold, predicted: Gold) -> None:
    scores = score_case(_case(gold, predicted))
    for figure, score in scores.items():
        assert 0 <= score.right <= min(score.predicted, score.gold), figure
    assert scores["fact strict"].right <= scores["fact lenient"].right <= scores["value found"].right
    assert scores["mentions strict"].right <= min(scores["mentions borders"].right, scores["mentions type"].right)


def test_micro_counts_items_and_macro_reports(make_case: MakeCase) -> None:
    right = make_case("{m|1元}{m|2元}{m|3元}\n", "{m|1元}{m|2元}{m|3元}\n")
    wrong = make_case("{m|1元}\n", "1元\n")
    empty = make_case("无\n", "无\n")
    scores = score_cases([right, wrong, empty])
    assert scores.micro("span AMOUNT") == Score(3, 3, 4)
    assert scores.macro("span AMOUNT") == pytest.approx((1 + 0) / 2)
    assert scores.macro("span RATIO") is None
    assert scores.interval("span AMOUNT").reports == 2
    assert mean_f1([]) is None


def test_without_offsets_spans_and_claims_are_not_scored(make_case: MakeCase) -> None:
    marked = "{a1|公务接待费}为{m a1.actual|4.50万元}，{c 3个|建成3个站点}。\n"
    figures: dict[str, Any] = score_case(make_case(marked, marked, offsets=False))
    assert figures["fact strict"] == Score(1, 1, 1)
    assert not any(name.startswith(("span", "mentions", "claim")) for name in figures)


def test_checks_are_scored_where_somebody_looked(make_case: MakeCase) -> None:
    assert "check" not in score_case(make_case("无\n", "无\n"))
    assert score_case(make_case("无\n", "无\n", checks=()))["check"] == Score(0, 0, 0)
