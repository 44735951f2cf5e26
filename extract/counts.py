"""The figures of a claim: counts with their unit words, ranks, sums and percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Final

from ..annotations.span import Span
from .comparators import comparator_of
from .facts import ClaimValue
from .figures import CHINESE_DIGITS, FigureError, figure_or_none, fold, read_number

# Unit words of counts, longest first where one begins another. Facts of the language, not of one report.
_UNITS: Final = (
    "平方公里|立方米|平方米|平方|立方|公里|千米|毫米|厘米|延米|千克|公斤|毫克|微克|公顷|万千瓦|兆瓦|千瓦时|千瓦|吨标准煤"
    "|小时|分钟|个?工作日|个月|个?百分点|课时|学时|标段|点位|台套|头只|km|KM|kg|㎡|‰|[KMGTP]B"
    "|[个件项名人家户次场套条座处所台辆部批篇期份张本册间栋幢亩吨米天日年月周届起例只头羽株棵棚盏块宗笔路类种支队组对位盘片口眼孔艘艇岁倍分秒"
    "卷幅枚颗粒克升桶箱袋瓶门扇道步代轮遍回趟节堂讲班村镇县市区省页尾匹斤盒兆]"
    "|首(?!次|批|位)|单(?!位|元)|金(?!额|融|奖|牌)|银(?!行|奖|牌)|把(?!握)|通(?!过|报|知|车)|层(?!级)|根(?!据)|点(?!钟)|字(?!号)"
    "|度(?!假)|基(?!地|站|础)|列(?!入|席)|集(?!中|体|团)|具(?!有|备|体)|管(?!理|道|网|护|控)|科(?!室)|站(?!点|房)|级(?!景区|评审|以上)|剂"
)
# Counted by turns or shares of something: 家次, 台次, 亩次, 人份; and by something: 微克/立方米.
_UNIT: Final = rf"(?:{_UNITS})(?:次(?!品|日|数)|份(?!额))?(?:/(?:{_UNITS}))?"
# A single Chinese digit is a count only before one of these: 一体化, 三公, 一次性 hold none. 二 counts nothing, 两 does.
_ONE: Final = "[一两三四五六七八九十百千万亿]+(?:余|多)?"
_AFTER_ONE: Final = (
    "(?:个|件|项|名|家|户|次(?!性|[^，,]{0,4}率|验收|交工|交验|合格|网)|场|套|条|座|处|所|台|辆|起|例|批次|人次|人(?!均)|(?<!百)公里|亩|宗|篇|部|种|具"
    "|支(?!持|撑|付|出|部|队|行))"
)
_SEVERAL: Final = (
    rf"(?<![{CHINESE_DIGITS}万亿])[{CHINESE_DIGITS}万亿]{{2,}}(?:点[零一二三四五六七八九]+)?(?:余|多)?|[一两三四五六七八九]点[零一二三四五六七八九]+"
)
_CHINESE: Final = rf"(?>{_SEVERAL})(?={_UNITS})|(?>{_ONE})(?={_AFTER_ONE})|(?<=连续)[一两三四五六七八九十]+(?=年|个?月)|[两三四五六七八九](?=批)"
_QUOTED: Final = re.compile(r"[“《「『\"](?:[^”》」』\"]{0,200})[”》」』\"]|[（(]第[^）)]{0,200}[）)]")
_COUNT: Final = re.compile(
    rf"(?P<rank>第)?(?P<number>(?<![A-Za-z\d.])"
    rf"(?>\d[\d,，]*(?:\.\d+)?\s*(?:余|多|几)?\s*(?:个(?=亿|万))?(?:[十万亿]|百(?!分点)|千(?![瓦米克]))*(?:余|多)?)"
    rf"|(?<!每)(?:{_CHINESE}))(?>\s*)(?!热线|号|[国省县]道|岁以|级(?:景区|评审|以上))(?>(?P<unit>{_UNIT})?)(?![A-Za-z])"
)
_RANK: Final = re.compile(
    r"第(?P<number>[一二三四五六七八九十]+|\d+)(?P<unit>名|位)?(?![届期批季代次条章轮产三方个阶版周四五六七八九十年小中人医实高初幼包类标])"
    r"|(?:居|列|入|获|排|进|为)[^，,]{0,8}?前(?P<first>[一二三四五六七八九十]+|\d+)(?P<place>名|位)?(?=[、）)，,]|\Z)"
)
_NOUGHT: Final = re.compile(r"(?<=[为至到])零(?=[、）)]|\Z)")
_RANGE: Final = re.compile(r"\s*[-－—–~～至到]+\s*")
_NUMBERED: Final = re.compile(r"(?<![\d余多])[-－—~]\Z")  # A区-3, and no range
_REACH: Final = 40  # characters round a figure in which words bound it
_MARK: Final = re.compile(r"得(?=\d)")
_NO_COUNT: Final = re.compile(r"年(?!均|龄|限|期|以上|内|来)|月(?!均)|日(?!均)|时\b|届|号|[-—~至]\d+\s*[年月日号]")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    text: str
    number: Decimal
    unit: str


def claim_values(text: str, mentions: list[Span]) -> tuple[ClaimValue, ...]:
    """The figures of a claim's clause in order.

    Args:
        text: the clause, as a reader of shadow texts sees it.
        mentions: AMOUNT and RATIO spans inside, in offsets of `text`; they are read with their own grammar.
    """
    figures = [m for m in mentions if m.label in ("AMOUNT", "RATIO")]
    found = [value for m in figures if (value := _figure(m, text)) is not None]
    covered = bytearray(len(text))
    for start, end in (*((m.start, m.end) for m in figures), *(m.span() for m in _QUOTED.finditer(text))):
        covered[start:end] = b"\1" * (end - start)
    ranks = list(_ranks(text))
    found += [rank for rank in ranks if not any(covered[rank.start : rank.end])]
    for rank in ranks:
        covered[rank.start : rank.end] = b"\1" * (rank.end - rank.start)
    found += [count for count in _counts(text) if not any(covered[count.start : count.end])]
    return tuple(_value(each, text) for each in sorted(found, key=lambda each: each.start))


def _value(found: _Found, text: str) -> ClaimValue:
    near = slice(max(0, found.start - _REACH), found.start), slice(found.end, found.end + _REACH)
    comparator = comparator_of(text[near[0]], text[found.start : found.end], text[near[1]])
    return ClaimValue(found.text, found.number, found.unit, comparator)


def _figure(mention: Span, text: str) -> _Found | None:
    written = mention.of(text)
    figure = figure_or_none(written, mention.label)
    return None if figure is None else _Found(mention.start, mention.end, written, figure.number, figure.unit)


def _ranks(text: str) -> Iterator[_Found]:
    for match in _RANK.finditer(text):
        start = match.start("number") - 1 if match["number"] else match.start("first") - 1
        try:
            number: Decimal = read_number(match["number"] or match["first"])
        except FigureError:
            continue
        yield _Found(start, match.end(), text[start : match.end()], number, match["unit"] or match["place"] or "")
    for match in _NOUGHT.finditer(text):
        yield _Found(match.start(), match.end(), match[0], Decimal(0), "")


def _counts(text: str) -> Iterator[_Found]:
    matches = list(_COUNT.finditer(text))
    for match, following in zip_longest(matches, matches[1:]):
        low = following is not None and _RANGE.fullmatch(text[match.end() : following.start()])  # 3至5个: the unit is that of both
        unit = (match["unit"] or (following["unit"] if low and following else None)) or ""
        if match["rank"] or _is_date(text, match) or _is_bound(text, match, unit):
            continue
        try:
            number: Decimal = read_number(match["number"])
        except FigureError:
            continue
        yield _Found(match.start(), match.end(), fold(match["number"]) + (match["unit"] or ""), number, unit)


def _is_bound(text: str, match: re.Match[str], unit: str) -> bool:
    """What delimits and counts nothing: an age (0至6岁), a class (小（2）型), a full mark (10分得7.7分)."""
    around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1] if match.start() else ""
    full_mark = match["unit"] == "分" and _MARK.match(text, match.end())
    return unit == "岁" or (not unit and around in ("（）", "()")) or (unit in ("年", "月", "日") and not match["unit"]) or bool(full_mark)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Years, months, days, document numbers: figures that count nothing."""
    end = match.end("number")
    follows = text[end : end + 6].lstrip()
    year = re.fullmatch(r"(?:19|20)\d\d", match["number"].strip())
    if year and (match["unit"] in (None, "年") or follows[:2] == "年度"):
        return True
    if match.start() and (text[match.start() - 1] in "〔[" or _NUMBERED.search(text, match.start() - 1, match.start())):
        return True
    return bool(match["unit"] in ("年", "月", "日") and _NO_COUNT.match(follows) and not _duration(text, match))


def _duration(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 2) : match.start()].endswith(("近", "达", "超过", "连续", "期限", "提前", "缩短", "缩至", "短至", "减至"))
