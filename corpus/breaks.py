"""Line ends that end no paragraph: where a text was wrapped to a width, or a page ended inside a sentence.

A reader of PDF gives one line for every line on paper, and text copied from PDFs looks the same; ordinary text holds a
paragraph a line. A break counts as soft only if its surroundings look wrapped (lines near one common width that carry
punctuation, this one among them) or if it plainly cuts a figure, a bracket or a clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .fold import CJK, LATIN, ZERO_WIDTH, classes, codes_of
from .markers import MARK

Ints = npt.NDArray[np.int64]

_WINDOW: Final = 25  # lines looked at around a line
_LONG: Final = 30  # columns from which a line can be a wrapped one (an ideograph has two)
_WIDEST: Final = 200  # no paper is wider
_PROSE: Final = 16  # columns from which a line can hold a cut figure or clause; table cells are shorter
_HEADING: Final = 40  # characters of a heading at most
_FINAL: Final = frozenset("。；！？：;:!?")
_CLOSERS: Final = frozenset("”’』」）】》\"'")
_OPENERS: Final = frozenset("（“《")
_NO_START: Final = frozenset("，。、；：！？）”’》】%‰,")
_PAGE_NUMBER: Final = re.compile(
    r"\s*(?:[-—·~]+\s*\d{1,4}\s*[-—·~]+|第\s*\d{1,4}\s*页(?:[\s,，/|]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d{1,4})\s*\Z",
    re.I,
)
_BARE_NUMBER: Final = re.compile(r"\s*\d{1,4}\s*\Z")
_UNIT: Final = re.compile(r"(?:[余多])?(?:[万亿千百]{1,2}元?|元|%|个百分点|年)")
# A figure at a line's end that says no unit, and what the next line must begin with to go on with it.
_CUT_FIGURE: Final = re.compile(r"[\u4e00-\u9fff“”（）：，、\-][ \-]?[\d.,]*\d[万亿]?\Z")
_CUT_DECIMAL: Final = re.compile(r"[\u4e00-\u9fff“”（）：，、\-][ \-]?[\d.,]*\d[.,]\Z")
_FIGURE_GOES_ON: Final = re.compile(r"[\d.,]*\d ?(?:[万亿]?元|[万亿%])")
# 一般公共服务支出（类）…（款）…（项）: a path that has not come to its 项.
_CUT_PATH: Final = re.compile(r"（[类款]）[^（）。；，]+\Z")
_PATH_GOES_ON: Final = re.compile(r"[^（）。；，]{0,24}（[款项]）")
_SENTENCES: Final = re.compile(r"[。；]|\d ?[万亿元%]")
_TOKEN: Final = re.compile(r"[0-9A-Za-z.,%+-]+|.[，。、；：！？）”’》】]*", re.S)


class Join(NamedTuple):
    """A soft break: the range that falls away, and the index in it that stands for a space between Latin words."""

    start: int
    end: int
    space: int | None


class _Lines:
    """The lines of a folded text with their widths in columns; rows of the arrays are lines that are not blank."""

    def __init__(self, folded: str) -> None:
        codes = codes_of(folded)
        kinds = classes(codes)
        newlines = np.flatnonzero(codes == ord("\n"))
        starts = np.concatenate(([0], newlines + 1))
        ends = np.concatenate((newlines, [len(codes)]))
        hidden = codes == ord(ZERO_WIDTH)
        inked = np.flatnonzero((codes != ord(" ")) & (codes != ord("\t")) & (codes != ord("\n")) & ~hidden)
        lower, upper = np.searchsorted(inked, starts), np.searchsorted(inked, ends)
        rows = np.flatnonzero(upper > lower)
        widths = np.where(kinds == CJK, 2, 1)
        widths[hidden] = 0
        columns = np.concatenate(([0], np.cumsum(widths)))
        self.folded = folded
        self.kinds = kinds
        self.number: Ints = rows  # of the line, blank ones counted
        self.first: Ints = inked[lower[rows]]
        self.last: Ints = inked[upper[rows] - 1]
        self.right: Ints = columns[self.last + 1] - columns[starts[rows]]
        self.even: Ints = 2 * (self.last + 1 - starts[rows])  # the same, were all characters as wide as an ideograph
        self.lead: Ints = columns[self.first] - columns[starts[rows]]
        marks = np.isin(codes, [ord(c) for c in "，。；、：,;"])
        counts = np.concatenate(([0], np.cumsum(marks)))
        self.punctuated = counts[self.last + 1] > counts[self.first]

    def __len__(self) -> int:
        return len(self.first)

    def text(self, row: int) -> str:
        return self.folded[self.first[row] : self.last[row] + 1]

    def within(self, ranges: Sequence[tuple[int, int]]) -> npt.NDArray[np.bool_]:
        """Which lines begin inside one of the sorted ranges."""
        inside = np.zeros(len(self), np.bool_)
        for start, end in ranges:
            inside[np.searchsorted(self.first, start) : np.searchsorted(self.first, end)] = True
        return inside


def soft_breaks(folded: str, tables: Sequence[tuple[int, int]] = (), pages: Sequence[int] = ()) -> list[Join]:
    """The soft breaks of a folded text, in order. Lines of `tables` (sorted ranges) are never joined to anything."""
    lines = _Lines(folded)
    if len(lines) < 2:
        return []
    barred = lines.within(tables)
    furniture = _furniture(lines, pages)
    page: Ints = np.searchsorted(np.asarray(pages, np.int64), lines.first, side="right")
    long = np.flatnonzero((lines.right >= _LONG) & ~barred & ~furniture)
    wrap, even, indent = _layout(lines, long)
    _add_bare_numbers(lines, furniture, wrap)
    joins: list[Join] = []
    for row in np.flatnonzero(~barred & ~furniture).tolist():
        if _ends_sentence(folded, int(lines.last[row])):
            continue
        follower = _next_row(lines, row, furniture, page)
        if follower is None or barred[follower]:
            continue
        if _is_soft(lines, row, follower, (int(wrap[row]), int(even[row])), int(indent[row])):
            joins.append(_join(lines, row, follower))
    return joins


def _ends_sentence(folded: str, last: int) -> bool:
    """Whether the line that ends at `last` ends a sentence, be it with a remark in brackets behind the full stop."""
    if folded[last] == "）":
        opening = folded.rfind("（", max(0, last - 40), last)
        if opening > 0 and folded[opening - 1] in _FINAL:
            return True
    while last > 0 and folded[last] in _CLOSERS:
        last -= 1
    return folded[last] in _FINAL


def _furniture(lines: _Lines, pages: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which lines are page numbers, or heads and feet that come back on page after page."""
    found = np.zeros(len(lines), np.bool_)
    for row in np.flatnonzero(lines.last - lines.first < 20).tolist():
        if _PAGE_NUMBER.match(lines.text(row)):
            found[row] = True
    if not pages:
        return found
    edges: list[int] = []
    bounds = np.searchsorted(lines.first, [*pages, len(lines.folded) + 1]).tolist()
    for begin, end in pairwise(bounds):
        edges += sorted({*range(begin, min(begin + 2, end)), *range(max(begin, end - 2), end)})
    shapes = {row: re.sub(r"\d+", "#", lines.text(row)) for row in edges if lines.last[row] - lines.first[row] < 80}
    counts = Counter(shapes.values())
    often = max(3, len(pages) * 0.4)
    for row, shape in shapes.items():
        if counts[shape] >= often or _BARE_NUMBER.match(lines.text(row)):
            found[row] = True
    return found


