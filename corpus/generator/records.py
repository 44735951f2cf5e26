"""The record set of a department: everything a report says, with sums that hold exactly, before a word is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ..classification import Account, classification
from .figures import ZERO, snap, split
from .grammar import table
from .names import Region, organ, project, region
from .writer import Row, Writer

_PLACE: Final = re.compile(r"\A(?:[\u4e00-\u9fff]{2}[省市州县区旗镇乡]|全[省市州县区旗]|中央和?(?:省级)?|[省市州县区旗]级?)+(?=..)")
_KIND: Final = re.compile(
    r"(?:项目|工程|行动|经费|费用|资金|专项|采购|支出|平台|系统|APP|运维|运行|建设|升级改造|信息化|管理|服务|补助|[一二三四]期|第[一二三]批|（[一二三四]期）|（第[一二三]批）|（第.标段）)\Z"
)
_STAFF_ITEMS: Final = (
    "2080501",
    "2080502",
    "2080505",
    "2080506",
    "2080599",
    "2080801",
    "2101101",
    "2101102",
    "2101103",
    "2101199",
    "2210201",
    "2210202",
)
_STAFF_ALWAYS: Final = ("2080505", "2101101", "2210201")
_INCOME: Final = ("事业收入", "其他收入", "上级补助收入", "经营收入", "附属单位上缴收入")


@dataclass(slots=True)
class Department:
    """A unit in a place and a field of work (`topic`), with its rows by key and its groups of parts."""

    unit: str
    where: Region
    topic: dict[str, Any]
    rows: dict[str, Row] = field(default_factory=dict)
    groups: dict[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Row:
        return self.rows[key]


def department(w: Writer) -> Department:
    """Draw a unit and its record set; the writer learns its projects."""
    fields = table("fields")
    topic = dict(fields[w.rng.choice(list(fields))])
    where = region(w.rng)
    found = Department(organ(w.rng, where, topic), where, topic)
    w.own = w.pick("本部门", "本单位", "我局" if found.unit.endswith("局") else "我单位", found.unit)
    w.level = where.level
    w.projects = [planned(w, project(w.rng, where, topic)) for _ in range(w.rng.randint(4, 9))]
    w.projects = _distinct(w.projects)
    w.past = [_past(w, project(w.rng, where, topic)) for _ in range(2)]
    _spending(w, found)
    _income(w, found)
    _functions(w, found)
    _economy(w, found)
    _hospitality(w, found)
    _procurement(w, found)
    return found


def _distinct(rows: Sequence[Row]) -> list[Row]:
    seen: set[str] = set()
    out = []
    for row in rows:
        cores = set(map(core, row.names))
        if not seen & cores:
            seen |= cores
            out.append(row)
    return out


def core(name: str) -> str:
    """What tells a project from others: its name without place, phase and what kind of thing it is."""
    name = _PLACE.sub("", re.sub("[“”]", "", name))
    while (shorter := _KIND.sub("", name)) != name and len(shorter) > 2:
        name = shorter
    return name


def amount(w: Writer, low: float, high: float) -> Decimal:
    """A sum between two bounds in 万元, small ones more often, in the style's precision."""
    value = Decimal(repr(low * (high / low) ** w.rng.random())) * 10_000
    step = w.step(value)
    if w.chance(0.35):
        step = max(step, Decimal(10_000))
    return max(snap(value, step), step)


def before(w: Writer, now: Decimal, spread: float = 0.35) -> Decimal:
    """Last year's figure to this year's."""
    if now == ZERO:
        return ZERO if w.chance(0.8) else amount(w, 0.5, 5)
    draw = w.rng.random()
    if draw < 0.05:
        return now
    return max(w.step(now), snap(now * Decimal(repr(1 + w.rng.uniform(-spread, spread))), w.step(now)))


def planned(w: Writer, row: Row, low: float = 5, high: float = 900) -> Row:
    """Give a project its sums: budget is initial and adjustment, balance is budget less what was paid."""
    initial = amount(w, low, high)
    step = w.step(initial)
    if w.chance(0.6):
        initial = max(step, snap(initial, max(step, Decimal(10_000))))
    adjust = ZERO
    if w.chance(0.42):
        adjust = snap(initial * Decimal(w.rng.choice((-1, 1, 1, 1)) * w.rng.randint(5, 60)) / 100, max(step, Decimal(1_000)))
    budget = initial + adjust
    spent = budget if w.chance(0.3) else snap(budget * Decimal(repr(w.rng.uniform(0.55, 0.999))), step)
    contract = spent + snap((budget - spent) * Decimal(repr(w.rng.random())), step)
    now = initial if w.kind == "budget" else spent
    row.v = {"initial": initial, "adjust": adjust, "budget": budget, "actual": spent, "balance": budget - spent, "contract": contract}
    row.v |= {"now": now, "last": before(w, now)}
    return row


