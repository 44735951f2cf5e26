"""Departmental final accounts and budgets."""

from __future__ import annotations

from collections.abc import Callable

from .common import claims, duties, glossary, head, numbers, problems, score, spend_and_claim, words
from .figures import ZERO
from .grammar import texts
from .outline import Outline, mark
from .phrases import Slots, cause, execution, line, parts, say, why, yoy
from .records import Department
from .writer import Row, Writer


def write(w: Writer, d: Department) -> Outline:
    """The whole report."""
    o = Outline(w.style)
    if w.chance(0.45):
        o.part(w.pick("第一部分 部门概况", "第一部分  单位概况", f"第一部分 {d.unit}概况"))
        duties(w, d, o)
        o.part(w.pick("第二部分 情况说明", f"第三部分  {w.year}年度部门{words(w, d)['决']}情况说明"))
    for section in _order(w):
        section(w, d, o)
    if w.chance(0.3):
        problems(w, d, o)
    if w.chance(0.3):
        glossary(w, o)
    return o


def _order(w: Writer) -> list[Callable[[Writer, Department, Outline], None]]:
    sections = [_total, _income, _expense, _fiscal, _general, _basic, _three, _fund]
    if w.kind == "final_accounts" or w.chance(0.3):
        sections.append(_usual)
    tail = [_office, _procured, _assets]
    if w.chance(0.3):
        w.rng.shuffle(tail)
    kept = [s for s in sections if s in (_income, _expense, _general) or w.chance(0.85)]
    return [*kept, *(s for s in tail if w.chance(0.85)), _results]


def _own(w: Writer, d: Department) -> Slots:
    """Slots of a section, to which it adds its own."""
    return words(w, d)


def sub(w: Writer, prefix: str, row: Row, names: str) -> Slots:
    """Slots of another row under a prefix: `f.now`."""

    def made(name: str) -> Callable[[], str]:
        if name == "share":
            return lambda: w.share(row, row.whole) if row.whole is not None else ""
        return lambda: say(w, f"<{name}>", row)

    return {f"{prefix}.{name}": made(name) for name in names.split()}


