"""What every reader gives, and the builder for readers that walk a tree of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..tables import is_data


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file with the start of every page and the ranges of table text (whole lines), both in order.

    `title` is what the file's own properties call it: a hint, since it is often left over from a template.
    `ocr`: the text, or that of some pages, was recognised in pictures; `unread_pages`: pages that are pictures nobody read.
    """

    text: str
    pages: tuple[int, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()
    title: str | None = None
    ocr: bool = False
    unread_pages: int = 0


@dataclass(slots=True)
class TextBuilder:
    """Collects lines and tables in document order."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    tables: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append the lines of a block, blank ones left out."""
        for line in text.split("\n"):
            if line.strip():
                self.parts.append(line + "\n")
                self.length += len(line) + 1

    def add_grid(self, rows: Sequence[Sequence[Sequence[str]]]) -> None:
        """Append a grid, rows of cells of lines: as tab-separated rows where it is a data table, else as prose."""
        if not is_data(rows):
            for row in rows:
                for lines in row:
                    self.add("\n".join(lines))
            return
        start = self.length
        for row in rows:
            self.add("\t".join(" ".join(" ".join(lines).split()) for lines in row))
        if self.length > start:
            self.tables.append((start, self.length - 1))

    def extracted(self, title: str | None = None) -> Extracted:
        """What was collected."""
        return Extracted("".join(self.parts), tables=tuple(self.tables), title=title)
