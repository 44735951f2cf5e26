"""Names: places, units, projects under two or three names, and claims with their counts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from .figures import hanzi, plain
from .grammar import expand, table
from .writer import Row, Writer

_FIRST: Final = "青云白石柳临清松桐枫梅兰荷锦玉金银龙凤麒鹤东西南北上下长广永安宁平丰兴泰和嘉景明文武双双九三五大小新古红黄紫"
_SECOND: Final = "溪河山水川江源泉湖池陵岭岗坪坝塘浦港湾洲沙原田林桥关城阳阴州安宁昌丰和泰远靖水"
_VILLAGE: Final = "李王张刘陈杨赵周徐孙马朱胡郭何罗高林郑梁"
_PHASES: Final = ("（一期）", "（二期）", "（三期）", "二期", "一期", "（第一批）", "（第二标段）")
_ENDS: Final = {
    "works": ("工程", "项目", "工程项目", "", "", "建设项目"),
    "funds": ("资金", "经费", "项目", "专项资金", "", "项目经费"),
    "systems": ("平台", "系统", "平台建设项目", "系统运维", "信息化平台", "平台运维经费", "管理平台（二期）", "APP", "系统升级改造项目"),
    "services": ("", "项目", "采购项目", "经费", "费用"),
    "brands": ("项目", "工程", "专项", "行动经费", "平台", "APP", "", ""),
}
_SHORT: Final = {
    "works": ("", "工程", "项目"),
    "funds": ("", "资金", "专项"),
    "systems": ("平台", "系统", "平台项目"),
    "services": ("", "项目"),
    "brands": ("项目", ""),
}
_MONEY: Final = ("资金", "补助", "补贴", "经费", "专项", "奖励", "奖补", "津贴", "优待金", "补偿", "扶助", "贴息", "工资", "费", "金", "资助")


@dataclass(frozen=True, slots=True)
class Region:
    """A made-up place: its name with the word for its level, and names of towns, rivers and roads in it."""

    name: str
    level: str
    stem: str

    @property
    def whole(self) -> str:
        """全县, 全市 …"""
        return "全" + self.level

    @property
    def own(self) -> str:
        """县本级, 市本级 …"""
        return self.level + "本级"


def region(rng: random.Random) -> Region:
    """A place that does not exist."""
    stem = two(rng)
    level = rng.choices(("县", "市", "区"), weights=(50, 25, 25))[0]
    return Region(stem + level, level, stem)


def two(rng: random.Random) -> str:
    """A stem of two characters, such as 青溪."""
    first = rng.choice(_FIRST)
    return first + rng.choice([c for c in _SECOND if c != first])


def place(rng: random.Random, where: Region, name: str) -> str:
    """The text of a place slot."""
    stem = two(rng)
    return {
        "县": where.name,
        "镇": stem + rng.choice("镇镇乡"),
        "村": (rng.choice(_VILLAGE) + rng.choice(("家", "家", "")) + rng.choice("湾庄坪沟寨塘") if rng.random() < 0.5 else stem) + "村",
        "河": stem[0] + rng.choice(("水河", "溪", "河", "江", "沙河")),
        "路": rng.choice(
            (stem + "路", f"S{rng.randint(101, 399)}线", f"G{rng.randint(101, 399)}线", stem + "大道", f"X{rng.randint(101, 999):03d}线")
        ),
        "名": stem,
    }[name]


def organ(rng: random.Random, where: Region, field: dict[str, Any]) -> str:
    """The name of a unit."""
    body = str(rng.choice(field["organs"]))
    if body.startswith("委"):
        return rng.choice(("中共", "")) + where.name + body
    if body[0] in "镇乡街":
        return where.name + two(rng) + body
    return where.name + body


def fields() -> Sequence[str]:
    """The names of the fields."""
    return tuple(table("fields"))


def project(rng: random.Random, where: Region, field: dict[str, Any]) -> Row:
    """A project of a field, without sums."""
    kind = rng.choices(("works", "funds", "systems", "services", "brands"), weights=(28, 30, 17, 12, 13))[0]
    core = expand(rng.choice(field[kind]), rng, lambda slot: place(rng, where, slot))
    end = rng.choice(_ENDS[kind])
    if kind == "funds" and core[-2:] in ("资金", "补助", "补贴", "经费", "专项", "奖励", "奖补") and rng.random() < 0.6:
        end = rng.choice(("", "", "资金", "项目", "经费"))
    if (core.endswith(end[:2]) and end) or (core[-2:] in ("资金", "经费", "专项") and end[:2] in ("资金", "经费", "专项")):
        end = ""
    if kind == "funds" and not end and not core.endswith(_MONEY):
        end = rng.choice(("经费", "专项", "资金", "专项经费"))
    prefix = _prefix(rng, where, core, kind)
    phase = rng.choice(_PHASES) if kind in ("works", "systems") and "期" not in end and rng.random() < 0.16 else ""
    full = prefix + core + end + phase
    return Row("p", tuple(dict.fromkeys((full, *_aliases(rng, kind, core, prefix)))), topic=kind)


def _prefix(rng: random.Random, where: Region, core: str, kind: str) -> str:
    if core.startswith(where.stem) or rng.random() < 0.5:
        return ""
    options = [where.name, where.name, where.whole, where.level + "级"]
    if kind == "funds":
        options += ["中央", "省级", "中央和省级", where.level + "级"]
    if kind in ("systems", "brands"):
        options += [where.name, "全省", where.level]
    return rng.choice(options)


def _aliases(rng: random.Random, kind: str, core: str, prefix: str) -> list[str]:
    found = []
    for end in rng.sample(_SHORT[kind], k=rng.randint(1, len(_SHORT[kind]))):
        if (end and core.endswith(end)) or (core[-2:] in ("资金", "经费", "专项") and end):
            end = ""
        if kind == "funds" and not end and not core.endswith(_MONEY):
            end = rng.choice(("经费", "专项"))
        found.append((prefix if rng.random() < 0.15 else "") + core + end)
    if kind == "brands" and rng.random() < 0.4:
        found.append(core.strip("“”") + rng.choice(("项目", "工程", "行动")))
    return found


def claim(w: Writer, where: Region, field: dict[str, Any], projects: Sequence[Row]) -> str:
    """A marked clause with its counts, composed from a field."""
    counts: list[str] = []

    def slot(name: str) -> str:
        if name == "P":
            return w.name(w.rng.choice(built))
        kind, _, span = name.partition(":")
        low, _, high = span.partition("-")
        if kind == "r":
            return "{r|" + percent_words(w, Decimal(low), Decimal(high)) + "}"
        if kind == "m":
            return "{m|" + money_text(w, int(low), int(high)) + "}"
        if kind.startswith("n"):
            return count(w, int(low), int(high), kind[1:], counts)
        return place(w.rng, where, name)

    built = [p for p in projects if p.topic in ("works", "systems", "brands")]
    templates = [t for t in field["claims"] if built or "<P>" not in t]
    template = w.freshest(templates)
    body = expand(template, w.rng, slot)
    lead = w.pick("", "", "", "", "", "全年", "累计", "共", "已", "年内", f"{w.year}年", "其中", where.whole)
    if lead and (not counts or not _verb(body) or (lead.endswith("年") and body[0].isdigit())):
        lead = ""
    return f"{{c {' '.join(counts)}|{lead}{body}}}" if counts else f"{{c|{lead}{body}}}"


def _verb(body: str) -> bool:
    """Whether a clause begins with what was done, so that 累计 or 已 may stand before it."""
    stem = body.split("{", 1)[0].lstrip("0123456789,.万余")
    nouns = (
        "率",
        "量",
        "额",
        "度",
        "数",
        "比例",
        "面积",
        "收入",
        "服务",
        "门急诊",
        "群众",
        "学生",
        "家长",
        "师生",
        "职工",
        "河长",
        "旅游",
        "人均",
        "空气",
        "城镇",
        "社会",
        "村",
        "作品",
        "案例",
        "公交",
        "刑事",
        "窗口",
        "项",
    )
    return (
        bool(stem) and len(stem) > 1 and not body.startswith(nouns) and not any(n in stem[:12] for n in nouns[:6]) and body[0] not in "“为获被荣全{"
    )


def count(w: Writer, low: int, high: int, unit: str, counts: list[str]) -> str:
    """A count as reports print it; what a reader would note goes to `counts`."""
    rng = w.rng
    number = int(low * (high / low) ** rng.random())
    if number >= 10_000 and (number >= 1_000_000 or rng.random() < 0.6):
        number = round(number, -3 if number < 100_000 else -4)
        counts.append(f"{number}{unit}")
        return plain(Decimal(number) / 10_000) + "万" + rng.choice(("余", "", "", "多") if number >= 100_000 else ("", "")) + unit
    if number >= 100 and rng.random() < 0.25:
        number = round(number, -1 if number < 1000 else -2)
        counts.append(f"{number}{unit}")
        return f"{number}余{unit}"
    counts.append(f"{number}{unit}")
    if number < 20 and rng.random() < 0.12:
        return ("两" if number == 2 else hanzi(number)) + unit
    if number >= 1000 and w.style.comma and rng.random() < 0.6:
        return f"{number:,}{unit}"
    return f"{number}{unit}"


def percent_words(w: Writer, low: Decimal, high: Decimal) -> str:
    """A percentage between two bounds, as a claim has it."""
    places = w.rng.choice((0, 1, 1, 2))
    value = low + (high - low) * Decimal(w.rng.randint(0, 1000)) / 1000
    text = plain(round(value, places))
    return text + "%"


def money_text(w: Writer, low: int, high: int) -> str:
    """A sum between two bounds in 万元, as a claim has it."""
    value = int(low * (high / low) ** w.rng.random())
    if value >= 10_000:
        return (
            plain(Decimal(round(value, -2)) / 10_000) + w.rng.choice(("亿元", "亿元", "亿元", "亿元", "亿元", "个亿"))
            if w.rng.random() < 0.9
            else f"{value}万元"
        )
    if value >= 100 and w.rng.random() < 0.3:
        return f"{round(value, -1)}{w.rng.choice(('余万元', '多万元', '万元', '万'))}"
    return plain(Decimal(value) + Decimal(w.rng.choice((0, 0, 50, 25, 36, 8))) / 100) + "万元"