def _total(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.total"))
    both, t, e, c = d["total"], d["income_total"], d["expense_total"], d["carry_in"]

    def named(row: Row) -> Callable[[], str]:
        return lambda: w.name(row)

    extra = _own(w, d) | {
        "income_total": named(t),
        "expense_total": named(e),
        "t.now": lambda: w.amount(t, w.main, t.now),
        "t2.now": lambda: w.amount(e, w.main, e.now),
        "t.yoy_why": lambda: _joint(w, t, both),
        "income": named(d["income"]),
        "expense": named(d["expense"]),
        "carry_in": named(c),
        "c.bal": lambda: w.amount(c, "balance", c.now, w.year - 1),
    }
    extra |= sub(w, "i", d["income"], "now yoy yoy_why") | sub(w, "e", d["expense"], "now yoy yoy_why")
    if both.change and both.v["last"] and w.chance(0.25):
        o.say(f"{w.year}年度{w.name(both)}均为{w.amount(both, w.main, both.now)}。{_joint(w, both, both)}。")
        return
    o.say(line(w, "accounts", f"total.{w.kind}", both, extra))
    if w.kind == "budget" and w.chance(0.5):
        o.say(say(w, "其中：<上年结转><c.bal>。", None, {"上年结转": named(c), "c.bal": extra["c.bal"]}) if c.now else "")


def _joint(w: Writer, row: Row, both: Row) -> str:
    """收入、支出总计各减少X: one fact of the joint name, in 收、支总计 reports."""
    if both.change == ZERO:
        return f"与上年相比，{both.names[0]}均持平"
    each, verb = w.name(both), w.word("增加", "减少", both.change)
    amount = w.amount(both, "yoy_change", both.change)
    rate = w.rate(both, "yoy_rate", both.change, both.v["last"], wrong=both.now)
    return f"与上年相比，{each}各{verb}{amount}，{w.word('增长', '下降', both.change, both)}{rate}" + why(w, both.change, 0.7)


def _income(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.income"))
    row, rows = d["income"], d.groups["income"]
    text = line(w, "accounts", "income.lead", row, _own(w, d))
    if len(rows) == 1:
        text += line(w, "accounts", "income.whole", row, sub(w, "f", rows[0], "S now share"))
    else:
        text += parts(w, rows, "now", row)
    if w.chance(0.5):
        absent = [n for n in ("上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入") if n not in {r.names[0] for r in rows}]
        text += line(w, "accounts", "income.none", None, {"list": "、".join(absent[: w.rng.randint(2, 4)])})
    o.say(text + "。")


def _expense(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.expense"))
    row, rows = d["expense"], d.groups["kinds"]
    text = line(w, "accounts", "expense.lead", row, _own(w, d)) + parts(w, rows, "now", row)
    o.say(text + line(w, "accounts", "expense.tail") + "。")
    if w.chance(0.3):
        text = w.pick("按经济分类", "从经济分类看", "按支出经济分类")
        o.say(text + parts(w, d.groups["economic"], "now", row, shares=w.chance(0.4)) + "。")
    if w.chance(0.35):
        o.say("".join(f"{w.name(r)}{w.pick('', '为')}{w.amount(r, w.main, r.now)}，{yoy(w, r)}{why(w, r.change, 0.7)}。" for r in rows))


def _fiscal(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.fiscal"))
    o.say(line(w, "accounts", f"fiscal.{w.kind}", d["fiscal_total"], _own(w, d)))


def _general(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.general"))
    row = d["general"]
    shared = w.chance(0.9)
    extra = _own(w, d) | {"share": lambda: w.share(row, d["expense"], named=True) if shared else "用于保障机构运转和事业发展"}
    if w.chance(0.8):
        o.heading(1, w.pick("支出总体情况", f"财政拨款支出{extra['决']}总体情况", "总体情况"))
        o.say(line(w, "accounts", "general.whole", row, extra))
    if w.chance(0.75):
        o.heading(1, w.pick("支出结构情况", f"财政拨款支出{extra['决']}结构情况"))
        o.say(line(w, "accounts", "general.structure", row, extra) + parts(w, d.groups["classes"], "now", row) + "。")
    o.heading(1, w.pick("支出具体情况", f"财政拨款支出{extra['决']}具体情况", "按功能科目说明"))
    if w.kind == "final_accounts":
        o.say(line(w, "accounts", "general.detail", row, extra))
    _items(w, d, o)


def _items(w: Writer, d: Department, o: Outline) -> None:
    rows = d.groups["items"]
    if w.style.path in ("item", "code", "short_class") and len(rows) >= 4 and w.chance(0.3):
        group, rows = rows[-3:], rows[:-3]
        o.say(*(_item(w, d, r, mark(o.style, 2, n + 1)) for n, r in enumerate(rows)))
        o.say(mark(o.style, 2, len(rows) + 1) + _together(w, group))
        return
    o.say(*(_item(w, d, r, mark(o.style, 2, n + 1)) for n, r in enumerate(rows)))


def _together(w: Writer, rows: list[Row]) -> str:
    """Several items in one sentence, their figures in order."""
    names = "、".join(w.name(r) for r in rows)
    if w.kind == "budget":
        return f"{names}预算分别为" + "、".join(w.amount(r, "budget", r.now) for r in rows) + "。"
    text = f"{names}年初预算分别为" + "、".join(w.amount(r, "initial_budget", r.v["initial"]) for r in rows)
    text += f"{w.pick('，', '；')}支出决算分别为" + "、".join(w.amount(r, "actual", r.now) for r in rows)
    if all(r.v["initial"] for r in rows):
        text += "，分别完成年初预算的" + "、".join(w.rate(r, "completion_rate", r.now, r.v["initial"]) for r in rows)
    return text + "。"


def _item(w: Writer, d: Department, row: Row, number: str) -> str:
    extra = _own(w, d) | {"use": lambda: _use(w, d, row), "share": lambda: w.share(row, d["general"], named=True)}
    if w.kind == "budget":
        return number + line(w, "accounts", "item.budget", row, extra)
    extra["same"] = w.pick("，决算数等于年初预算数", "，与年初预算数一致", "", "。")  # a sentence's end is doubled on purpose nowhere
    if extra["same"] == "。":
        extra["same"] = ""
    key = "zero" if row.v["initial"] == ZERO else "equal" if row.v["initial"] == row.now else "normal"
    return number + line(w, "accounts", f"item.{key}", row, extra)


def _use(w: Writer, d: Department, row: Row) -> str:
    def staff() -> str:
        return "、".join(r.names[0] for r in d.groups["staff"][:3]) + "等"

    name = row.names[0]
    key = "any" if row.topic == "any" else "pension" if "养老支出" in name or "养老保险" in name or "离退休" in name or "年金" in name else "staff"
    key = "medical" if row.topic == "staff" and "医疗" in name else "housing" if "住房" in name or name.endswith("提租补贴（项）") else key
    return line(w, "accounts", f"use.{key}", None, {"s.staff": staff, "P": lambda: w.name(w.rng.choice(w.projects))})


def _basic(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.basic"))
    row, people = d["gbasic"], d.groups["people"]
    text = f"{w.year}年{w.pick('度', '')}{w.name(row)}{w.pick('', '为', '共')}{w.amount(row, w.main, row.now)}"
    if w.chance(0.45):
        o.say(text + parts(w, people, "now", row) + "。")
    else:
        text += w.pick("，其中：", "。其中：", "，包括：")
        for at, (person, key) in enumerate(zip(people, ("staff", "public"), strict=True)):
            names = "、".join(r.names[0] for r in d.groups[key])
            end = "；" if at == 0 else "。"
            share = w.pick("，", "，") + w.share(person, row) if w.chance(0.7) else ""
            text += f"{w.name(person)}{w.amount(person, w.main, person.now)}{share}，主要包括{w.pick('：', '')}{names}{w.pick('', '等')}{end}"
        o.say(text)
    if w.chance(0.3):
        for person, key in zip(people, ("staff", "public"), strict=True):
            o.say(f"{w.name(person)}{w.amount(person, w.main, person.now)}" + parts(w, d.groups[key], "now", person, shares=False) + "。")


def _three(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.three"))
    row, budget = d["three"], w.kind == "budget"
    if row.now == ZERO:
        plan = ZERO if budget else row.v["initial"]
        text = f"{w.own}{w.year}年{w.name(row)}{w.pick('预算数', '预算')}{w.amount(row, 'budget', plan)}"
        o.say(text + ("" if budget else f"，支出{w.amount(row, 'actual', ZERO)}") + w.pick("", f"，{yoy(w, row, not budget)}") + "。")
        return
    o.say(line(w, "accounts", "three.whole_budget" if budget else "three.whole", row, _own(w, d)) + w.pick("。其中：", "，其中："))
    members = [d["abroad"], d["host"], d["buy"], d["run"]] if w.chance(0.6) else [d["abroad"], d["cars"], d["host"]]
    if w.chance(0.3):
        w.rng.shuffle(members)
    texts_ = [_trip(w, d, r) for r in members]
    if w.chance(0.5):
        o.say(*(mark(o.style, 2, n + 1) + t + "。" for n, t in enumerate(texts_)))
    else:
        o.say("；".join(texts_) + "。")
    if not budget and w.chance(0.4):
        o.say(
            f"{w.year}年度{w.name(row)}决算中"
            + parts(w, [d["abroad"], d["cars"], d["host"]], "now", row, form="colon")
            .replace("其中：", "", 1)
            .replace("，其中:", "，", 1)
            .lstrip("。")
            + "。"
        )
    if not budget and w.chance(0.5):
        o.say(say(w, w.rng.choice(texts("accounts", "three.visits")), None, numbers(w)) + "。")


def _trip(w: Writer, d: Department, row: Row) -> str:
    less = row.now < row.v["initial"]
    extra = _own(w, d) | {"share": lambda: w.share(row, d["three"]), "less": lambda: cause(w, row.now - row.v["initial"], row.topic)}
    if w.kind == "budget":
        key = "nil_budget" if row.now == ZERO and row.v["last"] == ZERO else "part_budget"
    elif row.now == ZERO and row.v["initial"] == ZERO:
        key = "nil"
    else:
        key = "part" if less else "same"
    if key == "same":
        return say(w, "<S>(支出决算|决算)[为]<now>，完成预算的<rate>，<yoy>", row)
    if key == "nil" and row.v["last"] != ZERO:
        return f"{w.name(row)}支出决算{w.amount(row, 'actual', ZERO)}，{yoy(w, row)}"
    return line(w, "accounts", f"three.{key}", row, extra)


def _fund(w: Writer, d: Department, o: Outline) -> None:
    row = d["fund"]
    o.heading(0, head(w, d, "accounts", "heads.fund"))
    if row.now == ZERO:
        o.say(
            w.pick(
                f"{w.own}没有政府性基金收支。",
                f"{w.year}年度{w.own}无政府性基金预算财政拨款收支。",
                f"{w.own}{w.year}年没有使用政府性基金预算拨款安排的支出。",
            )
        )
        return
    use = "、".join(w.name(p) for p in w.rng.sample(w.projects, k=min(2, len(w.projects))))
    o.say(f"{w.year}年度{w.name(row)}{w.amount(row, w.main, row.now)}，{yoy(w, row)}，{w.pick('用于', '主要用于')}{use}。")


def _usual(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.usual"))
    out = []
    for key, what in (("meeting", "召开工作推进会、专题会"), ("training", "开展业务骨干和新进人员培训")):
        row = d[key]
        plan = w.pick("开支", "支出", "安排") if w.kind != "budget" else "安排"
        out.append(
            f"{plan}{w.name(row)}{w.amount(row, w.main, row.now)}，{w.pick(f'用于{what}', yoy(w, row), f'{what}，人数{w.rng.randint(20, 600)}人')}"
        )
    o.say(f"{w.year}年{w.own}" + w.pick("；", "；", "，").join(out) + w.pick("。", "；未举办节庆、晚会、论坛、赛事活动。"))


def _office(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.office"))
    row = d["office"]
    if w.chance(0.15):
        o.say(f"{w.own}为事业单位，{w.pick('无机关运行经费', '没有机关运行经费支出', '未安排机关运行经费')}。")
        return
    extra = _own(w, d) | {"why": lambda: why(w, row.now - row.v["initial"], 0.7, row.topic)}
    if row.v["initial"] == ZERO:
        row.v["initial"] = row.now
    o.say(line(w, "accounts", f"office.{w.kind}", row, extra))


def _procured(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.procured"))
    row = d["procured"]
    text = line(w, "accounts", "procured.lead", row, _own(w, d)) + parts(w, d.groups["procured"], "now", row, shares=w.chance(0.3))
    if w.kind == "budget":
        o.say(text + "。")
        return
    small = d["small"]
    extra = sub(w, "m", d["micro"], "S now share") | {"share": lambda: w.share(small, row)}
    o.say(text + line(w, "accounts", "procured.small", small, extra))


def _assets(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.assets"))
    extra = dict(_own(w, d)) | numbers(w)
    owned = {k: w.rng.randint(1, 9) for k in ("机要通信用车", "应急保障用车", "执法执勤用车", "其他用车") if w.chance(0.6)}
    extra |= {"n": str(sum(owned.values())), "cars": "、".join(f"{k}{n}辆" for k, n in owned.items()) or "无新购车辆"}
    o.say(line(w, "accounts", "assets.cars", None, extra) + line(w, "accounts", "assets.goods", None, extra))
    if w.chance(0.4) and w.kind != "budget":
        o.say(line(w, "accounts", "assets.value", d["assets"], extra | dict(sub(w, "f", d["fixed"], "S now"))))


def _results(w: Writer, d: Department, o: Outline) -> None:
    o.heading(0, head(w, d, "accounts", "heads.projects" if w.kind == "budget" else "heads.results"))
    money = Row("a", (w.pick("涉及资金", "涉及财政资金", "涉及预算资金"),), {"now": sum((p.v["budget"] for p in w.projects), ZERO)})
    if w.kind != "budget" and w.chance(0.7):
        lead = f"根据预算绩效管理要求，{w.own}组织对{w.year}年度{len(w.projects)}个项目开展绩效自评，"
        o.say(f"{lead}{w.name(money)}{w.amount(money, 'budget', money.now)}。" + (score(w) if w.chance(0.5) else ""))
    for at, row in enumerate(w.projects):
        o.say(mark(o.style, 2, at + 1) + (_goal(w, row) if w.kind == "budget" else _outcome(w, d, row)))
    if w.kind != "budget" and w.chance(0.4):
        o.say(spend_and_claim(w, d, w.rng.choice(w.projects)) + "。")


def _goal(w: Writer, row: Row) -> str:
    extra = {"goal": lambda: say(w, w.rng.choice(texts("accounts", "results.goal")), None, numbers(w))}
    return line(w, "accounts", "results.target", row, extra)


def _outcome(w: Writer, d: Department, row: Row) -> str:
    key = "adjusted" if row.v["adjust"] else "project"
    text = line(w, "accounts", f"results.{key}", row, project_slots(w, row))
    if w.chance(0.75):
        text += w.pick("", "主要产出和效果：", "项目绩效：") + claims(w, d, w.rng.randint(1, 4), [row]) + "。"
    return text


def project_slots(w: Writer, row: Row) -> Slots:
    """Slots of a project's execution."""

    def adjust() -> str:
        return w.amount(row, "budget_change", row.v["adjust"])

    return {
        "prate": lambda: w.rate(row, "completion_rate", row.v["actual"], row.v["budget"]),
        "pbal": lambda: "资金全部执行完毕" if row.v["balance"] == ZERO else f"结余{w.amount(row, 'balance', row.v['balance'])}",
        "adj": adjust,
        "invest": lambda: w.aside(row, "budget", row.v["budget"]),
        "追加": lambda: (
            w.pick("年中追加", "年中调整增加", "追加预算", "调整追加")
            if row.v["adjust"] > ZERO
            else w.pick("年中调减", "调整减少", "调剂减少", "年中调整减少")
        ),
    }


__all__ = ["execution", "project_slots", "sub", "write"]
