"""The list marks that number headings and items, as regular expressions over folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HAN: Final = "一二三四五六七八九十百〇零两"
_VALUES: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

# One style a line, by level; 第X节 ranks with 一、 since it stands below 第X章.
_STYLES: Final = (
    ("part", 1, rf"第\s*(?P<part>[{_HAN}\d\s]{{1,6}}?)\s*(?:部\s*分|章|篇)"),
    ("section", 2, rf"第\s*(?P<section>[{_HAN}\d\s]{{1,6}}?)\s*节"),
    ("han", 2, rf"(?P<han>[{_HAN}]{{1,4}})\s*(?:、|\.\s*(?!\d))"),
    ("han_bracket", 3, rf"（\s*(?P<han_bracket>[{_HAN}]{{1,4}})\s*）\s*[、.]?|(?P<han_ring>[㈠-㈩])\s*[、.]?"),
    ("digit", 4, r"(?P<digit>\d{1,2})\s*(?:、|\.(?!\d)|\.(?=(?:19|20)\d\d年))|(?P<digit_dot>[⒈-⒛])"),
    ("digit_bracket", 5, r"（?\s*(?P<digit_bracket>\d{1,2})\s*）\s*[、.]?|(?P<digit_ring>[⑴-⒇])\s*[、.]?"),
    ("circled", 6, r"(?P<circled>[①-⑳])\s*[、.]?"),
)
_RINGS: Final = {"han_ring": ("han_bracket", "㈠"), "digit_dot": ("digit", "⒈"), "digit_ring": ("digit_bracket", "⑴")}
_LEVELS: Final = {name: level for name, level, _ in _STYLES}

MARK: Final = re.compile("|".join(pattern for _, _, pattern in _STYLES))


@dataclass(frozen=True, slots=True)
class Mark:
    """A list mark at the head of a line: its style, level, number and length in characters."""

    style: str
    level: int
    number: int
    length: int


def mark_at(text: str, start: int = 0, end: int | None = None) -> Mark | None:
    """The list mark that stands at `start` of a folded text, if any."""
    match = MARK.match(text, start, len(text) if end is None else end)
    if match is None:
        return None
    style = match.lastgroup
    assert style is not None  # every alternative has a group
    written = match[style]
    if style in _RINGS:
        style, first = _RINGS[style]
        number = ord(written) - ord(first) + 1
    elif style == "circled":
        number = ord(written) - ord("①") + 1
    else:
        number = number_of(written)
    return Mark(style, _LEVELS[style], number, match.end() - start)


def number_of(written: str) -> int:
    """The value of a small number in digits or Chinese numerals below a thousand (`12`, `十二`, `二十`, `一百零三`)."""
    written = "".join(written.split())
    if written.isascii() and written.isdigit():
        return int(written)
    total = digit = 0
    for char in written:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _VALUES:
            digit = digit * 10 + _VALUES[char]
        elif char.isdigit():
            digit = digit * 10 + int(char)
    return total + digit
