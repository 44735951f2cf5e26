"""Self-evaluation reports: of a department's whole spending, and of one project."""

from __future__ import annotations

from typing import Final

from .accounts import project_slots, sub
from .common import claims, duties, head, numbers, problems, score, spend_and_claim, words, work
from .details import details
from .figures import ZERO, hanzi, percent, snap, split
from .grammar import texts
from .names import project
from .outline import Outline, mark
from .phrases import Slots, line, parts, say, why, yoy
from .records import Department, account, amount, core, planned
from .writer import Row, Writer

_SOURCES: Final = ("中央财政资金", "省级财政资金", "级财政配套资金", "级配套资金", "自筹资金", "地方政府一般债券", "社会资本", "上级补助资金")


def write_overall(w: Writer, d: Department) -> Outline:
    """A department's self-evaluation."""
    o = Outline(w.style)
    duties(w, d, o)
    o.heading(0, head(w, d, "evaluation", "heads.scale"))
    _scale(w, d, o)
    _basic(w, d, o)
    _projects(w, d, o)
    if w.chance(0.5):
        o.heading(0, head(w, d, "evaluation", "heads.others"))
        o.say(line(w, "evaluation", "manage.none", None, words(w, d)))
    if w.chance(0.7):
        o.heading(0, head(w, d, "evaluation", "heads.manage"))
        _manage(w, d, o)
    o.heading(0, head(w, d, "evaluation", "heads.results"))
    work(w, d, o, w.rng.randint(2, 5))
    if w.chance(0.8):
        o.heading(0, head(w, d, "evaluation", "heads.score"))
        o.say(score(w))
    problems(w, d, o)
    return o


def _lists(w: Writer, row: Row, rows: list[Row]) -> Slots:
    """Lists of the parts under every measure."""

    def listed(measure: str) -> str:
        if not w.chance(0.75) or all(r.v[measure] == ZERO for r in rows):
            return ""
        return parts(
            w, rows, measure, row, shares=measure == "actual" and w.chance(0.4), form=w.pick("pause", "including", "pause", "respective", "colon")
        )

    return {f"p.{m}": (lambda m=m: listed(m)) for m in ("initial", "budget", "actual", "balance")}  # type: ignore[misc]


def _scale(w: Writer, d: Department, o: Outline) -> None:
    o.heading(1, w.pick("整体支出规模", "预算安排及支出情况", "年度预算及执行"))
    row = d["overall"]
    joint = w.pick("；", "；", "。", "，")
    extra = dict(words(w, d)) | project_slots(w, row) | _lists(w, row, d.groups["kinds"])
    extra |= {"x": lambda: joint if joint != "，" else w.pick("，", "；"), "why": lambda: why(w, row.v["adjust"], 1)}
    extra["arate"] = lambda: w.ratio(row, "rate", percent(row.v["adjust"], row.v["initial"], w.style.percent_places))
    change = row.v["adjust"]
    templates = [t for t in texts("evaluation", "scale.chain") if bool(change) == ("<adjust>" in t or "<budget>" in t)]
    templates = [t for t in templates if change > 0 or "<arate>" not in t]
    o.say(say(w, w.rng.choice(templates), row, extra))
    if w.chance(0.4):
        i, e, c, out = d["income"], d["expense"], d["carry_in"], d["carry_out"]
        more = dict(words(w, d)) | sub(w, "i", i, "S now yoy") | sub(w, "e", e, "S now yoy") | sub(w, "c", c, "S") | sub(w, "o", out, "S")
        more |= {"c.bal": lambda: w.amount(c, "balance", c.now, w.year - 1), "o.bal": lambda: w.amount(out, "balance", out.now)}
        o.say(line(w, "evaluation", "scale.income", None, more))


def _basic(w: Writer, d: Department, o: Outline) -> None:
    o.heading(1, head(w, d, "evaluation", "heads.basic"))
    row = d["basic"]
    people = d.groups["people"]
    o.say(line(w, "evaluation", "basic.lead", row, words(w, d)) + parts(w, people, "now", row) + "。")
    three = d["three"]
    if three.now == ZERO or three.v["initial"] == ZERO:
        return
    inner = [r for r in (d["abroad"], d["host"], d["cars"]) if r.now]
    extra = {
        "crate": lambda: w.ratio(three, "rate", percent(three.now, three.v["initial"], w.style.percent_places)),
        "t.parts": lambda: parts(w, inner, "now", three, shares=False, form=w.pick("pause", "respective", "including")) if w.chance(0.7) else "",
        "t.tail": lambda: yoy(w, three, framed=True),
        "tdb": lambda: w.amount(three, "budget_variance", three.now - three.v["initial"]),
    }
    templates = [t for t in texts("evaluation", "basic.three") if "tdb" not in t or three.now < three.v["initial"]]
    o.say(say(w, w.rng.choice(templates), three, extra))


