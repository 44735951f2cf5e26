"""Many reports: which files, one after another, none of which can stop the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..corpus.document import Document
from ..corpus.errors import ReadError
from ..corpus.read import SUFFIXES, from_bytes, printable, read
from .facts import Extraction
from .pipeline import Extractor


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: an extraction, or the error that prevented it."""

    source: str
    extraction: Extraction | None
    error: Exception | None = None


def find_reports(paths: Iterable[str | Path]) -> list[Path]:
    """Files as named, and the readable files below folders, sorted, each once.

    Hidden files, office lock files (`~$…`) and links that lead out of a folder are passed over; links to folders are not followed.
    """
    return list(dict.fromkeys(iter_reports(paths)))


def iter_reports(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The same one after another, a file that is named twice twice; one folder's names are in memory at a time."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from _below(path, path.resolve())
        else:
            yield path


def _below(folder: Path, root: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208  names are smaller than paths
    except OSError:  # no right to look into it: reading it says so
        yield folder
        return
    for name in names:
        path = folder / name
        if name.startswith((".", "~$")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path, root)
        elif path.suffix.lower() in SUFFIXES and path.is_file() and path.resolve().is_relative_to(root):
            yield path


def extract_files(paths: Iterable[Path], extractor: Extractor) -> Iterator[Outcome]:
    """Extract each file in turn; whatever goes wrong with one becomes its outcome."""
    for path in paths:
        yield extract_file(path, extractor)


def extract_file(path: Path, extractor: Extractor) -> Outcome:
    """Extract a file; whatever goes wrong becomes its outcome.

    Raises:
        MemoryError: what runs the job has to decide whether it can go on.
    """
    return _outcome(printable(path), lambda: read(path), extractor)


def extract_bytes(data: bytes, source: str, extractor: Extractor) -> Outcome:
    """Extract a file from its bytes, as `extract_file` does; the ending of `source` picks the reader."""
    return _outcome(source, lambda: from_bytes(data, source), extractor)


def _outcome(source: str, document: Callable[[], Document], extractor: Extractor) -> Outcome:
    try:
        return Outcome(source, extractor(document()))
    except ReadError as error:
        return Outcome(source, None, error)
    except MemoryError:
        raise
    except Exception as error:  # a defect of ours in one report must not cost the others
        error.add_note(f"while extracting {source}")
        return Outcome(source, None, RuntimeError(f"{source}: unexpected {type(error).__name__}: {error}"))
