"""Unlabeled text as pre-training draws it: pools of lines, each with the share that an epoch reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..corpus.errors import ReadError
from ..corpus.library import is_plain, is_text, read_plain
from ..corpus.read import read
from ..corpus.shadow import shadow_of


@dataclass(frozen=True, slots=True)
class Pool:
    """Lines of like register, and the share of them drawn in each epoch."""

    lines: list[str]
    share: float

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Other lines every time, each as a reader shows it to the model (`corpus.shadow`)."""
        chosen = rng.permutation(len(self.lines))[: int(len(self.lines) * self.share)]
        return [shadow_of(self.lines[number]).text for number in chosen]


def read_pools(folder: Path, texts: Mapping[str, float], say: Callable[[str], None]) -> list[Pool]:
    """A pool for each glob; a file belongs to the first that fits. What cannot be read is said and left out.

    Raises:
        ValueError: there is no such folder.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder: expected one with .txt, .txt.xz, .html, .docx or .pdf files")
    pools, taken = [], set[Path]()
    for pattern, share in texts.items():
        lines: list[str] = []
        for path in sorted(path for path in folder.glob(pattern) if is_text(path) and path not in taken):
            taken.add(path)
            try:
                lines += (line for line in _text(path).splitlines() if line.strip())
            except ReadError as error:
                say(f"left out: {error}")
        pools.append(Pool(lines, share))
    return pools


def _text(path: Path) -> str:
    # Only a report's layout tells which of its line ends are paragraph ends; in plain text each is one.
    return read_plain(path) if is_plain(path) else shadow_of(read(path)).text
