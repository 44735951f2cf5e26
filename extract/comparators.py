"""How a figure is bounded by the words around it: 突破460万户 is more than 460万, 不低于95% at least 95."""

from __future__ import annotations

import re
from typing import Final

# What the words before a figure say, then what its own and those behind it say. The first that fits holds.
_BEFORE: Final = (
    (">=", r"≥|>=|不得?[低少小]于|至少"),
    ("<=", r"≤|<=|不得?[高多大]于|不得?超过?|至多|最多|控制在"),
    (">", r"[>＞]|突破|超过|超|逾|[大高多]于"),
    ("<", r"[<＜]|(?<![最附临])近|[低小少]于|不足|不到"),
    ("~", r"(?<![节集契条违合公预解])约|约为"),
    ("=", r"达|达到"),
)
_INSIDE: Final = re.compile("[余多]")
_BEHIND: Final = (
    (">=", r"(?:及|或)?以上"),
    ("<=", r"(?:及|或)?(?:以[内下]|之内)|内(?![部容外])"),
    ("~", r"左右|上下"),
    (">", r"[余多](?![种样个])"),
)
_ENDS: Final = tuple((sign, re.compile(rf"(?:{words})了?\s*\Z")) for sign, words in _BEFORE)
_STARTS: Final = tuple((sign, re.compile(words)) for sign, words in _BEHIND)


def comparator_of(before: str, written: str, behind: str) -> str | None:
    """The bound that words put on a figure.

    Args:
        before: the clause up to the figure.
        written: the figure with its unit word.
        behind: the rest of the clause.

    Returns:
        `>` (突破 超过 逾 余 多), `>=` (≥ 不低于 不少于 以上), `<` (近 不足), `<=` (≤ 不超过 以内), `~` (约 左右), `=` (达 达到), or None
        where no word says anything.
    """
    if _INSIDE.search(written):
        return ">"
    found = next((sign for sign, words in _ENDS if words.search(before)), None)
    if found not in (None, "="):
        return found
    return next((sign for sign, words in _STARTS if words.match(behind)), found)
