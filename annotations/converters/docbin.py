"""spaCy DocBin: `doc.spans["mentions"]` and `doc.spans["claims"]`, one token a character.

Scores stand in `attrs["scores"]` of each group, in the order of its spans; facts, values of claims and origin in
`doc.user_data["fiscalzh"]`. Reading takes any tokens, since it goes by characters, and works on docs that a pipeline of
this package made. Needs spaCy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..labels import FISCAL
from ..span import Span
from .errors import ConversionError, located
from .fields import Details, assemble, detail_fields
from .model import Annotation

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

KEY: Final = "fiscalzh"


def read_docbin(path: str | Path) -> list[Annotation]:
    """The annotations of a .spacy file.

    Raises:
        ConversionError: the file is no DocBin, or a doc has none of the span groups.
    """
    with located(path):
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab

        data = Path(path).read_bytes()
    try:
        docs = list(DocBin().from_bytes(data).get_docs(Vocab()))
    except Exception as error:  # zlib, msgpack and spaCy each have errors of their own
        message = f"no DocBin of spaCy ({type(error).__name__}): write it with DocBin(store_user_data=True).to_disk"
        raise ConversionError(path, "", message) from error
    annotations = []
    for number, doc in enumerate(docs, 1):
        with located(path, f"doc {number}"):
            try:
                annotations.append(_annotation(doc))
            except (ArithmeticError, LookupError, TypeError) as error:  # ids that name no string, spans outside the doc, no scores
                raise ValueError(f"its spans cannot be read ({type(error).__name__}): was it changed after spaCy wrote it?") from error
    return annotations


def write_docbin(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write a .spacy file, as `spacy train` and `DocBin().from_disk` read it."""
    with located(path):
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab

        vocab = Vocab()
        DocBin(docs=[to_doc(annotation, vocab) for annotation in annotations], store_user_data=True).to_disk(path)


def to_doc(annotation: Annotation, vocab: Vocab) -> Doc:
    """A doc with one token a character, both span groups, and the details in its user data."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as SpacySpan

    doc = Doc(vocab, words=list(annotation.text), spaces=[False] * len(annotation.text))
    for key, labels in FISCAL.layers:
        own = [span for span in annotation.spans if span.label in labels]
        doc.spans[key] = [SpacySpan(doc, span.start, span.end, span.label) for span in own]
        doc.spans[key].attrs["scores"] = [span.score for span in own]
    doc.user_data[KEY] = json.dumps(detail_fields(annotation), ensure_ascii=False)
    return doc


def _annotation(doc: Doc) -> Annotation:
    if not any(key in doc.spans for key, _ in FISCAL.layers):
        names = " or ".join(f"doc.spans[{key!r}]" for key, _ in FISCAL.layers)
        raise ValueError(f"expected the spans in {names}, got the groups {sorted(doc.spans)}: name them so")
    spans: dict[int | str, Span] = {}
    for key, _ in FISCAL.layers:
        group = doc.spans.get(key, [])
        scores = getattr(group, "attrs", {}).get("scores")
        if scores is None:
            scores = [None] * len(group)
        if len(scores) != len(group):
            raise ValueError(f"{key} has {len(group)} spans and {len(scores)} scores: expected one for each")
        for span, score in zip(group, scores, strict=True):
            score = None if score is None else float(score)
            spans[len(spans)] = Span(span.start_char, span.end_char, span.label_, score)
    details = Details.model_validate_json(doc.user_data.get(KEY, "{}"))
    return assemble(doc.text, spans, None, details)
