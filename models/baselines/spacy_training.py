"""spaCy's own training loop with the settings its `init config` recommends for `zh` on a CPU; only what a baseline overrides differs."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.cli.init_config import init_config
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import DIR_MODEL_BEST
from spacy.training.loop import train as train_loop
from spacy.util import registry

from ...corpus.shadow import Shadow
from .base import Deadline
from .paragraphs import Lesson, Paragraph, paragraphs

Annotate = Callable[[Doc, Lesson], None]
_DEADLINE: Final = "fiscalzh.deadline.v1"
_UNLIMITED: Final = 10**9  # characters: no paragraph is refused for its length


class _TimeUp(Exception):
    """Training has used its minutes."""


def _make_deadline(minutes: float) -> Callable[[Language, dict[str, Any]], None]:
    deadline = Deadline(minutes)

    def before_update(_: Language, at: dict[str, Any]) -> None:
        if at["step"] and deadline.passed():
            raise _TimeUp

    return before_update


registry.callbacks.register(_DEADLINE, func=_make_deadline)


def train_pipeline(
    pipe: str, overrides: Mapping[str, Any], train: Iterable[Lesson], dev: Iterable[Lesson], annotate: Annotate, minutes: float
) -> tuple[Language, bool]:
    """Train a blank `zh` pipeline (one token a character) of tok2vec and one pipe.

    Args:
        overrides: dotted names of the configuration to values.
        annotate: puts what is learned on a doc.
        minutes: after which the best model so far is taken.

    Returns:
        The pipeline that was best on dev by spaCy's score, and whether it was the time that ended training.
    """
    blank = spacy.blank("zh")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, lessons in (("train", train), ("dev", dev)):
            DocBin(docs=(_doc(blank, lesson, annotate) for lesson in lessons)).to_disk(folder / f"{name}.spacy")
        config = init_config(lang="zh", pipeline=[pipe], optimize="efficiency", gpu=False)
        changes = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy"), **overrides}
        for dotted, value in changes.items():
            section, _, key = dotted.rpartition(".")
            _at(config, section)[key] = value
        config["training"]["before_update"] = {"@callbacks": _DEADLINE, "minutes": minutes}
        nlp = init_nlp(config)
        cut_short = False
        try:
            train_loop(nlp, folder, stdout=io.StringIO(), stderr=io.StringIO())
        except _TimeUp:
            cut_short = True
        return spacy.load(folder / DIR_MODEL_BEST), cut_short


def docs_of(nlp: Language, shadow: Shadow) -> Iterator[tuple[Paragraph, Doc]]:
    """The paragraphs of a shadow and what a pipeline makes of them."""
    nlp.max_length = _UNLIMITED
    units = list(paragraphs(shadow.text))
    yield from zip(units, nlp.pipe(unit.text for unit in units), strict=True)


def _doc(blank: Language, lesson: Lesson, annotate: Annotate) -> Doc:
    doc = blank.make_doc(lesson.text)
    annotate(doc, lesson)
    return doc


def _at(config: dict[str, Any], section: str) -> dict[str, Any]:
    for name in section.split("."):
        config = config[name]
    return config
