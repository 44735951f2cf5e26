"""Gold files: written and read again, and what is said of files that are none."""

from __future__ import annotations

import contextlib
import json
import pickle
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fiscalzh.annotations.gold import Gold, GoldClaim, GoldError, GoldFact, GoldSpan, GoldValue, read_gold, write_gold
from fiscalzh.annotations.span import Span
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12).map(str)
_SPANS = st.builds(
    lambda ident, label, start, length, text: GoldSpan(id=ident, label=label, start=start, end=start + length, text=text),
    _WORDS, st.sampled_from(["AMOUNT", "CLAIM"]), st.integers(0, 10**6), st.integers(1, 99), _WORDS,
)  # fmt: skip
_FACTS = st.builds(
    GoldFact, value_span=st.none() | _WORDS, subject_span=st.none() | _WORDS, subject=_WORDS, subject_type=st.sampled_from(["account", "project"]),
    aliases=st.lists(_WORDS, max_size=2).map(tuple), measure=st.just("actual"), value=_NUMBERS, unit=st.just("CNY"),
    period=st.none() | st.integers(2000, 2030), base=st.none() | _WORDS, scope=st.none() | _WORDS, line=st.none() | st.integers(1, 99),
)  # fmt: skip
_CLAIMS = st.builds(GoldClaim, span=_WORDS, text=_WORDS, values=st.lists(st.builds(GoldValue, number=_NUMBERS, unit=_WORDS), max_size=2).map(tuple))
_GOLDS = st.builds(
    Gold, source=st.none() | _WORDS, sha256=_WORDS, fiscal_year=st.none() | st.integers(2000, 2030), offsets=st.booleans(),
    spans=st.lists(_SPANS, max_size=3).map(tuple), facts=st.lists(_FACTS, max_size=3).map(tuple), claims=st.lists(_CLAIMS, max_size=3).map(tuple),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(gold=_GOLDS)
def test_a_gold_file_read_again_is_equal(gold: Gold, tmp_path: Path) -> None:
    path = tmp_path / "甲.json"
    write_gold(gold, path)
    assert read_gold(path) == gold


def test_a_written_file_is_readable_json_without_what_goes_without_saying(tmp_path: Path) -> None:
    span = GoldSpan(id="s1", label="AMOUNT", start=2, end=5, text="3万元")
    write_gold(Gold(sha256="0", spans=(span,)), tmp_path / "a.json")
    written = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "3万元" in written
    assert written.endswith("\n")
    assert "offsets" not in json.loads(written)
    write_gold(Gold(sha256="0", spans=(span,), offsets=False), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["offsets"] is False


def test_spans_by_id_and_exact_numbers() -> None:
    gold = Gold(sha256="0", spans=(GoldSpan(id="s1", label="AMOUNT", start=2, end=5, text="3万元"),))
    assert gold.by_id() == {"s1": Span(2, 5, "AMOUNT")}
    assert GoldFact(subject="甲", subject_type="account", measure="actual", value="189281900.10", unit="CNY").number == Decimal("189281900.10")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("{", "the file"),
        ('{"spans": []}', "sha256"),
        ('{"sha256": "0"}', "spans"),
        ('{"sha256": "0", "spans": [{"id": "s1", "label": "AMOUNT", "start": -1, "end": 2, "text": "x"}]}', "spans.0.start"),
        ('{"sha256": "0", "spans": [], "facts": [{"subject": "x"}]}', "facts.0.subject_type"),
        (
            '{"sha256": "0", "spans": [], "claims": [{"span": "s1", "text": "x", "values": [{"number": 3, "unit": "个"}]}]}',
            "claims.0.values.0.number",
        ),
    ],
)
def test_what_is_no_gold_file_is_named_with_the_place(content: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path} is no gold file: {place}: ")
    assert "expected an object with sha256, spans, facts, claims" in str(caught.value)


def test_a_gold_error_is_a_value_error_and_survives_the_way_between_processes() -> None:
    assert issubclass(GoldError, ValueError)
    assert str(pickle.loads(pickle.dumps(GoldError("甲.json is no gold file")))) == "甲.json is no gold file"


@contextlib.contextmanager
def _anything() -> Iterator[None]:
    yield


def test_a_gold_error_passes_through_a_context_manager() -> None:
    with pytest.raises(GoldError, match="甲"), _anything():
        raise GoldError("甲")


def test_an_empty_span_is_no_gold(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"sha256": "0", "spans": [{"id": "s1", "label": "AMOUNT", "start": 3, "end": 3, "text": ""}]}', encoding="utf-8")
    with pytest.raises(GoldError, match=r"spans\.0"):
        read_gold(path)


def test_a_value_that_is_no_number_is_no_gold(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    fact = {"subject": "甲", "subject_type": "account", "measure": "actual", "value": "三万", "unit": "CNY"}
    path.write_text(json.dumps({"sha256": "0", "spans": [], "facts": [fact]}), encoding="utf-8")
    with pytest.raises(GoldError, match=r"facts\.0\.value"):
        read_gold(path)
