"""The same scores in parts: by report, type of report, section, label or measure, and length of the span."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.markers import mark_at
from .facts import pair_strict
from .outputs import Case
from .pairing import unpaired
from .scores import total
from .spans import Score

SPANS: Final = ("report", "type", "section", "label", "length")
FACTS: Final = ("report", "type", "section", "measure")
NOWHERE: Final = "–"
_LENGTHS: Final = ((1, "1–2"), (3, "3–5"), (6, "6–10"), (11, "11–20"), (21, "21–40"), (41, "41 and more"))
_YEAR: Final = re.compile(r"(?:19|20)\d\d年?度?")


@dataclass(frozen=True, slots=True)
class Item:
    """A span or fact that is gold, predicted, or both, with what it is counted under."""

    score: Score
    keys: Mapping[str, str]


def span_items(case: Case) -> Iterator[Item]:
    """The spans of a report, exact: label and borders right."""
    if not case.gold.placed:
        return
    gold, predicted = set(case.gold.spans), set(case.predicted.spans)
    for span in sorted(gold | predicted):
        score = Score(span in gold and span in predicted, span in predicted, span in gold)
        keys = _place_keys(case, span) | {"label": span.label, "length": _LENGTHS[bisect_right(_LENGTHS, (span.end - span.start, "~")) - 1][1]}
        yield Item(score, keys)


def fact_items(case: Case) -> Iterator[Item]:
    """The facts of a report, strict; a pair is counted where its gold fact stands."""
    gold, predicted = case.gold.facts, case.predicted.facts
    pairs = pair_strict(gold, predicted)
    missing, spurious = unpaired(pairs, len(gold), len(predicted))
    scored = [*((gold[g], Score(1, 1, 1)) for g, _ in pairs), *((gold[n], Score(0, 0, 1)) for n in missing)]
    scored += [(predicted[n], Score(0, 1, 0)) for n in spurious]
    for fact, score in scored:
        yield Item(score, _place_keys(case, fact.value_span) | {"measure": fact.measure})


def breakdown(items: Iterable[Item], by: str) -> dict[str, Score]:
    """The scores by one of the keys, those with most gold first."""
    groups = defaultdict[str, list[Score]](list)
    for item in items:
        groups[item.keys[by]].append(item.score)
    scores = {key: total(group) for key, group in groups.items()}
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1].gold, pair[0])))


def breakdowns(cases: Sequence[Case]) -> dict[str, dict[str, dict[str, Score]]]:
    """`spans` and `facts`, each by each of its keys."""
    spans, facts = ([item for case in cases for item in each(case)] for each in (span_items, fact_items))
    return {"spans": {by: breakdown(spans, by) for by in SPANS}, "facts": {by: breakdown(facts, by) for by in FACTS}}


def section_of(document: Document | None, offset: int | None) -> str:
    """The innermost heading that a character stands under, without its number and year."""
    headings = document.headings_at(offset) if document is not None and offset is not None else ()
    if not headings:
        return NOWHERE
    mark = mark_at(headings[-1])
    return _YEAR.sub("", headings[-1][mark.length if mark else 0 :]).strip(" 、：") or headings[-1]


def _place_keys(case: Case, span: Span | None) -> dict[str, str]:
    kind = case.document.meta.report_type if case.document else None
    return {"report": case.name, "type": kind or NOWHERE, "section": section_of(case.document, span.start if span else None)}
