"""Tables of results in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from .intervals import Interval


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table; its first `left` columns are aligned to the left, the others to the right."""
    cells = [list(columns), *map(list, rows)]
    widths = [max(3, *(len(row[n]) for row in cells)) for n in range(len(columns))]
    rule = ["-" * width if n < left else "-" * (width - 1) + ":" for n, width in enumerate(widths)]
    lines = [cells[0], rule, *cells[1:]]
    return "\n".join(
        "| " + " | ".join(c.ljust(w) if n < left else c.rjust(w) for n, (c, w) in enumerate(zip(line, widths, strict=True))) + " |" for line in lines
    )


def with_interval(interval: Interval, sign: bool = False) -> str:
    """`0.912 [0.890, 0.931]`, with its sign where it is a difference."""
    form = "+.3f" if sign else ".3f"
    return f"{interval.value:{form}} [{interval.low:{form}}, {interval.high:{form}}]"
