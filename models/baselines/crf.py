"""A linear-chain CRF over character n-grams, one for each layer, by CRFsuite (L-BFGS). Needs the extra `bench`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Final

import joblib
import sklearn_crfsuite

from ...annotations.labels import FISCAL
from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.fold import classes, codes_of
from ...corpus.shadow import shadow_of
from ..tags import TagSet
from ..tokenizer import CharTokenizer, Tokens
from ..windows import to_token_span
from .base import Baseline, Deadline, Scorer
from .paragraphs import Found, Lesson, lessons, of_layer, paragraphs, to_spans

_FILE: Final = "crf.joblib"
_TOKENIZER: Final = CharTokenizer("", "")  # only cuts: every character a token, every figure one
_SHAPE: Final = 3  # column of the features that holds a figure's shape
Item = list[str]


@dataclass
class CrfTagger(Baseline):
    """A CRF for each layer over tokens that are characters or whole figures.

    Features of a token: the characters and bigrams of the window around it (a figure counts as one folded character), the character types
    next to it, the shapes of the figures next to it.

    Args:
        reach: characters of the window to either side.
        penalties: (L1, L2) pairs that are tried; the pair with the best F1 on dev is kept. The time is looked at between them.
        iterations: of L-BFGS at most.
        least: how often a feature has to occur.
    """

    name: ClassVar[str] = "crf"
    reach: int = 5
    penalties: tuple[tuple[float, float], ...] = ((0.5, 0.01), (0.2, 0.01), (1.0, 0.01))
    iterations: int = 150
    least: int = 1
    _models: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        deadline, learned = Deadline(self.minutes), list(lessons(train))
        cut = [_TOKENIZER.encode(lesson.text) for lesson in learned]
        items = [self._items(lesson.text, tokens) for lesson, tokens in zip(learned, cut, strict=True)]
        best = dict.fromkeys(dict(FISCAL.layers), -1.0)
        for number, (l1, l2) in enumerate(self.penalties):
            self.cut_short = number > 0 and deadline.passed()
            if self.cut_short:
                break
            for layer in best:
                tags = [_tags(lesson, tokens, layer) for lesson, tokens in zip(learned, cut, strict=True)]
                model = sklearn_crfsuite.CRF("lbfgs", c1=l1, c2=l2, max_iterations=self.iterations, min_freq=self.least)
                model.fit(items, tags)
                reached = self._score(layer, model, dev, score)
                if reached > best[layer]:
                    best[layer], self._models[layer] = reached, model

    def tag(self, document: Document) -> list[Span]:
        return self._tag(document, self._models)

    def save(self, folder: Path) -> None:
        joblib.dump(self._models, folder / _FILE)

    def load(self, folder: Path) -> None:
        self._models = joblib.load(folder / _FILE)

    def _score(self, layer: str, model: Any, dev: Sequence[AnnotatedReport], score: Scorer) -> float:
        labels = dict(FISCAL.layers)[layer]
        gold = [[span for span in report.spans if span.label in labels] for report in dev]
        return score([self._tag(report.document, {layer: model}) for report in dev], gold)["ALL"]

    def _tag(self, document: Document, models: dict[str, Any]) -> list[Span]:
        shadow, found = shadow_of(document), list[Found]()
        for paragraph in paragraphs(shadow.text):
            tokens = _TOKENIZER.encode(paragraph.text)
            items = self._items(paragraph.text, tokens)
            starts, ends = tokens.starts + paragraph.start, tokens.ends + paragraph.start
            for model in models.values():
                found += ((int(starts[a]), int(ends[b - 1]), label) for a, b, label in _spans(model.predict_single(items)))
        return to_spans(shadow, found)

    def _items(self, text: str, tokens: Tokens) -> list[Item]:
        """The features of every token of a paragraph."""
        figures = tokens.features[:, _SHAPE].tolist()
        chars = ["0" if shape else text[at] for at, shape in zip(tokens.starts.tolist(), figures, strict=True)]
        kinds = "".join(map(str, classes(codes_of(text))[tokens.starts].tolist()))
        edge, n = self.reach, len(chars)
        padded = [*["<"] * edge, *chars, *[">"] * edge]
        pairs = [a + b for a, b in pairwise(padded)]
        kinds = "<<" + kinds + ">>"
        shapes = [0, *figures, 0]
        window = [(f"{k}=", k + edge) for k in range(-edge, edge + 1)]
        double = [(f"{k}:", k + edge) for k in range(-edge, edge)]
        return [
            [
                *(name + padded[i + shift] for name, shift in window),
                *(name + pairs[i + shift] for name, shift in double),
                "t" + kinds[i : i + 5], "t-" + kinds[i : i + 3], "t+" + kinds[i + 2 : i + 5],
                f"n{shapes[i + 1]}", f"n-{shapes[i]}", f"n+{shapes[i + 2]}",
            ]
            for i in range(n)
        ]  # fmt: skip


def _tags(lesson: Lesson, tokens: Tokens, layer: str) -> list[str]:
    """The tags of one layer; a span that shares a token with the one before it is left out."""
    tagset, places, free = TagSet(dict(FISCAL.layers)[layer]), list[Found](), 0
    for start, end, label in of_layer(lesson.spans, layer):
        first, last = to_token_span(tokens, start, end)
        if first >= free:
            places.append((first, last, label))
            free = last
    return [tagset.names[tag] for tag in tagset.encode(len(tokens), places)]


def _spans(tags: Sequence[str]) -> Iterator[Found]:
    """Runs of one label; B and S begin one and E and S end it, wherever they stand: a CRF of this kind may skip parts."""
    start, current = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        part, _, label = tag.partition("-")
        if current and (label != current or part in "BS"):
            yield start, at, current
            current = ""
        if label and not current:
            start, current = at, label
        if current and part in "ES":
            yield start, at + 1, current
            current = ""
