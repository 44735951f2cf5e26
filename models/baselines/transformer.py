"""A small BERT-like transformer, from scratch, in the shipped tagger's own frame. Needs the extra `train`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import shadow_of
from ..examples import make_example
from ..export import export
from ..plans import TrainingPlan
from ..runtime import Tagger
from ..tokenizer import CharTokenizer
from ..training import Progress, Trainer
from .base import Baseline, Deadline, Scorer


@dataclass
class TransformerTagger(Baseline):
    """Character embeddings and self-attention under the same heads, CRFs, windows and training loop as the shipped tagger.

    What it does not have: pre-training, n-grams of characters (figures are folded as they are there), other project names in every epoch, and
    generated reports.

    Args:
        hidden, depth: width and number of the layers.
        epochs, patience, rate: of training; the learning rate falls linearly over the epochs, of which there are no more than fit into the time.
    """

    name: ClassVar[str] = "transformer"
    hidden: int = 256
    depth: int = 4
    dropout: float = 0.1
    epochs: int = 30
    patience: int = 8
    rate: float = 5e-4
    batch_tokens: int = 4096
    _folder: tempfile.TemporaryDirectory[str] | None = field(default=None, init=False, repr=False)
    _tagger: Tagger | None = field(default=None, init=False, repr=False)

    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        deadline, tokenizer = Deadline(self.minutes), CharTokenizer.learn((shadow_of(r.document).text for r in train), max_bigrams=0)
        self._folder = tempfile.TemporaryDirectory()

        def watch(_: Progress) -> None:
            left = (deadline.minutes - deadline.spent) * trainer.epoch / deadline.spent
            trainer.plan = trainer.plan.model_copy(update={"epochs": min(self.epochs, trainer.epoch + max(0, int(left)))})

        trainer = Trainer(TrainingPlan.model_validate(self._plan()), tokenizer, score, watch)
        scheme = trainer.config.scheme
        examples = [make_example(r.document, r.spans, tokenizer, scheme) for r in train]
        watched = [make_example(r.document, r.spans, tokenizer, scheme) for r in dev]
        model = trainer.run(lambda _: examples, watched, [r.spans for r in dev])
        self.cut_short = trainer.plan.epochs < self.epochs
        self.load(export(model, tokenizer, Path(self._folder.name) / "exported", self.name, quantize=False))

    def tag(self, document: Document) -> list[Span]:
        assert self._tagger is not None, "fit or load it first"
        return self._tagger.tag(document)

    def save(self, folder: Path) -> None:
        assert self._folder is not None, "fit it first"
        shutil.copytree(Path(self._folder.name) / "exported", folder, dirs_exist_ok=True)

    def load(self, folder: Path) -> None:
        self._tagger = Tagger(folder, threads=1)  # as all other baselines

    def _plan(self) -> dict[str, Any]:
        assert self._folder is not None
        sizes = {"char_size": self.hidden, "bigram_size": 1, "encoder": "transformer", "hidden_size": self.hidden, "depth": self.depth}
        return {
            "output": self._folder.name,
            "model": {**sizes, "dropout": self.dropout},
            "epochs": self.epochs,
            "patience": self.patience,
            "batch_tokens": self.batch_tokens,
            "learning_rate": self.rate,
            "warmup": 0.1,
            "averaging": 0.99,
            "seed": self.seed,
        }
