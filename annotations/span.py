"""One span type for every room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of a document's text, half open: `text[start:end]`.

    `score` is the probability that exactly this span with this label is right, or None where nobody estimated it.
    """

    start: int
    end: int
    label: str
    score: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got [{self.start}, {self.end}) {self.label}")
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a span's score is a probability in [0, 1] or None, got {self.score}")

    def __lt__(self, other: Span) -> bool:
        """By place and label; a score has no part in the order, since not every span has one."""
        return (self.start, self.end, self.label) < (other.start, other.end, other.label)

    def of(self, text: str) -> str:
        """The span's text."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end
