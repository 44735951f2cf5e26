"""Many reports: which files, one after another, none of which can stop the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..corpus.errors import ReadError
from ..corpus.read import SUFFIXES, read
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

    Hidden files, office lock files (`~$…`) and links that lead out of a folder are passed over.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            root = path.resolve()
            inside = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file())
            found |= dict.fromkeys(p for p in inside if not _hidden(p.relative_to(path)) and p.resolve().is_relative_to(root))
        else:
            found[path] = None
    return list(found)


def _hidden(path: Path) -> bool:
    return path.name.startswith("~$") or any(part.startswith(".") for part in path.parts)


def extract_files(paths: Iterable[Path], extractor: Extractor) -> Iterator[Outcome]:
    """Extract each file in turn; whatever goes wrong with one becomes its outcome."""
    for path in paths:
        try:
            yield Outcome(str(path), extractor(read(path)))
        except ReadError as error:
            yield Outcome(str(path), None, error)
        except Exception as error:  # a defect of ours in one report must not cost the others
            error.add_note(f"while extracting {path}")
            yield Outcome(str(path), None, RuntimeError(f"{path}: unexpected {type(error).__name__}: {error}"))
