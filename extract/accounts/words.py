"""The name of an account taken apart: what of it is words, what marks, what a code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LEVELS: Final = {"类": 1, "款": 2, "项": 3}
_NOISE: Final = re.compile(r"[\s“”\"'‘’「」《》〈〉()\[\]【】〔〕、,.:;·\-—–→>/\\|]")
_MARK: Final = re.compile(r"[(\[【〔](\d{0,7})([类款项])级?(?:科目)?(\d{0,7})[)\]】〕]?")
_CODE: Final = r"[(\[【〔]?([1-5]\d{2}(?:[-.]?\d{2}){0,2})[)\]】〕]?"
_CODE_FIRST: Final = re.compile(rf"{_CODE}(?!\d|年|[.]\d)[-—、.:]?")
_CODE_LAST: Final = re.compile(rf"(?<!\d)[-—、:]?{_CODE}\Z")
_SEPARATOR: Final = re.compile(r"[-—–→>/\\|]+")
_NUMBER: Final = re.compile(r"\d{2,7}")  # of a level: 02公安（款）
_BARE_MARK: Final = re.compile(r"(?<![专贷存事条])([类款项])\Z")
_BARE: Final = re.compile("支出|[类款]|项(?!目)")
_GOVERNMENT: Final = re.compile(r"全[国省市州盟县区旗镇乡]|[省市州盟县区旗镇乡]本?级|[省市州县区]直|全?自治区本?级?|中央本?级")
_EMPTY: Final = frozenset({"", "支出", "科目", "预算支出"})  # what is left of 一般公共服务（类）支出 behind its mark


@dataclass(frozen=True, slots=True)
class Words:
    """A name taken apart.

    `parts` are its words in the order written, as marks and separators divide them; `level` is what the
    mark at its end says (1 for 类, 2 for 款, 3 for 项); `code` is the code written with it; `government` is the level of government before it
    (全市, 市本级), which is part of the subject and not of the heading.
    """

    parts: tuple[str, ...]
    level: int | None = None
    code: str | None = None
    government: str = ""

    @property
    def text(self) -> str:
        return "".join(self.parts)


@lru_cache(maxsize=4096)
def take_apart(name: str) -> Words:
    """Words, marks and code of a name as a report writes it."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    head = _GOVERNMENT.match(text)
    text = text[head.end() :] if head else text
    code, text = _code_of(text)
    marks = list(_MARK.finditer(text))
    last = marks[-1][2] if marks and plain(text[marks[-1].end() :]) in _EMPTY else None
    if last is None and (bare := _BARE_MARK.search(text)):
        last = bare[1]
    numbers = code or ""
    parts = []
    for piece in _SEPARATOR.split(_MARK.sub(r"-\1\3-", text)):
        numbers += "".join(_NUMBER.findall(piece))
        words = _NUMBER.sub("", piece)
        if words and not (marks and plain(words) in _EMPTY):
            parts.append(words)
    code = numbers if len(numbers) in (3, 5, 7) else code
    return Words(tuple(parts), _LEVELS[last] if last else None, code, head[0] if head else "")


def _code_of(text: str) -> tuple[str | None, str]:
    first, last = _CODE_FIRST.match(text), _CODE_LAST.search(text)
    if first:
        return re.sub(r"\D", "", first[1]), text[first.end() :]
    if last:
        return re.sub(r"\D", "", last[1]), text[: last.start()]
    return None, text


def plain(text: str) -> str:
    """Words without width, blanks, brackets, quotation marks and separators; marks have to be gone already."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def loose(words: str) -> str:
    """What is left of plain words when 支出 and bare marks, which reports add and drop, are put away, and 和 与 及 are one."""
    return _BARE.sub("", words).replace("与", "和").replace("及", "和")
