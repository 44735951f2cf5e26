"""Good input made bad: bytes, texts and JSON values changed at random places, and texts put together from what breaks things."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
_NASTY: Final = (0, 255, *b"<>&0 9{}[]/\"',:\n")
_VALUES: Final = (
    *(None, True, False, 0, -1, 1, 7, 10**9, 2**63, 10**400, 0.5, -0.5, 1e308, 1e400, float("nan")),
    *("", "0", "1e999999999", "-1", "NaN", "Infinity", "字", "\0", "a/b", "..", "=1+1", "\ud800", "\u202e", "字" * 300),
    *([], {}, [[]], [None], [0, 1], {"": None}),
)

# What reports are made of, and what breaks readers of reports.
_PIECES: Final = (
    *(
        "公务接待费支出",
        "“三公”经费",
        "基本支出",
        "行政运行（项）",
        "一般公共服务支出（类）",
        "2080505",
        "“智慧县城”项目",
        "绿道工程（二期）",
        "其他",
    ),
    *(
        "支出",
        "收入",
        "决算为",
        "决算数",
        "年初预算",
        "预算为",
        "完成预算的",
        "比上年",
        "减少",
        "增加",
        "占",
        "其中：",
        "其余",
        "合计",
        "分别为",
        "和",
        "的",
    ),
    *("新建步道12公里", "受益3至5个村", "满意度达98%以上", "获得第一名", "第十", "名", "位列全省前三", "连续", "年", "零", "为零"),
    *("4.50万元", "18,928.19万元", "0", "90.00%", "１２．５％", "百分之", "百分之五", "5.85个亿", "2021年", "2021年度部门决算", "上年", "二〇二一"),
    *"0123456789.,，%％‰+-－−=@万亿十百千两点个余多来元几第至~—",
    *"。；：！？、（）()[]【】《》“”{}|<>&\"'\\/#*",
    *("\n", "\n\n", "\r\n", "\r", "\t", " ", "\u3000", "\f", "\v", "\x85", "\u2028", "\u00a0", "\u200b", "\ufeff", "\u202e", "\x00", "\x1b"),
    *(
        "一、",
        "（一）",
        "1.",
        "(1)",
        "一是",
        "…………5",
        "٣",
        "²",
        "½",
        "Ⅳ",
        "㎡",
        "𠮷",
        "😀",
        "e\u0301",
        "א",
        "<b>",
        "<table><tr><td>",
        "&#0;",
        "---\n",
    ),
)
PIECES: Final = st.sampled_from(_PIECES)


def attempt(act: Callable[[], T], *errors: type[Exception]) -> T | Exception:
    """What comes of it: a result, or an error of the kinds that may come."""
    try:
        return act()
    except errors as error:
        return error


def texts(most: int = 60) -> st.SearchStrategy[str]:
    """Texts of at most so many pieces, each a word of reports, a sign that breaks things, or any character."""
    return st.lists(PIECES | PIECES | st.characters(exclude_categories=["Cs"]), max_size=most).map("".join)


def damaged(data: bytes, rng: Random) -> bytes:
    """Some bytes changed, and at times a piece cut out, doubled, or the end missing."""
    if not data:
        return data
    found = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 200))):
        found[rng.randrange(len(found))] = rng.choice((*_NASTY, rng.randrange(256)))
    start, end = sorted(rng.randrange(len(found)) for _ in range(2))
    change = rng.choice(("none", "cut", "double", "end"))
    if change == "cut":
        del found[start:end]
    elif change == "double":
        found[end:end] = found[start:end]
    elif change == "end":
        del found[end:]
    return bytes(found)


def damaged_lines(text: str, rng: Random) -> str:
    """Lines dropped, doubled or swapped, and pieces put in."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 2, 5))):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        change = rng.choice(("drop", "double", "swap", "piece", "cut"))
        if change == "drop":
            lines[at] = ""
        elif change == "double":
            lines[at] += "\n" + lines[at]
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        else:
            place = rng.randrange(len(lines[at]) + 1)
            end = place + (rng.randrange(12) if change == "cut" else 0)
            lines[at] = lines[at][:place] + (rng.choice(_PIECES) if change == "piece" else "") + lines[at][end:]
    return "\n".join(lines)


def damaged_value(value: Any, rng: Random) -> Any:
    """A JSON value with some of its parts replaced, dropped, doubled, renamed or put elsewhere; the value given stays as it is."""
    whole = [copy.deepcopy(value)]
    for _ in range(rng.choice((1, 1, 2, 5))):
        places = _places(whole)
        holder, key = rng.choice(places)
        change = rng.choice(("replace", "replace", "other", "drop", "double", "rename", "bend"))
        if change == "replace" or holder is whole:
            holder[key] = copy.deepcopy(rng.choice(_VALUES))
        elif change == "other":
            there, name = rng.choice(places)
            holder[key] = copy.deepcopy(there[name])
        elif change == "bend":
            holder[key] = _bent(holder[key], rng)
        elif change == "drop":
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
        else:
            holder[rng.choice(("", "error", "字", *map(str, holder)))] = holder.pop(key)
    return whole[0]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """All parts of a value, as the list or object that holds each and its place there."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *_places(value[key]))]


def _bent(value: Any, rng: Random) -> Any:
    """A value like the one given: a number near it, a text with a character more or less."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + rng.choice((-2, -1, 1, 2, 1000))
    if isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        return value[:at] + rng.choice(("", *_PIECES)) + value[at + rng.randrange(2) :]
    return [value]
