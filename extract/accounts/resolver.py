"""From the words of a report to code and canonical name, or to nothing where that is not sure.

The way is always the same: the words are folded and looked up; what several headings share is decided by the mark (项),
by the year and then by the words around; what nothing matches is compared with every name, within a bounded number of
wrong characters. How sure each way is was measured, see `WAYS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .context import near
from .index import Index, Keys, index
from .words import Words, loose, plain, take_apart

# How often each way was right, (right + 1) / (all + 2), on names of train and dev and headings of the classification with errors
# put in: `fiscalzh corpus codes --split train --split dev` counts it again. That the table itself is right is not in it.
WAYS: Final = {"path": 0.999, "loose": 0.998, "typo": 0.999, "code": 0.999, "name": 0.98, "partial": 0.97, "context": 0.96}
_LEAST_ALONE: Final = 3  # characters; 公安 or 水体 alone is as well a word as a heading
_MOST_PARTS: Final = 8  # of a path, whose levels are three
_LEAST_TYPO: Final = 8  # characters of a name that may have one too many or too few
_LONG: Final = 16  # characters of a name that may have two wrong ones; from twice as many, three


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means: a heading of the classification, or a sum that has a name and no code (基本支出).

    `level` is 1 for 类, 2 for 款, 3 for 项, None for a sum. `way` is how it was found, one of `WAYS`, or `sum`; `score` is the
    probability that this heading is what the words mean, None for a sum, which nobody measured.
    """

    code: str | None
    name: str
    level: int | None
    way: str
    score: float | None = None


@lru_cache(maxsize=8192)
def resolve(name: str, year: int | None = None, context: tuple[str, ...] = ()) -> Resolution | None:
    """The heading that a name means, or None where it is not sure.

    Args:
        name: the words of the report, with marks, codes and separators as they stand.
        year: the fiscal year; between names of different years it decides, a name of another year it never rules out.
        context: words around, nearest first: headings, the name of the 款 spoken of; a code serves too. They decide
            between headings of the same name.
    """
    table, words = index(), take_apart(name)
    text = plain(words.text)
    if words.code is not None:
        return _by_code(table, words, text, year)
    if words.level is None and (name := table.spellings.get(text, "")):
        if plain(name) not in table.exact:
            return Resolution(None, name, None, "sum")
        words = Words((name,))
    found = _look_up(table, words, year, context)
    return _resolution(table, *found, year) if found else None


def _resolution(table: Index, code: str, way: str, year: int | None) -> Resolution:
    heading = table.heading(code, year)
    return Resolution(code, heading.name, heading.level, way, WAYS[way])


def _by_code(table: Index, words: Words, text: str, year: int | None) -> Resolution | None:
    """A code that is written out holds, unless the words beside it mean another heading."""
    code = words.code
    assert code is not None
    names = [loose(plain(account.name)) for account in table.headings.get(code, ())]
    if not text or any(name in loose(text) for name in names):
        return _resolution(table, code, "code", year) if names else None
    found = _look_up(table, Words(words.parts, words.level), year, (code,))
    if found and found[0].startswith(code):  # 208类 before a whole path: the words say more than the code
        return _resolution(table, found[0], "code", year)
    if found or code[:3] not in table.headings:
        return None
    return Resolution(code, words.parts[-1], len(code) // 2, "code", WAYS["code"])


def _look_up(table: Index, words: Words, year: int | None, context: Sequence[str]) -> tuple[str, str] | None:
    """The code that words mean, and the way it was found."""
    text = plain(words.text)
    free = loose(text)
    tiers = ((table.exact, text), (table.loose, free), (table.secondary, text), (table.secondary_loose, free))
    for tier, (keys, key) in enumerate(tiers):
        codes = _of_level(keys.get(key, ()), words.level)
        if codes:
            way = "loose" if tier % 2 else "path" if len(words.parts) > 1 else "name"
            alone = len(words.parts) == 1 and words.level is None and len(text) < _LEAST_ALONE
            return _one(table, codes if len(codes) == 1 else _of_depth(codes, words), year, context, way, alone)
    if code := _misspelt(table.exact, text, words.level) or _misspelt(table.loose, free, words.level):
        return code, "typo"
    return _below(table, words, year, context) if 1 < len(words.parts) <= _MOST_PARTS else None


def _of_level(codes: Iterable[str], level: int | None) -> list[str]:
    return [code for code in codes if level is None or len(code) == 2 * level + 1]


def _of_depth(codes: list[str], words: Words) -> list[str]:
    """Those of the level that a path of so many parts ends at: 节能环保支出-能源节约利用 is the 款 and not its 项."""
    head = near(words.parts[0]) if len(words.parts) > 1 else ()
    return _of_level(codes, len(head[0]) // 2 + len(words.parts) - 1) if head else codes


def _one(table: Index, codes: list[str], year: int | None, context: Sequence[str], way: str, alone: bool) -> tuple[str, str] | None:
    """The one heading among those of the same name that year and context leave."""
    current = [code for code in codes if table.in_force(code, year)] or codes
    if len(current) == 1 and not alone:
        return current[0], way
    for words in context:
        kept = [code for code in current if code.startswith(near(words))]
        if len(kept) == 1:
            return kept[0], "context"
        current = kept or current
    return None


def _below(table: Index, words: Words, year: int | None, context: Sequence[str]) -> tuple[str, str] | None:
    """A path whose first part is misnamed or unknown: the rest, if the first part does not speak against it.

    Below a part that says nothing the rest has to be sure by itself: 行政运行 of an unknown 款 is no other's.
    """
    first, rest = words.parts[0], Words(words.parts[1:], words.level)
    head = near(first)
    found = _look_up(table, rest, year, (first, *context) if head else ())
    if found is None or (head and not found[0].startswith(head)):
        return None
    return found[0], "context" if head else "partial"


def _misspelt(keys: Keys, text: str, level: int | None) -> str | None:
    """The heading whose words differ by fewest characters, if they are few for the length and no other is as near.

    A name that begins or ends otherwise, or has another character in a short name, is another name: 应急物资储备库,
    城乡最低生活保障.
    """
    if len(text) < _LEAST_TYPO:
        return None
    from rapidfuzz import process  # on first need: most reports spell their accounts right
    from rapidfuzz.distance import Levenshtein

    limit = 1 + len(text) // _LONG
    hits = process.extract(text, keys.keys(), scorer=Levenshtein.distance, score_cutoff=min(limit, 3), limit=8)
    best: dict[str, int] = {}
    for key, distance, _ in hits:
        if limit > 1 or (len(key) != len(text) and (key[0], key[-1]) == (text[0], text[-1])):
            for code in _of_level(keys[key], level):
                best[code] = min(best.get(code, distance), distance)
    nearest = [code for code in best if best[code] == min(best.values())]
    return nearest[0] if len(nearest) == 1 else None
