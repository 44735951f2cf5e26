"""Best tag paths and span probabilities of a linear-chain CRF, in numpy, for many pieces of text at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from .tags import OUTSIDE, TagSet
from .tokenizer import Ints

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
RESCALED: Final = 4  # steps after which forward probabilities are rescaled: the scores of so many cannot fade to nothing


@dataclass(frozen=True)
class Pieces:
    """Stretches of a row of tokens that are decoded each by itself, all (n,), in order, none empty.

    starts, ends: half-open token ranges.
    opens, closes: whether a text begins, ends with the piece. Where not, the token before it, its own last token is no part of a span.
    """

    starts: Ints
    ends: Ints
    opens: Bools
    closes: Bools

    @classmethod
    def of(cls, lengths: Ints, breaks: Bools) -> Pieces:
        """Texts one behind the other, (texts,) tokens long, cut behind every token of `breaks`, (tokens,)."""
        last = np.zeros(len(breaks), dtype=bool)
        last[np.cumsum(lengths) - 1] = True
        ends = np.flatnonzero(breaks | last) + 1
        starts = np.concatenate([[0], ends[:-1]])
        closes = last[ends - 1]
        return cls(starts, ends, np.concatenate([[True], closes[:-1]]), closes)

    def __getitem__(self, chosen: Bools) -> Pieces:
        return Pieces(self.starts[chosen], self.ends[chosen], self.opens[chosen], self.closes[chosen])

    @cached_property
    def steps(self) -> Steps:
        return Steps.of(self.starts, self.ends)


@dataclass(frozen=True)
class Steps:
    """The tokens of pieces, step by step: the first token of every piece, then all second ones, and so on, longest piece first.

    order: (n,) pieces by length.
    tokens: (tokens,) token at each place.
    bounds: place of each step's first token, then their number; pieces that have ended have no place in a step.
    last: (n,) place of the last token of each piece, in their order.
    """

    order: Ints
    tokens: Ints
    bounds: list[int]
    last: Ints

    @classmethod
    def of(cls, starts: Ints, ends: Ints) -> Steps:
        order = np.argsort(starts - ends, kind="stable")
        lengths = (ends - starts)[order]
        going = len(lengths) - np.searchsorted(lengths[::-1], np.arange(lengths[0]), side="right")  # pieces that reach a step
        bounds = np.concatenate([[0], np.cumsum(going)])
        step = np.repeat(np.arange(lengths[0]), going)
        row = np.arange(len(step)) - bounds[step]
        return cls(order, starts[order][row] + step, bounds.tolist(), bounds[lengths - 1] + np.arange(len(lengths)))

    @cached_property
    def pairs(self) -> list[tuple[int, int, int]]:
        """For each step but the first: where the one before begins, where it begins, how many pieces reach it."""
        return [(before, at, end - at) for before, at, end in zip(self.bounds, self.bounds[1:], self.bounds[2:], strict=False)]


@dataclass(frozen=True, slots=True)
class Decoder:
    """Transition scores of one layer's CRF: (tags, tags), (tags,) first and (tags,) last, forbidden ones very low."""

    tags: TagSet
    transitions: Floats
    first: Floats
    last: Floats

    def decode(self, emissions: Floats, pieces: Pieces, temperature: float = 1.0) -> list[tuple[int, int, str, float]]:
        """The most likely spans of each piece with their probabilities.

        Args:
            emissions: (tokens, tags) scores.
            temperature: divides every score of the probabilities, not of the path; above 1 makes them less sure.

        Returns:
            Spans as (first token, token behind the last, label, probability), in order. The probability is that of the
            span's whole tag sequence under the CRF.
        """
        path = self._viterbi(emissions, pieces)
        spans = self.tags.decode(path)
        if not spans:
            return []
        scores = self._probabilities(emissions, pieces, path, np.asarray([span[:2] for span in spans]), temperature)
        return [(*span, p) for span, p in zip(spans, scores.tolist(), strict=True)]

    def _edges(self, pieces: Pieces) -> tuple[Floats, Floats]:
        """Scores of the tags a piece begins with and ends with, (tags, n) each, in the order of its steps."""
        order, outside = pieces.steps.order, np.full_like(self.last, self.last.min())
        outside[OUTSIDE] = 0
        begin = np.where(pieces.opens[order], self.first[:, None], self.transitions[OUTSIDE][:, None])
        return begin, np.where(pieces.closes[order], self.last[:, None], outside[:, None])

    def _viterbi(self, emissions: Floats, pieces: Pieces) -> Ints:
        """Forward keeping every state's best score; which state it came from is asked only along the best path, on the way back."""
        steps, (begin, end) = pieces.steps, self._edges(pieces)
        best = np.ascontiguousarray(emissions[steps.tokens].T)
        best[:, : steps.bounds[1]] += begin
        moves = np.empty((*self.transitions.shape, steps.bounds[1]), dtype=np.float32)
        for before, at, going in steps.pairs:
            np.add(best[:, None, before : before + going], self.transitions[:, :, None], out=moves[:, :, :going])
            here = best[:, at : at + going]
            np.add(here, np.maximum.reduce(moves[:, :, :going], axis=0), out=here)
        best, into = np.ascontiguousarray(best.T), np.ascontiguousarray(self.transitions.T)
        path = np.empty(len(steps.tokens), dtype=np.int64)
        path[steps.last] = (best[steps.last] + end.T).argmax(axis=1)
        for before, at, going in reversed(steps.pairs):
            scores = into.take(path[at : at + going], axis=0)
            scores += best[before : before + going]
            scores.argmax(axis=1, out=path[before : before + going])
        result = np.zeros(len(emissions), dtype=np.int64)
        result[steps.tokens] = path
        return result

    def _probabilities(self, emissions: Floats, pieces: Pieces, path: Ints, spans: Ints, temperature: float) -> Doubles:
        """Forward and backward in probability space, then the mass of each span's tag sequence.

        Args:
            path: (tokens,) tags.
            spans: (spans, 2) token ranges.
        """
        piece = np.searchsorted(pieces.starts, spans[:, 0], side="right") - 1
        some = np.zeros(len(pieces.starts), dtype=bool)
        some[piece] = True
        pieces, piece = pieces[some], (np.cumsum(some) - 1)[piece]
        steps, tokens = pieces.steps, pieces.steps.tokens
        shifted = emissions[tokens] - emissions[tokens].max(axis=1, keepdims=True)
        potential = np.exp(shifted.astype(np.float64) / temperature)
        moves, begin, end = (np.exp(scores.astype(np.float64) / temperature) for scores in (self.transitions, *self._edges(pieces)))
        alpha, norm = potential.copy(), np.ones((len(tokens), 1))
        alpha[: steps.bounds[1]] *= begin.T
        for number, (before, at, going) in enumerate(steps.pairs):
            state = alpha[before : before + going] @ moves
            state *= potential[at : at + going]
            if number % RESCALED == 0:
                norm[at : at + going] = state.sum(axis=1, keepdims=True)
                state /= norm[at : at + going]
            alpha[at : at + going] = state
        potential /= norm
        beta, back = np.empty_like(alpha), np.ascontiguousarray(moves.T)
        beta[steps.last] = end.T
        for before, at, going in reversed(steps.pairs):
            np.matmul(beta[at : at + going] * potential[at : at + going], back, out=beta[before : before + going])
        total = np.empty(len(pieces.starts))
        total[steps.order] = (alpha[steps.last] * end.T).sum(axis=1)

        place = np.empty(len(emissions), dtype=np.int64)
        place[tokens] = np.arange(len(tokens))
        on_path, tags = np.zeros(len(emissions)), path[tokens]
        with np.errstate(divide="ignore"):  # of the move into a piece, which no span asks for
            on_path[tokens] = np.log(moves[path[tokens - 1], tags]) + np.log(potential[np.arange(len(tokens)), tags])
        on_path[pieces.starts] = 0
        along, (first, last) = np.cumsum(on_path), (spans[:, 0], spans[:, 1] - 1)
        mass = alpha[place[first], path[first]] * beta[place[last], path[last]] * np.exp(along[last] - along[first])
        probabilities: Doubles = np.clip(mass / total[piece], 0, 1)
        return probabilities
