"""What the words around a name say about where in the classification it stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from .index import index
from .words import loose, plain, take_apart

_NUMBER: Final = re.compile(r"(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\(?\d{1,2}[.、)])")
_ECONOMIC: Final = re.compile("经济分类|人员经费|公用经费|工资福利|基本支出")
_FUNCTION: Final = re.compile("功能分类|支出决算具体情况|支出具体情况|按功能")
_LEAST: Final = 4  # characters of a 款 that is looked for within a sentence


@lru_cache(maxsize=4096)
def near(words: str) -> tuple[str, ...]:
    """The prefixes of code that words speak for; empty where they say nothing.

    A functional code speaks for its 款, any other for its classification; a name of a 类 or 款 speaks for itself, also within
    a heading or sentence; 人员经费 and the like speak for the economic classification.
    """
    if words.isdigit():
        return (words[: 5 if words[0] == "2" else 1],)
    text = _NUMBER.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", words)), count=1)
    prefix = _named(text)
    if prefix:
        return (prefix,)
    if _ECONOMIC.search(text):
        return ("3",)
    return ("2",) if _FUNCTION.search(text) else ()


def _named(text: str) -> str:
    """The code of the 类 or 款 that a text is, begins with, or names."""
    table, parts = index(), take_apart(text)
    for end in range(min(3, len(parts.parts)), 0, -1):
        key = plain("".join(parts.parts[:end]))
        for keys, word in ((table.exact, key), (table.loose, loose(key))):
            codes = [code for code in keys.get(word, ()) if code[0] == "2"]
            if codes and len({code[:5] for code in codes}) == 1:
                return min(codes, key=len)[:5]
    free = loose(plain(text))
    inside = [words for words in _groups() if words in free]
    return _groups()[max(inside, key=lambda w: (free.rfind(w) + len(w), len(w)))] if inside else ""


@lru_cache(maxsize=1)
def _groups() -> dict[str, str]:
    """Loose names of 类 and 款 that are long enough to mean themselves wherever they stand."""
    table = index()
    groups = {}
    for words, codes in table.loose.items():
        own = {code for code in codes if len(code) < 7 and code[0] == "2"}
        if len(words) >= _LEAST and len({code[:5] for code in codes}) == 1 and own:
            groups[words] = own.pop()
    return groups
