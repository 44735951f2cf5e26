"""Best paths and span probabilities against brute force over every path."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from fiscalzh.models.decoding import Decoder, Floats
from fiscalzh.models.tags import TagSet
from fiscalzh.models.tokenizer import Ints

_FORBIDDEN = -1e4


def _decoder(rng: np.random.Generator, labels: tuple[str, ...] = ("A",), scale: float = 1.0) -> Decoder:
    tags = TagSet(labels)
    transitions, first, last = (rng.normal(size=n).astype(np.float32) * scale for n in ((len(tags),) * 2, len(tags), len(tags)))
    transitions[~tags.follows()] = _FORBIDDEN
    first[~tags.begins()] = _FORBIDDEN
    last[~tags.ends()] = _FORBIDDEN
    return Decoder(tags, transitions, first, last)


def _paths(decoder: Decoder, emissions: Floats) -> list[tuple[tuple[int, ...], float]]:
    """Every valid path of one window with its score."""
    follows, begins, ends = decoder.tags.follows(), decoder.tags.begins(), decoder.tags.ends()
    result = []
    for path in product(range(len(decoder.tags)), repeat=len(emissions)):
        if begins[path[0]] and ends[path[-1]] and all(follows[a, b] for a, b in pairwise(path)):
            moves = sum(float(decoder.transitions[a, b]) for a, b in pairwise(path))
            emitted = sum(float(emissions[i, tag]) for i, tag in enumerate(path))
            result.append((path, emitted + moves + float(decoder.first[path[0]]) + float(decoder.last[path[-1]])))
    return result


def _expected(decoder: Decoder, emissions: Floats, temperature: float) -> list[tuple[int, int, str, float]]:
    paths = _paths(decoder, emissions)
    best = max(paths, key=lambda p: p[1])[0]
    weights = np.exp(np.asarray([score for _, score in paths]) / temperature)
    spans = []
    for start, end, label in decoder.tags.decode(np.asarray(best)):
        share = sum(w for (path, _), w in zip(paths, weights, strict=True) if path[start:end] == best[start:end])
        spans.append((start, end, label, share / weights.sum()))
    return spans


def _same(found: list[tuple[int, int, str, float]], expected: list[tuple[int, int, str, float]]) -> None:
    assert [s[:3] for s in found] == [s[:3] for s in expected]
    assert [s[3] for s in found] == pytest.approx([s[3] for s in expected], abs=1e-5)


def _batch(rng: np.random.Generator, count: int, lengths: list[int], scale: float = 2.0) -> tuple[Floats, Ints]:
    emissions = rng.normal(size=(len(lengths), max(lengths), count)).astype(np.float32) * scale
    return emissions, np.asarray(lengths)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("temperature", [1.0, 2.5, 0.5])
def test_paths_and_probabilities_are_those_of_brute_force(seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    decoder = _decoder(rng)
    emissions, lengths = _batch(rng, len(decoder.tags), rng.integers(1, 6, size=4).tolist())
    found = decoder.decode(emissions, lengths, temperature)
    assert len(found) == 4
    for row, length in enumerate(lengths.tolist()):
        _same(found[row], _expected(decoder, emissions[row, :length], temperature))


@pytest.mark.parametrize("seed", range(4))
def test_two_labels(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    decoder = _decoder(rng, ("A", "B"))
    emissions, lengths = _batch(rng, len(decoder.tags), [3, 1, 4])
    for row, found in enumerate(decoder.decode(emissions, lengths)):
        _same(found, _expected(decoder, emissions[row, : lengths[row]], 1.0))


def test_some_of_the_random_cases_hold_spans_of_all_kinds() -> None:
    rng = np.random.default_rng(5)
    decoder = _decoder(rng)
    spans = [s for found in decoder.decode(*_batch(rng, 5, [5] * 40)) for s in found]
    assert {end - start for start, end, _, _ in spans} >= {1, 2, 3}
    assert any(0.01 < p < 0.99 for *_, p in spans)


@pytest.mark.parametrize("rubbish", [1e6, -1e6, np.inf, np.nan])
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_what_lies_behind_a_length_is_ignored(rubbish: float) -> None:
    rng = np.random.default_rng(3)
    decoder = _decoder(rng)
    emissions, lengths = _batch(rng, 5, [2, 6, 1, 4])
    spoilt = emissions.copy()
    for row, length in enumerate(lengths):
        spoilt[row, length:] = rubbish
    clean = decoder.decode(emissions, lengths)
    assert any(clean)
    for found, expected in zip(decoder.decode(spoilt, lengths), clean, strict=True):
        _same(found, expected)


def test_a_window_is_decoded_alone_as_in_a_batch() -> None:
    rng = np.random.default_rng(8)
    decoder = _decoder(rng, ("A", "B"))
    emissions, lengths = _batch(rng, 9, [40, 7, 23])
    together = decoder.decode(emissions, lengths)
    for row, length in enumerate(lengths.tolist()):
        _same(together[row], decoder.decode(emissions[row : row + 1, :length], lengths[row : row + 1])[0])


def test_temperature_changes_the_probability_and_not_the_path() -> None:
    rng = np.random.default_rng(2)
    decoder = _decoder(rng)
    emissions, lengths = _batch(rng, 5, [5] * 8, scale=4.0)
    cold, plain, hot = (decoder.decode(emissions, lengths, t) for t in (0.5, 1.0, 8.0))
    assert [[s[:3] for s in w] for w in cold] == [[s[:3] for s in w] for w in plain] == [[s[:3] for s in w] for w in hot]
    mean = [float(np.mean([s[3] for w in found for s in w])) for found in (cold, plain, hot)]
    assert mean[0] > mean[1] > mean[2]


def test_long_windows_neither_overflow_nor_fade() -> None:
    rng = np.random.default_rng(4)
    decoder = _decoder(rng)
    emissions = np.zeros((1, 3000, 5), dtype=np.float32)
    emissions[0, :, 0] = 60.0
    emissions[0, 1500, 4] = 130.0
    ((start, end, label, probability),) = decoder.decode(emissions, np.asarray([3000]))[0]
    assert (start, end, label) == (1500, 1501, "A")
    assert probability == pytest.approx(1.0)


def test_nothing_to_decode_and_nothing_found() -> None:
    decoder = _decoder(np.random.default_rng(0))
    assert decoder.decode(np.zeros((0, 4, 5), dtype=np.float32), np.zeros(0, dtype=np.int64)) == []
    outside = np.zeros((2, 4, 5), dtype=np.float32)
    outside[..., 0] = 50.0
    assert decoder.decode(outside, np.asarray([4, 2])) == [[], []]
