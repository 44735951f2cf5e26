"""How far two annotations of the same texts agree: spans, characters, facts and claims."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from .converters.files import load
from .converters.formats import AnyPath
from .converters.model import Annotation, Fact, FigureReader, key_of
from .labels import FISCAL, LABELS
from .span import Span

CLAIM_OVERLAP: Final = 0.5
_SIGNS: Final = re.compile(r"\((?:类|款|项)\)|[\s“”\"'‘’「」《》〈〉()\[\]【】、,.:;·]")


@dataclass(frozen=True, slots=True)
class Match:
    """How many items both annotations have, and how many each has."""

    both: int
    first: int
    second: int

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, the same in both directions; None where neither has any."""
        total = self.first + self.second
        return 2 * self.both / total if total else None

    def __add__(self, other: Match) -> Match:
        return Match(self.both + other.both, self.first + other.first, self.second + other.second)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of two annotations of the same texts.

    `spans`: by label and ALL, spans with the same start, end and label. `kappa`: Cohen's kappa over characters, by
    layer (its labels and none as categories) and by label (the label or not); None where both give every character the
    same one category, so that nothing is left to chance. `facts`: the same span of the figure, measure, signed value
    and subject (its text, folded). `claims`: pairs that overlap by at least half of their union.
    """

    documents: int
    characters: int
    spans: Mapping[str, Match]
    kappa: Mapping[str, float | None]
    facts: Match
    claims: Match

    def table(self) -> str:
        """The figures for people, in lines of fixed columns."""
        rows = [(name, match, self.kappa.get(name)) for name, match in self.spans.items()]
        rows += [("facts", self.facts, None), ("claims (overlap)", self.claims, None)]
        lines = [f"{self.documents} documents, {self.characters} characters", ""]
        lines.append(f"{'':18}{'F1':>8}{'kappa':>8}{'both':>8}{'first':>8}{'second':>8}")
        for name, match, kappa in rows:
            figures = f"{match.both:>8}{match.first:>8}{match.second:>8}"
            lines.append(f"{name:18}{_shown(match.f1)}{_shown(kappa)}{figures}")
        lines += [f"{name + ' (characters)':26}{_shown(self.kappa[name])}" for name, _ in FISCAL.layers]
        return "\n".join(line.rstrip() for line in lines) + "\n"


class AgreementError(ValueError):
    """The two are no annotations of the same texts."""


def agree(a: AnyPath | Iterable[AnyPath], b: AnyPath | Iterable[AnyPath], figure: FigureReader | None = None) -> Agreement:
    """The agreement of two files or folders, or of two lists of them, in any format.

    Args:
        figure: reads the values of marked facts off the text; without it their values are not compared.

    Raises:
        ConversionError: a path cannot be read.
        AgreementError: the two do not annotate the same texts.
    """
    return agreement(*(load([side] if isinstance(side, str | Path) else side, figure) for side in (a, b)))


def agreement(first: Sequence[Annotation], second: Sequence[Annotation]) -> Agreement:
    """The agreement of two annotations, paired by digest, else by the name of the source, else in their order.

    Raises:
        AgreementError: a text has no partner, or differs from it; the message says where first.
    """
    pairs = _pairs(first, second)
    spans: dict[str, Match] = dict.fromkeys((*LABELS, "ALL"), Match(0, 0, 0))
    facts = claims = Match(0, 0, 0)
    tables = {name: np.zeros((len(labels) + 1,) * 2, np.int64) for name, labels in FISCAL.layers}
    for a, b in pairs:
        for label in LABELS:
            match = _common(*([key_of(s) for s in one.spans if s.label == label] for one in (a, b)))
            spans[label] += match
            spans["ALL"] += match
        facts += _common(*([_fact_key(fact, one.text) for fact in one.facts] for one in (a, b)))
        claims += _overlapping(*([s for s in one.spans if s.label == "CLAIM"] for one in (a, b)))
        for name, labels in FISCAL.layers:
            size = len(labels) + 1
            codes = _categories(a, labels) * size + _categories(b, labels)
            tables[name] += np.bincount(codes, minlength=size * size).reshape(size, size)
    return Agreement(
        documents=len(pairs),
        characters=sum(len(a.text) for a, _ in pairs),
        spans=spans,
        kappa={key: kappa for name, labels in FISCAL.layers for key, kappa in _kappas(name, labels, tables[name])},
        facts=facts,
        claims=claims,
    )


def _pairs(first: Sequence[Annotation], second: Sequence[Annotation]) -> list[tuple[Annotation, Annotation]]:
    if len(first) != len(second):
        raise AgreementError(f"{len(first)} texts against {len(second)}: expected the same texts on both sides")
    pairs = list(zip(first, second, strict=True))
    for names in (
        [[a.sha256 for a in side] for side in (first, second)],
        [[_stem(a) for a in side] for side in (first, second)],
    ):
        if len({*names[0]}) == len(first) and sorted(names[0]) == sorted(names[1]) and all(names[0]):
            partners = dict(zip(names[1], second, strict=True))
            pairs = [(a, partners[name]) for name, a in zip(names[0], first, strict=True)]
            break
    for number, (a, b) in enumerate(pairs, 1):
        if a.text != b.text:
            raise AgreementError(_difference(number, a, b))
    return pairs


def _stem(annotation: Annotation) -> str:
    return Path(annotation.source or "").stem


def _difference(number: int, a: Annotation, b: Annotation) -> str:
    least = min(len(a.text), len(b.text))
    at = next((i for i in range(least) if a.text[i] != b.text[i]), least)
    line = a.text.count("\n", 0, at) + 1
    names = " and ".join(dict.fromkeys(one.source or "(no source)" for one in (a, b)))
    near = " against ".join(repr(one.text[max(0, at - 8) : at + 12]) for one in (a, b))
    return f"text {number} ({names}) differs at character {at}, line {line}: {near}: annotate the same text on both sides"


def _common(first: Sequence[object], second: Sequence[object]) -> Match:
    both = Counter(first) & Counter(second)
    return Match(both.total(), len(first), len(second))


def _fact_key(fact: Fact, text: str) -> tuple[object, ...]:
    value = None if fact.value is None else Decimal(fact.value).normalize()
    return fact.value_span.start, fact.value_span.end, fact.measure, value, fold_name(fact.subject_span.of(text))


def fold_name(name: str) -> str:
    """A subject's name without what its writing varies in: width, blanks, marks, （类）（款）（项）."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name))


