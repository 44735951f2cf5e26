"""The reports written for this project: where they lie and how they are split.

A split is a set of writers, never of sentences: what the test writer's styles look like, no training report shows.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .read import SUFFIXES, read

REPORTS: Final = Path(__file__).parent / "reports"
SAMPLES: Final = Path(__file__).parent / "samples"
SPLITS: Final = {"train": ("a", "b", "c", "d", "e", "h", "j"), "dev": ("f",), "test": ("g", "k")}


def read_texts(folder: Path) -> Iterator[str]:
    """The texts below a folder: readable reports, and plain or xz-compressed UTF-8 text."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.name.endswith(".txt.xz"):
            yield lzma.decompress(path.read_bytes()).decode("utf-8")
        elif path.suffix.lower() in SUFFIXES:
            yield read(path).text


def written(split: str) -> list[Path]:
    """The marked reports of a split, in a fixed order.

    Raises:
        KeyError: the split is none of train, dev and test.
    """
    if split not in SPLITS:
        raise KeyError(f"no split {split!r}; there are {', '.join(SPLITS)}")
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
