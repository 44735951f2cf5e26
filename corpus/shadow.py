"""The text as a model reads it, beside the text that offsets point into.

The shadow has one canonical form for every character (see `fold`), no spaces inside figures and words, no soft line
breaks, no tables, and one `\\n` for each end of a paragraph. An offset map leads back to the source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from .breaks import soft_breaks
from .document import Document
from .fold import CJK, DIGIT, NEWLINE, SPACE, ZERO_WIDTH, classes, codes_of, fold, text_of

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

_LETTER_SPACED: Final = re.compile(r"^[ \t]*[\u4e00-\u9fff](?:[ \t]+[\u4e00-\u9fff]){1,15}[ \t]*$", re.M)
_BOOKMARK: Final = re.compile(r"\[bookmark: [^\]\n]{1,40}\]")  # left by a converter of Word files
# `7,611. 55万元` and `18, 928.19`, but not the list mark of `10. 50万元以上设备`.
_SPLIT_FIGURE: Final = re.compile(r"(?<=\d,)[ \t]+(?=\d{3}\.\d)|(?:(?<=[^\s\d.,]\d\.)|(?<=[^\n]\d\d\.))[ \t]+(?=\d+ ?(?:万|亿|元|%))")
# `132, 746万元`; in 分别为300, 200万元 these are two.
_SPLIT_THOUSANDS: Final = re.compile(r"(?<![\d.,])(?<!分别)(?<!分别为)\d{1,3}(?:,[ \t]*\d{3})+(?=[ \t]?[万亿]?元)")
# 总预算8 316万元, 总预算 8 316 万元: thousands grouped by spaces.
_SPACED_FIGURE: Final = re.compile(r"(?:(?<=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff] ))\d{1,3}(?: \d{3})+(?:\.\d+)?(?= ?[万亿]?元)")
_GROUPED: Final = re.compile(r"(?<!\d)\d{1,3}(?:，\d{3})+\.\d")


@dataclass(frozen=True, slots=True, eq=False)
class Shadow:
    """A shadow text; `offsets[i]`, strictly increasing, is the index in the source of `text[i]`."""

    text: str
    offsets: Ints

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source range from the first to the last of the shadow's characters [start, end).

        Raises:
            ValueError: the range is empty or not inside the shadow.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"expected 0 <= start < end <= {len(self.text)}, got [{start}, {end})")
        return int(self.offsets[start]), int(self.offsets[end - 1]) + 1

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The shadow range of the characters that lie in the source range [start, end); empty where none is left."""
        first, last = self.offsets.searchsorted((start, end))
        return int(first), int(last)


def shadow_of(source: Document | str, tables: Sequence[tuple[int, int]] = (), pages: Sequence[int] = ()) -> Shadow:
    """The shadow of a document, or of a text with the ranges of its tables and the starts of its pages, both sorted."""
    if isinstance(source, Document):
        return _shadow(source.text, source.tables, source.pages)
    return _shadow(source, tuple(tables), tuple(pages))


@lru_cache(maxsize=2)  # reading a report asks for it, and so does what comes behind
def _shadow(text: str, tables: tuple[tuple[int, int], ...], pages: tuple[int, ...]) -> Shadow:
    folded = fold(text)
    codes = codes_of(folded)
    keep = codes != ord(ZERO_WIDTH)
    for start, end in tables:
        keep[start:end] = False
    for start, end, space in soft_breaks(folded, tables, pages):
        keep[start:end] = False
        if space is not None:
            keep[space] = True
            codes[space] = ord(" ")
    for artefact in _BOOKMARK.finditer(folded):
        keep[artefact.start() : artefact.end()] = False
    offsets = np.flatnonzero(keep)
    codes, offsets = _close_spaces(codes[offsets], offsets)
    codes, offsets = _close_lines(codes, offsets)
    _fold_commas(codes, offsets, text)
    return Shadow(text_of(codes), offsets)


def _close_spaces(codes: Codes, offsets: Ints) -> tuple[Codes, Ints]:
    """Drop the spaces that stand inside words and figures or at a line's edge; one stays between columns and words."""
    kinds = classes(codes)
    space = np.concatenate(([False], kinds == SPACE, [False]))
    starts = np.flatnonzero(space[1:] & ~space[:-1])
    ends = np.flatnonzero(~space[1:] & space[:-1])
    if not len(starts):
        return codes, offsets
    padded_kinds = np.concatenate(([NEWLINE], kinds, [NEWLINE]))
    padded = np.concatenate((codes[:1], codes, codes[-1:]))
    before, after = padded_kinds[starts], padded_kinds[ends + 1]
    following = padded[ends + 1]
    tabs = np.concatenate(([0], np.cumsum(codes == ord("\t"))))
    wide = (ends - starts > 1) | (tabs[ends] > tabs[starts])
    at_edge = (before == NEWLINE) | (after == NEWLINE)
    percent = np.isin(following, [ord(c) for c in "%‰"])
    unit = (before == DIGIT) & (percent | np.isin(following, [ord(c) for c in "万亿元"]))
    stays = ~at_edge & ~unit & (wide | ((before != CJK) & (after != CJK) & ~percent))
    keep = ~space[1:-1]
    keep[starts[stays]] = True
    codes = codes.copy()
    codes[starts[stays]] = ord(" ")
    text = text_of(np.where(kinds == SPACE, np.uint32(ord(" ")), codes))
    for pattern in (_LETTER_SPACED, _SPLIT_FIGURE, _SPLIT_THOUSANDS, _SPACED_FIGURE):
        for match in pattern.finditer(text):
            keep[match.start() : match.end()] &= kinds[match.start() : match.end()] != SPACE
    return codes[keep], offsets[keep]


def _close_lines(codes: Codes, offsets: Ints) -> tuple[Codes, Ints]:
    """Keep one line end of every run of them, and none at the head of the text."""
    newline = codes == ord("\n")
    repeated = newline & np.concatenate(([True], newline[:-1]))[: len(newline)]
    return codes[~repeated], offsets[~repeated]


def _fold_commas(codes: Codes, offsets: Ints, source: str) -> None:
    """Fold commas and colons in place: ASCII inside figures (and before the slashes of an address), else Chinese."""
    digit = np.concatenate(([False], (codes >= ord("0")) & (codes <= ord("9")), [False]))
    between = digit[:-2] & digit[2:]
    ascii_comma, wide_comma = codes == ord(","), codes == ord("，")
    ascii_colon, wide_colon = codes == ord(":"), codes == ord("：")
    address = np.concatenate((codes[1:] == ord("/"), [False]))[: len(codes)]
    codes[ascii_comma & ~between] = ord("，")
    codes[ascii_colon & ~between & ~address] = ord("：")
    codes[wide_colon & between] = ord(":")
    typed = np.flatnonzero(wide_comma & between)
    if not len(typed):
        return
    # A full-width comma between digits separates figures unless the digits are full-width too, or it groups thousands.
    for at in typed.tolist():
        if not source[offsets[at - 1]].isascii() and not source[offsets[at + 1]].isascii():
            codes[at] = ord(",")
    for match in _GROUPED.finditer(text_of(codes)):
        inside = codes[match.start() : match.end()]
        inside[inside == ord("，")] = ord(",")
