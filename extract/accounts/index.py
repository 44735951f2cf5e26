"""Every way a heading of the classification can be named, looked up at once: alone, below its 款, below its 类, in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from ...corpus.classification import Account, classification, of_year, spellings, versions
from .words import loose, plain

Keys: TypeAlias = Mapping[str, tuple[str, ...]]  # folded words to the codes they name
_Keys: TypeAlias = dict[str, tuple[str, ...]]

# Headings that repeat the names of others. Alone, their names mean the others: 办公设备购置 is 31002 and neither 30902
# (基本建设) nor 503 (the books of the government).
_SECONDARY: Final = ("309", "311", "5")
# Headings whose names alone say too little: 教育 below 援助其他地区, 专项转移支付 given or received, the 其他收入 of a unit.
_NEVER_ALONE: Final = ("219", "23002", "23003", "10399")


@dataclass(frozen=True, slots=True)
class Index:
    """The classification by words. `exact` and `loose` are by `plain` and `loose` words; the secondary headings apart.
    `spellings` leads from every plain spelling of a sum, and of some headings, to the name it goes by."""

    headings: Mapping[str, tuple[Account, ...]]
    exact: Keys
    loose: Keys
    secondary: Keys
    secondary_loose: Keys
    spellings: Mapping[str, str]

    def heading(self, code: str, year: int | None) -> Account:
        """The name that a code has in a year, or the latest."""
        return of_year(self.headings[code], year)

    def in_force(self, code: str, year: int | None) -> bool:
        return any(a.in_force(year) for a in self.headings[code])


@cache
def index() -> Index:
    """The index of the whole classification, built on first use (about 20 ms)."""
    headings = versions()
    folded = {}
    for account in classification():
        words = plain(account.name)
        folded[account.name] = words, loose(words)
    exact, free, second, second_free = _Keys(), _Keys(), _Keys(), _Keys()
    for code, accounts in headings.items():
        own, own_free = (second, second_free) if code.startswith(_SECONDARY) else (exact, free)
        prefixes = _prefixes([[folded[a.name] for a in headings[code[:end]]] for end in range(3, len(code), 2)])
        for account in accounts:
            words, free_words = folded[account.name]
            if not code.startswith(_NEVER_ALONE):
                _add(own, words, code)
                _add(own_free, free_words, code)
            for prefix, free_prefix in prefixes:  # a path is never secondary: it says itself which heading it means
                _add(exact, prefix + words, code)
                _add(free, free_prefix + free_words, code)
    names = {plain(spelling): name for name, others in spellings().items() for spelling in (name, *others)}
    return Index(headings, exact, free, second, second_free, names)


def _add(keys: _Keys, words: str, code: str) -> None:
    codes = keys.get(words, ())
    if code not in codes:
        keys[words] = (*codes, code)


def _prefixes(above: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """What can stand before a name: its 款, its 类, or both, each under every name it has had."""
    prefixes = [("", "")]
    for names in above:
        prefixes += [(a + b, c + d) for a, c in prefixes for b, d in names]
    return prefixes[1:]
