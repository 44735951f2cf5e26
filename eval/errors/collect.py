"""All errors of a report, each in its sentence with gold and predicted side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...annotations.labels import FISCAL
from ...annotations.span import Span
from ...corpus.document import Document, Range
from ...extract.figures import plain
from ..breakdown import section_of
from ..checks import pair_checks
from ..claims import pair_claims
from ..facts import agreement, pair_strict, same_place, wrong_slots
from ..outputs import Case
from ..overlaps import layer, overlapping
from ..pairing import best_pairs, components, unpaired
from ..sheets import Check, Claim, Fact
from .taxonomy import FALSE, FIGURES, MISSED, fact_kind, span_kind


@dataclass(frozen=True, slots=True)
class Entry:
    """What one side has: its label, measure or rule; in words; and its places, that of the figure first."""

    label: str
    text: str
    places: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Error:
    """One error.

    `layer` is mentions, claims, facts, figures of claims, or checks; `wrong` has all slots in which two facts differ. `sentence` is where
    it stands, `offset` its place in the text; empty where the report is not at hand.
    """

    layer: str
    kind: str
    report: str
    section: str
    gold: tuple[Entry, ...]
    predicted: tuple[Entry, ...]
    wrong: tuple[str, ...]
    sentence: str
    offset: int

    @property
    def label(self) -> str:
        """The label of a span or the rule of a check: the gold one where there is one; empty for facts."""
        return "" if self.layer == "facts" else (self.gold or self.predicted)[0].label

    @property
    def measure(self) -> str:
        """The measure of a fact: the gold one where there is one; empty for spans."""
        return (self.gold or self.predicted)[0].label if self.layer == "facts" else ""


def errors_of(case: Case) -> list[Error]:
    """The errors of a report, in the order of the text."""
    found = list(_fact_errors(case))
    if case.gold.placed:
        for name, _ in FISCAL.layers:
            found += _span_errors(case, name)
        found += _claim_errors(case)
    if case.gold.checks is not None:
        found += _check_errors(case, case.gold.checks, case.predicted.checks or ())
    return sorted(found, key=lambda error: (error.offset, error.layer, _first(error)))


def _span_errors(case: Case, name: str) -> Iterator[Error]:
    theirs, mine = layer(case.gold.spans, name), layer(case.predicted.spans, name)
    right = set(theirs) & set(mine)
    gold, predicted = ([span for span in side if span not in right] for side in (theirs, mine))
    edges = list(overlapping(gold, predicted))
    for component in components(edges):
        ours, others = ({edge[side] for edge in component} for side in (0, 1))
        groups = [(ours, others)]
        if len(ours) > 1 and len(others) > 1:  # a chain: those that overlap most are taken together, the rest stands alone
            pairs = best_pairs({(g, p): (_shared(gold[g], predicted[p]),) for g, p in component})
            groups = [({g}, {p}) for g, p in pairs]
            groups += [({g}, set()) for g in ours - {g for g, _ in pairs}] + [(set(), {p}) for p in others - {p for _, p in pairs}]
        for one, other in groups:
            yield _span_error(case, name, [gold[n] for n in sorted(one)], [predicted[n] for n in sorted(other)])
    missed, false = unpaired(edges, len(gold), len(predicted))
    yield from (_span_error(case, name, [gold[n]], []) for n in missed)
    yield from (_span_error(case, name, [], [predicted[n]]) for n in false)


def _span_error(case: Case, name: str, gold: Sequence[Span], predicted: Sequence[Span]) -> Error:
    theirs, mine = (tuple(_span_entry(case, span) for span in side) for side in (gold, predicted))
    return _error(case, name, span_kind(gold, predicted), theirs, mine)


def _fact_errors(case: Case) -> Iterator[Error]:
    gold, predicted = case.gold.facts, case.predicted.facts
    pairs = pair_strict(gold, predicted)
    missing, spurious = unpaired(pairs, len(gold), len(predicted))
    same = ((g, p) for g in missing for p in spurious if _one_figure(case, gold[g], predicted[p]))
    pairs += best_pairs({(g, p): (1, agreement(gold[g], predicted[p])) for g, p in same})
    missing, spurious = unpaired(pairs, len(gold), len(predicted))
    both: list[tuple[Fact | None, Fact | None]] = [(gold[g], predicted[p]) for g, p in pairs]
    both += [(gold[n], None) for n in missing]
    both += [(None, predicted[n]) for n in spurious]
    for theirs, mine in both:
        kind = fact_kind(theirs, mine, case.gold.scoped)
        if kind is not None:
            yield _error(case, "facts", kind, _fact_entries(theirs), _fact_entries(mine), _wrong(case, theirs, mine))


def _wrong(case: Case, gold: Fact | None, predicted: Fact | None) -> tuple[str, ...]:
    if gold is None or predicted is None:
        return ()
    return tuple(slot for slot in wrong_slots(gold, predicted) if slot != "scope" or case.gold.scoped)


def _one_figure(case: Case, gold: Fact, predicted: Fact) -> bool:
    """Whether two facts are of one figure: of one place, or of one value where the gold has no places."""
    return same_place(gold, predicted) if case.gold.placed else (abs(gold.value), gold.unit) == (abs(predicted.value), predicted.unit)


def _claim_errors(case: Case) -> Iterator[Error]:
    for g, p in pair_claims(case.gold.claims, case.predicted.claims):
        theirs, mine = case.gold.claims[g], case.predicted.claims[p]
        if Counter(theirs.numbers) != Counter(mine.numbers):
            yield _error(case, "figures of claims", FIGURES, (_claim_entry(theirs),), (_claim_entry(mine),))


def _check_errors(case: Case, gold: Sequence[Check], predicted: Sequence[Check]) -> Iterator[Error]:
    missed, false = unpaired(pair_checks(gold, predicted), len(gold), len(predicted))
    yield from (_error(case, "checks", MISSED, (_check_entry(case, gold[n]),), ()) for n in missed)
    yield from (_error(case, "checks", FALSE, (), (_check_entry(case, predicted[n]),)) for n in false)


def _error(case: Case, name: str, kind: str, gold: tuple[Entry, ...], predicted: tuple[Entry, ...], wrong: tuple[str, ...] = ()) -> Error:
    places = [entry.places[0] for entry in (*gold, *predicted) if entry.places]
    sentence, offset, section = "", 0, section_of(None, None)
    if case.document is not None and places:
        start = _sentence(case.document, min(start for start, _ in places))[0]
        end = _sentence(case.document, max(end for _, end in places) - 1)[1]
        sentence, offset = case.document.text[start:end], start
        section = section_of(case.document, min(places)[0])
    return Error(name, kind, case.name, section, gold, predicted, wrong, sentence, offset)


def _sentence(document: Document, at: int) -> Range:
    """The sentence that a character stands in; the character alone where it stands in none."""
    number = bisect_right(document.sentences, (at, len(document.text))) - 1
    inside = number >= 0 and at < document.sentences[number][1]
    return document.sentences[number] if inside else (at, at + 1)


def _span_entry(case: Case, span: Span) -> Entry:
    place = (span.start, span.end)
    return Entry(span.label, case.gold.texts.get(place) or case.predicted.texts.get(place, ""), (place,))


def _fact_entries(fact: Fact | None) -> tuple[Entry, ...]:
    if fact is None:
        return ()
    said = [fact.words, fact.measure, f"{plain(fact.value)} {fact.unit}", str(fact.period or "")]
    said += [f"of {fact.base}"] if fact.base else []
    said += [f"in {fact.scope}"] if fact.scope else []
    places = tuple((span.start, span.end) for span in (fact.value_span, fact.subject_span) if span is not None)
    return (Entry(fact.measure, " · ".join(filter(None, said)), places),)


def _claim_entry(claim: Claim) -> Entry:
    return Entry("CLAIM", "; ".join(map(str, claim.numbers)) or "no figures", ((claim.span.start, claim.span.end),))


def _check_entry(case: Case, check: Check) -> Entry:
    text = case.document.text if case.document else ""
    return Entry(check.rule, "; ".join(text[start:end] for start, end in check.places), check.places)


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _first(error: Error) -> tuple[Range, ...]:
    return (error.gold or error.predicted)[0].places