def _overlapping(first: Sequence[Span], second: Sequence[Span]) -> Match:
    """One-to-one pairs of spans that share at least half of their union, best first."""
    shares = sorted(((_share(a, b), i, j) for i, a in enumerate(first) for j, b in enumerate(second) if a.overlaps(b)), reverse=True)
    left, right = set[int](), set[int]()
    for share, i, j in shares:
        if share >= CLAIM_OVERLAP and i not in left and j not in right:
            left.add(i)
            right.add(j)
    return Match(len(left), len(first), len(second))


def _share(a: Span, b: Span) -> float:
    return (min(a.end, b.end) - max(a.start, b.start)) / (max(a.end, b.end) - min(a.start, b.start))


def _categories(annotation: Annotation, labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """The category of each character, 0 for none, shape (characters,); where spans overlap the last holds."""
    codes = np.zeros(len(annotation.text), np.int64)
    for span in annotation.spans:
        if span.label in labels:
            codes[span.start : span.end] = labels.index(span.label) + 1
    return codes


def _kappas(name: str, labels: Sequence[str], table: npt.NDArray[np.int64]) -> list[tuple[str, float | None]]:
    """Kappa of a layer and of each of its labels, from its table of confusions, shape (labels + 1, labels + 1)."""
    found = [(name, _kappa(table))]
    for code, label in enumerate(labels, 1):
        yes, first, second = table[code, code], table[code].sum(), table[:, code].sum()
        rest = table.sum() - first - second + yes
        found.append((label, _kappa(np.array([[yes, first - yes], [second - yes, rest]]))))
    return found


def _kappa(table: npt.NDArray[np.int64]) -> float | None:
    total = int(table.sum())
    if not total:
        return None
    observed = float(np.trace(table)) / total
    expected = float(table.sum(axis=0) @ table.sum(axis=1)) / total**2
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def _shown(figure: float | None) -> str:
    return f"{'–' if figure is None else format(figure, '.3f'):>8}"
