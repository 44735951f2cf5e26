"""Errors as a page for a person and as JSON lines for a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from ...corpus.document import Range
from ..outputs import Case
from ..scores import Scores
from .collect import Entry, Error
from .confusion import label_confusion, measure_confusion

FILTERS: Final = ("layer", "kind", "label", "measure", "report")
_TEMPLATE: Final = Path(__file__).parent / "page.html.jinja"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a sentence; `mark` is "figure" or "name" where it is marked, else empty."""

    text: str
    mark: str = ""


def write_errors(errors: Sequence[Error], cases: Sequence[Case], scores: Scores, path: Path) -> None:
    """Write a page (.html) or JSON lines (.jsonl).

    Raises:
        ValueError: the file's name ends otherwise.
    """
    if path.suffix not in (".html", ".jsonl"):
        raise ValueError(f"{path}: errors are written as .html or .jsonl: name it so")
    if path.suffix == ".html":
        write_page(errors, cases, scores, path)
    else:
        write_jsonl(errors, path)


def write_jsonl(errors: Sequence[Error], path: Path) -> None:
    """One error a line: layer, kind, report, section, gold and predicted with their places, the sentence and its offset."""
    path.write_text("".join(json.dumps(_as_json(error), ensure_ascii=False) + "\n" for error in errors), encoding="utf-8")


def write_page(errors: Sequence[Error], cases: Sequence[Case], scores: Scores, path: Path) -> None:
    """One HTML page that needs nothing else: scores, confusions, and each error in its sentence, to be filtered."""
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    )
    shown = {figure: (scores.micro(figure), scores.interval(figure)) for figure in scores.figures if scores.counts(figure).any()}
    page = template.render(
        reports=scores.reports,
        scores=shown,
        confusions={"labels of mentions": label_confusion(cases), "measures of facts": measure_confusion(cases)},
        kinds=Counter((error.layer, error.kind) for error in errors).most_common(),
        filters={name: Counter(value for error in errors if (value := getattr(error, name))).most_common() for name in FILTERS},
        errors=[(error, pieces(error, error.gold), pieces(error, error.predicted)) for error in errors],
    )
    path.write_text(page, encoding="utf-8")


def pieces(error: Error, side: Sequence[Entry]) -> list[_Piece]:
    """The sentence in marked and unmarked stretches: figures and spans, and where a fact's subject stands in it, that."""
    places: list[tuple[Range, str]] = []
    for entry in side:
        places += [((start - error.offset, end - error.offset), "name" if at else "figure") for at, (start, end) in enumerate(entry.places)]
    found, reached = list[_Piece](), 0
    for (start, end), mark in sorted(places):
        if reached <= start < end <= len(error.sentence):
            found += [_Piece(error.sentence[reached:start]), _Piece(error.sentence[start:end], mark)]
            reached = end
    return [piece for piece in (*found, _Piece(error.sentence[reached:])) if piece.text]


def _as_json(error: Error) -> dict[str, Any]:
    sides = {name: [_entry_json(entry) for entry in side] for name, side in (("gold", error.gold), ("predicted", error.predicted))}
    return {
        "layer": error.layer,
        "kind": error.kind,
        "report": error.report,
        "section": error.section,
        **sides,
        "wrong": list(error.wrong),
        "sentence": error.sentence,
        "offset": error.offset,
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {"label": entry.label, "text": entry.text, "places": [list(place) for place in entry.places]}
