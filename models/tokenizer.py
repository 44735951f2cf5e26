"""Characters to token ids, with every figure folded into one token.

A token is one character, or one whole number (`18,928.19`): folding shortens the text and lets the model see the shape
of a figure instead of its digits. Needs numpy only, since training and the runtime share it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

PAD, UNK, NUM, MASK = 0, 1, 2, 3
SPECIAL: Final = ("<pad>", "<unk>", "<num>", "<mask>")
# A list marker before a year or a code (`1.2021年`, `4.2080505机关`) is not the figure 1.2021.
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.(?!(?:19|20)\d\d年|\d{7})\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
SHAPES: Final = 26  # 0 no figure, 1 a year, 2 zero, then integer digits (1..6+) times decimals (0, 1, 2, 3+)


def shape_of(number: str) -> int:
    """The shape class of a written number, in [1, SHAPES]."""
    if _YEAR.match(number):
        return 1
    whole, _, fraction = number.replace(",", "").partition(".")
    if not whole.strip("0") and not fraction.strip("0"):
        return 2
    return 3 + (min(len(whole), 6) - 1) * 4 + min(len(fraction), 3)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A tokenised text: `n` tokens with their character offsets and features.

    starts, ends: (n,) half-open character offsets into the text.
    features: (n, 4) ids of character, left bigram, right bigram and number shape.
    """

    starts: Ints
    ends: Ints
    features: Ints

    def __len__(self) -> int:
        return len(self.starts)


class CharTokenizer:
    """Characters, bigrams and number shapes to ids. Immutable; saved as one JSON object."""

    def __init__(self, chars: Iterable[str], bigrams: Iterable[str]) -> None:
        self.chars = tuple(chars)
        self.bigrams = tuple(bigrams)
        self._ids = np.full(0x110000, UNK, dtype=np.int64)
        for number, char in enumerate(self.chars, start=len(SPECIAL)):
            self._ids[ord(char)] = number
        known = {char: i for i, char in enumerate(self.chars, start=len(SPECIAL))}
        ids = {NUM_CHAR: NUM, **known}
        codes = [ids[b[0]] * self.char_count + ids[b[1]] for b in self.bigrams]
        order = np.argsort(np.asarray(codes, dtype=np.int64), kind="stable")
        self._codes = np.asarray(codes, dtype=np.int64)[order]
        self._bigram_ids = order.astype(np.int64) + 2  # 0 pads, 1 is unknown

    @property
    def char_count(self) -> int:
        return len(self.chars) + len(SPECIAL)

    @property
    def bigram_count(self) -> int:
        return len(self.bigrams) + 2

    def known(self, chars: str) -> Ints:
        """The ids of those characters that have one of their own."""
        ids = self._ids[[ord(char) for char in chars]]
        own: Ints = ids[ids != UNK]
        return own

    def encode(self, text: str) -> Tokens:
        """Tokenise a text. Every character of the text lies in exactly one token."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
        inside = np.zeros(len(codes), dtype=bool)
        numbers = [(m.start(), m.end(), shape_of(m[0])) for m in _NUMBER.finditer(text)]
        for start, end, _ in numbers:
            inside[start + 1 : end] = True
        starts = np.flatnonzero(~inside)
        ends = np.append(starts[1:], len(codes))[: len(starts)]
        chars = self._ids[codes[starts]]
        shapes = np.zeros(len(starts), dtype=np.int64)
        if numbers:
            at = np.searchsorted(starts, np.asarray([n[0] for n in numbers]))
            chars[at] = NUM
            shapes[at] = [n[2] for n in numbers]
        return Tokens(starts, ends, self.features(chars, shapes))

    def features(self, chars: Ints, shapes: Ints) -> Ints:
        """Character and shape ids, (n,) each, to (n, 4) features with both bigrams."""
        pairs = self._lookup(chars[:-1] * self.char_count + chars[1:])
        left, right = np.concatenate([[0], pairs]), np.concatenate([pairs, [0]])
        if not len(chars):
            left = right = chars
        return np.stack([chars, left, right, shapes], axis=1)

    def _lookup(self, codes: Ints) -> Ints:
        if not len(self._codes):
            return np.ones(len(codes), dtype=np.int64)
        at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        return np.where(self._codes[at] == codes, self._bigram_ids[at], 1)

    @classmethod
    def learn(cls, texts: Iterable[str], min_char: int = 2, max_bigrams: int = 20_000, min_bigram: int = 5) -> CharTokenizer:
        """Collect the vocabulary of some texts: characters seen `min_char` times, the most frequent bigrams."""
        chars: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in texts:
            folded = _NUMBER.sub(NUM_CHAR, text)
            chars.update(folded)
            pairs.update(map("".join, pairwise(folded)))
        kept = sorted(c for c, n in chars.items() if n >= min_char and c != NUM_CHAR)
        allowed = {*kept, NUM_CHAR}
        frequent = sorted(((n, b) for b, n in pairs.items() if n >= min_bigram and b[0] in allowed and b[1] in allowed), reverse=True)
        return cls(kept, sorted(b for _, b in frequent[:max_bigrams]))

    def to_dict(self) -> dict[str, Any]:
        return {"chars": "".join(self.chars), "bigrams": "".join(self.bigrams)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> CharTokenizer:
        pairs = data["bigrams"]
        return cls(data["chars"], (pairs[i : i + 2] for i in range(0, len(pairs), 2)))


NUM_CHAR: Final = "\ue000"  # stands for a folded number in vocabulary counts; a private-use character no report holds
