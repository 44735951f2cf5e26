"""The pipeline as spaCy components: one token a character, spans in `doc.spans`, facts and records on `doc._`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan
from spacy.vocab import Vocab

from ..annotations.labels import FISCAL
from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.read import from_text
from ..models.runtime import SHIPPED, Tagger
from . import serialization  # noqa: F401  registers with msgpack
from .facts import Extraction
from .pipeline import link_document, load_choices

GROUPS: Final = dict(FISCAL.layers)  # span group to its labels: mentions, claims


class CharacterTokenizer:
    """One token a character, spaces included, so that token numbers are character offsets."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _: bytes, **__: Any) -> CharacterTokenizer:
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """There is nothing to save."""

    def from_disk(self, path: str | Path, **_: Any) -> CharacterTokenizer:
        return self


def make_tokenizer() -> Callable[[Language], CharacterTokenizer]:
    """The tokenizer's entry in spaCy's registry: `fiscalzh.characters.v1`."""
    return lambda nlp: CharacterTokenizer(nlp.vocab)


def _extensions() -> None:
    for name in ("facts", "records", "fiscal_claims", "fiscal_checks"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=[])
    if not Doc.has_extension("document"):
        Doc.set_extension("document", default=None)


class TaggerComponent:
    """Marks `doc.spans["mentions"]` and `doc.spans["claims"]`; a `doc._.document` set before is used, else one is made."""

    def __init__(self, model: str | None = None) -> None:
        _extensions()
        self.tagger = Tagger(Path(model) if model else SHIPPED)

    def __call__(self, doc: Doc) -> Doc:
        if doc._.document is None:
            doc._.document = from_text(doc.text)
        _put(doc, self.tagger.tag(doc._.document))
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 32) -> Iterable[Doc]:
        yield from map(self, docs)


class LinkerComponent:
    """Links the spans of a tagged doc: `doc._.facts`, `doc._.records`, `doc._.fiscal_claims`, `doc._.fiscal_checks`."""

    def __init__(self, model: str | None = None) -> None:
        _extensions()
        self.choices = load_choices(Path(model) if model else SHIPPED)

    def __call__(self, doc: Doc) -> Doc:
        document: Document = doc._.document if doc._.document is not None else from_text(doc.text)
        extraction = link_document(document, _taken(doc), self.choices)
        _put(doc, extraction.spans)
        doc._.facts, doc._.records, doc._.fiscal_claims = list(extraction.facts), list(extraction.records), list(extraction.claims)
        doc._.fiscal_checks = list(extraction.checks)
        return doc


def extraction_of(doc: Doc) -> Extraction:
    """What the pipeline extracted into a doc, as `extract_report` gives it.

    Raises:
        ValueError: the doc did not come through the pipeline.
    """
    if not Doc.has_extension("document") or doc._.document is None:
        raise ValueError("this Doc has not been through the pipeline: make it with fiscalzh.load()(text)")
    linked = {span for fact in doc._.facts for span in (fact.value_span, fact.subject_span)} | {claim.span for claim in doc._.fiscal_claims}
    spans = set(_taken(doc))
    if not linked <= spans:  # tokens of several characters made spans wider than they are
        spans = linked | {span for span in spans if not any(span.label == own.label and span.overlaps(own) for own in linked)}
    return Extraction(
        doc._.document, tuple(sorted(spans)), tuple(doc._.facts), tuple(doc._.fiscal_claims), tuple(doc._.records), tuple(doc._.fiscal_checks)
    )


def _put(doc: Doc, spans: Iterable[Span]) -> None:
    """Fill both groups; as spancat does, the probabilities stand in `attrs["scores"]` in the spans' order."""
    spans = sorted(spans)
    for key, labels in GROUPS.items():
        own = [span for span in spans if span.label in labels]
        doc.spans[key] = [_characters(doc, span) for span in own]
        doc.spans[key].attrs["scores"] = [span.score for span in own]


def _characters(doc: Doc, span: Span) -> SpacySpan:
    """A span by characters: another tokenizer's tokens may hold several."""
    found = doc.char_span(span.start, span.end, label=span.label, alignment_mode="expand")
    assert found is not None  # it lies inside the text
    return found


def _taken(doc: Doc) -> list[Span]:
    """The spans of both groups, with scores where somebody gave them."""
    spans = []
    for key in GROUPS:
        group = doc.spans.get(key, [])
        scores = getattr(group, "attrs", {}).get("scores") or [None] * len(group)
        spans += [Span(s.start_char, s.end_char, s.label_, score) for s, score in zip(group, scores, strict=True)]
    return spans


def make_tagger(nlp: Language, name: str, model: str | None) -> TaggerComponent:
    return TaggerComponent(model)


def make_linker(nlp: Language, name: str, model: str | None) -> LinkerComponent:
    return LinkerComponent(model)


Language.factory("fiscal_tagger", default_config={"model": None}, func=make_tagger)
Language.factory("fiscal_linker", default_config={"model": None}, func=make_linker)


def load(model: str | Path | None = None) -> Language:
    """The whole pipeline: `nlp(text)` tags, links and gathers.

    Args:
        model: a folder written by `fiscalzh train`; the shipped model where None.
    """
    config = {"nlp": {"tokenizer": {"@tokenizers": "fiscalzh.characters.v1"}}}
    nlp = spacy.blank("zh", config=config)
    settings = {"model": str(model) if model else None}
    nlp.add_pipe("fiscal_tagger", config=settings)
    nlp.add_pipe("fiscal_linker", config=settings)
    return nlp
