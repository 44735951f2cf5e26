"""The outline of a report: headings with what stands under them, and sentences.

Both are found in the shadow, where brackets and digits have one form, letter spacing is closed up and a line is a
paragraph; the offsets given are those of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from .document import Range, Section
from .markers import Mark, mark_at
from .shadow import Shadow

_CONTENTS: Final = re.compile(r"目录[：:]?\Z")
_STOP: Final = re.compile(r"[。：；？！]")
_TRAILING: Final = "。：:；？！，、 "
_LEADER: Final = re.compile(r"(?:[\s.…·]{2,}|\s)\d{1,3}\Z")
_FIGURE: Final = re.compile(r"\d\s*(?:[万亿元%]|个百分点)|[为计]\s*\d")
_PART_NAME: Final = re.compile(r"^(第.{1,6}?(?:部分|章|节|篇))[？：\s]*(?=\S)")
_ITEM_PATH: Final = re.compile(r"（[类款项]）")
_SENTENCE: Final = re.compile(r"[^\n。！？；]*(?:[。！？；]+[”’」』）】》]*|(?=\n)|\Z)")

_MAX_HEADING: Final = 40
_MAX_RUN_IN: Final = 30  # of a heading with a comma in it that its text follows on the same line
_MAX_ITEM_PATH: Final = 70  # 一般公共服务支出（类）…（款）…（项） is long without being prose
_MAX_ENTRY: Final = 60  # of a line in a table of contents


@dataclass(slots=True)
class _Head:
    """A numbered paragraph, or the word 目录. `end` is None where the paragraph is text and not a heading."""

    start: int
    end: int | None
    level: int
    mark: Mark | None


@dataclass(slots=True)
class _Open:
    head: _Head
    children: list[Section] = field(default_factory=list)


def sentences(shadow: Shadow) -> tuple[Range, ...]:
    """The sentences of a text in order, as source ranges without white space at either end."""
    text = shadow.text
    bounds: list[Range] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start] == " ":
            start += 1
        while start < end and text[end - 1] == " ":
            end -= 1
        if start < end:
            bounds.append((start, end))
    if not bounds:
        return ()
    array = np.asarray(bounds, np.int64)
    firsts, lasts = shadow.offsets[array[:, 0]], shadow.offsets[array[:, 1] - 1] + 1
    return tuple(zip(firsts.tolist(), lasts.tolist(), strict=True))


def sections(shadow: Shadow, length: int) -> tuple[Section, ...]:
    """The tree of sections of a text of `length` characters."""
    heads = _promote(list(_heads(shadow.text)))
    return _tree(_with_contents(heads, shadow.text), shadow, length)


def _paragraphs(text: str, start: int = 0) -> Iterator[Range]:
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            yield start, end
        start = end + 1


def _heads(text: str) -> Iterator[_Head]:
    for start, end in _paragraphs(text):
        mark = mark_at(text, start, end)
        if mark is not None:
            heading_end = _heading_end(text, start, end, mark)
            if heading_end == end - 1 and text[heading_end] == "。" and not _has_body(text, end, mark):
                heading_end = None  # one sentence with nothing under it: an item of a list
            yield _Head(start, heading_end, mark.level, mark)
        elif end - start <= 4 and _CONTENTS.match(text, start, end):
            yield _Head(start, end, 1, None)


def _heading_end(text: str, start: int, end: int, mark: Mark) -> int | None:
    """Where the heading that begins a marked paragraph ends; None where the paragraph is numbered text."""
    begin = start + mark.length
    stop = _STOP.search(text, begin, end)
    close = stop.start() if stop else end
    if not text[begin:close].strip(_TRAILING):
        return _after_bare_part(text, start, end) if mark.level == 1 else None
    body = text[begin:close]
    leader = _LEADER.search(body)
    if leader and stop is None:
        body = body[: leader.start()]
    body = body.rstrip(_TRAILING)
    if _FIGURE.search(body) or (stop and stop[0] in "；！"):
        return None
    limit = _MAX_ITEM_PATH if _ITEM_PATH.search(body) else _MAX_HEADING
    runs_in = stop is not None and bool(text[stop.end() : end].strip(_TRAILING + "”’）"))
    if "，" in body and stop:
        limit = _MAX_RUN_IN if mark.level <= 3 or not runs_in else 0
    return begin + len(body) if len(body) <= limit else None


def _has_body(text: str, end: int, mark: Mark) -> bool:
    """Whether the paragraph behind a numbered one stands under it."""
    following = next(_paragraphs(text, end + 1), None)
    if following is None:
        return False
    deeper = mark_at(text, *following)
    return deeper is None or deeper.level > mark.level


def _after_bare_part(text: str, start: int, end: int) -> int:
    """The end of a heading 第一部分 whose name may stand on the next line."""
    following = next(_paragraphs(text, end + 1), None)
    if following is not None:
        first, last = following
        name = text[first:last]
        if len(name) <= _MAX_HEADING and not _STOP.search(name) and mark_at(text, first, last) is None:
            return last
    return start + len(text[start:end].rstrip(_TRAILING))


def _promote(heads: list[_Head]) -> list[_Head]:
    """Give 5、 between 四、 and 六、 the rank of 五、 (and (2) that of （二）): converters write numbers so."""
    for plain, proper, level in (("digit", "han", 2), ("digit_bracket", "han_bracket", 3)):
        last: dict[str, int] = {}
        for at, head in enumerate(heads):
            mark = head.mark
            if mark is None or mark.level < level:
                last.clear()
                continue
            if mark.style == plain and _continues(heads, at, proper, level, last, mark.number):
                mark = replace(mark, style=proper, level=level)
                heads[at] = replace(head, mark=mark, level=level)
            if mark.style == proper:
                last.clear()
            if mark.style in (plain, proper):
                last[mark.style] = mark.number
    return heads


def _continues(heads: list[_Head], at: int, proper: str, level: int, last: dict[str, int], number: int) -> bool:
    if number > 1:
        return last.get(proper) == number - 1 and last.get("digit" if level == 2 else "digit_bracket") != number - 1
    if proper in last:
        return False
    for head in heads[at + 1 :]:
        if head.mark is None or head.mark.level < level:
            return False
        if head.mark.style == proper:
            return head.mark.number == 2
    return False


def _with_contents(heads: list[_Head], text: str) -> list[tuple[_Head, int]]:
    """Each head with the rank it has in the tree: 0 for 目录, which holds its entries and ends where they repeat."""
    ranked: list[tuple[_Head, int]] = []
    at = 0
    while at < len(heads):
        head = heads[at]
        at += 1
        if head.mark is not None:
            ranked.append((head, head.level))
            continue
        end = _contents_end(text, heads, at)
        ranked.append((head, 0))
        while at < len(heads) and heads[at].start < end:
            ranked.append((heads[at], heads[at].level))
            at += 1
        ranked.append((_Head(end, None, 1, None), 0))
    return ranked


def _contents_end(text: str, heads: list[_Head], at: int) -> int:
    """Where the table of contents ends whose first entry is `heads[at]`: where that comes again, or prose begins."""
    begin = heads[at - 1].start
    first = heads[at].mark if at < len(heads) else None
    for start, end in _paragraphs(text, text.find("\n", begin) + 1 or len(text)):
        if end - start > _MAX_ENTRY or text[end - 1] in "。；":
            return start
        mark = mark_at(text, start, end)
        again = first and mark and start > heads[at].start and (mark.style, mark.number) == (first.style, first.number)
        if again or first is None:
            return start
    return len(text)


def _tree(ranked: list[tuple[_Head, int]], shadow: Shadow, length: int) -> tuple[Section, ...]:
    roots: list[Section] = []
    stack: list[tuple[_Open, int]] = []

    def close(rank: int, end: int) -> None:
        while stack and stack[-1][1] >= rank:
            done = stack.pop()[0]
            section = _section(done, shadow, end)
            (stack[-1][0].children if stack else roots).append(section)

    for head, rank in ranked:
        close(rank, int(shadow.offsets[head.start]) if head.start < len(shadow.offsets) else length)
        if head.end is not None:
            stack.append((_Open(head), rank))
    close(0, length)
    return tuple(roots)


def _section(opened: _Open, shadow: Shadow, end: int) -> Section:
    head = opened.head
    assert head.end is not None  # only headings are opened
    start, heading_end = shadow.to_source(head.start, head.end)
    heading = _PART_NAME.sub(r"\1 ", " ".join(shadow.text[head.start : head.end].split()))
    return Section(heading, head.level, start, heading_end, end, tuple(opened.children))
