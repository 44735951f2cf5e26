"""brat standoff: a folder with NAME.txt and NAME.ann for each text.

| line | holds |
|---|---|
| `T1<TAB>AMOUNT 5 13<TAB>18.19万元` | a span; line ends and tabs in its text stand as spaces |
| `R1<TAB>actual Arg1:T1 Arg2:T2` | a fact, from figure to subject, typed by its measure |
| `#1<TAB>AnnotatorNotes R1<TAB>{"value": "181900"}` | other fields of a fact; `score` and `values` of a span |

`values` are the counts of a claim as [number, unit word]. Notes that are no JSON objects are people's remarks and not
kept. `documents.json` beside the files names source, sha256 and fiscal year of each text, which brat has no place for,
and keeps their order; `annotation.conf` declares the labels to brat. Offsets count characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..labels import LABELS, MEASURES
from ..span import Span
from .errors import ConversionError, located
from .fields import FactFields, Origin, fact_fields, file_names, origin_fields, read_text, write_text
from .model import Annotation, Claim, Fact

INDEX: Final = "documents.json"
_SPAN: Final = re.compile(r"(?P<id>T\S+)\t(?P<label>\S+) (?P<start>\d+) (?P<end>\d+)(?P<more>(?:;\d+ \d+)*)\t(?P<text>.*)")
_RELATION: Final = re.compile(r"(?P<id>R\S+)\t(?P<measure>\S+) Arg1:(?P<value>\S+) Arg2:(?P<subject>\S+)\s*")
_NOTE: Final = re.compile(r"#\S*\t\S+ (?P<id>\S+)\t(?P<note>.*)")
_BREAKS: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_ORIGINS: Final = TypeAdapter(dict[str, Origin])


class _SpanNote(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    score: float | None = None
    values: tuple[tuple[str, str], ...] = ()


def read_brat(path: str | Path) -> list[Annotation]:
    """The annotations of a folder, or of one .ann file.

    Raises:
        ConversionError: a line is malformed or of a kind that is not known here (events, attributes), a span is
            discontinuous or its text is not that of the .txt file.
    """
    path = Path(path)
    folder = path if path.is_dir() else path.parent
    origins: dict[str, Origin] = {}
    if (folder / INDEX).is_file():
        with located(folder / INDEX):
            origins = _ORIGINS.validate_json((folder / INDEX).read_bytes())
    order = {name: number for number, name in enumerate(origins)}
    files = sorted(folder.glob("*.ann"), key=lambda p: (order.get(p.stem, len(order)), p.stem)) if path.is_dir() else [path]
    return [_read_one(file, origins.get(file.stem)) for file in files]


def write_brat(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write a folder that brat opens; files of other names in it stay."""
    folder = Path(path)
    with located(folder):
        folder.mkdir(parents=True, exist_ok=True)
        names = file_names(annotations)
        for name, annotation in zip(names, annotations, strict=True):
            write_text(annotation.text, folder / f"{name}.txt")
            write_text("".join(f"{line}\n" for line in _lines(annotation)), folder / f"{name}.ann")
        index = {name: origin_fields(annotation) for name, annotation in zip(names, annotations, strict=True)}
        write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n", folder / INDEX)
        write_text(_configuration(), folder / "annotation.conf")


def _lines(annotation: Annotation) -> list[str]:
    ids = {span: f"T{number}" for number, span in enumerate(annotation.spans, 1)}
    values = {claim.span: claim.values for claim in annotation.claims}
    lines, notes = [], []
    for span, ident in ids.items():
        lines.append(f"{ident}\t{span.label} {span.start} {span.end}\t{_BREAKS.sub(' ', span.of(annotation.text))}")
        note: dict[str, Any] = {} if span.score is None else {"score": span.score}
        if span in values:
            note["values"] = values[span]
        if note:
            notes.append((ident, note))
    for number, fact in enumerate(annotation.facts, 1):
        lines.append(f"R{number}\t{fact.measure} Arg1:{ids[fact.value_span]} Arg2:{ids[fact.subject_span]}")
        notes.append((f"R{number}", fact_fields(fact)))
    for number, (ident, note) in enumerate(notes, 1):
        lines.append(f"#{number}\tAnnotatorNotes {ident}\t{json.dumps(note, ensure_ascii=False)}")
    return lines


