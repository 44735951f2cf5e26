"""BIOES tags: their numbers, their grammar, and the way to spans and back."""

from __future__ import annotations

import numpy as np
import pytest
from fiscalzh.models.tags import OUTSIDE, TagSet
from hypothesis import given
from hypothesis import strategies as st

_TAGS = TagSet(("AMOUNT", "RATIO"))


@st.composite
def _spans(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str]]]:
    spans, at = [], 0
    for gap, length, label in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from(_TAGS.labels)), max_size=8)):
        spans.append((at + gap, at + gap + length, label))
        at += gap + length
    return at + draw(st.integers(0, 3)), spans


@given(_spans())
def test_decoding_is_the_inverse_of_encoding(drawn: tuple[int, list[tuple[int, int, str]]]) -> None:
    length, spans = drawn
    assert _TAGS.decode(_TAGS.encode(length, spans)) == spans


@given(_spans())
def test_encoded_tags_keep_the_grammar(drawn: tuple[int, list[tuple[int, int, str]]]) -> None:
    tags = _TAGS.encode(*drawn)
    if len(tags):
        assert _TAGS.begins()[tags[0]]
        assert _TAGS.ends()[tags[-1]]
        assert np.all(_TAGS.follows()[tags[:-1], tags[1:]])


def test_names_are_numbered_as_the_docstring_says() -> None:
    assert _TAGS.names == ("O", "B-AMOUNT", "I-AMOUNT", "E-AMOUNT", "S-AMOUNT", "B-RATIO", "I-RATIO", "E-RATIO", "S-RATIO")
    assert len(_TAGS) == len(_TAGS.names)
    assert _TAGS.names[OUTSIDE] == "O"
    tags = _TAGS.encode(8, [(1, 2, "AMOUNT"), (3, 5, "RATIO"), (5, 8, "AMOUNT")])
    assert [_TAGS.names[t] for t in tags] == ["O", "S-AMOUNT", "O", "B-RATIO", "E-RATIO", "B-AMOUNT", "I-AMOUNT", "E-AMOUNT"]


def test_what_may_begin_and_end_a_text() -> None:
    assert [n for n, ok in zip(_TAGS.names, _TAGS.begins(), strict=True) if ok] == ["O", "B-AMOUNT", "S-AMOUNT", "B-RATIO", "S-RATIO"]
    assert [n for n, ok in zip(_TAGS.names, _TAGS.ends(), strict=True) if ok] == ["O", "E-AMOUNT", "S-AMOUNT", "E-RATIO", "S-RATIO"]


def test_what_may_follow_what() -> None:
    follows, names = _TAGS.follows(), _TAGS.names
    for left, before in enumerate(names):
        for right, behind in enumerate(names):
            inside = before[0] in "BI"
            expected = (behind[0] in "IE" and behind[2:] == before[2:]) if inside else behind[0] in "OBS"
            assert follows[left, right] == expected, (before, behind)


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        _TAGS.encode(3, [(0, 1, "PROJECT")])
