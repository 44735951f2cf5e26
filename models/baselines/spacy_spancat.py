"""spaCy's span categoriser for `zh`, one token a character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from ...annotations.labels import FISCAL
from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import shadow_of
from .base import Baseline, Scorer
from .paragraphs import Found, Lesson, lessons, to_spans
from .spacy_training import docs_of, train_pipeline

_KEY: Final = "sc"  # spaCy's own name of the group


@dataclass
class SpacySpancat(Baseline):
    """One pipeline of tok2vec and spancat for all labels; of spans of one layer that overlap, the one with the best score stays.

    Candidates are all character n-grams of 1 to `longest` characters. A longer span cannot be suggested: with 20, two in a hundred of the
    training split's spans (item paths of accounts, long claims).

    Args:
        longest: characters of a candidate at most.
        depth, window: as of `SpacyNer`.
        patience: steps without a better dev score before stopping.
        steps: of training at most.
        every: steps after which dev is scored again.
        rate: learning rate of Adam.
    """

    name: ClassVar[str] = "spacy-spancat"
    longest: int = 20
    depth: int = 4
    window: int = 2
    patience: int = 1600
    steps: int = 20_000
    every: int = 200
    rate: float = 1e-3
    _nlp: Language | None = field(default=None, init=False, repr=False)

    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        overrides = {
            "system.seed": self.seed,
            "training.patience": self.patience,
            "training.max_steps": self.steps,
            "training.eval_frequency": self.every,
            "training.optimizer.learn_rate": self.rate,
            "components.tok2vec.model.encode.depth": self.depth,
            "components.tok2vec.model.encode.window_size": self.window,
            "components.spancat.suggester": {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": self.longest},
        }
        self._nlp, self.cut_short = train_pipeline("spancat", overrides, lessons(train), lessons(dev), _annotate, self.minutes)

    def tag(self, document: Document) -> list[Span]:
        shadow, found = shadow_of(document), list[Found]()
        assert self._nlp is not None, "fit or load it first"
        for paragraph, doc in docs_of(self._nlp, shadow):
            found += ((paragraph.start + start, paragraph.start + end, label) for start, end, label in _apart(doc.spans[_KEY]))
        return to_spans(shadow, found)

    def save(self, folder: Path) -> None:
        assert self._nlp is not None, "fit or load it first"
        self._nlp.to_disk(folder / _KEY)

    def load(self, folder: Path) -> None:
        self._nlp = spacy.load(folder / _KEY)


def _annotate(doc: Doc, lesson: Lesson) -> None:
    found = (doc.char_span(start, end, label=label) for start, end, label in lesson.spans)
    doc.spans[_KEY] = [span for span in found if span is not None]


def _apart(group: SpanGroup) -> Iterable[Found]:
    """The spans of a group, best first, without those that overlap one of their layer chosen before."""
    chosen: dict[str, list[Found]] = {layer: [] for layer, _ in FISCAL.layers}
    for _, span in sorted(zip(group.attrs["scores"], group, strict=True), key=lambda pair: (-pair[0], pair[1].start, pair[1].end)):
        own = chosen[FISCAL.layer_of(span.label_)]
        if all(span.end_char <= start or end <= span.start_char for start, end, _ in own):
            own.append((span.start_char, span.end_char, span.label_))
    return [found for own in chosen.values() for found in own]
