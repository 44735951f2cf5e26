"""The writer: turns rows into marked phrases, gives subjects their ids, and notes where a contradiction could be planted."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from .figures import UNITS, ZERO, fits, grouped, hanzi, last_digit, percent, plain, rounded
from .style import Style

OPEN: Final = 0xF0000  # private-use planes: brackets round a spot
CLOSE: Final = 0x100000


@dataclass(slots=True, eq=False)
class Row:
    """A subject (account `a` or project `p`) under its names, and the sums known of it.

    `v` holds `initial`, `budget`, `adjust`, `actual`, `balance`, `last`, `contract`; `now` is the figure of the year in the
    report's own measure.
    """

    kind: str
    names: tuple[str, ...]
    v: dict[str, Decimal] = field(default_factory=dict)
    whole: Row | None = None
    scope: str = ""
    frame: tuple[str, str] = ("", "")
    topic: str = "any"

    @property
    def now(self) -> Decimal:
        """This year's figure."""
        return self.v["now"]

    @property
    def change(self) -> Decimal:
        """This year's figure less last year's."""
        return self.v["now"] - self.v["last"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other markup for a spot, and the contradiction that it makes."""

    rule: str
    markup: str
    explanation: str


_OPPOSITE: Final = {"大于": "小于", "小于": "大于", "超出": "低于"}


@dataclass(slots=True)
class Writer:
    """State of one report while it is written.

    `slips` draws what could be planted: a report reads the same whatever that is.
    """

    rng: random.Random
    style: Style
    year: int
    kind: str
    own: str = "本部门"
    level: str = "县"
    projects: list[Row] = field(default_factory=list)
    past: list[Row] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    spots: list[list[Alternative]] = field(default_factory=list)
    slips: random.Random = field(default_factory=lambda: random.Random(0))
    _ids: dict[int, str] = field(default_factory=dict)
    _kept: list[Row] = field(default_factory=list)
    _printed: set[tuple[int, str, int]] = field(default_factory=set)
    _seen: dict[tuple[int, str, int], str] = field(default_factory=dict)
    _last: tuple[int, str] = (0, "")
    _habits: dict[str, str] = field(default_factory=dict)

    def step(self, value: Decimal) -> Decimal:
        """The precision of a project's sum: reports in 亿元 give small ones in 万元."""
        return self.style.step if self.style.unit != "亿元" or value >= UNITS["亿元"] else Decimal(100_000)

    @property
    def main(self) -> str:
        """The measure of the year's own figure: budget in a budget report, else actual."""
        return "budget" if self.kind == "budget" else "actual"

    def pick(self, *options: str) -> str:
        """One of some wordings, anew each time."""
        return options[self.rng.randrange(len(options))]

    def freshest(self, templates: Sequence[str]) -> str:
        """One of those used least so far in this report."""
        least = min(self.told.get(t, 0) for t in templates)
        chosen = self.rng.choice([t for t in templates if self.told.get(t, 0) == least])
        self.told[chosen] = least + 1
        return chosen

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.rng.random() < share

    def habit(self, key: str, options: Sequence[str], loyalty: float = 0.75) -> str:
        """A wording to which this report mostly keeps."""
        if key not in self._habits:
            self._habits[key] = options[self.rng.randrange(len(options))]
        return self._habits[key] if self.rng.random() < loyalty else options[self.rng.randrange(len(options))]

    def spot(self, text: str, *alternatives: Alternative) -> str:
        """A text that could be replaced by one of some contradictions."""
        if not alternatives:
            return text
        self.spots.append(list(alternatives))
        at = len(self.spots) - 1
        return chr(OPEN + at) + text + chr(CLOSE + at)

    def ident(self, row: Row) -> str:
        """The id of a subject, given on first use."""
        if id(row) not in self._ids:
            self._kept.append(row)  # its id() stays taken
            self._ids[id(row)] = f"{row.kind}{len(self._ids) + 1}"
        return self._ids[id(row)]

    def mentioned(self, row: Row) -> bool:
        """Whether the subject has been named."""
        return id(row) in self._ids

    def name(self, row: Row, text: str | None = None) -> str:
        """A marked mention."""
        if text is None:
            first = not self.mentioned(row)
            text = row.names[0] if first or self.chance(0.55) else self.pick(*row.names)
        if text.startswith("“") and text.endswith("”") and text.count("“") == 1 and row.kind == "p":
            return f"“{{{self.ident(row)}|{text[1:-1]}}}”"
        return f"{row.frame[0]}{{{self.ident(row)}|{text}}}{row.frame[1]}"

    def sum_text(self, value: Decimal, unit: str | None = None, zero: bool = True) -> str:
        """A sum as this style prints it, exactly."""
        style = self.style
        if value == ZERO and zero:
            return {"full": _fixed(ZERO, style.places) + style.unit, "short": "0" + style.unit, "bare": self.pick("0", "0" + style.unit)}[style.zero]
        if unit is None:
            unit = self._unit(value)
        places = style.places if unit == style.unit else 2
        if unit == "元" and fits(value, unit, 0) and style.unit != "元":
            places = 0
        text = _fixed(value / UNITS[unit], places)
        if unit != style.unit or style.trim:
            text = plain(value / UNITS[unit])
        if unit == "万" and self.chance(0.25):
            unit = "万元"
        return (grouped(text) if style.comma else text) + unit

    def _unit(self, value: Decimal) -> str:
        """The style's own unit, or now and then another that prints the sum exactly."""
        style = self.style
        if style.unit == "亿元":
            return "亿元" if self._in_yi(value) else "万元"
        if style.unit == "万元" and abs(value) < 20_000 and fits(value, "元", 0) and self.chance(0.06):
            return "元"
        return style.unit

    def _in_yi(self, value: Decimal) -> bool:
        return abs(value) >= 60_000_000 and fits(value, "亿元", self.style.places)

    def amount(self, row: Row, measure: str, value: Decimal, year: int | None = None, minus: bool = False, balanced: bool = False) -> str:
        """A marked sum that gives a fact.

        Args:
            minus: write a decrease with its sign.
            balanced: the words behind say that it equals what stands before.
        """
        down = value < 0 and not minus
        shown = value if minus else abs(value)
        head = self._head(row, measure, year, down)
        text = self._loosely(self.sum_text(shown))
        seen = (id(row), measure, year or self.year)
        markup = f"{{m {head}|{text}}}"
        self._printed.add(seen)
        self._last = (id(row), measure)
        first = self._seen.get(seen)
        if measure in ("yoy_change", "budget_variance", "balance"):
            return self.spot(markup, *(self._off(row, measure, abs(value), markup) if year in (None, self.year) else ()))
        if shown == ZERO or measure not in ("actual", "budget", "initial_budget"):
            return markup
        self._seen.setdefault(seen, text)
        other = self._slipped(abs(value))
        slipped = self.sum_text(other)
        options = []
        if first is not None and abs(other - shown) > last_digit(first) + last_digit(slipped):
            options.append(
                Alternative(
                    "two_values",
                    f"{{m {head}|{slipped}}}",
                    f"{row.names[0]}前文为{first}，此处为{self.sum_text(other, self.style.unit)}",
                )
            )
        if text.endswith("万元") and (first is not None or row.whole is not None) and abs(value) >= 1_000_000:
            options.append(Alternative("yuan_for_wan", f"{{m {head}|{text[:-2]}元}}", f"{row.names[0]}应为{text}，误写为元"))
        if balanced and other - shown > 2 * (last_digit(text) + last_digit(slipped)):
            options.append(Alternative("unbalanced", f"{{m {head}|{slipped}}}", f"称收支平衡，应为{text}"))
        return self.spot(markup, *options)

    def _off(self, row: Row, measure: str, value: Decimal, markup: str) -> list[Alternative]:
        """Slips of a sum that is the difference of two others which the report has printed."""
        year = self.year
        head, text = markup[:-1].split("|", 1)

        def has(name: str, at: int = year) -> bool:
            return (id(row), name, at) in self._printed

        if measure == "yoy_change":
            rule, known, names = "change_mismatch", has(self.main) and has(self.main, year - 1), ("now", "last")
        elif measure == "budget_variance":
            rule, known, names = "change_mismatch", has("actual") and has("initial_budget"), ("now", "initial")
        else:
            planned = has("budget") or (has("initial_budget") and has("budget_change"))
            known = has("actual") and planned and self.main == "actual" and not has("balance", year - 1)  # 上年结转 may count or not
            rule, names = "balance_mismatch", ("budget", "actual")
        first, second = (row.v.get(name, ZERO) for name in names)
        other = self._slipped(value, self.slips)
        far = other - value > 2 * sum(map(self._printed_step, (first, second, other)))
        if not (known and first and second and far and abs(first - second) == value):
            return []
        sign = "-" if text.startswith("-") else ""
        return [Alternative(rule, f"{head}|{sign}{self.sum_text(other, self._own_unit(other))}}}", f"应为{text}")]

    def aside(self, row: Row, measure: str, value: Decimal) -> str:
        """A marked sum that another one of its measure may differ from: 总投资 is not the money of the year, 中央补助部分 not all."""
        return f"{{m {self._head(row, measure, None, False)}|{self._loosely(self.sum_text(value))}}}"

    def _loosely(self, text: str) -> str:
        """Now and then the same sum in the words of speech."""
        if not self.chance(0.015) or self.style.unit == "元":
            return text
        if text.endswith("亿元"):
            return text[:-2] + self.pick("个亿", "亿")
        if text.endswith("万元"):
            number = text[:-2].removesuffix(".00")
            return hanzi(int(number)) + "万元" if number.isdigit() and 0 < int(number) < 100 else text[:-1]
        return text

    def ratio(self, row: Row, measure: str, value: Decimal, minus: bool = False, base: Row | None = None, year: int | None = None) -> str:
        """A marked percentage that gives a fact."""
        head = self._head(row, measure, year, value < 0 and not minus, base)
        self._last = (id(row), measure)
        return f"{{r {head}|{self.percent_text(value if minus else abs(value))}}}"

    def percent_text(self, value: Decimal) -> str:
        """A percentage as this style prints it."""
        text = plain(value) if self.style.strip_percent else _fixed(value, self.style.percent_places)
        if value == 100:
            text = self.habit("hundred", (text, "100"))
        return text + "%"

    def rate(self, row: Row, measure: str, part: Decimal, whole: Decimal, minus: bool = False, wrong: Decimal | None = None) -> str:
        """A percentage of two figures, with the slips that could be made in it; `wrong` is a whole often taken by mistake."""
        value = percent(part, whole, self.style.percent_places)
        right = self.ratio(row, measure, value, minus)
        if not self._checkable(row, measure):
            return right
        slip = rounded(value + self.rng.choice((-1, 1)) * Decimal(self.rng.randint(150, 900)).scaleb(-2), self.style.percent_places)
        options = []
        other = percent(part, wrong, self.style.percent_places) if wrong else None
        if self._beyond_rounding(slip, part, whole) and abs(slip) != abs(other or 0):
            options.append(Alternative("rate_mismatch", self.ratio(row, measure, abs(slip).copy_sign(value), minus), f"应为{plain(value)}%"))
        if other is not None and self._beyond_rounding(other, part, whole):
            options.append(Alternative("wrong_year_base", self.ratio(row, measure, other, minus), f"增减率以本年数为基数，应为{plain(value)}%"))
        return self.spot(right, *options)

    def _beyond_rounding(self, other: Decimal, part: Decimal, whole: Decimal) -> bool:
        """Whether a percentage is none that `part` and `whole` may give as they are printed: what rounding explains is no contradiction.

        Each may itself be the difference of two printed sums.
        """
        step = max(map(self._printed_step, (part, whole, part + whole)))
        margin = last_digit(plain(other) if self.style.strip_percent else _fixed(other, self.style.percent_places))
        least = abs(whole) - step * 3 / 2
        if least <= 0:
            return False
        low, high = (abs(part) - step) / (abs(whole) + step * 3 / 2) * 100, (abs(part) + step) / least * 100
        return not low - margin <= abs(other) <= high + margin

    def _printed_step(self, value: Decimal) -> Decimal:
        """What the last digit is worth that this style prints of a sum."""
        style, unit = self.style, self._own_unit(value)
        exact = style.trim or unit != style.unit
        return last_digit((plain(value / UNITS[unit]) if exact else _fixed(value / UNITS[unit], style.places)) + unit)

    def _own_unit(self, value: Decimal) -> str:
        """The unit in which this style mostly prints a sum."""
        return "万元" if self.style.unit == "亿元" and not self._in_yi(value) else self.style.unit

    def _checkable(self, row: Row, measure: str) -> bool:
        """Whether the report has printed the figures that a rate follows from."""

        def has(name: str, year: int) -> bool:
            return (id(row), name, year) in self._printed

        year = self.year
        now = has("actual", year) or has(self.main, year)
        if measure == "yoy_rate":
            return now and (has("yoy_change", year) or has(self.main, year - 1))
        planned = has("initial_budget", year) or (has("budget", year) and self.main != "budget")
        return now and (planned or (measure == "budget_variance_rate" and has("budget_variance", year)))

    def share(self, row: Row, whole: Row, part: Decimal | None = None, listed: bool = False, named: bool = False) -> str:
        """占…的X%, the whole named where it has to be; `listed` says that the shares of all parts are given."""
        named = named or not self.mentioned(whole) or self.chance(0.3)
        lead = f"占{self.name(whole)}的" if named else self.habit("share", ("占", "占", "占比", "占比为", "比重为"))
        return lead + self.share_ratio(row, whole, row.now if part is None else part, listed)

    def share_ratio(self, row: Row, whole: Row, part: Decimal, listed: bool) -> str:
        """The percentage of a share, with the slips that could be made in it."""
        value = percent(part, whole.now, self.style.percent_places)
        right = self.ratio(row, "share", value, base=whole)
        slip = rounded(value + Decimal(self.rng.randint(160, 800)).scaleb(-2), self.style.percent_places)
        bare = self.percent_text(value)[:-1]
        rule, why = ("share_sum", "各部分占比之和不为100%，") if listed else ("rate_mismatch", "")
        options = []
        if part and self._beyond_rounding(slip, part, whole.now):
            options.append(Alternative(rule, self.ratio(row, "share", slip, base=whole), f"{why}应为{plain(value)}%"))
        if value:  # 占0 lacks nothing
            options.append(Alternative("no_percent", bare, "占比缺少百分号"))
        return self.spot(right, *options)

    def part(self, row: Row, measure: str, value: Decimal) -> str:
        """A sum in a list of parts, which could be made not to add up."""
        text = self.amount(row, measure, value)
        if value < 1_000_000 or ord(text[0]) >= OPEN:
            return text
        other = self._slipped(value)
        head = self._head(row, measure, None, False)
        return self.spot(text, Alternative("parts_sum", f"{{m {head}|{self.sum_text(other)}}}", f"各部分之和与合计不符，应为{self.sum_text(value)}"))

    def word(self, rise: str, fall: str, value: Decimal, of: Row | None = None) -> str:
        """增加 or 减少 by the sign, or the template's both; right behind the change in money of the row `of` also the wrong one."""
        right, wrong = (rise, fall) if value >= 0 else (fall, rise)
        options = [Alternative("leftover", f"{rise}（{fall}）", "模板用语未删减")]
        if of is not None and self._last == (id(of), "yoy_change"):
            options.append(Alternative("direction", wrong, f"与增减额方向相反，应为{right}"))
        return self.spot(right, *options)

    def compared(self, clause: str, rate: Decimal) -> str:
        """A clause that says whether the outcome is more than the budget, behind the rate of completion."""
        other = re.sub("|".join(_OPPOSITE), lambda match: _OPPOSITE[match[0]], clause)
        slips = [Alternative("direction", other, f"完成率为{plain(rate)}%")] if other != clause and rate != 100 else []
        return self.spot(clause, *slips)

    def _slipped(self, value: Decimal, rng: random.Random | None = None) -> Decimal:
        """A sum with a digit astray."""
        step = self.step(value)
        move = max(step * 10, (value * Decimal((rng or self.rng).randint(2, 12)) / 100 / step).to_integral_value() * step)
        return value + move

    def _head(self, row: Row, measure: str, year: int | None, down: bool, base: Row | None = None) -> str:
        head = f"{self.ident(row)}.{measure}" + ("-" if down else "")
        if base is not None:
            head += "/" + self.ident(base)
        if year is not None and year != self.year:
            head += f"@{year}"
        return head + "".join("^" + part for part in row.scope.split())


def _fixed(value: Decimal, places: int) -> str:
    return format(rounded(value, places), "f")