def _projects(w: Writer, d: Department, o: Outline) -> None:
    o.heading(1, head(w, d, "evaluation", "heads.project"))
    row = d["project"]
    text = line(w, "evaluation", "project.lead", row, words(w, d))
    if w.chance(0.55):
        form = w.pick("use_for", "use_for", "pause", "colon", "respective")
        o.say(text + parts(w, d.groups["projects"], "actual", row, shares=w.chance(0.25), form=form) + "。")
    chosen = w.rng.sample(w.projects, k=w.rng.randint(2, len(w.projects))) if len(w.projects) > 2 else w.projects
    sentences = [_each(w, p) for p in chosen]
    if w.chance(0.5):
        o.say(w.pick("主要包括以下项目：", "具体如下：", "主要项目情况：") + "".join(f"{n + 1}、{s}。" for n, s in enumerate(sentences)))
    else:
        o.say(*(mark(o.style, 2, n + 1) + s + "。" + (details(w) if w.chance(0.3) else "") for n, s in enumerate(sentences)))


def _each(w: Writer, row: Row) -> str:
    past = amount(w, 3, 300)
    extra = dict(project_slots(w, row)) | {
        "carry": lambda: line(w, "evaluation", "project.carry", row, {"pcarry": lambda: w.amount(row, "balance", past, w.year - 1)}),
        "later": lambda: line(w, "evaluation", "project.later"),
        "owner": lambda: line(w, "evaluation", "project.owner"),
        "its.budget": lambda: w.aside(row, "budget", row.v["budget"]),
        "arrived": lambda: w.aside(row, "actual", row.v["budget"]),
        "its.actual": lambda: w.aside(row, "actual", row.v["actual"]),
        "full": lambda: w.ratio(row, "rate", percent(row.v["budget"], row.v["budget"], w.style.percent_places)),
        "V": w.level,
        "mo": str(w.rng.randint(2, 11)),
        "da": str(w.rng.randint(1, 28)),
    }
    templates = [
        t
        for t in texts("evaluation", "project.each")
        if (row.v["balance"] > ZERO or "<later>" not in t) and (row.topic != "funds" or "<contract>" not in t)
    ]
    return say(w, w.rng.choice(templates), row, extra)


def _rates(w: Writer, d: Department, o: Outline) -> None:
    row = d.groups["people"][1]
    extra: Slots = {"crate": lambda: w.ratio(row, "rate", percent(row.now, row.v["initial"], w.style.percent_places))}
    o.say(line(w, "evaluation", "manage.rates", row, extra))


def _manage(w: Writer, d: Department, o: Outline) -> None:
    if w.chance(0.6):
        _rates(w, d, o)
    o.say(line(w, "prose", "plain", None, dict(words(w, d)) | numbers(w)))
    if w.chance(0.6):
        o.say("".join(details(w) for _ in range(w.rng.randint(1, 3))))
    built = [p for p in w.projects if p.topic != "funds"]
    for row in w.rng.sample(built, k=min(2, len(built))):
        o.say(line(w, "evaluation", "manage.contract", row, {"actual": lambda r=row: w.amount(r, "actual", r.v["actual"])}))  # type: ignore[misc]
    if w.chance(0.5):
        extra = dict(sub(w, "f", d["fixed"], "S now")) | sub(w, "g", d["procured"], "S now") | sub(w, "s", d["small"], "S now share")
        o.say(line(w, "evaluation", "manage.assets", d["assets"], extra))


