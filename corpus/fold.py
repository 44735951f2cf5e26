"""One canonical form for every character that reports write in two or more ways; always one character for one.

| written | canonical |
|---|---|
| full-width digits, letters, `％ ． － ＋ ／ ＝ ～` and the like | ASCII |
| dashes that serve as minus or hyphen (`− – ‐ ‑ ﹣`) | `-`; the long dash `—` stays |
| `( ) ; ! ?` | `（ ） ； ！ ？` |
| `,` and `:` | `，` and `：`, but ASCII between digits (done by the shadow, which sees the neighbours) |
| `｡ ､ ・ •` and look-alikes | `。 、 ·` |
| compatibility ideographs and Kangxi radicals, as PDFs yield them | the ordinary ideograph |
| any horizontal space | a space, but a tab stays |
| any line end | `\\n` |
| zero-width and control characters | ZERO_WIDTH, which the shadow drops |
"""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

ZERO_WIDTH: Final = "\u200b"

# Classes of canonical characters, as `classes` gives them.
OTHER, LATIN, DIGIT, CJK, SPACE, NEWLINE = range(6)

_RADICALS: Final = {  # CJK Radicals Supplement that stands for whole characters; NFKC leaves these alone
    "⺠": "民", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻓": "长", "⻔": "门", "⻘": "青",
    "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟",
    "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟", "⻁": "虎", "⺟": "母", "⻙": "韦",
}  # fmt: skip
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2212\ufe63"
_DOTS: Final = "\u2022\u2027\u2219\u22c5\u30fb\uff65"
_SPACES: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LINE_ENDS: Final = "\v\f\x85\u2028\u2029"
_ZERO_WIDTHS: Final = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, range(0x202A, 0x202F)))
    + "".join(chr(c) for c in [*range(0x20), *range(0x7F, 0xA0)] if chr(c) not in "\t\n\v\f\r\x85")
)


def _table() -> dict[int, str]:
    table = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
    # Of the pairs with an ASCII form, these are at home in Chinese text.
    for char in "，：；！？（）":
        del table[ord(char)]
    table.update({ord(c): chr(ord(c) + 0xFEE0) for c in ";!?()"})
    for block in (range(0x2E80, 0x2FE0), range(0xF900, 0xFB00)):
        for c in block:
            plain = unicodedata.normalize("NFKC", chr(c))
            if len(plain) == 1 and plain != chr(c):
                table[c] = plain
    table.update({ord(k): v for k, v in _RADICALS.items()})
    table.update(dict.fromkeys(map(ord, _DASHES), "-"))
    table.update(dict.fromkeys(map(ord, _DOTS), "·"))
    table.update(dict.fromkeys(map(ord, _SPACES), " "))
    table.update(dict.fromkeys(map(ord, _LINE_ENDS), "\n"))
    table.update(dict.fromkeys(map(ord, _ZERO_WIDTHS), ZERO_WIDTH))
    table.update({ord(a): b for a, b in zip("｡､〝〞﹪﹐﹔﹕﹙﹚￥", "。、“”%，；：（）¥", strict=True)})
    return table


_FOLDS: Final = _table()


def fold(text: str) -> str:
    """`text` in canonical characters, as long as before. Commas and colons are left as they are."""
    folded = text.translate(_FOLDS)
    if "\r" in folded:
        folded = folded.replace("\r\n", ZERO_WIDTH + "\n").replace("\r", "\n")
    return folded


def _class_table() -> npt.NDArray[np.uint8]:
    table = np.full(0x10000, OTHER, np.uint8)
    table[0x00C0:0x0530] = LATIN
    for letters in ("AZ", "az"):
        table[ord(letters[0]) : ord(letters[1]) + 1] = LATIN
    table[0x30:0x3A] = DIGIT
    table[0x2E80:0xD800] = CJK
    table[0xF900:0xFFFE] = CJK
    table[0x2160:0x2200] = CJK  # Roman numerals, arrows
    table[0x2460:0x2700] = CJK  # circled numbers and signs as wide as an ideograph
    for c in "—‘’“”…·×":
        table[ord(c)] = CJK
    for c in " \t":
        table[ord(c)] = SPACE
    table[ord("\n")] = NEWLINE
    table[0xFFFF] = CJK  # where everything beyond the basic plane is looked up
    return table


_CLASSES: Final = _class_table()


def codes_of(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, shape (len(text),), writable."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).copy()


def text_of(codes: npt.NDArray[np.uint32]) -> str:
    """The text of code points; the inverse of `codes_of`."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def classes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """The class (OTHER … NEWLINE) of every code point of a folded text, same shape."""
    return _CLASSES[np.minimum(codes, 0xFFFF)]
