"""Characters to tokens: nothing lost, figures folded, features of shape and neighbours."""

from __future__ import annotations

import json

import numpy as np
import pytest
from fiscalzh.models.tokenizer import NUM, PAD, SHAPES, SPECIAL, UNK, CharTokenizer, shape_of
from hypothesis import given
from hypothesis import strategies as st

_TEXTS = st.text(st.one_of(st.sampled_from("收支0123456789,..%年万元\n（） "), st.characters(exclude_categories=["Cs"])), max_size=120)
_TOKENIZER = CharTokenizer("万元支收年，", ["收支", "支收", "支\ue000", "\ue000万", "万元"])


def _words(text: str, tokenizer: CharTokenizer = _TOKENIZER) -> list[str]:
    tokens = tokenizer.encode(text)
    return [text[a:b] for a, b in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)]


@given(_TEXTS.filter(bool))
def test_every_character_is_in_exactly_one_token(text: str) -> None:
    tokens = _TOKENIZER.encode(text)
    assert "".join(_words(text)) == text
    assert np.all(tokens.starts < tokens.ends)
    assert tokens.features.shape == (len(tokens), 4)


@given(_TEXTS)
def test_features_are_ids_of_their_tables(text: str) -> None:
    features = _TOKENIZER.encode(text).features
    for column, size in enumerate([_TOKENIZER.char_count, _TOKENIZER.bigram_count, _TOKENIZER.bigram_count, SHAPES + 1]):
        assert np.all((features[:, column] >= 0) & (features[:, column] < size))
    assert not np.any(features[:, 0] == PAD)
    assert np.array_equal(features[:, 0] == NUM, features[:, 3] > 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("支18,928.19万元", ["支", "18,928.19", "万", "元"]),
        ("1,234,567元", ["1,234,567", "元"]),
        ("0.5", ["0.5"]),
        ("12345.6", ["12345.6"]),
        ("3、12", ["3", "、", "12"]),
        ("3.", ["3", "."]),
        ("1.2.3", ["1.2", ".", "3"]),
        ("12,34", ["12", ",", "34"]),
        ("1.2021年度", ["1", ".", "2021", "年", "度"]),
        ("1.1998年", ["1", ".", "1998", "年"]),
        ("1.2021万", ["1.2021", "万"]),
        ("4.2080505机关", ["4", ".", "2080505", "机", "关"]),
        ("4.208050机关", ["4.208050", "机", "关"]),
        ("1.2521年", ["1.2521", "年"]),
        ("2020-2021年", ["2020", "-", "2021", "年"]),
    ],
)
def test_a_figure_is_one_token(text: str, words: list[str]) -> None:
    assert _words(text) == words


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("2021", 1),
        ("1998", 1),
        ("0", 2),
        ("0.00", 2),
        ("000", 2),
        ("5", 3),
        ("2121", 15),
        ("0.5", 4),
        ("12.5", 8),
        ("12.50", 9),
        ("12.505", 10),
        ("12.50567", 10),
        ("1,234.56", 17),
        ("123456", 23),
        ("123,456,789.123", SHAPES),
        ("2021.5", 16),
    ],
)
def test_shapes_of_figures(number: str, shape: int) -> None:
    assert shape_of(number) == shape


def test_shapes_are_in_their_range() -> None:
    shapes = {shape_of("1" * whole + ("." + "5" * part if part else "")) for whole in range(1, 9) for part in range(6)}
    assert shapes == set(range(3, SHAPES + 1))


def test_bigrams_are_those_to_the_left_and_to_the_right() -> None:
    features = _TOKENIZER.encode("收支12万元").features
    ids = {bigram: number for number, bigram in enumerate(_TOKENIZER.bigrams, start=2)}
    expected = [ids["收支"], ids["支\ue000"], ids["\ue000万"], ids["万元"]]
    assert features[:, 1].tolist() == [0, *expected]
    assert features[:, 2].tolist() == [*expected, 0]


def test_what_is_not_in_the_vocabulary_is_unknown() -> None:
    features = _TOKENIZER.encode("收猫收").features
    assert features[:, 0].tolist() == [len(SPECIAL) + 3, UNK, len(SPECIAL) + 3]
    assert features[:, 1].tolist() == [0, 1, 1]
    assert CharTokenizer("收支", []).encode("收支").features[:, 2].tolist() == [1, 0]


@given(_TEXTS)
def test_a_figure_of_like_shape_reads_the_same(text: str) -> None:
    first, second = (_TOKENIZER.encode(f"收{number}万{text}").features for number in ("12.34", "98.76"))
    assert np.array_equal(first, second)


@given(st.lists(_TEXTS, max_size=4), _TEXTS)
def test_saved_and_loaded_it_reads_the_same(texts: list[str], text: str) -> None:
    tokenizer = CharTokenizer.learn(texts, min_char=1, min_bigram=1)
    again = CharTokenizer.from_dict(json.loads(json.dumps(tokenizer.to_dict())))
    assert (again.chars, again.bigrams) == (tokenizer.chars, tokenizer.bigrams)
    for each in (*texts, text):
        assert np.array_equal(again.encode(each).features, tokenizer.encode(each).features)


def test_the_vocabulary_is_what_is_seen_often_enough() -> None:
    tokenizer = CharTokenizer.learn(["收支收支收3万", "收支5万元"], min_char=2, min_bigram=2)
    assert set(tokenizer.chars) == {"收", "支", "万"}
    assert set(tokenizer.bigrams) == {"收支", "支收", "\ue000万"}
    assert tokenizer.char_count == len(SPECIAL) + 3
    assert len(CharTokenizer.learn(["收支收支收支万收支"], min_char=1, min_bigram=1, max_bigrams=2).bigrams) == 2


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_what_was_learnt_from_is_known(texts: list[str]) -> None:
    tokenizer = CharTokenizer.learn(texts, min_char=1, min_bigram=1)
    for text in texts:
        features = tokenizer.encode(text).features
        assert "\ue000" in text or not np.any(features[:, 0] == UNK)


def test_half_a_character_is_unknown() -> None:
    assert _TOKENIZER.encode("收\ud83d支").features[:, 0].tolist()[1] == UNK


def test_an_empty_text_has_no_tokens() -> None:
    tokens = _TOKENIZER.encode("")
    assert (tokens.starts.shape, tokens.ends.shape, tokens.features.shape) == ((0,), (0,), (0, 4))
