"""The linker: figures in text order, for each the measure, then the subject, then the base of a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...annotations.labels import SIGNED
from ...annotations.span import Span
from ..figures import figure_or_none
from .bases import Sums, base_options
from .choice import Choices, Group, Ranker
from .features import MEMORY, NONE, Link, copy_features, measure_features
from .periods import period_of
from .ranking import candidates, features_of
from .reading import Reading
from .scopes import scope_of


@dataclass(frozen=True, slots=True)
class LinkedFact:
    """A fact in offsets of the reading's text; `score` is the product of the probabilities behind it, where there are any."""

    value_span: Span
    subject_span: Span
    base_span: Span | None
    measure: str
    value: Decimal
    unit: str
    period: int | None
    scope: str | None
    score: float | None


def link(reading: Reading, choices: Choices) -> list[LinkedFact]:
    """The facts of a reading. A figure that most probably states none (a threshold, a description) gives none."""
    facts: list[LinkedFact] = []
    history: list[Link] = []
    sums = Sums(reading)
    for figure in reading.figures():
        memory = history[-MEMORY:]
        chosen = choose(reading, figure, memory, choices)
        if chosen.subject is not None and chosen.measure != NONE:
            base = _base(sums, chosen, memory, choices) if chosen.measure == "share" else None
            fact = _fact(reading, chosen, base, facts)
            if fact is not None:
                facts.append(fact)
        history.append(chosen)
        sums.note(chosen)
    return facts


def choose(reading: Reading, figure: Span, history: list[Link], choices: Choices) -> Link:
    """Measure and subject of one figure, given what was decided before it."""
    scores = choices.measure.probabilities(measure_features(reading, figure, history), copy_features(reading, figure, history))
    best = int(scores.argmax())
    measure = choices.measure.classes[best]
    pool = candidates(reading, figure, history) if measure != NONE else []
    if not pool:
        return Link(figure, measure, None, float(scores[best]))
    subject, score = _rank(pool, features_of(reading, figure, measure, history, pool), choices.subject)
    return Link(figure, measure, subject, float(scores[best]), score)


def _rank(pool: Sequence[Span], features: Sequence[Sequence[Group]], ranker: Ranker) -> tuple[Span, float]:
    """The best candidate with its probability."""
    scores = ranker.probabilities(features)
    best = int(scores.argmax())
    return pool[best], float(scores[best])


def _fact(reading: Reading, chosen: Link, base: Span | None, facts: list[LinkedFact]) -> LinkedFact | None:
    assert chosen.subject is not None
    figure = chosen.figure
    value = figure_or_none(figure.of(reading.text), figure.label)
    if value is None:
        return None
    number = value.number
    measure = chosen.measure.removesuffix("-")
    if measure in SIGNED and chosen.measure.endswith("-"):
        number = -abs(number)
    score = chosen.measure_score * chosen.subject_score * (figure.score or 1.0) * (chosen.subject.score or 1.0)
    before = facts[-1] if facts else None
    carried = before.period if before and before.subject_span == chosen.subject else None
    return LinkedFact(
        value_span=figure,
        subject_span=chosen.subject,
        base_span=base,
        measure=measure,
        value=number,
        unit=value.unit,
        period=period_of(reading, figure, chosen.subject, measure, carried),
        scope=scope_of(reading, figure, chosen.subject),
        score=score,
    )


def _base(sums: Sums, chosen: Link, history: list[Link], choices: Choices) -> Span | None:
    assert chosen.subject is not None
    pool, features = base_options(sums, chosen.figure, chosen.subject, history)
    return _rank(pool, features, choices.base)[0] if pool else None
