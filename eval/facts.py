"""Scores of facts: strict and lenient, figure by figure, slot by slot, record by record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from .pairing import Edge, best_pairs
from .sheets import Fact, Sheet
from .spans import Score

Same = Callable[[Fact, Fact], bool]
"""Whether a gold and a predicted fact go together."""

SLOTS = ("subject", "measure", "value", "period", "base", "scope")


def same_subject(gold: Fact, predicted: Fact) -> bool:
    """The predicted subject is one of the names of the gold one."""
    return predicted.subject in gold.names


def similar_subject(gold: Fact, predicted: Fact) -> bool:
    """Or one of the names contains the other."""
    mine = predicted.subject
    return mine in gold.names or (bool(mine) and any(name and (mine in name or name in mine) for name in gold.names))


def same_place(gold: Fact, predicted: Fact) -> bool:
    """The figures begin at the same character."""
    one, other = gold.value_span, predicted.value_span
    return one is not None and other is not None and one.start == other.start


def pair_strict(gold: Sequence[Fact], predicted: Sequence[Fact], same: Same = same_subject) -> list[Edge]:
    """The most pairs of one measure, value, unit and subject; of these those of the same figure, then those that agree in most else."""
    return _paired(gold, predicted, lambda fact: (fact.measure, fact.value, fact.unit), same)


def pair_values(gold: Sequence[Fact], predicted: Sequence[Fact]) -> list[Edge]:
    """The most pairs of one value and unit; of these those of the same figure, then those that agree in most else."""
    return _paired(gold, predicted, lambda fact: (fact.value, fact.unit), _any_subject)


def pair_figures(gold: Sequence[Fact], predicted: Sequence[Fact]) -> list[Edge]:
    """Pairs whose figures have the same place, whatever is said of them; of these those that agree in most."""
    return _paired(gold, predicted, lambda fact: fact.value_span, same_place)


def score_facts(gold: Sheet, predicted: Sheet) -> dict[str, Score]:
    """The scores of one report.

    Returns:
        `fact strict`, `fact lenient`, `value found`; `period of facts found`, over strict pairs whose gold has a period; `slot …` over
        the pairs of `value found`, with `slot value` and `figure read`, the value without its sign, over the pairs of one figure;
        `record`: all facts of a subject, and no others.
    """
    mine, theirs = predicted.facts, gold.facts
    strict, values = pair_strict(theirs, mine), pair_values(theirs, mine)
    dated = [(theirs[g], mine[p]) for g, p in strict if theirs[g].period is not None]
    sizes = len(mine), len(theirs)
    scores = {
        "fact strict": Score(len(strict), *sizes),
        "fact lenient": Score(len(pair_strict(theirs, mine, similar_subject)), *sizes),
        "value found": Score(len(values), *sizes),
        "period of facts found": Score(sum(g.period == p.period for g, p in dated), len(dated), len(dated)),
    }
    found = [(theirs[g], mine[p]) for g, p in values]
    figures = [(theirs[g], mine[p]) for g, p in pair_figures(theirs, mine)]
    read = sum(abs(g.value) == abs(p.value) and g.unit == p.unit for g, p in figures)
    for slot in SLOTS if gold.scoped else SLOTS[:-1]:
        scores[f"slot {slot}"] = _slot(slot, figures if slot == "value" else found)
    scores["figure read"] = Score(read, len(figures), len(figures))
    scores["record"] = Score(_records_right(gold, predicted, strict), len(predicted.records), len(gold.records))
    return scores


def wrong_slots(gold: Fact, predicted: Fact) -> tuple[str, ...]:
    """The slots in which two facts differ."""
    right = {
        "subject": same_subject(gold, predicted),
        "measure": gold.measure == predicted.measure,
        "value": (gold.value, gold.unit) == (predicted.value, predicted.unit),
        "period": gold.period == predicted.period,
        "base": predicted.base in gold.bases,
        "scope": gold.scope == predicted.scope,
    }
    return tuple(slot for slot in SLOTS if not right[slot])


def _paired(gold: Sequence[Fact], predicted: Sequence[Fact], key: Callable[[Fact], Hashable], same: Same) -> list[Edge]:
    grades = {(g, p): (1, int(same_place(gold[g], predicted[p])), agreement(gold[g], predicted[p])) for g, p in _alike(gold, predicted, key, same)}
    return best_pairs(grades)


def _alike(gold: Sequence[Fact], predicted: Sequence[Fact], key: Callable[[Fact], Hashable], same: Same) -> Iterator[Edge]:
    found = defaultdict[Hashable, list[int]](list)
    for number, fact in enumerate(predicted):
        found[key(fact)].append(number)
    for number, fact in enumerate(gold):
        yield from ((number, other) for other in found[key(fact)] if same(fact, predicted[other]))


def agreement(gold: Fact, predicted: Fact) -> int:
    """How much else two facts have in common: slots, spans and the subject's very words."""
    same = (gold.value_span == predicted.value_span, gold.subject_span == predicted.subject_span, gold.words == predicted.words)
    return len(SLOTS) - len(wrong_slots(gold, predicted)) + sum(same)


def _any_subject(gold: Fact, predicted: Fact) -> bool:
    return True


def _slot(slot: str, pairs: Sequence[tuple[Fact, Fact]]) -> Score:
    """Right of those that state the slot; a slot that is empty on both sides counts nothing."""
    stated = [(g, p) for g, p in pairs if _states(g, slot) and _states(p, slot)]
    right = sum(slot not in wrong_slots(g, p) for g, p in stated)
    return Score(right, sum(_states(p, slot) for _, p in pairs), sum(_states(g, slot) for g, _ in pairs))


def _states(fact: Fact, slot: str) -> bool:
    return slot not in ("period", "base", "scope") or bool(getattr(fact, slot))


def _records_right(gold: Sheet, predicted: Sheet, strict: Sequence[Edge]) -> int:
    partner = dict(strict)
    mine = set(predicted.records)
    return sum(all(n in partner for n in record) and frozenset(partner[n] for n in record) in mine for record in gold.records)
