"""Agreement between two annotations, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.agreement import AgreementError, Match, agree, agreement
from fiscalzh.annotations.converters import FORMATS, Annotation, Fact
from fiscalzh.annotations.span import Span
from hypothesis import given, settings
from hypothesis import strategies as st

_TEXT = "收入合计5万元，为上年的50%。"
_ACCOUNT, _AMOUNT, _RATIO = Span(0, 4, "ACCOUNT"), Span(4, 7, "AMOUNT"), Span(12, 15, "RATIO")
_FACT = Fact(_AMOUNT, _ACCOUNT, "actual", "收入合计", "50000")
_FIRST = Annotation(_TEXT, (_ACCOUNT, _AMOUNT, _RATIO), (_FACT,), sha256="1")


def test_the_same_agrees_wholly() -> None:
    found = agreement([_FIRST, _FIRST], [_FIRST, _FIRST])
    assert (found.documents, found.characters) == (2, 2 * len(_TEXT))
    assert found.spans["ALL"] == Match(6, 6, 6)
    assert found.spans["ACCOUNT"].f1 == 1
    assert found.facts.f1 == 1
    assert found.kappa["mentions"] == found.kappa["AMOUNT"] == 1
    assert found.kappa["claims"] is None
    assert found.claims.f1 is None


def test_kappa_of_characters() -> None:
    """4 of 10 characters marked by one, 5 by the other, 4 by both: p_o = .9, p_e = .4 * .5 + .6 * .5 = .5."""
    text = "一二三四五六七八九十"
    found = agreement([Annotation(text, (Span(0, 4, "ACCOUNT"),))], [Annotation(text, (Span(0, 5, "ACCOUNT"),))])
    assert found.kappa["mentions"] == pytest.approx(0.8)
    assert found.kappa["ACCOUNT"] == pytest.approx(0.8)
    assert found.kappa["PROJECT"] is None
    assert found.spans["ACCOUNT"] == Match(0, 1, 1)


def test_kappa_of_a_layer_tells_labels_apart() -> None:
    """Agreement on 6 of 10 characters (none); both mark 4, one as ACCOUNT, one as PROJECT: p_o = .6, p_e = .36."""
    text = "一二三四五六七八九十"
    found = agreement([Annotation(text, (Span(0, 4, "ACCOUNT"),))], [Annotation(text, (Span(0, 4, "PROJECT"),))])
    assert found.kappa["mentions"] == pytest.approx((0.6 - 0.36) / 0.64)
    assert found.kappa["ACCOUNT"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("other", "agrees"),
    [
        (replace(_FACT, value="50000.00", subject="别名", period=2020), True),
        (replace(_FACT, value="-50000"), False),
        (replace(_FACT, value=None), False),
        (replace(_FACT, measure="budget"), False),
        (replace(_FACT, value_span=_RATIO, measure="share"), False),
    ],
)
def test_what_makes_facts_the_same(other: Fact, agrees: bool) -> None:
    assert agreement([_FIRST], [replace(_FIRST, facts=(other,))]).facts == Match(int(agrees), 1, 1)


def test_subjects_are_the_same_in_any_writing_and_place() -> None:
    text = "“三公”经费（类）、三公经费5万元"
    spans = Span(0, 9, "ACCOUNT"), Span(10, 14, "ACCOUNT"), Span(14, 17, "AMOUNT")
    sides = [Annotation(text, spans, (Fact(spans[2], subject, "actual", ""),)) for subject in spans[:2]]
    assert agreement(sides[:1], sides[1:]).facts.both == 1


def test_claims_pair_one_to_one_by_half_of_their_union() -> None:
    text = "一二三四五六七八九十" * 3
    first = [Span(0, 10, "CLAIM"), Span(20, 30, "CLAIM")]
    second = [Span(0, 5, "CLAIM"), Span(4, 10, "CLAIM"), Span(24, 30, "CLAIM"), Span(10, 14, "CLAIM")]
    found = agreement([Annotation(text, tuple(first))], [Annotation(text, tuple(second))])
    assert found.claims == Match(2, 2, 4)


def test_texts_pair_by_digest_then_name_then_order() -> None:
    texts = [Annotation(text, sha256=text, source=f"{text}.txt") for text in "甲乙丙"]
    changes: list[dict[str, Any]] = [{}, {"sha256": ""}]
    for change in changes:
        first = [replace(text, **change) for text in texts]
        assert agreement(first, [replace(text, source=f"x/{text.text}.json", **change) for text in texts[::-1]]).documents == 3
    bare = [replace(text, sha256="", source=None) for text in texts]
    assert agreement(bare, bare).documents == 3
    with pytest.raises(AgreementError, match="text 1"):
        agreement(bare, bare[::-1])


def test_texts_that_differ_are_refused() -> None:
    other = replace(_FIRST, text=_TEXT.replace("上年", "去年"), source="b.txt")
    with pytest.raises(AgreementError, match=r"text 1 \(\(no source\) and b\.txt\) differs at character 9, line 1: .*上年"):
        agreement([_FIRST], [other])
    with pytest.raises(AgreementError, match=f"differs at character {len(_TEXT)}, "):
        agreement([_FIRST], [replace(_FIRST, text=_TEXT + "\n")])
    with pytest.raises(AgreementError, match="1 texts against 2"):
        agreement([_FIRST], [_FIRST, _FIRST])


def test_paths_of_any_format_agree(tmp_path: Path) -> None:
    FORMATS["doccano"].write([_FIRST], tmp_path / "a.jsonl")
    FORMATS["brat"].write([_FIRST], tmp_path / "b")
    found = agree(tmp_path / "a.jsonl", [tmp_path / "b"])
    assert found.facts.f1 == 1
    table = found.table().splitlines()
    assert table[0] == "1 documents, 16 characters"
    assert table[3].split() == ["AMOUNT", "1.000", "1.000", "1", "1", "1"]


_SPANS = st.lists(st.tuples(st.integers(0, 14), st.integers(1, 3), st.sampled_from(["ACCOUNT", "AMOUNT", "CLAIM"])), max_size=6).map(
    lambda spans: tuple({Span(start, min(start + length, 15), label) for start, length, label in spans})
)


@settings(max_examples=60, deadline=None)
@given(_SPANS, _SPANS)
def test_agreement_is_symmetric(first: tuple[Span, ...], second: tuple[Span, ...]) -> None:
    sides = [Annotation(_TEXT, spans) for spans in (first, second)]
    there, back = agreement(sides[:1], sides[1:]), agreement(sides[1:], sides[:1])
    for label, match in there.spans.items():
        assert match.f1 == back.spans[label].f1
    assert there.kappa == pytest.approx(back.kappa)
    assert there.claims.both == back.claims.both
