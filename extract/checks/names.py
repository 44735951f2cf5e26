"""Which names of a report mean one subject: a project goes by several, now with its place, now without 项目, 平台 or 经费."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ...annotations.span import Span
from ..facts import Fact
from ..linking.reading import Reading
from ..linking.scopes import REGIONAL
from ..naming import normal_form, subject_key

_PLACE: Final = re.compile(
    r"\A(?:中央和?(?:省级)?|[省市州县区旗镇乡]级|全[国省市州县区旗镇乡]|本级|[省市县区州](?![场政域块间道容民直])(?=.{4})|[\u4e00-\u9fff]{2,3}?(?<![社园校景小])[省市州县区旗](?!级))(?=..)"
)
_LEVEL: Final = re.compile(r"\A(?:全[国省市州县区旗镇乡]|[省市州县区旗镇乡]本?级|本级)")
BOOKS: Final = ("一般公共", "政府性基金", "国有资本经营", "社会保险基金")
_OF_YEAR: Final = re.compile(r"\A(?:本年度?|全年|当年)(?=..)")
_BOOK_WORDS: Final = re.compile("地方|预算")
_LIGHT: Final = re.compile(r"(?:项目|工程)\Z")
_HEAD: Final = re.compile(
    r"(?:项目|工程|行动|经费|费用|资金|专项|采购|支出|平台|系统|APP|运维|建设|升级改造|信息化|管理|[一二三四五]期|第[一二三四五](?:批|标段))\Z"
)
_PHASE: Final = re.compile(r"[一二三四五]期|第[一二三四五](?:批|标段)")
_BARE_ITEM: Final = re.compile(r"[^（）]+（[款项]）")
LONG: Final = 8  # characters of a name that may begin with a place and a level of government
_Section = tuple[tuple[int, int], ...]  # the range of its heading, or nothing
_LINE: Final = re.compile(r"[（(]?\d{1,2}[）).、]?")


def keys_of(reading: Reading, facts: Sequence[Fact], subjects: Sequence[Span]) -> list[str]:
    """For each fact the key that it shares with the facts of its subject.

    Accounts are one where their spelling is, in reports of a region also where one of two names leaves the level out. Projects are one
    where their stems are, unless the report has two names of a stem in one sentence, at the head of two lines, or with different
    phases: then they are told apart.
    """
    stems: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for fact, subject in zip(facts, subjects, strict=True):
        if fact.subject_type == "project":
            stems[_stem(fact.subject)][_light(fact.subject)].append(subject)
    apart = {stem for stem, names in stems.items() if _several(reading, names)}
    levels = _levels(reading, facts, subjects) if reading.report_type in REGIONAL else [""] * len(facts)
    keys = (_key(fact, apart, level) for fact, level in zip(facts, levels, strict=True))
    return [key + _alone(reading, fact, subject) for key, fact, subject in zip(keys, facts, subjects, strict=True)]


def _alone(reading: Reading, fact: Fact, subject: Span) -> str:
    """行政运行（项）without its 款 is one item in this paragraph, and may be another in the next."""
    if fact.subject_type == "project" or not _BARE_ITEM.fullmatch(reading.name_of(subject)):
        return ""
    return f" in paragraph {reading.number('paragraph', subject.start)}"


def _key(fact: Fact, apart: set[str], level: str) -> str:
    if fact.subject_type != "project":
        return _account(fact, level)
    stem = _stem(fact.subject)
    return "project " + (_light(fact.subject) if stem in apart else stem)


def _account(fact: Fact, level: str) -> str:
    """An account's own name; of a region the level of government and the budget book in front of it, wherever the text has them."""
    name = _OF_YEAR.sub("", normal_form(fact.subject))
    if not level:
        return " ".join(part for part in (fact.scope, name) if part)
    name = _BOOK_WORDS.sub("", _LEVEL.sub("", name))
    book = (fact.scope or "").split(" ")[-1].removesuffix("预算")
    return f"{level} {book if book in BOOKS and not any(b in name for b in BOOKS) else ''}{name}"


def _levels(reading: Reading, facts: Sequence[Fact], subjects: Sequence[Span]) -> list[str]:
    """The level of government of each fact: by its name, else by the names of its section where they agree.

    A name without one in front of the same name with one is that of the whole region: 一般公共预算收入…，县本级一般公共预算收入….
    """
    own = [match[0] if (match := _LEVEL.match(fact.subject)) else "" for fact in facts]
    sections = [tuple(reading.heading_path(subject.start)[:1]) for subject in subjects]
    places = list(zip(own, sections, facts, subjects, strict=True))
    named: dict[_Section, set[str]] = defaultdict(set)
    first: dict[tuple[_Section, str], int] = {}
    for level, section, fact, subject in places:
        first.setdefault((section, fact.subject), subject.start)
        if level:
            named[section].add(level)

    def level_at(section: _Section, fact: Fact, subject: Span) -> str:
        only = next(iter(named[section])) if len(named[section]) == 1 else ""
        return "" if first.get((section, only + fact.subject), 0) > subject.start else only

    return [level or level_at(section, fact, subject) for level, section, fact, subject in places]


def _light(name: str) -> str:
    return _stripped(_placeless(name), _LIGHT)


def _stem(name: str) -> str:
    return _stripped(_placeless(name), _HEAD)


def _placeless(name: str) -> str:
    """A project's name without the place, and the level of government behind that, in front of it: 全县县级…"""
    key = subject_key(name)
    return _PLACE.sub("", _LEVEL.sub("", key) if len(key) > LONG else key)


def _stripped(name: str, pattern: re.Pattern[str]) -> str:
    while (shorter := pattern.sub("", name)) != name and len(shorter) >= 3:
        name = shorter
    return name


def _several(reading: Reading, names: dict[str, list[Span]]) -> bool:
    """Whether names of one stem are of several projects."""
    if len({match[0] for name in names for match in _PHASE.finditer(name)}) > 1:
        return True
    sentences = [{reading.number("sentence", s.start) for s in spans} for spans in names.values()]
    heads = sum(any(_LINE.fullmatch(reading.text[reading.start("sentence", s.start) : s.start]) for s in spans) for spans in names.values())
    return heads > 1 or any(a & b for n, a in enumerate(sentences) for b in sentences[n + 1 :])
