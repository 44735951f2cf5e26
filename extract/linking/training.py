"""Learning the linker's weights from marked reports. Needs torch (extra `train`)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ...annotations.labels import MEASURES, SIGNED
from ...annotations.span import Span
from ...corpus.document import REPORT_TYPES
from ...corpus.meta import type_by_words
from .bases import Sums, base_options
from .choice import Choices, Classifier, Group, Ranker, written_out
from .features import MEMORY, NONE, Link, copy_features, measure_features
from .prepare import Lesson
from .ranking import candidates, features_of
from .reading import Reading

HIDDEN, WORDED, WRONG = 0.25, 0.2, 0.12  # shares of the lessons whose kind of report is not told, told by their words, told at random
CLASSES = (NONE, *MEASURES, *(f"{measure}-" for measure in MEASURES if measure in SIGNED))


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure's features, its copy features, and the number of its right class."""

    features: list[str]
    copies: list[tuple[str, str]]
    target: int


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The candidates of one choice, each with its features, and which of them are right."""

    candidates: list[list[str]]
    right: list[bool]


def train_linker(
    lessons: Iterable[Lesson], epochs: int = 12, l2: float = 2e-3, subject_l2: float = 5e-4, seed: int = 13, min_count: int = 2
) -> Choices:
    """Learn all three choices; the history a figure looks back at is the true one.

    Args:
        l2: how far weights are held down; those that choose a subject, which stand in many rare pairs of features, by `subject_l2`.
    """
    torch.manual_seed(seed)
    measures: list[_Figure] = []
    subjects: list[_Ranking] = []
    bases: list[_Ranking] = []
    rng = random.Random(seed)
    for lesson in lessons:
        _collect(_retyped(lesson, rng), measures, subjects, bases)
    classes = _fit_measures(measures, epochs, l2, min_count)
    return Choices(classes, _fit_ranker(subjects, epochs, subject_l2, min_count), _fit_ranker(bases, epochs, l2, min_count))


def _retyped(lesson: Lesson, rng: random.Random) -> Lesson:
    """The lesson, its kind of report told as it is for a text without a title, and now and then hidden or a wrong one: the words have to do then."""
    kinds = (None, type_by_words(lesson.reading.text), rng.choice(REPORT_TYPES), lesson.reading.report_type)
    kind = rng.choices(kinds, weights=(HIDDEN, WORDED, WRONG, 1 - HIDDEN - WORDED - WRONG))[0]
    return replace(lesson, reading=replace(lesson.reading, report_type=kind))


def _collect(lesson: Lesson, measures: list[_Figure], subjects: list[_Ranking], bases: list[_Ranking]) -> None:
    reading, history = lesson.reading, list[Link]()
    sums = Sums(reading)
    for figure in reading.figures():
        fact = lesson.facts.get(figure)
        measure = NONE if fact is None else fact.measure + ("-" if fact.decrease else "")
        memory = history[-MEMORY:]
        features, copies = measure_features(reading, figure, memory), copy_features(reading, figure, memory)
        measures.append(_Figure(features, copies, CLASSES.index(measure)))
        subject = None
        if fact is not None:
            subject = fact.subject
            pool = candidates(reading, figure, memory)
            _note(reading, pool, features_of(reading, figure, measure, memory, pool), subject, subjects)
            if fact.base is not None:
                _note(reading, *base_options(sums, figure, subject, memory), fact.base, bases)
        history.append(Link(figure, measure, subject))
        sums.note(history[-1])


def _note(reading: Reading, pool: Sequence[Span], features: list[list[Group]], answer: Span, rankings: list[_Ranking]) -> None:
    """Note the choice among a figure's candidates; mentions of the answer's very name are right too."""
    name = reading.key_of(answer)
    right = [c == answer or reading.key_of(c) == name for c in pool]
    if any(right) and not all(right):
        rankings.append(_Ranking([written_out(groups) for groups in features], right))


def _rows(features: Iterable[Sequence[str]], min_count: int) -> dict[str, int]:
    counts = Counter(name for each in features for name in each)
    return {name: row for row, name in enumerate(sorted(name for name, count in counts.items() if count >= min_count))}


def _bags(items: Sequence[Sequence[str]], rows: dict[str, int]) -> tuple[Tensor, Tensor]:
    """Feature lists as one flat tensor of rows with the offset of each list, as an EmbeddingBag takes them."""
    known = [[rows[name] for name in item if name in rows] for item in items]
    offsets = np.cumsum([0, *map(len, known[:-1])])
    return torch.tensor([row for item in known for row in item], dtype=torch.long), torch.from_numpy(offsets)


def _fit_measures(examples: list[_Figure], epochs: int, l2: float, min_count: int) -> Classifier:
    rows = _rows((example.features for example in examples), min_count)
    copy_rows = _rows(([name for _, name in example.copies] for example in examples), min_count)
    model, bias = nn.EmbeddingBag(len(rows), len(CLASSES), mode="sum"), nn.Parameter(torch.zeros(len(CLASSES)))
    copy = nn.Parameter(torch.zeros(len(copy_rows)))
    nn.init.zeros_(model.weight)
    targets = torch.tensor([example.target for example in examples])
    bags, starts = _bags([example.features for example in examples], rows)
    pairs = [
        (row * len(CLASSES) + CLASSES.index(measure), copy_rows[name])
        for row, example in enumerate(examples)
        for measure, name in example.copies
        if name in copy_rows
    ]
    cells, copied = torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).unbind(1)
    optimiser = torch.optim.Adam([*model.parameters(), bias, copy], lr=0.1)
    for _ in range(epochs * 6):
        scores = (model(bags, starts) + bias).flatten().index_add(0, cells, copy[copied]).view(-1, len(CLASSES))
        penalty = model.weight.square().sum() / len(CLASSES) + copy.square().sum() / len(CLASSES)
        loss = nn.functional.cross_entropy(scores, targets) + l2 * penalty
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return Classifier(CLASSES, rows, model.weight.detach().numpy(), bias.detach().numpy(), copy_rows, copy.detach().numpy())


def _fit_ranker(rankings: list[_Ranking], epochs: int, l2: float, min_count: int) -> Ranker:
    """Conditional logit: the mass of the right candidates against that of all. Nothing to choose between leaves all weights out."""
    if not rankings:
        return Ranker({})
    rows = _rows((features for ranking in rankings for features in ranking.candidates), min_count)
    model = nn.EmbeddingBag(len(rows), 1, mode="sum")
    nn.init.zeros_(model.weight)
    bags, starts = _bags([features for ranking in rankings for features in ranking.candidates], rows)
    widest = max(len(ranking.right) for ranking in rankings)
    place = torch.tensor([row * widest + i for row, ranking in enumerate(rankings) for i in range(len(ranking.right))])
    right = torch.zeros(len(rankings) * widest, dtype=torch.bool)
    right[place] = torch.tensor([flag for ranking in rankings for flag in ranking.right])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(epochs * 6):
        scores = torch.full((len(rankings) * widest,), -1e9).scatter(0, place, model(bags, starts).squeeze(1)).view(-1, widest)
        good = torch.logsumexp(scores.masked_fill(~right.view(-1, widest), -1e9), dim=1)
        loss = (torch.logsumexp(scores, dim=1) - good).mean() + l2 * model.weight.square().sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return Ranker(dict(zip(rows, model.weight.detach().squeeze(1).tolist(), strict=True)))