def _configuration() -> str:
    relations = "\n".join(f"{measure}\tArg1:AMOUNT|RATIO, Arg2:ACCOUNT|PROJECT" for measure in MEASURES)
    entities = "\n".join(LABELS)
    return f"[entities]\n\n{entities}\n\n[relations]\n\n{relations}\n\n[events]\n\n[attributes]\n"


class _Reader:
    """One .ann file, line by line; notes may stand before what they speak of."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.spans: dict[str, tuple[str, Span]] = {}
        self.relations: dict[str, tuple[str, re.Match[str]]] = {}
        self.notes: dict[str, tuple[str, str]] = {}

    def read(self, line: str, place: str) -> None:
        if match := _SPAN.fullmatch(line):
            self._span(match, place)
        elif match := _RELATION.fullmatch(line):
            self.relations[match["id"]] = (place, match)
        elif match := _NOTE.fullmatch(line):
            if match["note"].lstrip().startswith("{"):
                self.notes[match["id"]] = (place, match["note"])
        else:
            shown = line if len(line) <= 60 else line[:60] + "…"
            expected = "a span (T), a relation (R) or a note (#) of brat; remove events, attributes and the like"
            raise ConversionError(self.path, place, f"expected {expected}, got {shown!r}")

    def _span(self, match: re.Match[str], place: str) -> None:
        if match["more"]:
            message = f"{match['id']} is discontinuous: make it one stretch of text, fragments are not supported"
            raise ConversionError(self.path, place, message)
        with located(self.path, place):
            span = Span(int(match["start"]), int(match["end"]), match["label"])
        found = _BREAKS.sub(" ", span.of(self.text))
        if found != _BREAKS.sub(" ", match["text"]):
            message = f"{match['id']} says {match['text']!r}, the text has {found!r} at {span.start}: was the .txt changed?"
            raise ConversionError(self.path, place, message)
        if match["id"] in self.spans:
            raise ConversionError(self.path, place, f"{match['id']} stands twice: number it anew")
        self.spans[match["id"]] = (place, span)

    def finish(self, origin: Origin) -> Annotation:
        spans: dict[str, Span] = {}
        claims = []
        for ident, (_, span) in self.spans.items():
            place, note = self.notes.get(ident, ("", "{}"))
            with located(self.path, place):
                fields = _SpanNote.model_validate_json(note)
                spans[ident] = Span(span.start, span.end, span.label, fields.score)
            if fields.values:
                claims.append(Claim(spans[ident], fields.values))
        facts = tuple(self._fact(ident, spans) for ident in self.relations)
        with located(self.path):
            sha256 = origin.sha_of(self.text)
            return Annotation(self.text, tuple(spans.values()), facts, tuple(claims), origin.source, sha256, origin.fiscal_year)

    def _fact(self, ident: str, spans: dict[str, Span]) -> Fact:
        place, match = self.relations[ident]
        for end in (match["value"], match["subject"]):
            if end not in spans:
                raise ConversionError(self.path, place, f"{ident} names {end}, which is not there: remove the relation")
        where, note = self.notes.get(ident, (place, "{}"))
        with located(self.path, where):
            fields = FactFields.model_validate_json(note)
            return fields.fact(spans[match["value"]], spans[match["subject"]], match["measure"], self.text)


def _read_one(path: Path, origin: Origin | None) -> Annotation:
    source = path.with_suffix(".txt")
    with located(source):
        text = read_text(source)
    with located(path):
        lines = read_text(path).split("\n")
    reader = _Reader(path, text)
    for number, line in enumerate(lines, 1):
        if line.strip():
            reader.read(line.rstrip("\r"), f"line {number}")
    return reader.finish(origin or Origin(source=source.name))
