"""The figures of a claim: counts with their unit words, ranks, sums and percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ..annotations.span import Span
from .facts import ClaimValue
from .figures import CHINESE_DIGITS, FigureError, fold, read_figure, read_number

# Unit words of counts, longest first where one begins another. Facts of the language, not of one report.
_UNITS: Final = (
    "人次|剂次|批次|家次|户次|场次|页次|车次|班次|架次|件次|平方米|立方米|平方公里|公里|千米|千克|公斤|公顷|千瓦时|万千瓦|兆瓦|千瓦"
    "|小时|分钟|个月|个百分点|百分点|课时|学时|标段|吨标准煤|平方|立方|km|KM|kg|㎡"
    "|[个件项名人家户次场套条座处所台辆部批篇期份张本册间栋幢亩吨米天日年月周届起例只头羽株棵棚盏块宗笔路级类种支队组对位盘片口眼孔艘艇岁倍分秒"
    "卷幅枚颗粒克升桶箱袋瓶门扇道步代轮遍回趟节堂讲班村镇县市区省]"
)
# A Chinese numeral is a count only before one of these: 一体化, 三公, 一次性 hold no count.
_AFTER_CHINESE: Final = "(?:个|件|项|名|家|户|次(?!性|验收|交工|交验|合格)|场|套|条|座|处|所|台|辆|起|例|批次|人次|人|公里|亩|宗|篇|部|种)"
_QUOTED: Final = re.compile(r"[“《「『\"](?:[^”》」』\"]*)[”》」』\"]|[（(]第[^）)]*[）)]")
_COUNT: Final = re.compile(
    rf"(?P<rank>第)?(?P<number>(?<![A-Za-z\d.])"
    rf"(?>\d[\d,，]*(?:\.\d+)?\s*(?:余|多|几)?\s*(?:个(?=亿|万))?(?:[十万亿]|百(?!分点)|千(?![瓦米克]))*(?:余|多)?)"
    rf"|(?>[{CHINESE_DIGITS}万亿]+(?:余|多)?)(?={_AFTER_CHINESE}))(?>\s*)(?!热线|号|岁以|级(?:景区|评审|以上))(?>(?P<unit>{_UNITS})?)(?![A-Za-z‰])"
)
_RANK: Final = re.compile(r"第(?P<number>[一二三四五六七八九十]+|\d+)(?P<unit>名|位)?(?![届期批季代次条章轮产三方个阶版周四五六七八九十])")
_NO_COUNT: Final = re.compile(r"年(?!均|龄|限|期|以上|内|来)|月(?!均)|日(?!均)|时\b|届|号|[-—~至]\d+\s*[年月日号]")


def claim_values(text: str, mentions: list[Span]) -> tuple[ClaimValue, ...]:
    """The figures of a claim's clause in order.

    Args:
        text: the clause, as a reader of shadow texts sees it.
        mentions: AMOUNT and RATIO spans inside, in offsets of `text`; they are read with their own grammar.
    """
    figures = [m for m in mentions if m.label in ("AMOUNT", "RATIO")]
    found = [(m.start, value) for m in figures if (value := _figure(m, text)) is not None]
    covered = [(m.start, m.end) for m in figures] + [m.span() for m in _QUOTED.finditer(text)]
    found += [(at, value) for at, end, value in (*_ranks(text), *_counts(text)) if not any(a < end and at < b for a, b in covered)]
    return tuple(value for _, value in sorted(found, key=lambda f: f[0]))


def _figure(mention: Span, text: str) -> ClaimValue | None:
    written = mention.of(text)
    try:
        figure = read_figure(written, mention.label)
    except FigureError:
        return None
    return ClaimValue(written, figure.number, figure.unit)


def _ranks(text: str) -> Iterator[tuple[int, int, ClaimValue]]:
    for match in _RANK.finditer(text):
        yield match.start(), match.end(), ClaimValue(match[0], read_number(match["number"]), match["unit"] or "")


def _counts(text: str) -> Iterator[tuple[int, int, ClaimValue]]:
    for match in _COUNT.finditer(text):
        if match["rank"] or _is_date(text, match):
            continue
        try:
            number: Decimal = read_number(match["number"])
        except FigureError:
            continue
        unit = match["unit"] or ""
        yield match.start(), match.end(), ClaimValue(fold(match["number"]) + unit, number, unit)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Years, months, days, document numbers: figures that count nothing."""
    end = match.end("number")
    follows = text[end : end + 6].lstrip()
    year = re.fullmatch(r"(?:19|20)\d\d", match["number"].strip())
    if year and (match["unit"] in (None, "年") or follows[:2] == "年度"):
        return True
    if text[match.start() - 1 : match.start()] in "〔[－-—~" and match.start() > 0:
        return True
    return bool(match["unit"] in ("年", "月", "日") and _NO_COUNT.match(follows) and not _duration(text, match))


def _duration(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 2) : match.start()].endswith(("近", "达", "超过", "连续", "期限", "提前", "缩短"))
