"""Label Studio: a JSON list of tasks, as its import takes them and its export "JSON" gives them.

Both layers are regions of one Labels control (`label`) over one Text (`text`), see `label_config`. A text without
scores becomes an annotation, one with scores a prediction whose regions carry them. Facts are relations from figure to
subject, labelled with their measure; their other fields, the values of claims and the origin stand in the task's data,
which Label Studio keeps. Offsets count characters of the text as it is: every code point is one, so that `\\r\\n` is
two. (Versions of 2021 and before exported an emoji as two; the regions' texts tell, and such a file is refused.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..labels import LABELS, MEASURES
from ..span import Span
from .errors import ConversionError, located
from .fields import Details, Pair, assemble, detail_fields, read_text, write_text
from .model import Annotation


class _Value(BaseModel):
    model_config = ConfigDict(strict=True)

    start: int
    end: int
    labels: list[str]
    text: str | None = None


class _Result(BaseModel):
    model_config = ConfigDict(strict=True)

    type: str
    id: str | None = None
    value: dict[str, Any] = {}
    score: float | None = None
    from_id: str | None = None
    to_id: str | None = None
    direction: str = "right"
    labels: list[str] = []


class _Completion(BaseModel):
    model_config = ConfigDict(strict=True)

    result: list[_Result]
    was_cancelled: bool = False
    completed_by: Any = None

    @property
    def annotator(self) -> int | None:
        """Who made it; exports name the user or hold the user's record."""
        by = self.completed_by.get("id") if isinstance(self.completed_by, dict) else self.completed_by
        return by if isinstance(by, int) else None


class _Data(Details):
    text: str


class _Task(BaseModel):
    model_config = ConfigDict(strict=True)

    data: _Data
    annotations: list[_Completion] = []
    predictions: list[_Completion] = []


_TASKS: Final = TypeAdapter(list[dict[str, Any]])
_BLANKS: Final = re.compile(r"\\[nrt]|\s")


def read_label_studio(path: str | Path, annotator: int | None = None) -> list[Annotation]:
    """The annotations of an export: of each task the annotation, or the prediction where nobody annotated it.

    Args:
        annotator: the id of the user whose annotations are read, where tasks have several.

    Raises:
        ConversionError: the file is no such export, a task has several annotations to choose from, or a region's
            offsets do not lead to its text.
    """
    with located(path):
        tasks = _TASKS.validate_json(read_text(path))
    annotations = []
    for number, task in enumerate(tasks, 1):
        place = f"task {number}"
        if "data" not in task:
            raise ConversionError(path, place, "no `data`: export as JSON, not as JSON-MIN")
        with located(path, place):
            annotations.append(_annotation(_Task.model_validate_json(json.dumps(task)), annotator))
    return annotations


def write_label_studio(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write tasks to import into a project with `label_config()`."""
    with located(path):
        tasks = [_task(number, annotation) for number, annotation in enumerate(annotations, 1)]
        write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", path)


def label_config() -> str:
    """The labelling interface that the tasks are for, as XML."""
    labels = "\n".join(f"    <Label value={quoteattr(label)}/>" for label in LABELS)
    relations = "\n".join(f"    <Relation value={quoteattr(measure)}/>" for measure in MEASURES)
    return (
        f"<View>\n  <Relations>\n{relations}\n  </Relations>\n"
        f'  <Labels name="label" toName="text">\n{labels}\n  </Labels>\n'
        '  <Text name="text" value="$text"/>\n</View>\n'
    )


def _task(number: int, annotation: Annotation) -> dict[str, Any]:
    ids = {span: f"s{ident}" for ident, span in enumerate(annotation.spans, 1)}
    result: list[dict[str, Any]] = []
    for span, ident in ids.items():
        value = {"start": span.start, "end": span.end, "text": span.of(annotation.text), "labels": [span.label]}
        region = {"id": ident, "from_name": "label", "to_name": "text", "type": "labels", "value": value}
        result.append(region if span.score is None else {**region, "score": span.score})
    for fact in annotation.facts:
        ends = {"from_id": ids[fact.value_span], "to_id": ids[fact.subject_span]}
        result.append({**ends, "type": "relation", "direction": "right", "labels": [fact.measure]})
    scored = any(span.score is not None for span in annotation.spans)
    return {
        "id": number,
        "data": {"text": annotation.text, **detail_fields(annotation)},
        "annotations": [] if scored else [{"result": result}],
        "predictions": [{"model_version": "fiscalzh", "result": result}] if scored else [],
    }


def _annotation(task: _Task, annotator: int | None) -> Annotation:
    text = task.data.text
    spans: dict[int | str, Span] = {}
    pairs = []
    for result in _chosen(task, annotator).result:
        if result.type == "labels":
            if result.id is None or result.id in spans:
                raise ValueError(f"the region at {result.value.get('start')} needs an id of its own, got {result.id!r}")
            spans[result.id] = _span(result, text)
        elif result.type == "relation":
            if result.from_id is None or result.to_id is None or len(result.labels) != 1:
                raise ValueError(f"a relation has from_id, to_id and one measure for a label, got {result.labels}: label it")
            ends = result.from_id, result.to_id
            value, subject = ends[::-1] if result.direction == "left" else ends
            pairs.append(Pair(value, subject, result.labels[0]))
        elif "start" in result.value:
            raise ValueError(f"a region of type {result.type!r}: use a Labels control over a Text, see label_config()")
    return assemble(text, spans, pairs, task.data)


def _span(result: _Result, text: str) -> Span:
    value = _Value.model_validate(result.value)
    if len(value.labels) != 1:
        raise ValueError(f"the region at {value.start} has the labels {value.labels}: expected one, make it several regions")
    span = Span(value.start, value.end, value.labels[0], result.score)
    # Label Studio writes line ends inside a region's text in its own ways; all other characters have to be the same.
    if value.text is not None and _BLANKS.sub("", value.text) != _BLANKS.sub("", span.of(text)):
        raise ValueError(
            f"the region {result.id!r} says {value.text!r}, the text has {span.of(text)!r} at {span.start}: "
            "export with a present version, those of 2021 and before count an emoji as two characters"
        )
    return span


def _chosen(task: _Task, annotator: int | None) -> _Completion:
    done = [c for c in task.annotations if not c.was_cancelled and annotator in (None, c.annotator)]
    if len(done) > 1:
        names = ", ".join(str(completion.annotator) for completion in done)
        raise ValueError(f"{len(done)} annotations, by {names}: choose an annotator or export one")
    candidates = done or ([] if annotator is not None else task.predictions[-1:])
    return candidates[0] if candidates else _Completion(result=[])
