"""The grammar of sums and percentages: what a written figure is worth, exactly.

Every value is a `Decimal`: 18,928.19万元 is 189281900 yuan, 5.85个亿 is 585000000, 百分之五 is 5 percent points.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow, Underflow
from functools import lru_cache
from typing import Final

CNY: Final = "CNY"
PERCENT: Final = "%"

CHINESE_DIGITS: Final = "零〇一二两三四五六七八九十百千"
_SCALES: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_EXACT: Final = Context(prec=28, Emax=27, traps=[Inexact, Overflow, Underflow, InvalidOperation])  # what every Decimal after it holds
_LONGEST: Final = 64  # characters of a Chinese numeral
_MINUS = re.compile(r"^[-−﹣–—负]")
_PART = re.compile(rf"(?P<number>\d+(?:\.\d+)?|[{CHINESE_DIGITS}]+(?:点[零一二三四五六七八九]+)?)?(?P<scale>[十百千万亿]*)")
_VAGUE = re.compile(r"[余多来]|个(?=[万亿])")
_MONEY = re.compile(r"(?:人民币)?(?P<body>.+?)(?:元|块钱?|圆)?整?\Z")


class FigureError(ValueError):
    """The text is no figure of the expected kind; the message says what was expected."""


_SEPARATORS: Final = re.compile(r"[\s,，]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its unit: `CNY`, `%`, or the unit word of a count.

    `step` is the value of the last printed digit (0.01万元 is 100): what rounding can hide is half of it.
    """

    number: Decimal
    unit: str
    step: Decimal = Decimal(1)


def fold(text: str) -> str:
    """Full width to half width, spaces and thousands separators out."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def plain(number: Decimal) -> str:
    """A decimal as a plain string: no exponent, no trailing zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def read_amount(text: str) -> Figure:
    """The value of a written sum of money in yuan.

    Raises:
        FigureError: `text` is no number with an optional scale (十 百 千 万 亿) and 元.
    """
    folded = fold(text)
    minus, body = _sign(folded)
    match = _MONEY.match(_VAGUE.sub("", body))
    number, step = _number(match["body"], text) if match else _refuse(text)
    return Figure(-number if minus else number, CNY, step)


def read_ratio(text: str) -> Figure:
    """The value of a written percentage in percent points.

    Raises:
        FigureError: `text` is neither a number with % nor 百分之 with a number.
    """
    minus, body = _sign(fold(text))
    if body.startswith("百分之"):
        number, step = _number(_VAGUE.sub("", body[3:]), text)
    elif body.endswith("%"):
        number, step = _number(_VAGUE.sub("", body[:-1]), text)
    else:
        raise FigureError(f"expected a percentage such as 30.49% or 百分之五, got {_shown(text)}")
    return Figure(-number if minus else number, PERCENT, step)


@lru_cache(maxsize=4096)  # borders, facts and claims each ask for the same figure
def read_figure(text: str, label: str) -> Figure:
    """The value of an AMOUNT or RATIO span."""
    return read_amount(text) if label == "AMOUNT" else read_ratio(text)


def figure_or_none(text: str, label: str) -> Figure | None:
    """As `read_figure`; None where nobody can put a number to it, as to 上千万元."""
    try:
        return read_figure(text, label)
    except FigureError:
        return None


def read_value(text: str, label: str) -> Decimal:
    """The number alone of an AMOUNT or RATIO span: the reader that annotations without values are given."""
    return read_figure(text, label).number


def read_number(text: str) -> Decimal:
    """The value of a bare number with scales, as in counts: 10万余, 580万, 五.

    Raises:
        FigureError: `text` is no number.
    """
    return _number(_VAGUE.sub("", fold(text)), text)[0]


def _sign(folded: str) -> tuple[bool, str]:
    match = _MINUS.match(folded)
    return (True, folded[match.end() :]) if match else (False, folded)


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _LONGEST else f"{text[:_LONGEST]!r}…"


def _refuse(text: str) -> tuple[Decimal, Decimal]:
    raise FigureError(f"expected a number such as 7,611.55, 580万 or 五十八, got {_shown(text)}")


def _number(body: str, text: str) -> tuple[Decimal, Decimal]:
    """Parts of falling scale are added: 3亿2000万 is 3*10^8 + 2000*10^4. Returns the value and its last digit's value."""
    try:
        return _sum_of_parts(body, text)
    except DecimalException as error:
        raise FigureError(f"expected a number of at most {_EXACT.prec} digits, got {_shown(text)}") from error


def _sum_of_parts(body: str, text: str) -> tuple[Decimal, Decimal]:
    total, at, step, last = Decimal(0), 0, Decimal(1), Decimal("Infinity")
    if not body:
        return _refuse(text)
    while at < len(body):
        match = _PART.match(body, at)
        if match is None or match.end() == at or match["number"] is None:
            return _refuse(text)
        number, scale = _numeral(match["number"]), Decimal(1)
        for sign in match["scale"]:
            scale = _EXACT.multiply(scale, Decimal(_SCALES[sign]))
        if scale >= last:
            return _refuse(text)
        last = scale
        total = _EXACT.add(total, _EXACT.multiply(number, scale))
        step = _EXACT.scaleb(scale, int(number.as_tuple().exponent)) if "." in match["number"] or "点" in match["number"] else scale
        at = match.end()
    return total, step


def _numeral(text: str) -> Decimal:
    if text[0].isdigit():
        return Decimal(text)
    if len(text) > _LONGEST:  # cn2an's time grows with the square
        raise FigureError(f"expected a Chinese numeral of at most {_LONGEST} characters, got {len(text)}")
    import cn2an  # slow to import and rarely needed

    whole, _, fraction = text.partition("点")
    if whole[0] in "百千":
        whole = "一" + whole  # 百分之百
    try:
        integer = Decimal(cn2an.cn2an(whole.replace("两", "二").replace("〇", "零").lstrip("零") or "零", "smart"))
    except (KeyError, ValueError) as error:  # a KeyError where a numeral ends in a 零 too many
        raise FigureError(f"{_shown(text)} is no well-formed Chinese numeral") from error
    digits = "".join(str("零一二三四五六七八九".index(digit)) for digit in fraction)
    return integer + Decimal(f"0.{digits}") if digits else integer
