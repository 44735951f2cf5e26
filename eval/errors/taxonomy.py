"""The kinds of error, and the one place where it is decided which an error is.

| spans | |
|---|---|
| missed, false | nothing predicted, or nothing gold, overlaps it |
| wrong border left, right, both | the label is right |
| wrong label | the borders are right |
| wrong label and border | neither is |
| split, merged | one gold span is predicted as several, several as one |

| facts, of one figure | |
|---|---|
| wrong value | the figure was read as another number |
| wrong measure, wrong sign, wrong subject, wrong period, wrong base, wrong scope | the first of these that is wrong |
| missing, spurious | the figure states a fact and none was made of it, or the other way round |

Claims that overlap by half but have other figures have `wrong figures`; contradictions are `missed` or `false`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...annotations.span import Span
from ..facts import wrong_slots
from ..sheets import Fact

MISSED, FALSE, MISSING, SPURIOUS, FIGURES = "missed", "false", "missing", "spurious", "wrong figures"
_ORDER: Final = ("measure", "value", "subject", "period", "base", "scope")


def span_kind(gold: Sequence[Span], predicted: Sequence[Span]) -> str:
    """The kind of error of spans of one layer that overlap each other: one at least, and not several on both sides."""
    if not gold or not predicted:
        return MISSED if gold else FALSE
    if len(gold) > 1 or len(predicted) > 1:
        return "merged" if len(gold) > 1 else "split"
    (theirs,), (mine,) = gold, predicted
    left, right, label = theirs.start != mine.start, theirs.end != mine.end, theirs.label != mine.label
    if label:
        return "wrong label and border" if left or right else "wrong label"
    return f"wrong border {'both' if left and right else 'left' if left else 'right'}"


def fact_kind(gold: Fact | None, predicted: Fact | None, scoped: bool = True) -> str | None:
    """The kind of error of a gold and a predicted fact of one figure; None where nothing is wrong.

    Args:
        scoped: whether the gold says scopes.
    """
    if gold is None or predicted is None:
        return MISSING if predicted is None else SPURIOUS
    if (abs(gold.value), gold.unit) != (abs(predicted.value), predicted.unit):
        return "wrong value"
    wrong = wrong_slots(gold, predicted)
    first = next((slot for slot in _ORDER if slot in wrong and (scoped or slot != "scope")), None)
    return None if first is None else "wrong sign" if first == "value" else f"wrong {first}"
