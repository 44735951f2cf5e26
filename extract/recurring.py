"""A project named once is a project wherever the report names it again.

The tagger reads a window at a time; a name that stands clear in one sentence can stand unclear in another. Within one report
the sure mentions of a project decide about the other places where the very same name stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from ..annotations.span import Span

SURE: Final = 0.9  # a mention this probable speaks for others of its name
# Only a name that says itself that it is one; a bare 智慧城市 stands anywhere by chance.
_NAME: Final = re.compile(r".{2,}(?:项目|工程|平台|系统|APP|经费|资金|专项|服务|采购|改造|二期|三期|（.期）|计划|补助|补贴)\Z", re.S)


def recur(text: str, spans: Sequence[Span], unmarked: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans with the further mentions of sure projects added, where no mention stands already.

    Args:
        unmarked: ranges of the text in which names are not marked (duties, glossary, contents, titles).
    """
    best: dict[str, float] = {}
    marked: Counter[str] = Counter()
    for span in spans:
        if span.label == "PROJECT" and _NAME.match(name := span.of(text)):
            marked[name] += 1
            if (span.score or 0.0) >= SURE:
                best[name] = max(best.get(name, 0.0), span.score or 0.0)
    best = {name: score for name, score in best.items() if text.count(name) > marked[name]}
    if not best:
        return list(spans)
    taken = bytearray(len(text))
    for start, end in (*unmarked, *((s.start, s.end) for s in spans if s.label != "CLAIM")):
        taken[start:end] = b"\1" * (end - start)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(best, key=len, reverse=True)))
    added = [Span(m.start(), m.end(), "PROJECT", best[m[0]]) for m in pattern.finditer(text) if not any(taken[m.start() : m.end()])]
    return sorted([*spans, *added], key=lambda s: (s.start, s.end, s.label))
