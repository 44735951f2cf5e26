"""A line on paper, as the readers of pages give it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line on paper: its cells, divided by wide gaps, its left edge, and the height of its characters, both in one unit."""

    cells: list[str]
    left: float
    height: float
