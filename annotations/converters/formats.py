"""The registry of formats, and how a path tells which one it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from .brat import read_brat, write_brat
from .conll import read_conll, write_conll
from .docbin import read_docbin, write_docbin
from .doccano import read_doccano, write_doccano
from .errors import ConversionError
from .gold_files import read_gold_files, write_gold_files
from .hugging_face import read_datasets, write_datasets
from .label_studio import read_label_studio, write_label_studio
from .model import Annotation

AnyPath: TypeAlias = str | Path

SCORES, FACTS, VALUES, OVERLAPS, ORIGIN = "scores", "facts", "values of claims", "overlaps in a layer", "origin"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that annotations are read from and written to.

    Texts, spans and labels are held by all; `holds` says what else, of `scores`, `facts`, `values of claims`, `overlaps
    in a layer` (spans of one layer that overlap, an error to mend) and `origin` (source, sha256, fiscal year).
    `folder`: it is written as a folder of files that end in `suffix`, not as one file.
    """

    name: str
    suffix: str
    folder: bool
    holds: frozenset[str]
    read: Callable[[AnyPath], list[Annotation]]
    write: Callable[[Sequence[Annotation], AnyPath], None]

    def loses(self, annotations: Sequence[Annotation]) -> tuple[str, ...]:
        """What these annotations have that the format does not hold, with how many: `scores: 12`, `facts: 3`."""
        counts = {
            SCORES: sum(span.score is not None for a in annotations for span in a.spans),
            FACTS: sum(len(a.facts) for a in annotations),
            VALUES: sum(len(a.claims) for a in annotations),
        }
        return tuple(f"{what}: {count}" for what, count in counts.items() if count and what not in self.holds)


_ALL: Final = frozenset({SCORES, FACTS, VALUES, OVERLAPS, ORIGIN})
_FORMATS: Final = (
    Format("brat", ".ann", True, _ALL, read_brat, write_brat),
    Format("doccano", ".jsonl", False, _ALL - {SCORES}, read_doccano, write_doccano),
    Format("label-studio", ".json", False, _ALL, read_label_studio, write_label_studio),
    Format("conll", ".conll", False, frozenset({ORIGIN}), read_conll, write_conll),
    Format("spacy", ".spacy", False, _ALL, read_docbin, write_docbin),
    Format("datasets", ".parquet", False, _ALL, read_datasets, write_datasets),
    Format("gold", ".json", True, _ALL - {SCORES, ORIGIN}, read_gold_files, write_gold_files),
)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({one.name: one for one in _FORMATS})
_SUFFIXES: Final = {one.suffix: one for one in _FORMATS if one.suffix != ".json"} | dict.fromkeys((".bio", ".bioes", ".bmes"), FORMATS["conll"])


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        ConversionError: there is none.
    """
    if name not in FORMATS:
        raise ConversionError(name, "", f"no format of that name: use one of {', '.join(FORMATS)}")
    return FORMATS[name]


def format_of(path: AnyPath) -> Format | None:
    """The format of a file or folder, by suffix and, for .json, by its first character; None for marked texts (.txt).

    Raises:
        ConversionError: there is no such path, or it is of no known format.
    """
    path = Path(path)
    if path.is_dir():
        for suffix in (".ann", ".parquet", ".json"):
            first = next(iter(sorted(path.glob(f"*{suffix}"))), None)
            if first is not None:
                return format_of(first)
        if next(path.rglob("*.txt"), None) is not None:
            return None
        raise ConversionError(path, "", "expected a folder of .ann, .parquet, .json or marked .txt files, found none")
    if not path.is_file():
        raise ConversionError(path, "", "no such file or folder: check the path")
    suffix = path.suffix.lower()
    if suffix == ".txt":
        return None
    if suffix == ".json":
        with path.open("rb") as file:
            return FORMATS["label-studio" if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else "gold"]
    if suffix not in _SUFFIXES:
        raise ConversionError(path, "", f"no format ends in {suffix!r}: use one of {' '.join(_SUFFIXES)} .json .txt")
    return _SUFFIXES[suffix]
