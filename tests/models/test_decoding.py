"""Best paths and span probabilities against brute force over every path."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise, product

import numpy as np
import pytest
from fiscalzh.models.decoding import Decoder, Floats, Pieces
from fiscalzh.models.tags import TagSet

_FORBIDDEN = -1e4
_Span = tuple[int, int, str, float]


def _decoder(rng: np.random.Generator, labels: tuple[str, ...] = ("A",), scale: float = 1.0) -> Decoder:
    tags = TagSet(labels)
    transitions, first, last = (rng.normal(size=n).astype(np.float32) * scale for n in ((len(tags),) * 2, len(tags), len(tags)))
    transitions[~tags.follows()] = _FORBIDDEN
    first[~tags.begins()] = _FORBIDDEN
    last[~tags.ends()] = _FORBIDDEN
    return Decoder(tags, transitions, first, last)


def _paths(decoder: Decoder, emissions: Floats, outside: Sequence[int] = ()) -> list[tuple[tuple[int, ...], float]]:
    """Every valid path of one text with its score; the tokens `outside` are in no span."""
    follows, begins, ends = decoder.tags.follows(), decoder.tags.begins(), decoder.tags.ends()
    result = []
    for path in product(range(len(decoder.tags)), repeat=len(emissions)):
        if begins[path[0]] and ends[path[-1]] and all(follows[a, b] for a, b in pairwise(path)) and not any(path[at] for at in outside):
            moves = sum(float(decoder.transitions[a, b]) for a, b in pairwise(path))
            emitted = sum(float(emissions[i, tag]) for i, tag in enumerate(path))
            result.append((path, emitted + moves + float(decoder.first[path[0]]) + float(decoder.last[path[-1]])))
    return result


def _expected(decoder: Decoder, emissions: Floats, temperature: float, outside: Sequence[int] = ()) -> list[_Span]:
    paths = _paths(decoder, emissions, outside)
    best = max(paths, key=lambda p: p[1])[0]
    weights = np.exp(np.asarray([score for _, score in paths]) / temperature)
    spans = []
    for start, end, label in decoder.tags.decode(np.asarray(best)):
        share = sum(w for (path, _), w in zip(paths, weights, strict=True) if path[start:end] == best[start:end])
        spans.append((start, end, label, share / weights.sum()))
    return spans


def _decode(decoder: Decoder, texts: Sequence[Floats], temperature: float = 1.0) -> list[list[_Span]]:
    """The spans of each text in its own offsets, all decoded together."""
    lengths = [len(text) for text in texts]
    pieces = Pieces.of(np.asarray(lengths), np.zeros(sum(lengths), dtype=bool))
    found = decoder.decode(np.concatenate(texts), pieces, temperature)
    begins = [0, *accumulate(lengths)]
    return [[(s - a, e - a, label, p) for s, e, label, p in found if a <= s < b] for a, b in pairwise(begins)]


def _same(found: Sequence[_Span], expected: Sequence[_Span]) -> None:
    assert [s[:3] for s in found] == [s[:3] for s in expected]
    assert [s[3] for s in found] == pytest.approx([s[3] for s in expected], abs=1e-5)


def _texts(rng: np.random.Generator, count: int, lengths: Sequence[int], scale: float = 2.0) -> list[Floats]:
    return [rng.normal(size=(length, count)).astype(np.float32) * scale for length in lengths]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("temperature", [1.0, 2.5, 0.5])
def test_paths_and_probabilities_are_those_of_brute_force(seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    decoder = _decoder(rng)
    texts = _texts(rng, len(decoder.tags), rng.integers(1, 6, size=4).tolist())
    for found, text in zip(_decode(decoder, texts, temperature), texts, strict=True):
        _same(found, _expected(decoder, text, temperature))


@pytest.mark.parametrize("seed", range(4))
def test_two_labels(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    decoder = _decoder(rng, ("A", "B"))
    texts = _texts(rng, len(decoder.tags), [3, 1, 4])
    for found, text in zip(_decode(decoder, texts), texts, strict=True):
        _same(found, _expected(decoder, text, 1.0))


@pytest.mark.parametrize("seed", range(8))
def test_between_breaks_a_text_is_decoded_as_the_whole_of_it_with_the_breaks_outside(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    decoder = _decoder(rng)
    texts = _texts(rng, len(decoder.tags), [6, 4, 1])
    breaks = np.zeros(11, dtype=bool)
    breaks[[1, 4, 9]] = True  # inside the first text, then the last token of the second
    found = decoder.decode(np.concatenate(texts), Pieces.of(np.asarray([6, 4, 1]), breaks))
    expected = []
    for text, begin, outside in zip(texts, (0, 6, 10), ([1, 4], [], []), strict=True):
        expected += [(s + begin, e + begin, label, p) for s, e, label, p in _expected(decoder, text, 1.0, outside)]
    _same(found, expected)


def test_pieces_lie_between_texts_and_breaks() -> None:
    breaks = np.array([0, 1, 0, 0, 1, 1, 0], dtype=bool)
    pieces = Pieces.of(np.asarray([4, 1, 2]), breaks)
    assert list(zip(pieces.starts.tolist(), pieces.ends.tolist(), strict=True)) == [(0, 2), (2, 4), (4, 5), (5, 6), (6, 7)]
    assert pieces.opens.tolist() == [True, False, True, True, False]
    assert pieces.closes.tolist() == [False, True, True, False, True]
    assert pieces.steps.tokens.tolist() == [0, 2, 4, 5, 6, 1, 3]
    assert pieces.steps.bounds == [0, 5, 7]


def test_some_of_the_random_cases_hold_spans_of_all_kinds() -> None:
    rng = np.random.default_rng(5)
    decoder = _decoder(rng)
    spans = [s for found in _decode(decoder, _texts(rng, 5, [5] * 40)) for s in found]
    assert {end - start for start, end, _, _ in spans} >= {1, 2, 3}
    assert any(0.01 < p < 0.99 for *_, p in spans)


def test_a_text_is_decoded_alone_as_with_others() -> None:
    rng = np.random.default_rng(8)
    decoder = _decoder(rng, ("A", "B"))
    texts = _texts(rng, 9, [40, 7, 23])
    for together, text in zip(_decode(decoder, texts), texts, strict=True):
        _same(together, _decode(decoder, [text])[0])


def test_temperature_changes_the_probability_and_not_the_path() -> None:
    rng = np.random.default_rng(2)
    decoder = _decoder(rng)
    texts = _texts(rng, 5, [5] * 8, scale=4.0)
    cold, plain, hot = (_decode(decoder, texts, t) for t in (0.5, 1.0, 8.0))
    assert [[s[:3] for s in w] for w in cold] == [[s[:3] for s in w] for w in plain] == [[s[:3] for s in w] for w in hot]
    mean = [float(np.mean([s[3] for w in found for s in w])) for found in (cold, plain, hot)]
    assert mean[0] > mean[1] > mean[2]


def test_long_texts_neither_overflow_nor_fade() -> None:
    decoder = _decoder(np.random.default_rng(4))
    emissions = np.zeros((3000, 5), dtype=np.float32)
    emissions[:, 0] = 60.0
    emissions[1500, 4] = 130.0
    ((start, end, label, probability),) = _decode(decoder, [emissions])[0]
    assert (start, end, label) == (1500, 1501, "A")
    assert probability == pytest.approx(1.0)


def test_nothing_to_decode_and_nothing_found() -> None:
    decoder = _decoder(np.random.default_rng(0))
    outside = np.zeros((4, 5), dtype=np.float32)
    outside[:, 0] = 50.0
    assert _decode(decoder, [outside, outside[:2]]) == [[], []]
