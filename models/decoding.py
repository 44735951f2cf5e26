"""Best tag paths and span probabilities of a linear-chain CRF, in numpy, for a batch of windows at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .tags import TagSet
from .tokenizer import Ints

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoder:
    """Transition scores of one layer's CRF: (tags, tags), (tags,) first and (tags,) last, forbidden ones very low."""

    tags: TagSet
    transitions: Floats
    first: Floats
    last: Floats

    def decode(self, emissions: Floats, lengths: Ints, temperature: float = 1.0) -> list[list[tuple[int, int, str, float]]]:
        """The most likely spans of each window with their probabilities.

        Args:
            emissions: (batch, time, tags) scores; what lies behind a window's length is ignored.
            lengths: (batch,) tokens, at least 1.
            temperature: divides every score of the probabilities, not of the path; above 1 makes them less sure.

        Returns:
            For each window its spans as (start, end, label, probability), half open, in order. The probability is that
            of the span's whole tag sequence under the CRF.
        """
        paths = self._viterbi(emissions, lengths)
        spans = [self.tags.decode(path[:length]) for path, length in zip(paths, lengths, strict=True)]
        if not any(spans):
            return [[] for _ in spans]
        scores = self._probabilities(emissions, lengths, paths, spans, temperature)
        return [[(*span, p) for span, p in zip(own, probabilities, strict=True)] for own, probabilities in zip(spans, scores, strict=True)]

    def _viterbi(self, emissions: Floats, lengths: Ints) -> Ints:
        """Forward keeping every state's best score; which state it came from is asked only along the best path, on the way back."""
        batch, time, count = emissions.shape
        best = np.empty((time, batch, count), dtype=np.float32)
        best[0] = self.first + emissions[:, 0]
        for step in range(1, time):
            np.add((best[step - 1][:, :, None] + self.transitions).max(axis=1), emissions[:, step], out=best[step])
        rows = np.arange(batch)
        tag = (best[lengths - 1, rows] + self.last).argmax(axis=1)
        into = np.ascontiguousarray(self.transitions.T)
        paths = np.zeros((batch, time), dtype=np.int64)
        for step in range(time - 1, -1, -1):
            if step + 1 < time:
                tag = np.where(step + 1 < lengths, (best[step] + into[tag]).argmax(axis=1), tag)
            paths[:, step] = np.where(step < lengths, tag, 0)
        return paths

    def _probabilities(
        self, emissions: Floats, lengths: Ints, paths: Ints, spans: list[list[tuple[int, int, str]]], temperature: float
    ) -> list[list[float]]:
        """Forward and backward in probability space, rescaled at every step, then the mass of each span's tag sequence."""
        time = emissions.shape[1]
        shifted = (emissions - emissions.max(axis=2, keepdims=True)) / temperature
        potential = np.exp(shifted.astype(np.float64))
        moves, first, last = (np.exp(np.asarray(s, dtype=np.float64) / temperature) for s in (self.transitions, self.first, self.last))
        alpha, norm = np.zeros_like(potential), np.ones(emissions.shape[:2])
        state = first * potential[:, 0]
        for step in range(time):
            if step:
                state = (alpha[:, step - 1] @ moves) * potential[:, step]
            norm[:, step] = state.sum(axis=1)
            alpha[:, step] = state / norm[:, step, None]
        beta = np.zeros_like(potential)
        for step in range(time - 1, -1, -1):
            ending = lengths == step + 1
            if step + 1 < time:
                beta[:, step] = ((beta[:, step + 1] * potential[:, step + 1]) @ moves.T) / norm[:, step + 1, None]
            beta[ending, step] = last
        result = []
        for row, own in enumerate(spans):
            final = lengths[row] - 1
            total = float((alpha[row, final] * last).sum())
            result.append([self._mass(alpha[row], beta[row], potential[row], norm[row], moves, paths[row], a, b) / total for a, b, _ in own])
        return [[min(1.0, max(0.0, p)) for p in own] for own in result]

    @staticmethod
    def _mass(alpha: npt.NDArray[np.float64], beta: npt.NDArray[np.float64], potential: npt.NDArray[np.float64],
              norm: npt.NDArray[np.float64], moves: npt.NDArray[np.float64], path: Ints, start: int, end: int) -> float:  # fmt: skip
        mass = alpha[start, path[start]] * beta[end - 1, path[end - 1]]
        for step in range(start + 1, end):
            mass *= moves[path[step - 1], path[step]] * potential[step, path[step]] / norm[step]
        return float(mass)
