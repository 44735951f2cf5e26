"""What a masked language model has to guess: whole units of a text, figures by their shape."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

import numpy as np
import rjieba

from .tokenizer import MASK, NUM, CharTokenizer, Ints, Tokens

IGNORE: Final = -100
# What is named in marks, a figure with its unit, a Latin word or code.
_WHOLE: Final = re.compile(
    r"(?<=“)[^“”\n]{1,16}(?=”)|(?<=《)[^《》\n]{1,24}(?=》)|(?<=（)[^（）\n]{1,10}(?=）)|(?<=【)[^【】\n]{1,16}(?=】)"
    r"|\d[\d,.]*[余多]?(?:[百千]?[万亿]?元|%|个百分点|年度?|[万亿])?|[A-Za-z]+"
)


def units(text: str, tokens: Tokens) -> Ints:
    """The unit that each token belongs to, (n,) ascending numbers.

    A unit is what stands in quotation marks or brackets, a figure with its unit of measure, a Latin word, else a word of
    the segmenter (`rjieba`). Masked whole, it cannot be guessed from its own other half.
    """
    begins = np.zeros(len(text) + 1, dtype=bool)
    begins[[0, *accumulate(map(len, rjieba.cut(text)))]] = True
    for match in _WHOLE.finditer(text):
        begins[match.start() : match.end()] = False
        begins[[match.start(), match.end()]] = True
    counted: Ints = np.cumsum(begins)[tokens.starts]
    return counted


def mask_units(tokenizer: CharTokenizer, tokens: Ints, own: Ints, share: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Hide whole units, chosen evenly, until they make up a share of the tokens.

    Args:
        tokens: (n, 4) features.
        own: (n,) units, ascending.

    Returns:
        (n, 4) features in which nothing of a hidden token is left, bigrams and shape included, and (n,) targets: the id
        of a hidden character, `char_count` plus the shape of a hidden figure, IGNORE elsewhere.
    """
    chars, shapes = tokens[:, 0], tokens[:, 3]
    _, number, sizes = np.unique(own, return_inverse=True, return_counts=True)
    order = rng.permutation(len(sizes))
    chosen = np.zeros(len(sizes), dtype=bool)
    chosen[order[: np.searchsorted(np.cumsum(sizes[order]), share * len(chars)) + 1]] = True
    hidden = chosen[number]
    targets = np.where(hidden, np.where(chars == NUM, tokenizer.char_count + shapes, chars), IGNORE)
    return tokenizer.features(np.where(hidden, MASK, chars), np.where(hidden, 0, shapes)), targets
