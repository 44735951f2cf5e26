"""When two names mean one subject.

An account is the same where its code is, or the sum it names (`accounts`). Every other name is brought to a normal form, without
quotation marks, brackets and words that say nothing more (公务接待费支出 is 公务接待费); names of one normal form are one subject.

Projects go by several names in one report. There a shorter name also joins a longer one that it abbreviates: all its characters
stand in the longer one in order, both end alike (what a thing is comes last: 平台建设 and 平台运维 are two), and no other name of the
report is one that it could abbreviate too. Figures, years and phases have to be the same: 一期 is not 二期, and a programme is not its
second phase.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from .accounts import resolve
from .accounts.words import take_apart

_NOISE: Final = re.compile(r"[\s“”\"'‘’「」《》〈〉()\[\]【】、,.:;·\-—]")
_LEVELS: Final = re.compile(r"\((?:类|款|项)\)")
_SAME: Final = ((re.compile("(费|经费)(?:用|支出)+$"), r"\1"), (re.compile("[和与及]"), ""))
_TAIL: Final = re.compile("(?:项目|工程|(?:专项|补助|项目)?(?:经费|资金)|专项|支出)+$")
_NUMBERS: Final = re.compile("[0-9]+|[一二三四五六七八九十]+(?=[期标批段号轮季])")
_LEAST: Final = 4  # characters of a name that can be short for another


@lru_cache(maxsize=2**14)
def subject_key(name: str) -> str:
    """What two spellings of one name have in common: width, brackets, quotation marks and 类款项 marks put away."""
    return _NOISE.sub("", _LEVELS.sub("", unicodedata.normalize("NFKC", name)))


def account_key(name: str, code: str | None = None, scope: str | None = None) -> str:
    """What the names of one account have in common: level of government and budget book, and code, sum or normal form.

    Level and book are the same whether the name says them or the scope: 全县一般公共预算收入, and 收入 of 全县 一般公共预算.
    """
    parts = set(scope.split()) if scope else set[str]()
    government = take_apart(name).government
    rest = name.removeprefix(government)
    book = next((part for part in parts if part.endswith("预算")), "")
    if book and rest in ("收入", "支出"):
        rest = book + rest
    if book.removesuffix("预算") in rest:
        parts.discard(book)
    if code is None:
        found = resolve(rest)
        code = (found.code or found.name) if found else normal_form(rest)
    return " ".join(filter(None, (*sorted(parts | {government}), code)))


def normal_form(name: str) -> str:
    """A name without the words that say nothing more."""
    key = subject_key(name)
    for pattern, instead in _SAME:
        key = pattern.sub(instead, key)
    return key


def project_keys(names: Iterable[str]) -> Mapping[str, str]:
    """For each name of the projects of one report the key of the project it means."""
    stems = {name: stem_of(name) for name in names}
    alike = defaultdict[str, list[str]](list)
    for stem in dict.fromkeys(stems.values()):
        alike[stem[-2:]].append(stem)
    short = {stem for name, stem in stems.items() if len(normal_form(name)) >= _LEAST}
    longer = {stem: _longer(stem, alike[stem[-2:]]) if stem in short else None for stem in stems.values()}
    return {name: _longest(stem, longer) for name, stem in stems.items()}


@lru_cache(maxsize=2**14)
def stem_of(name: str) -> str:
    """A normal form without 项目, 工程, 经费 behind it, if a name is left."""
    form = normal_form(name)
    stem = _TAIL.sub("", form)
    return stem if len(stem) > 1 else form


def _longer(stem: str, alike: Sequence[str]) -> str | None:
    """The one longer name, of those that end alike, that a name abbreviates."""
    found = [other for other in alike if _abbreviates(stem, other)]
    nearest = [one for one in found if not any(_abbreviates(one, other) for other in found)]
    if len(nearest) != 1 or _NUMBERS.findall(stem) != _NUMBERS.findall(nearest[0]):
        return None
    return nearest[0]


def _abbreviates(short: str, full: str) -> bool:
    rest = iter(full)
    return len(short) < len(full) and all(character in rest for character in short)


def _longest(stem: str, longer: Mapping[str, str | None]) -> str:
    while (other := longer[stem]) is not None:
        stem = other
    return stem
