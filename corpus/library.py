"""The reports written for this project: where they lie and how they are split.

A split is a set of writers, never of sentences: what the test writer's styles look like, no training report shows.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .errors import ReadError
from .read import SUFFIXES, read
from .readers.txt import decode

REPORTS: Final = Path(__file__).parent / "reports"
SAMPLES: Final = Path(__file__).parent / "samples"
SPLITS: Final = {
    "train": (*"abcdehijlmnopqrstuvwxyz", "aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "jj", "kk", "ll", "mm", "nn", "oo"),
    "dev": ("f",),
    "test": ("g", "k", "pp", "qq"),
}


def read_texts(folder: Path) -> Iterator[str]:
    """The texts below a folder: readable reports, and plain or xz-compressed text."""
    for path in sorted(p for p in folder.rglob("*") if is_text(p)):
        yield read_plain(path) if is_plain(path) else read(path).text


def is_text(path: Path) -> bool:
    """Whether it is a file that `read_plain` or `read` takes."""
    return path.is_file() and (is_plain(path) or path.suffix.lower() in SUFFIXES)


def is_plain(path: Path) -> bool:
    """Whether a file's name is that of text without any layout, .txt or .txt.xz."""
    return path.name.lower().endswith((".txt", ".txt.xz"))


def read_plain(path: Path) -> str:
    """A plain or xz-compressed text exactly as decoded, whatever its size: no outline is made of it.

    Raises:
        ReadError: it is no text, or no xz archive; the message begins with the path.
    """
    try:
        data = path.read_bytes()
        return decode(lzma.decompress(data) if path.suffix.lower() == ".xz" else data)
    except lzma.LZMAError as error:
        raise ReadError("corrupt", f"{path}: no xz archive: {error}") from error
    except ReadError as error:
        raise ReadError(error.kind, f"{path}: {error.message}") from error


def written(split: str) -> list[Path]:
    """The marked reports of a split, or of one writer of `train` by letter, in a fixed order.

    Raises:
        KeyError: there is no such split or writer.
    """
    if split in SPLITS["train"]:
        return sorted((REPORTS / split).rglob("*.txt"))
    if split not in SPLITS:
        raise KeyError(f"no split {split!r}; there are {', '.join(SPLITS)}, and the writers {', '.join(SPLITS['train'])} of train")
    return sorted(path for writer in SPLITS[split] for path in (REPORTS / writer).rglob("*.txt"))


def expand(names: Iterable[str | Path]) -> list[Path]:
    """Paths as they are, and for `@train`, `@dev`, `@test` the marked reports of that split.

    Raises:
        ValueError: there is no such split.
    """
    paths: list[Path] = []
    for name in map(str, names):
        if name.startswith("@") and name[1:] not in SPLITS:
            raise ValueError(f"no split {name}; there are {', '.join('@' + split for split in SPLITS)}")
        paths += written(name[1:]) if name.startswith("@") else [Path(name)]
    return paths
