"""The systems whose speed is measured, by name: our tagger, our whole job, and trained baselines."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..corpus.document import Document
from ..corpus.read import read
from ..extract.batch import extract_files
from ..extract.pipeline import Extractor, load_choices
from ..extract.writers import make_writer, to_json
from ..models.baselines.base import Baseline
from ..models.baselines.store import stored
from ..models.runtime import SHIPPED, Tagger
from .tagging import PIPELINE, TAGGER


@dataclass(frozen=True, slots=True)
class System:
    """What can be done with a report: `file` is the way from the file on; `document` tags what is read already, where that is all."""

    file: Callable[[Path], object]
    document: Callable[[Document], object] | None


def load_system(name: str, baselines: Path, model: Path | None = None, threads: int = 1) -> System:
    """`fiscalzh tagger`, `fiscalzh pipeline` (read, tag, link and write JSON lines) or a baseline from the folder it was trained to.

    `spacy-ner/mentions` is that baseline's pipeline of one layer alone. `threads` run our model at once; baselines take what their libraries take.

    Raises:
        FileNotFoundError: there is no such model or trained baseline.
        ImportError: the extra of a baseline is not installed.
    """
    if name == PIPELINE:
        extractor = Extractor(Tagger(model or SHIPPED, threads), load_choices(model or SHIPPED))
        return System(lambda path: _extract(path, extractor), None)
    tag = Tagger(model or SHIPPED, threads).tag if name == TAGGER else _baseline(name, baselines).tag
    return System(lambda path: tag(read(path)), tag)


def _baseline(name: str, folder: Path) -> Baseline:
    name, _, layer = name.partition("/")
    baseline = stored(name, folder).baseline
    if layer:
        from ..models.baselines.spacy_ner import SpacyNer  # here, so that no other system is charged with spaCy's memory

        assert isinstance(baseline, SpacyNer), f"{name} has no pipeline for each layer"
        return baseline.only(layer)
    return baseline


def _extract(path: Path, extractor: Extractor) -> None:
    (outcome,) = extract_files([path], extractor)
    if outcome.extraction is None:
        raise outcome.error or RuntimeError(f"{path}: not extracted")
    make_writer("jsonl", io.StringIO()).write(to_json(outcome.extraction, extractor.pipeline), outcome.extraction)
