"""A log-linear choice: every option is described by named features, the weights of the features are learned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_MOST: Final = 2**15  # groups of features whose weights are kept


def softmax(scores: Floats) -> Floats:
    exponent: Floats = np.exp(scores - scores.max())
    shares: Floats = exponent / exponent.sum()
    return shares


@dataclass(frozen=True, slots=True)
class Classifier:
    """One of several fixed classes: `weights[row of a feature]` is (classes,).

    Beside these, copy features: a pair of a class and a name raises that one class by the name's own weight, so that
    "as the figure before" is learned once and not for each class anew.
    """

    classes: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Floats
    bias: Floats
    copy_rows: Mapping[str, int]
    copy_weights: Floats

    def probabilities(self, features: Sequence[str], copies: Sequence[tuple[str, str]] = ()) -> Floats:
        """(classes,) probabilities; features nobody has seen count nothing."""
        rows = [row for row in map(self.rows.get, features) if row is not None]
        scores: Floats = self.weights.take(rows, axis=0).sum(axis=0) + self.bias
        for name, feature in copies:
            row = self.copy_rows.get(feature)
            if row is not None:
                scores[self.classes.index(name)] += self.copy_weights[row]
        return softmax(scores)


# A function that names features, then the values that it names them after.
Group: TypeAlias = tuple[Any, ...]


def written_out(groups: Iterable[Group]) -> list[str]:
    """The features of some groups."""
    return [feature for name, *values in groups for feature in name(*values)]


@dataclass(frozen=True)
class Ranker:
    """One of several candidates: a candidate scores the sum of its features' weights."""

    weights: Mapping[str, float]

    def probabilities(self, candidates: Sequence[Sequence[Group]]) -> Floats:
        """(candidates,) probabilities; at least one candidate. Features nobody has seen count nothing."""
        scores = [sum(map(self._known.__getitem__, groups)) for groups in candidates]
        return softmax(np.asarray(scores, dtype=np.float32))

    @cached_property
    def _known(self) -> _Known:
        return _Known(self.weights)


class _Known(dict[Group, float]):
    """The weights of the groups met so far: to name a group's features and look each up again costs ten times as much."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, group: Group) -> float:
        if len(self) >= _MOST:
            self.clear()
        self[group] = weight = sum(map(self.weights.get, written_out([group]), repeat(0.0)))
        return weight


@dataclass(frozen=True, slots=True)
class Choices:
    """The three choices of the linker: measure (with sign, or none), subject, and the base of a share."""

    measure: Classifier
    subject: Ranker
    base: Ranker

    def save(self, path: Path) -> None:
        """Write all weights into one `.npz` (half precision: a weight's third digit changes no choice)."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "measure": self.measure.weights.astype(np.float16),
            "bias": self.measure.bias.astype(np.float16),
            "copy": self.measure.copy_weights.astype(np.float16),
            "subject": np.fromiter(self.subject.weights.values(), dtype=np.float16),
            "base": np.fromiter(self.base.weights.values(), dtype=np.float16),
        }
        names = {
            "classes": self.measure.classes,
            "measure": list(self.measure.rows),
            "copy": list(self.measure.copy_rows),
            "subject": list(self.subject.weights),
            "base": list(self.base.weights),
        }
        arrays["names"] = np.frombuffer(json.dumps(names, ensure_ascii=False).encode("utf-8"), dtype=np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Choices:
        """Read what `save` wrote.

        Raises:
            ValueError: the file is damaged or holds something else.
        """
        try:
            return cls._load(path)
        except Exception as error:  # zip, numpy and JSON have errors of many kinds
            raise ValueError(f"{path} holds no weights of a linker ({type(error).__name__}): is it whole? `fiscalzh train` makes one") from error

    @classmethod
    def _load(cls, path: Path) -> Choices:
        with np.load(path) as arrays:
            names = json.loads(arrays["names"].tobytes().decode("utf-8"))
            weights = {key: arrays[key].astype(np.float32) for key in ("measure", "bias", "copy", "subject", "base")}
        rows = {key: {name: row for row, name in enumerate(names[key])} for key in ("measure", "copy")}
        measure = Classifier(tuple(names["classes"]), rows["measure"], weights["measure"], weights["bias"], rows["copy"], weights["copy"])
        subject, base = (Ranker(dict(zip(names[key], weights[key].tolist(), strict=True))) for key in ("subject", "base"))
        return cls(measure, subject, base)
