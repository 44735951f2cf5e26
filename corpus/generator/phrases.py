"""Phrases about one row: measures, comparisons, completion, reasons; and lists of parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from .figures import ZERO, percent
from .grammar import expand, texts
from .writer import Alternative, Row, Writer

Slots: TypeAlias = dict[str, str | Callable[[], str]]
Extra: TypeAlias = Mapping[str, str | Callable[[], str]]
_MEASURES: Final = {
    "initial": "initial_budget",
    "budget": "budget",
    "adjust": "budget_change",
    "actual": "actual",
    "balance": "balance",
    "contract": "contract",
}
_YEAR: Final = re.compile(r"Y([+-]\d)?\Z")
_PLANNED: Final = re.compile("预算|<initial>|<budget>|<exec>|<rate>|<var>")


def say(w: Writer, template: str, row: Row | None = None, extra: Extra | None = None) -> str:
    """A template written out for a row; `extra` fills further slots."""

    def slot(name: str) -> str:
        if extra is not None and name in extra:
            value = extra[name]
            return value if isinstance(value, str) else value()
        if match := _YEAR.match(name):
            return str(w.year + int(match[1] or 0))
        if row is None:
            raise KeyError(f"template {template!r}: nothing for <{name}>")
        if name in ("yoy", "yoy_why"):
            framed = w.kind != "budget" and _PLANNED.search(template[: template.index(f"<{name}>")]) is not None
            return yoy(w, row, framed) + (why(w, row.change, 0.75, row.topic) if name == "yoy_why" else "")
        return _slot(w, row, name)

    return expand(template, w.rng, slot)


def line(w: Writer, file: str, key: str, row: Row | None = None, extra: Extra | None = None) -> str:
    """One of the templates under a key, written out; a report keeps to some of them."""
    return say(w, w.habit(f"{file}.{key}", texts(file, key), 0.45), row, extra)


def _slot(w: Writer, row: Row, name: str) -> str:
    if name in _MEASURES:
        return w.amount(row, _MEASURES[name], row.v[name])
    simple: dict[str, Callable[[], str]] = {
        "S": lambda: w.name(row),
        "S0": lambda: w.name(row, row.names[0]),
        "s": lambda: row.names[0],
        "now": lambda: w.amount(row, w.main, row.now),
        "last": lambda: w.amount(row, w.main, row.v["last"], w.year - 1),
        "dy": lambda: w.amount(row, "yoy_change", row.change),
        "dy-": lambda: w.amount(row, "yoy_change", row.change, minus=True),
        "ry": lambda: w.rate(row, "yoy_rate", row.change, row.v["last"], wrong=row.now),
        "ry-": lambda: w.rate(row, "yoy_rate", row.change, row.v["last"], minus=True, wrong=row.now),
        "db": lambda: w.amount(row, "budget_variance", row.now - row.v["initial"]),
        "rb": lambda: w.rate(row, "budget_variance_rate", row.now - row.v["initial"], row.v["initial"]),
        "增加": lambda: w.word("增加", "减少", row.change),
        "增长": lambda: w.word("增长", "下降", row.change, row),
        "超": lambda: "",
        "vs": lambda: say(w, w.habit("vs", texts("words", f"vs.{w.main}"), 0.6)),
        "rate": lambda: w.rate(row, "completion_rate", row.now, row.v.get("initial") or row.v["budget"]),
        "exec": lambda: execution(w, row),
        "var": lambda: variance(w, row),
    }
    if name not in simple:
        raise KeyError(f"no slot <{name}>")
    return simple[name]()


def yoy(w: Writer, row: Row, framed: bool = False) -> str:
    """The comparison of a row with the year before; `framed`: that it is one with that year has to be said."""
    change = row.change
    if row.v["last"] == ZERO and change != ZERO:
        key = "new"
    elif change == ZERO:
        key = "flat"
    elif change > ZERO:
        key = "up"
    else:
        key = "minus" if w.style.falls != "word" and w.chance(0.5 if w.style.falls == "mixed" else 0.8) else "down"
    options = [*texts("words", f"yoy.{key}"), *(() if framed else texts("words", f"yoy.bare.{key}"))]
    return say(w, w.habit(f"yoy.{key} {framed}", options, 0.45), row)


def variance(w: Writer, row: Row) -> str:
    """The comparison of a row with its initial budget."""
    change = row.now - row.v["initial"]
    key = "flat" if change == ZERO else "up" if change > ZERO else "down"
    return line(w, "words", f"variance.{key}", row)


def execution(w: Writer, row: Row) -> str:
    """完成年初预算的X%, with its reason; or why no rate can be given."""
    base = row.v["initial"]
    if base == ZERO:
        text = line(w, "words", "budgetless.zero")
        wrong = w.ratio(row, "completion_rate", Decimal(100))
        spotted = w.spot(text, Alternative("zero_base", f"完成年初预算的{wrong}", "年初预算为0，不应有完成率"))
        return spotted + (why(w, row.now, 0.8, row.topic) if row.now > ZERO else "")
    words = w.habit("done", ("完成年初预算的", "完成预算的", "为年初预算的", "完成年初预算数的", "预算完成率为", "预算完成率"))
    text = words + w.rate(row, "completion_rate", row.now, base)
    return text + differ(w, row.now - base, percent(row.now, base, w.style.percent_places), row.topic)


def differ(w: Writer, change: Decimal, rate: Decimal, topic: str = "any") -> str:
    """Why the outcome differs from the budget by the change, `rate` percent of it, or that it does not."""
    key = "same" if change == ZERO else "more" if change > ZERO else "less"
    clause = line(w, "words", f"differ.{key}")
    if key == "same":
        return "，" + clause if w.chance(0.5) else ""
    if w.chance(0.35):
        silent = Alternative("no_difference", "，决算数与年初预算数无差异", "预算数与决算数不等，却称无差异")
        return w.spot("，主要是按实际需要列支", silent) if w.chance(0.4) else ""
    return w.pick("，", "，", "。") + w.compared(clause, rate) + cause(w, change, topic)


def why(w: Writer, change: Decimal, often: float, topic: str = "any") -> str:
    """A reason clause, or nothing."""
    if not w.chance(often):
        return ""
    lead = line(w, "words", "why.lead")
    first = cause(w, change, topic)
    if lead.endswith("：") and w.chance(0.4):
        return f"{lead}一是{first}；二是{_second(w, first, change, topic)}"
    if w.chance(0.2):
        return lead + first + w.pick("以及", "，", "；同时") + _second(w, first, change, topic)
    return lead + first


def _second(w: Writer, first: str, change: Decimal, topic: str) -> str:
    for _ in range(6):
        other = cause(w, change, topic)
        if other[:4] != first[:4]:
            return other
    return "其他相关支出变动"


def cause(w: Writer, change: Decimal, topic: str = "any") -> str:
    """A reason in the direction of a change, now and then with a project and its sum."""
    key = "same" if change == ZERO else "more" if change > ZERO else "less"
    if topic == "any" and w.kind == "budget" and key != "same":
        key = f"plan.{key}"
    elif topic != "any" and key != "same":
        return say(w, w.rng.choice(texts("words", f"why.{topic}.{key}")), None, {"x": str(w.rng.randint(1, 9))})
    funded = [p for p in w.projects if p.v.get("adjust", ZERO) > ZERO]
    row = w.rng.choice(w.projects) if w.projects else None
    past = w.rng.choice(w.past) if w.past else None

    def adjust() -> str:
        return w.amount(row, "budget_change", row.v["adjust"]) if row is not None else ""

    extra: Slots = {"x": str(w.rng.randint(1, 9)), "p.adjust": adjust}
    extra |= {
        "P": lambda: w.name(row) if row is not None else "",
        "p.now": lambda: w.amount(row, w.main, row.now) if row is not None else "",
        "O": lambda: w.name(past) if past is not None else "",
        "o.last": lambda: w.amount(past, w.main, past.v["last"], w.year - 1) if past is not None else "",
    }
    options = [t for t in texts("words", f"why.{key}") if (row or "<P>" not in t) and (past or "<O>" not in t)]
    template = w.rng.choice(options)
    if "p.adjust" in template:
        if not funded:
            return "上级专项资金年中下达"
        row = w.rng.choice(funded)
    return say(w, template, None, extra)


def parts(w: Writer, rows: Sequence[Row], measure: str, whole: Row | None, shares: bool = True, form: str | None = None) -> str:
    """A list of the parts of a whole under one measure, from 其中 on, without the full stop."""
    shown = [r for r in rows if r.v[measure] != ZERO] or list(rows[:1])
    form = form or w.habit("parts", w.style.lists, 0.6)
    if len(shown) < 2 and form in ("respective", "shares_after"):
        form = "pause"
    tag = w.main if measure == "now" else _MEASURES[measure]

    shared = {id(r) for r in shown if w.chance(0.7)} if w.chance(0.25) else {id(r) for r in shown}

    def share(row: Row) -> str:
        return w.share(row, whole, row.v[measure], 1 < len(shown) == len(shared)) if whole is not None else ""

    def figure(row: Row) -> str:
        return w.part(row, tag, row.v[measure])

    if form == "respective":
        return _respective(w, shown, figure, whole if shares else None, measure)
    if form == "shares_after" and shares and whole is not None:
        named = [w.name(r) + figure(r) for r in shown]
        ratios = [_bare_share(w, r, whole, r.v[measure]) for r in shown]
        return w.pick("，其中", "，其中：") + "、".join(named) + w.pick("，占比分别为", "，分别占") + joined(w, ratios)
    lead, joint = {
        "colon": (w.pick("，其中：", "，其中:", "。其中："), w.pick("；", "；", "，")),
        "semicolon": (w.pick("。其中：", "，其中："), "；"),
        "including": (w.pick("，包括", "；包括"), w.pick("；", "、")),
        "numbered": ("，其中：\n", "\n"),
        "use_for": (w.pick("，", "，其中"), w.pick("、", "，", "；")),
    }.get(form, (w.pick("，其中", "，其中："), w.pick("、", "，")))
    link = w.habit("link", ("", "", "为", "，")) if form in ("colon", "semicolon", "numbered") else ""
    out = []
    for at, row in enumerate(shown):
        text = ("用于" if form == "use_for" else "") + w.name(row) + (link if link != "，" else "") + figure(row)
        if shares and whole is not None and joint != "、" and id(row) in shared:
            text += "，" + share(row)
        if form == "numbered":
            text = f"（{at + 1}）" + text + ("。" if at < len(shown) - 1 else "")
        out.append(text)
    return lead + joint.join(out)


def _respective(w: Writer, rows: Sequence[Row], figure: Callable[[Row], str], whole: Row | None, measure: str) -> str:
    names = joined(w, [w.name(r) for r in rows], "、")
    text = w.pick("，其中", "，其中：") + names + "分别为"
    text += joined(w, [figure(r) for r in rows])
    if whole is not None and w.chance(0.7):
        ratios = [_bare_share(w, r, whole, r.v[measure]) for r in rows]
        text += w.pick("，占比分别为", "，分别占" if not w.chance(0.4) else f"，分别占{w.name(whole)}的") + joined(w, ratios)
    return text


def _bare_share(w: Writer, row: Row, whole: Row, part: Decimal) -> str:
    if not w.mentioned(whole):
        raise ValueError(f"share of {whole.names[0]} before its mention")
    return w.share_ratio(row, whole, part, True)


def joined(w: Writer, items: Sequence[str], last: str | None = None) -> str:
    """A list in one sentence: 、 between its items, before the last one that or another joint."""
    joint = last or w.pick("、", "和", "、")
    return "、".join(items[:-1]) + joint + items[-1] if len(items) > 1 else items[0]
