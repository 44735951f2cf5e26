"""doccano: one JSON object a line, with `entities` and `relations`.

Reading also takes the old `label: [[start, end, label]]`. Relations lead from figure to subject and are typed by their
measure. What doccano has no place for (the other fields of facts, the values of claims, source, sha256, fiscal year)
stands in fields of its own, which doccano takes for metadata and gives back. Offsets count characters (code points; do
not switch on doccano's counting of grapheme clusters). There are no scores.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from ..span import Span
from .errors import located
from .fields import Details, Pair, assemble, detail_fields, read_text, write_text
from .model import Annotation


class _Entity(BaseModel):
    model_config = ConfigDict(strict=True)

    id: int | str
    label: str
    start_offset: int
    end_offset: int


class _Relation(BaseModel):
    model_config = ConfigDict(strict=True)

    from_id: int | str
    to_id: int | str
    type: str


class _Record(Details):
    text: str = Field(validation_alias=AliasChoices("text", "data"))
    entities: tuple[_Entity, ...] | None = None
    relations: tuple[_Relation, ...] | None = None
    label: tuple[tuple[int, int, str], ...] | None = Field(None, validation_alias=AliasChoices("label", "labels"))


def read_doccano(path: str | Path) -> list[Annotation]:
    """The annotations of a JSONL file, one a line.

    Raises:
        ConversionError: a line is no record of doccano, or its offsets do not fit its text.
    """
    with located(path):
        lines = read_text(path).split("\n")
    annotations = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            with located(path, f"line {number}"):
                annotations.append(_annotation(_Record.model_validate_json(line)))
    return annotations


def write_doccano(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write a JSONL file to import into doccano as "JSONL (relation)"."""
    with located(path):
        write_text("".join(_line(number, annotation) for number, annotation in enumerate(annotations, 1)), path)


def _line(number: int, annotation: Annotation) -> str:
    ids = {span: ident for ident, span in enumerate(annotation.spans)}
    record = {
        "id": number,
        "text": annotation.text,
        "entities": [{"id": ident, "label": span.label, "start_offset": span.start, "end_offset": span.end} for span, ident in ids.items()],
        "relations": [
            {"id": ident, "from_id": ids[fact.value_span], "to_id": ids[fact.subject_span], "type": fact.measure}
            for ident, fact in enumerate(annotation.facts)
        ],
        **detail_fields(annotation),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _annotation(record: _Record) -> Annotation:
    if record.entities is not None:
        spans = {entity.id: Span(entity.start_offset, entity.end_offset, entity.label) for entity in record.entities}
        if len(spans) < len(record.entities):
            raise ValueError("two entities have one id: number them anew")
    elif record.label is not None:
        spans = {number: Span(*label) for number, label in enumerate(record.label)}
    else:
        raise ValueError("expected `entities` or `label` beside the text: export from doccano as JSONL")
    pairs = [Pair(r.from_id, r.to_id, r.type) for r in record.relations or ()]
    return assemble(record.text, spans, pairs, record)
