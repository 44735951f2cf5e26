"""BIOES tags of one layer: their numbers, which may follow which, and the way between tags and spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

OUTSIDE = 0


@dataclass(frozen=True, slots=True)
class TagSet:
    """O is 0; label number k has B, I, E, S at 4k+1 … 4k+4."""

    labels: tuple[str, ...]

    def __len__(self) -> int:
        return 4 * len(self.labels) + 1

    @property
    def names(self) -> tuple[str, ...]:
        return ("O", *(f"{part}-{label}" for label in self.labels for part in "BIES"))

    def begins(self) -> npt.NDArray[np.bool_]:
        """(tags,) whether a text may begin with the tag; by symmetry of the scheme I and E may not."""
        return np.array([tag == OUTSIDE or (tag - 1) % 4 in (0, 3) for tag in range(len(self))])

    def ends(self) -> npt.NDArray[np.bool_]:
        """(tags,) whether a text may end with the tag; B and I may not."""
        return np.array([tag == OUTSIDE or (tag - 1) % 4 in (2, 3) for tag in range(len(self))])

    def follows(self) -> npt.NDArray[np.bool_]:
        """(tags, tags) whether the column's tag may follow the row's."""
        allowed = np.zeros((len(self), len(self)), dtype=bool)
        for left in range(len(self)):
            for right in range(len(self)):
                if self.ends()[left]:
                    allowed[left, right] = self.begins()[right]
                else:
                    same = (left - 1) // 4 == (right - 1) // 4
                    allowed[left, right] = right != OUTSIDE and same and (right - 1) % 4 in (1, 2)
        return allowed

    def encode(self, length: int, spans: Iterable[tuple[int, int, str]]) -> npt.NDArray[np.int64]:
        """Token spans (start, end, label), half open and not overlapping, to (length,) tags."""
        tags = np.zeros(length, dtype=np.int64)
        for start, end, label in spans:
            base = 4 * self.labels.index(label) + 1
            if end - start == 1:
                tags[start] = base + 3
            else:
                tags[start], tags[start + 1 : end - 1], tags[end - 1] = base, base + 1, base + 2
        return tags

    def decode(self, tags: npt.NDArray[np.int64]) -> list[tuple[int, int, str]]:
        """(n,) valid tags to token spans (start, end, label)."""
        part = np.where(tags == OUTSIDE, -1, (tags - 1) % 4)
        starts, ends = np.flatnonzero((part == 0) | (part == 3)), np.flatnonzero((part == 2) | (part == 3)) + 1
        labels = (tags[starts] - 1) // 4
        return [(start, end, self.labels[label]) for start, end, label in zip(starts.tolist(), ends.tolist(), labels.tolist(), strict=True)]