def _add_bare_numbers(lines: _Lines, furniture: npt.NDArray[np.bool_], wrap: Ints) -> None:
    """Mark the page numbers without dashes: a small number alone on the line behind a full line."""
    full = (wrap > 0) & (lines.right >= wrap - 4)
    for row in (np.flatnonzero(full[:-1] & (lines.last - lines.first < 4)[1:]) + 1).tolist():
        if _BARE_NUMBER.match(lines.text(row)):
            furniture[row] = True


def _layout(lines: _Lines, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """For every line the width that its surroundings are wrapped to (0: not wrapped), the same in characters twice over, and their left margin."""
    wrap, even, indent = (np.zeros(len(lines), np.int64) for _ in range(3))
    if len(rows) < 3:
        return wrap, even, indent
    half = _WINDOW // 2
    window = np.arange(len(rows))[:, None] + np.arange(-half, half + 1)[None, :]
    around = np.clip(window, 0, len(rows) - 1)
    inside = window == around
    prose = (lines.punctuated[rows][around] & inside).sum(axis=1) >= 0.5 * inside.sum(axis=1)
    for found, edges in ((wrap, lines.right), (even, lines.even)):
        found[rows] = np.where(prose, _wrapped_to(np.where(inside, edges[rows][around], 0), inside), 0)
    # Where every line around begins a paragraph, only the rest of the document shows the margin.
    margin = np.percentile(lines.lead[rows], 10)
    indent[rows] = np.minimum(np.where(inside, lines.lead[rows][around], _WIDEST).min(axis=1), margin)
    return wrap, even, indent


def _wrapped_to(widths: Ints, inside: npt.NDArray[np.bool_]) -> Ints:
    """The width that each row of widths is wrapped to (0: not wrapped); where `inside` is false there is no line."""
    count = inside.sum(axis=1)
    # The width that one line in ten exceeds at most: rows of `widths` are padded with zeros, which sort to the front.
    ranks = np.sort(widths, axis=1)
    top = np.maximum(0, _WINDOW - 1 - count // 10)
    widest = ranks[np.arange(len(widths)), top]
    near = ((np.abs(widths - widest[:, None]) <= 8) & inside).sum(axis=1)
    wrapped: Ints = np.where((near >= 3) & (near >= 0.4 * count) & (widest <= _WIDEST), widest, 0)
    return wrapped


def _next_row(lines: _Lines, row: int, furniture: npt.NDArray[np.bool_], page: Ints) -> int | None:
    """The line that may continue this one: the next, or the first behind a page's foot and head."""
    follower = row + 1
    while follower < len(lines) and furniture[follower] and follower - row < 6:
        follower += 1
    if follower >= len(lines) or furniture[follower]:
        return None
    adjacent = lines.number[follower] - lines.number[row] == 1
    crossing = follower > row + 1 or page[follower] != page[row]
    return follower if adjacent or crossing else None


def _is_soft(lines: _Lines, row: int, follower: int, wraps: tuple[int, int], indent: int) -> bool:
    folded = lines.folded
    start = int(lines.first[follower])
    head = folded[start]
    right = int(lines.right[row])
    if head in _NO_START or folded[lines.last[row]] in _OPENERS:
        return True
    if MARK.match(folded, start):
        return False
    if right < _PROSE:
        return False
    if _is_cut(lines.text(row), folded[start : int(lines.last[follower]) + 1]):
        return True
    if int(lines.lead[follower]) >= min(indent, int(lines.lead[row])) + 2:  # two spaces, ideographic or not
        return False
    if _is_open(lines, row) and lines.punctuated[follower]:
        return True
    token = _TOKEN.match(folded, start)
    assert token is not None  # the line is not blank
    columns = sum(1 if c.isascii() else 2 for c in token[0])
    ends = ((right, columns, wraps[0]), (int(lines.even[row]), 2 * len(token[0]), wraps[1]))
    return any(wrap and end <= wrap + 4 and end + min(token_size, 24) >= wrap - 4 for end, token_size, wrap in ends)


def _is_open(lines: _Lines, row: int) -> bool:
    """Whether a line that ends no sentence is prose all the same, and not a heading: then its sentence goes on."""
    line = lines.text(row)
    clause = re.split(r"[。；！？]", line)[-1]
    if MARK.match(clause) and len(clause) <= _HEADING:
        return False
    return bool(_SENTENCES.search(line)) or (int(lines.right[row]) >= 60 and "，" in line)


def _is_cut(line: str, following: str) -> bool:
    """Whether a line plainly stops in the middle of something that the following one ends."""
    last = line[-1]
    if last in "，、" or (last == "," and following[0] not in "0123456789"):
        return True
    tail = line[-24:]
    if _CUT_DECIMAL.search(tail) and following[0].isdigit():
        return True
    if _CUT_FIGURE.search(tail) and (_UNIT.match(following) or _FIGURE_GOES_ON.match(following)):
        return True
    if _CUT_PATH.search(line) and _PATH_GOES_ON.match(following):
        return True
    for opening, closing in ("（）", "“”", "《》"):
        if line.rfind(opening) > line.rfind(closing):
            end = following.find(closing)
            if end >= 0 and opening not in following[:end]:
                return True
    return False


def _join(lines: _Lines, row: int, follower: int) -> Join:
    start, end = int(lines.last[row]) + 1, int(lines.first[follower])
    words = lines.kinds[start - 1] == LATIN and lines.kinds[end] == LATIN
    return Join(start, end, start if words else None)
