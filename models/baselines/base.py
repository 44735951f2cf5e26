"""The interface of a baseline."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document

Scorer = Callable[[Sequence[Sequence[Span]], Sequence[Sequence[Span]]], Mapping[str, float]]


@dataclass
class Baseline(ABC):
    """A tagger with settings (its fields) that is fitted on annotated reports or loaded from a folder, then tags documents.

    Args:
        minutes: of processor time after which training stops with what it has, looked at between two steps of it.
        seed: of everything random in training.

    Attributes:
        cut_short: whether it was the time that ended training.
    """

    name: ClassVar[str]
    minutes: float = 20.0
    seed: int = 13
    cut_short: bool = field(default=False, init=False)

    @abstractmethod
    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        """Learn from `train`; choose between models, where there are several, by `dev`.

        Args:
            score: predicted and gold spans of each document to F1 of each label and of ALL.
        """

    @abstractmethod
    def tag(self, document: Document) -> list[Span]:
        """The spans of a document, in offsets of its text, sorted; spans of one layer do not overlap."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write everything `load` needs into an empty folder."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Become what was saved there."""

    def settings(self) -> dict[str, Any]:
        """The fields that decide what `fit` learns."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.init}


@dataclass
class Deadline:
    """A processor time after which training stops: a busy machine makes no baseline worse."""

    minutes: float
    start: float = field(default_factory=time.process_time)

    @property
    def spent(self) -> float:
        """Minutes of processor time since the start, of all threads together."""
        return (time.process_time() - self.start) / 60

    def passed(self) -> bool:
        return self.spent >= self.minutes
