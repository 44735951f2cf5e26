"""Styles: what one office does the same way through a report, and another office otherwise."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from .figures import UNITS
from .grammar import table

KINDS: Final = ("final_accounts", "budget", "overall_evaluation", "project_evaluation", "budget_execution", "audit")


@dataclass(frozen=True, slots=True)
class Style:
    """The traits of a style.

    `numbers` are the list marks of four levels, `path` the spelling of a functional path, `falls` how decreases are
    written (`word`, `minus`, `mixed`), `lists` the weights of the forms of a list of parts.
    """

    name: str
    kinds: tuple[str, ...]
    unit: str = "万元"
    places: int = 2
    comma: bool = True
    percent_places: int = 2
    strip_percent: bool = False
    trim: bool = False
    zero: str = "full"
    path: str = "class"
    half_brackets: bool = False
    falls: str = "word"
    numbers: tuple[str, ...] = ("一、", "（一）", "1.", "（1）")
    lists: tuple[str, ...] = ("colon", "pause")
    habits: dict[str, int] = field(default_factory=dict)

    @property
    def step(self) -> Decimal:
        """The smallest sum that this style prints."""
        return UNITS[self.unit].scaleb(-self.places)


def styles() -> tuple[Style, ...]:
    """All styles, in the order of their table."""
    return tuple(_style(name, dict(value)) for name, value in table("styles").items())


def style_for(rng: random.Random, name: str | None) -> Style:
    """The named style, or one drawn.

    Raises:
        ValueError: there is no style of that name.
    """
    every = styles()
    if name is None:
        kind = rng.choices(KINDS, weights=(34, 16, 20, 14, 11, 5))[0]
        return rng.choice([s for s in every if kind in s.kinds])
    for style in every:
        if style.name == name:
            return style
    raise ValueError(f"no style {name!r}; there are {', '.join(s.name for s in every)}")


def _style(name: str, traits: dict[str, Any]) -> Style:
    lists = {k: tuple(v) for k, v in traits.items() if isinstance(v, list)}
    return Style(name=name, **(traits | lists))
