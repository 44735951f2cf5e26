"""What is a table and what is prose: by the shape of lines, and by the shape of a marked-up grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from .document import Range
from .fold import fold
from .markers import mark_at

_GAP: Final = re.compile(r"\t+| {2,}|[ \u3000]*\u3000[ \u3000]+")
_NUMBER: Final = re.compile(r"[-+±]?[\d,，.．]*\d%?\Z|[-—/]\Z")
_PROSE: Final = re.compile(r"[。；！？]|：.{20}|，.{12}")
_SHORT: Final = 24  # characters of a cell
_LONG: Final = 60
_NARRATIVE: Final = 400  # no cell of a data table says as much
_MAX_INTERLUDE: Final = 6  # lines of words between two rows of figures of one table

LineKind = Literal["row", "number", "words", "prose"]


def table_lines(text: str) -> tuple[Range, ...]:
    """The ranges of plain text whose lines look like tables: rows of cells, or cells that stand one a line."""
    spans: list[Range] = []
    cells: list[list[str]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        if content:
            spans.append((start, start + len(line.rstrip())))
            cells.append(_GAP.split(content))
        start += len(line)
    return tuple((spans[first][0], spans[last - 1][1]) for first, last in table_rows(cells))


def table_rows(lines: Sequence[Sequence[str]]) -> list[Range]:
    """The runs of lines, each given as its cells, that look like a table, as half-open ranges of line numbers."""
    kinds = [_kind(cells) for cells in lines]
    runs: list[Range] = []
    at = 0
    while at < len(kinds):
        if kinds[at] not in ("row", "number"):
            at += 1
            continue
        first, last, interlude = at, at + 1, 0
        at += 1
        while at < len(kinds) and kinds[at] != "prose" and interlude <= _MAX_INTERLUDE:
            if kinds[at] == "words":
                interlude += 1
            else:
                interlude, last = 0, at + 1
            at += 1
        at = last
        rows, numbers = kinds[first:last].count("row"), kinds[first:last].count("number")
        if rows >= 3 or (numbers >= 4 and 5 * numbers >= 2 * (last - first)):
            runs.append((first, last))
    return runs


def _kind(cells: Sequence[str]) -> LineKind:
    """What a line is: a row of a table, a bare number, a few words, or prose (headings among it)."""
    if any(len(cell) > _LONG or (len(cell) > _SHORT and _PROSE.search(cell)) for cell in cells):
        return "prose"
    if len(cells) == 1:
        if _NUMBER.match(cells[0]):
            return "number"
        marked = mark_at(fold(cells[0]))
        return "words" if len(cells[0]) <= _SHORT and not _PROSE.search(cells[0]) and not marked else "prose"
    if all(len(cell) == 1 for cell in cells):
        return "prose"  # a letter-spaced heading
    numeric = sum(bool(_NUMBER.match(cell)) for cell in cells)
    if len(cells) == 2:
        entry = mark_at(fold(cells[0])) and re.match(r"\d{1,3}\Z", cells[1])  # of a table of contents
        return "row" if numeric and not entry else "prose"
    return "row" if numeric or max(map(len, cells)) <= _SHORT else "prose"


def is_data(rows: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Whether a grid (rows of cells of lines of text) is a data table rather than a layout that holds prose."""
    cells = ["".join(lines) for row in rows for lines in row]
    filled = [cell for cell in cells if cell.strip()]
    if len(rows) < 2 or max((len(row) for row in rows), default=0) < 2 or not filled:
        return False
    if max(map(len, filled)) > _NARRATIVE:
        return False
    long = [cell for cell in filled if len(cell) > _LONG]
    return len(filled) - len(long) >= 6 or sum(map(len, long)) < 0.5 * sum(map(len, filled))