def _past(w: Writer, row: Row) -> Row:
    row.v = {"last": amount(w, 10, 600)}
    return row


def account(w: Writer, names: str | Sequence[str], now: Decimal, **more: Decimal) -> Row:
    """An account with this year's and, unless given, last year's figure."""
    row = Row("a", (names,) if isinstance(names, str) else tuple(names), {"now": now, "actual": now, "budget": now} | more)
    row.v.setdefault("last", before(w, now))
    return row


def total(w: Writer, names: str | Sequence[str], rows: Sequence[Row]) -> Row:
    """An account whose every figure is the sum of its parts."""
    keys = [k for k in rows[0].v if all(k in r.v for r in rows)]
    whole = Row("a", (names,) if isinstance(names, str) else tuple(names), {k: sum((r.v[k] for r in rows), ZERO) for k in keys})
    for row in rows:
        row.whole = whole
    return whole


def _spending(w: Writer, d: Department) -> None:
    step = w.style.step
    d.groups["projects"] = list(w.projects)
    keys = ("initial", "adjust", "budget", "actual", "balance", "now", "last")
    sums = {k: sum((p.v[k] for p in w.projects), ZERO) for k in keys}
    if w.chance(0.4):
        rest = planned(w, Row("a", ("其他项目支出",)))
        d.groups["projects"].append(rest)
        sums = {k: sums[k] + rest.v[k] for k in keys}
    projects = Row("a", ("项目支出",), dict(sums))
    size = snap(sums["now"] * Decimal(repr(w.rng.uniform(0.3, 2.5))), step) + amount(w, 100, 900)
    initial = size if w.chance(0.3) else snap(size * Decimal(repr(w.rng.uniform(0.8, 1.02))), step)
    unspent = ZERO if w.chance(0.6) else min(amount(w, 0.5, 20), initial / 10 // step * step)
    budget = size + unspent
    now = initial if w.kind == "budget" else size
    basic = Row(
        "a", ("基本支出",), {"initial": initial, "adjust": budget - initial, "budget": budget, "actual": size, "balance": unspent, "now": now}
    )
    basic.v["last"] = before(w, now, 0.15)
    basic.topic = "staff"
    whole = total(w, w.pick("支出合计", "本年支出合计", "支出合计"), [basic, projects])
    d.rows |= {"basic": basic, "project": projects, "expense": whole}
    d.groups["kinds"] = [basic, projects]
    d.rows["overall"] = Row("a", (w.pick("整体支出", "部门整体支出", "部门支出"),), dict(whole.v))
    staff, public = split(w.rng, basic.now, (w.rng.uniform(4, 9), 1.2), step)
    d.groups["people"] = [account(w, "人员经费", staff), account(w, w.pick("公用经费", "日常公用经费", "公用经费"), public)]
    for row in d.groups["people"]:
        row.whole = basic
        row.v["initial"] = max(step, snap(row.now * Decimal(repr(w.rng.uniform(0.93, 1.12))), step))


def _income(w: Writer, d: Department) -> None:
    spent = d["expense"].now
    step = w.style.step
    carry_out = ZERO if w.kind == "budget" or w.chance(0.3) else snap(spent * Decimal(repr(w.rng.uniform(0.002, 0.06))), step)
    carry_in = ZERO if w.chance(0.35) else snap(spent * Decimal(repr(w.rng.uniform(0.002, 0.08))), step)
    income = spent + carry_out - carry_in
    count = w.rng.choice((0, 0, 1, 1, 2))
    others = [account(w, n, snap(income * Decimal(repr(w.rng.uniform(0.002, 0.12))), step)) for n in w.rng.sample(_INCOME, k=count)]
    fiscal = account(w, w.pick("财政拨款收入", "一般公共预算财政拨款收入", "财政拨款收入"), income - sum((o.now for o in others), ZERO))
    rows = [fiscal, *others]
    whole = total(w, w.pick("收入合计", "本年收入合计", "收入合计"), rows)
    d.groups["income"] = rows
    both = account(w, w.pick("收、支总计", "收入支出总计", "收支总计"), spent + carry_out)
    d.rows |= {"income": whole, "fiscal": fiscal, "total": both}
    d.rows["carry_in"] = account(w, w.pick("上年结转结余", "年初结转和结余", "上年结转"), carry_in)
    d.rows["carry_out"] = account(w, w.pick("年末结转和结余", "结转下年", "年末结转结余"), carry_out)
    d.rows["fiscal_total"] = account(w, w.pick("财政拨款收、支总计", "财政拨款收支总计", "财政拨款收入支出总计"), fiscal.now + carry_in)
    d.rows["income_total"] = account(w, ("收入总计",), spent + carry_out, last=both.v["last"])
    d.rows["expense_total"] = account(w, ("支出总计",), spent + carry_out, last=both.v["last"])


def _functions(w: Writer, d: Department) -> None:
    fund = ZERO if w.chance(0.6) else snap(d["project"].now * Decimal(repr(w.rng.uniform(0.02, 0.3))), w.style.step)
    own = w.rng.sample(d.topic["items"], k=min(len(d.topic["items"]), w.rng.randint(2, 6)))
    staff = [c for c in _STAFF_ITEMS if c in _STAFF_ALWAYS or w.chance(0.25)]
    codes = sorted({*own, *staff})
    weights = [w.rng.uniform(2, 9) if c in own else w.rng.uniform(0.3, 0.8) for c in codes]
    sums = split(w.rng, d["expense"].now - fund, weights, w.style.step)
    by_code = {a.code: a for a in classification() if a.kind == "function"}
    rows: list[Row] = []
    classes: dict[str, list[Row]] = {}
    for code, now in zip(codes, sums, strict=True):
        row = account(w, spelled(w, by_code[code]), now, initial=_initial(w, now))
        row.frame = ("“", "”科目") if w.style.path == "quoted" else ("", "")
        row.topic = "staff" if code in _STAFF_ITEMS or by_code[code].name in ("行政运行", "机关服务", "事业运行") else "any"
        rows.append(row)
        classes.setdefault(code[:3], []).append(row)
    short = w.habit("class", ("{}", "{}", "{}（类）", "{}支出（类）"), 1)
    groups = []
    for code, members in classes.items():
        name = by_code[code].name
        stem = name.removesuffix("支出")
        groups.append(total(w, short.format(name if "支出" not in short and "（" not in short else stem), members))
    general = total(w, w.pick("一般公共预算财政拨款支出", "一般公共预算财政拨款支出", "财政拨款支出", "一般公共预算支出"), groups)
    for row in rows:
        row.whole = general
    d.rows |= {"general": general, "fund": account(w, w.pick("政府性基金预算财政拨款支出", "政府性基金支出"), fund)}
    d.rows["gbasic"] = Row("a", (w.pick("一般公共预算财政拨款基本支出", "财政拨款基本支出", "一般公共预算基本支出"),), d["basic"].v)
    d.groups |= {"items": rows, "classes": groups}


def _initial(w: Writer, now: Decimal) -> Decimal:
    draw = w.rng.random()
    if draw < 0.1:
        return ZERO
    if draw < 0.25 or w.kind == "budget":
        return now
    return max(w.style.step, snap(now * Decimal(repr(w.rng.uniform(0.6, 1.25))), w.style.step))


def spelled(w: Writer, item: Account) -> tuple[str, ...]:
    """A functional path as the style spells it."""
    first, second, third = (*item.parents, item.name)
    way = w.style.path if w.chance(0.94) else "class"
    full = f"{first}（类）{second}（款）{third}（项）"
    name = {
        "class": full,
        "quoted": full,
        "half": full,
        "short_class": f"{first.removesuffix('支出') or first}（类）{second}（款）{third}（项）",
        "dash": f"{first}-{second}-{third}",
        "bracketless": w.pick(f"{first}（类）{second}（款）{third}", f"{first}（类）{second}{third}（项）", f"{first}{second}（款）{third}（项）"),
        "code_path": f"{item.code}{full}",
        "code": f"{item.code}{third}",
        "item": w.pick(f"{third}（项）", f"{second}（款）{third}（项）"),
    }[way]
    return (name,)


def _economy(w: Writer, d: Department) -> None:
    by_level = {a.code: a.name for a in classification() if a.kind == "economic"}
    staff, public = d.groups["people"]
    for key, row, prefix, least in (("staff", staff, ("301", "303"), 3), ("public", public, ("302",), 4)):
        names = [
            n
            for c, n in by_level.items()
            if c[:3] in prefix and len(c) == 5 and "其他" not in n and "三公" not in n and c not in ("30217", "30231", "30212")
        ]
        chosen = w.rng.sample(names, k=w.rng.randint(least, min(8, len(names))))
        other = "其他工资福利支出" if key == "staff" else "其他商品和服务支出"
        sums = split(w.rng, row.now, [w.rng.uniform(0.2, 3) for _ in range(len(chosen) + 1)], w.style.step)
        found = [account(w, n, s) for n, s in zip([*chosen, other], sums, strict=True)]
        for part in found:
            part.whole = row
        d.groups[key] = found
    if d["expense"].now > 0:
        names = [by_level[c] for c in ("301", "302", "303", "310")]
        sums = split(w.rng, d["expense"].now, (5, 3, 0.8, 1), w.style.step)
        d.groups["economic"] = [account(w, n, s) for n, s in zip(names, sums, strict=True)]
        for part in d.groups["economic"]:
            part.whole = d["expense"]


def _trip(w: Writer, name: str, idle: float, low: float, high: float) -> Row:
    now = ZERO if w.chance(idle) else amount(w, low, high)
    plan = now if now == ZERO and w.chance(0.7) else now + (ZERO if w.chance(0.25) else amount(w, 0.05, max(0.1, float(now) / 40_000 + 0.2)))
    last = before(w, now)
    return account(w, name, plan if w.kind == "budget" else now, initial=plan, budget=plan, last=last)


def _hospitality(w: Writer, d: Department) -> None:
    abroad = _trip(w, w.pick("因公出国（境）费", "因公出国（境）费用", "因公出国（境）费支出"), 0.85, 2, 12)
    host = _trip(w, w.pick("公务接待费", "公务接待费", "公务接待费支出"), 0.15, 0.3, 15)
    buy = _trip(w, w.pick("公务用车购置费", "公务用车购置支出", "公务用车购置费"), 0.85, 12, 40)
    run = _trip(w, w.pick("公务用车运行维护费", "公务用车运行费", "公务用车运行维护费"), 0.1, 2, 60)
    cars = total(w, w.pick("公务用车购置及运行维护费", "公务用车购置及运行费", "公务用车购置和运行维护费"), [buy, run])
    for row in (abroad, buy, run):
        row.topic = "trip"
    host.topic = "host"
    whole = total(w, ("“三公”经费财政拨款支出", "“三公”经费") if w.chance(0.5) else "“三公”经费", [abroad, cars, host])
    d.rows |= {"three": whole, "abroad": abroad, "host": host, "buy": buy, "run": run, "cars": cars}
    public = d.groups["people"][1].now
    d.rows["office"] = account(w, w.pick("机关运行经费", "机关运行经费支出", "机关运行经费财政拨款支出"), public, initial=_initial(w, public))
    cars.topic = "trip"
    whole.topic = "host"
    d["office"].topic = "office"
    d.rows |= {"meeting": account(w, "会议费", amount(w, 0.3, 12)), "training": account(w, "培训费", amount(w, 0.3, 30))}


def _procurement(w: Writer, d: Department) -> None:
    step = w.style.step
    goods, works, services = (ZERO if w.chance(0.2) else amount(w, 2, 400) for _ in range(3))
    goods = goods or amount(w, 2, 100)
    names = [("政府采购货物支出", "政府采购工程支出", "政府采购服务支出"), ("货物支出", "工程支出", "服务支出")][w.rng.randrange(2)]
    parts = [account(w, n, s) for n, s in zip(names, (goods, works, services), strict=True)]
    whole = total(w, w.pick("政府采购支出总额", "政府采购支出", "政府采购总额"), parts)
    small = whole.now if w.chance(0.2) else max(step, snap(whole.now * Decimal(repr(w.rng.uniform(0.3, 0.99))), step))
    micro = small if w.chance(0.2) else max(step, snap(small * Decimal(repr(w.rng.uniform(0.2, 0.95))), step))
    d.rows |= {"procured": whole, "small": account(w, "授予中小企业合同金额", small), "micro": account(w, "授予小微企业合同金额", micro)}
    d.rows["small"].whole = d.rows["micro"].whole = whole
    d.groups["procured"] = parts
    cars = account(w, "固定资产原值", amount(w, 200, 9000))
    d.rows |= {"assets": account(w, w.pick("资产总额", "资产总计"), cars.now + amount(w, 20, 900)), "fixed": cars}
