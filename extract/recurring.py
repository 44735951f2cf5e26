"""A project named once is a project wherever the report names it again.

The tagger reads a window at a time; a name that stands clear in one sentence can stand unclear in another. Within one report
the sure mentions of a project decide about the other places where the very same name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ..annotations.span import Span

SURE: Final = 0.8  # a mention this probable speaks for others of its name
SHORTEST: Final = 4  # characters; shorter names stand by chance inside other words


def recur(text: str, spans: Sequence[Span], unmarked: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans with the further mentions of sure projects added, where no mention stands already.

    Args:
        unmarked: ranges of the text in which names are not marked (duties, glossary, contents).
    """
    best: dict[str, float] = {}
    for span in spans:
        if span.label == "PROJECT" and (span.score or 0.0) >= SURE and span.end - span.start >= SHORTEST:
            name = span.of(text)
            best[name] = max(best.get(name, 0.0), span.score or 0.0)
    if not best:
        return list(spans)
    taken = bytearray(len(text))
    for start, end in (*unmarked, *((s.start, s.end) for s in spans if s.label != "CLAIM")):
        taken[start:end] = b"\1" * (end - start)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(best, key=len, reverse=True)))
    added = [Span(m.start(), m.end(), "PROJECT", best[m[0]]) for m in pattern.finditer(text) if not any(taken[m.start() : m.end()])]
    return sorted([*spans, *added], key=lambda s: (s.start, s.end, s.label))
