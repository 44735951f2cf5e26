"""What the command line's verbs do with paths: load, convert, validate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ...corpus.library import expand
from ..markup import Marked, parse
from ..report import load_marked
from ..validate import Finding, validate
from .errors import ConversionError, located
from .formats import AnyPath, format_named, format_of
from .model import Annotation, FigureReader, from_report, to_marked


@dataclass(frozen=True, slots=True)
class Conversion:
    """What `convert` did: counts of what was read, and what the format could not hold (`scores: 12`), which is lost."""

    output: Path
    documents: int
    spans: int
    facts: int
    lost: tuple[str, ...]


class Located(NamedTuple):
    """A finding in a file.

    `text` is what its offsets point into, empty where the file cannot be read; `source` names it in a file of many.
    """

    path: Path
    finding: Finding
    text: str
    source: str | None = None

    def show(self) -> str:
        """One line for people."""
        place = f"{self.path} ({self.source})" if self.source else str(self.path)
        return f"{place}: {self.finding.show(self.text) if self.text else 'error: ' + self.finding.message}"


def load(paths: Iterable[AnyPath], figure: FigureReader | None = None) -> list[Annotation]:
    """The annotations of files and folders of any format, marked texts (.txt) and splits (`@test`) included, in the order given.

    Args:
        figure: reads the values of marked facts off the text; without it these have none.

    Raises:
        ConversionError: a path is of no known format, or malformed.
    """
    annotations: list[Annotation] = []
    for path in expand(paths):
        source = format_of(path)
        if source is not None:
            annotations += source.read(path)
            continue
        for file in _marked_files(path):
            with located(file):
                annotations.append(from_report(load_marked(file), figure))
    return annotations


def convert(paths: Iterable[AnyPath], to: str, output: AnyPath, figure: FigureReader | None = None) -> Conversion:
    """Read annotations of any format and write them as `to`, a name in FORMATS.

    Raises:
        ConversionError: a path cannot be read, or an annotation cannot be written in that format.
    """
    target = format_named(to)
    annotations = load(paths, figure)
    if not annotations:
        raise ConversionError(output, "", "nothing to write: the paths hold no annotation")
    if not target.folder:
        with located(output):
            Path(output).parent.mkdir(parents=True, exist_ok=True)
    target.write(annotations, output)
    spans, facts = sum(len(a.spans) for a in annotations), sum(len(a.facts) for a in annotations)
    return Conversion(Path(output), len(annotations), spans, facts, target.loses(annotations))


def validate_paths(paths: Iterable[AnyPath]) -> list[Located]:
    """The findings about all annotations of these paths, in their order; a file that cannot be read is one too."""
    findings: list[Located] = []
    for path in map(Path, paths):
        try:
            source = format_of(path)
            annotations = source.read(path) if source is not None else []
        except ConversionError as error:
            findings.append(_unread(path, error))
            continue
        for annotation in annotations:
            findings += _findings(path, to_marked(annotation), annotation.source)
        if source is None:
            for file in _marked_files(path):
                findings += _marked_findings(file)
    return findings


def _marked_findings(file: Path) -> list[Located]:
    try:
        with located(file):
            marked = parse(file.read_text(encoding="utf-8"))
    except ConversionError as error:
        return [_unread(file, error)]
    return _findings(file, marked)


def _findings(path: Path, marked: Marked, source: str | None = None) -> list[Located]:
    return [Located(path, finding, marked.text, source) for finding in validate(marked)]


def _unread(path: Path, error: ConversionError) -> Located:
    return Located(path, Finding(True, str(error).removeprefix(f"{path}: "), 0, 0), "")


def _marked_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.txt")) if path.is_dir() else [path]