def write_single(w: Writer, d: Department) -> Outline:
    """The self-evaluation of one project; the first of the writer's projects is its subject."""
    o = Outline(w.style)
    row = w.projects[0]
    o.heading(0, w.pick("基本情况", "项目基本情况", "项目概况"))
    o.heading(1, w.pick("项目概况", "立项背景及主要内容", "项目概述"))
    alias = row.names[-1] if len(row.names) > 1 else ""
    about = line(w, "evaluation", "single.about", row, words(w, d))
    if alias and w.chance(0.5) and not alias.startswith("“"):
        about = about[:-1] + say(w, w.rng.choice(texts("evaluation", "single.alias")), None, {"A": lambda: w.name(row, alias)}) + "。"
    o.say(about + (details(w) if w.chance(0.6) else ""))
    o.heading(1, w.pick("资金投入和使用情况", "项目资金情况", "资金安排及执行情况"))
    _money(w, o, row)
    o.heading(1, w.pick("绩效目标", "项目绩效目标"))
    goals = lambda: say(w, w.rng.choice(texts("evaluation", "single.plan")), None, numbers(w))  # noqa: E731
    o.say(line(w, "evaluation", "single.goal", None, dict(numbers(w)) | {"g1": goals, "g2": goals}))
    o.heading(0, w.pick("绩效评价工作开展情况", "评价开展情况"))
    o.say(line(w, "prose", "plain", None, dict(words(w, d)) | numbers(w)))
    o.heading(0, w.pick("绩效目标完成情况", "绩效指标完成情况", "绩效评价指标分析"))
    _indicators(w, d, o)
    if w.chance(0.6):
        o.say(spend_and_claim(w, d, w.rng.choice(w.projects)) + "。")
    if w.chance(0.75):
        o.heading(0, w.pick("主要经验及做法", "项目管理及主要成效", "项目实施情况"))
        o.say(*(_each(w, p) + "。" for p in w.projects[1:] if w.chance(0.7)))
        work(w, d, o, w.rng.randint(1, 3))
    o.heading(0, w.pick("综合评价结论", "评价结论", "自评结论"))
    o.say(score(w).replace("整体支出", "项目"))
    problems(w, d, o)
    return o


def single(w: Writer, d: Department) -> None:
    """Make the department's report one about a project with its sources and parts."""
    main = planned(w, project(w.rng, d.where, d.topic), 60, 9000)
    cores = set(map(core, main.names))
    others = [p for p in w.projects if not cores & set(map(core, p.names))][: w.rng.randint(2, 4)]
    for row, spent in zip(others, split(w.rng, main.v["actual"], [w.rng.uniform(0.5, 3) for _ in others], w.style.step), strict=True):
        row.v["actual"] = row.v["now"] = spent
        row.v["initial"] = row.v["budget"] = spent if w.chance(0.4) else snap(spent * 110 / 100, w.style.step)
        row.v |= {"adjust": ZERO, "balance": row.v["budget"] - spent}
        row.whole = main
    w.projects = [main, *others]
    w.past = []


def _money(w: Writer, o: Outline, row: Row) -> None:
    names = w.rng.sample(_SOURCES, k=w.rng.randint(2, 4))
    names = [w.level + n if n.startswith("级") else n for n in names]
    sums = split(w.rng, row.v["budget"], [w.rng.uniform(0.5, 3) for _ in names], w.style.step)
    sources = [account(w, n, s) for n, s in zip(names, sums, strict=True)]
    whole = Row("p", row.names, {"now": row.v["budget"]})

    def listed() -> str:
        text = parts(w, sources, "budget", None, shares=False, form=w.pick("colon", "pause", "including", "respective"))
        if w.chance(0.35):
            ratios = [w.ratio(s, "share", percent(s.now, whole.now, w.style.percent_places), base=row) for s in sources]
            text += "，占比分别为" + "、".join(ratios)
        return text

    w.ident(row)
    extra = dict(project_slots(w, row)) | {"src": listed, "pid": w.ident(row)}
    templates = [t for t in texts("evaluation", "single.money") if row.v["adjust"] or "<adj>" not in t]
    text = say(w, w.rng.choice(templates), row, extra)
    o.say(text)
    others = w.projects[1:]
    if others and w.chance(0.8):
        listed_text = parts(w, others, "actual", row, shares=w.chance(0.4), form=w.pick("pause", "colon", "use_for"))
        listed_text = listed_text.lstrip("，。").removeprefix("其中").lstrip("：:")
        o.say(say(w, w.rng.choice(texts("evaluation", "single.uses")), None, {"list": listed_text}))


def _indicators(w: Writer, d: Department, o: Outline) -> None:
    kinds = list(texts("evaluation", "single.kinds"))
    start = w.rng.randint(0, 2)
    for at, kind in enumerate(kinds[start : start + w.rng.randint(4, 8)]):
        good = w.rng.randint(80, 97)
        full = w.rng.randint(60, 100) / 10
        extra: Slots = {
            "K": kind,
            "I": w.rng.choice(texts("evaluation", "single.indicator")),
            "N": w.rng.choice(texts("evaluation", "single.counted")),
            "claims": lambda: claims(w, d, w.rng.randint(1, 3)),
            "g": str(good),
            "h": f"{w.rng.randint(good * 10, 1000) / 10:g}",
            "v": str(w.rng.randint(2, 400)),
            "u": w.pick("个", "项", "套", "公里", "人次", "处"),
            "f": f"{full:g}",
        }
        o.say(mark(o.style, 2, at + 1) + line(w, "evaluation", "single.row", None, extra))
        if w.chance(0.15):
            o.say(f"偏差原因：{hanzi(w.rng.randint(2, 9))}月份受天气影响，部分任务顺延。")
