"""The label scheme: five labels in two layers, the measures of facts, and what each of them allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MENTIONS: Final = ("AMOUNT", "RATIO", "ACCOUNT", "PROJECT")
CLAIMS: Final = ("CLAIM",)
LABELS: Final = (*MENTIONS, *CLAIMS)

MEASURES: Final = (
    "initial_budget",
    "budget",
    "budget_change",
    "actual",
    "balance",
    "yoy_change",
    "yoy_rate",
    "budget_variance",
    "budget_variance_rate",
    "completion_rate",
    "share",
    "contract",
    "rate",
)
SIGNED: Final = frozenset({"budget_change", "yoy_change", "yoy_rate", "budget_variance", "budget_variance_rate"})
RATIO_MEASURES: Final = frozenset({"yoy_rate", "budget_variance_rate", "completion_rate", "share", "rate"})


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """Layers of labels; spans of one layer never overlap each other, spans of different layers may.

    `layers` maps a layer's name to its labels, in the order in which a tagger's head numbers them.
    """

    layers: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for _, labels in self.layers for label in labels)

    def layer_of(self, label: str) -> str:
        for name, labels in self.layers:
            if label in labels:
                return name
        raise KeyError(f"label {label!r} is in no layer; this scheme has {', '.join(self.labels)}")

    @classmethod
    def of(cls, layers: Iterable[tuple[str, Iterable[str]]]) -> LabelScheme:
        return cls(tuple((name, tuple(labels)) for name, labels in layers))


FISCAL: Final = LabelScheme((("mentions", MENTIONS), ("claims", CLAIMS)))
