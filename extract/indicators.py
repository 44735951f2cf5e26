"""What kind of performance a claim speaks of: the indicators of 《项目支出绩效评价管理办法》(财预〔2020〕10号)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("indicators.csv")
THRESHOLD: Final = 1.0

INDICATORS: Final = (
    "quantity", "quality", "timeliness", "cost",  # 产出: 数量 质量 时效 成本
    "economic", "social", "ecological", "sustainability",  # 效益: 经济 社会 生态 可持续影响
    "satisfaction",  # 满意度
    "rating",  # 得分, 等级, 排名, 获奖: of the unit or project as a whole
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the table: a pattern of words, where it is looked for (clause, unit, heading), and its weight for an indicator."""

    indicator: str
    place: str
    weight: float
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """The table, read once."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Rule(row["indicator"], row["place"], float(row["weight"]), re.compile(row["pattern"])) for row in csv.DictReader(file))


def indicator_of(clause: str, units: Iterable[str], headings: Sequence[str]) -> str | None:
    """The indicator with the greatest sum of weights, the first of INDICATORS among equals; None below THRESHOLD.

    Args:
        clause: the claim's text.
        units: the unit words of its figures.
        headings: what it stands under, nearest first; only the nearest that names any indicator counts.
    """
    scores = dict.fromkeys(INDICATORS, 0.0)
    heading = next(filter(_names_indicator, headings), "")
    places = {"clause": (clause,), "unit": tuple(units), "heading": (heading,)}
    for rule in rules():
        if any(map(rule.pattern.search, places[rule.place])):
            scores[rule.indicator] += rule.weight
    best = max(INDICATORS, key=scores.__getitem__)
    return best if scores[best] >= THRESHOLD else None


@lru_cache(maxsize=2**10)  # many claims stand under one heading
def _names_indicator(heading: str) -> bool:
    return any(rule.place == "heading" and rule.pattern.search(heading) for rule in rules())


_CLAUSE: Final = re.compile(r"[，,；;。：:\n]")


def labels_before(text: str) -> list[str]:
    """The short clauses without any figure before a claim in its paragraph, nearest first: 社会效益方面, 数量指标."""
    clauses = (re.sub(r"^[\s\d.、（()）①-⑩一二三四五六七八九十是]+", "", clause) for clause in _CLAUSE.split(text))
    return [clause for clause in clauses if 0 < len(clause) <= 12 and not re.search(r"\d", clause)][::-1]
