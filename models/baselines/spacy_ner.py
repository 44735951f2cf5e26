"""spaCy's NER for `zh`, one token a character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ...annotations.labels import FISCAL
from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import shadow_of
from .base import Baseline, Scorer
from .paragraphs import Found, Lesson, lessons, of_layer, to_spans
from .spacy_training import docs_of, train_pipeline


@dataclass
class SpacyNer(Baseline):
    """A pipeline of tok2vec and ner for each layer, since entities of one pipeline cannot overlap; each has half the minutes.

    Args:
        depth, window: layers of the convolution, and characters to either side that each of them sees; spaCy's own window of 1, made for
            words, does worse on dev.
        patience: steps without a better dev score before stopping.
        steps: of training at most.
        every: steps after which dev is scored again.
        rate: learning rate of Adam.
    """

    name: ClassVar[str] = "spacy-ner"
    depth: int = 4
    window: int = 2
    patience: int = 1600
    steps: int = 20_000
    every: int = 200
    rate: float = 1e-3
    _pipelines: dict[str, Language] = field(default_factory=dict, init=False, repr=False)

    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        overrides = {
            "system.seed": self.seed,
            "training.patience": self.patience,
            "training.max_steps": self.steps,
            "training.eval_frequency": self.every,
            "training.optimizer.learn_rate": self.rate,
            "components.tok2vec.model.encode.depth": self.depth,
            "components.tok2vec.model.encode.window_size": self.window,
        }
        minutes = self.minutes / len(FISCAL.layers)
        for layer, _ in FISCAL.layers:

            def annotate(doc: Doc, lesson: Lesson, layer: str = layer) -> None:
                found = (doc.char_span(start, end, label=label) for start, end, label in of_layer(lesson.spans, layer))
                doc.set_ents([span for span in found if span is not None])

            self._pipelines[layer], cut_short = train_pipeline("ner", overrides, lessons(train), lessons(dev), annotate, minutes)
            self.cut_short |= cut_short

    def only(self, layer: str) -> SpacyNer:
        """The pipeline of one layer alone."""
        alone = replace(self)
        alone._pipelines = {layer: self._pipelines[layer]}
        return alone

    def tag(self, document: Document) -> list[Span]:
        shadow, found = shadow_of(document), list[Found]()
        for nlp in self._pipelines.values():
            for paragraph, doc in docs_of(nlp, shadow):
                found += ((paragraph.start + e.start_char, paragraph.start + e.end_char, e.label_) for e in doc.ents)
        return to_spans(shadow, found)

    def save(self, folder: Path) -> None:
        for layer, nlp in self._pipelines.items():
            nlp.to_disk(folder / layer)

    def load(self, folder: Path) -> None:
        self._pipelines = {layer: spacy.load(folder / layer) for layer, _ in FISCAL.layers}
