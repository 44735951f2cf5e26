"""Prose that stands in every kind of report: titles, duties, staffing, claims, problems, glossary."""

from __future__ import annotations

from collections.abc import Sequence

from .figures import hanzi
from .grammar import expand, texts
from .names import claim
from .outline import Outline, mark
from .phrases import Slots, line, say
from .records import Department
from .writer import Row, Writer


def words(w: Writer, d: Department) -> Slots:
    """Slots about the report as a whole."""
    return {"U": d.unit, "我": w.own, "决": "预算" if w.kind == "budget" else "决算"}


def head(w: Writer, d: Department, file: str, key: str) -> str:
    """The wording of a heading."""
    return say(w, w.rng.choice(texts(file, key)), None, words(w, d))


def duties(w: Writer, d: Department, o: Outline) -> None:
    """Duties, set-up and staff: numbers of which none is a fact or a claim."""
    o.heading(0, w.pick("部门基本情况", "部门概况", "单位基本情况", "基本情况", "部门职责及机构设置"))
    lines = list(d.topic["duties"])
    if w.chance(0.6):
        o.heading(1, w.pick("主要职责", "部门职责", "主要职能"))
        o.say(*(mark(o.style, 2, n + 1) + text + "。" for n, text in enumerate(lines)))
    else:
        o.say(w.pick("主要职责：", "主要职能为：", "") + "；".join(lines) + "。")
    staff = w.rng.randint(8, 160)
    have = staff - w.rng.randint(0, max(1, staff // 10))
    if w.chance(0.7):
        o.heading(1, w.pick("机构设置", "机构设置及人员情况", "机构人员"))
    extra = {
        "u": d.unit,
        "k": str(w.rng.randint(3, 16)),
        "x": str(staff),
        "y": str(have),
        "z": str(w.rng.randint(0, 40)),
        "我": w.own,
        "r": f"{have * 100 / staff:.2f}",
    }
    o.say(line(w, "prose", "staff", None, extra))


def numbers(w: Writer) -> Slots:
    """Small counts for prose."""
    extra: Slots = {k: str(w.rng.randint(0, 9)) for k in ("a", "b", "c")}
    return extra | {
        "n": str(w.rng.randint(2, 40)),
        "n1": str(w.rng.randint(2, 90)),
        "n2": str(w.rng.randint(20, 900)),
        "n3": str(w.rng.randint(1, 20)),
        "g": str(w.rng.randint(85, 98)),
    }


def claims(w: Writer, d: Department, count: int, projects: Sequence[Row] | None = None) -> str:
    """A run of claims in one sentence, parted by commas and semicolons, without the full stop."""
    rows = w.projects if projects is None else projects
    out, seen = "", set[str]()
    for at in range(count):
        text = claim(w, d.where, d.topic, rows)
        stem = "".join(c for c in text.split("|", 1)[1] if "\u4e00" <= c <= "\u9fff")[:6]
        if stem in seen:
            continue
        seen.add(stem)
        joint = "" if not out else w.pick("，", "，", "，", "；")
        if at and w.chance(0.12):
            joint += w.rng.choice(texts("prose", "filler")) + "，"
        out += joint + text
    return out


def spend_and_claim(w: Writer, d: Department, row: Row) -> str:
    """A project's money and what came of it, in one sentence."""
    options = [t for t in texts("prose", "spent") if row.topic != "funds" or "<contract>" not in t]
    return say(w, w.rng.choice(options), row, {"claims": lambda: claims(w, d, w.rng.randint(1, 3), [row])})


def work(w: Writer, d: Department, o: Outline, paragraphs: int) -> None:
    """Work reports: 一是…二是… with claims between clauses that are none."""
    headed, listed = w.chance(0.5), w.chance(0.7)
    for at in range(paragraphs):
        lead = w.rng.choice(texts("prose", "topic"))
        sentences, rows = [], w.rng.sample(w.projects, k=len(w.projects))  # none is spoken of twice
        for n in range(w.rng.randint(2, 4)):
            opening = hanzi(n + 1) + "是" if listed else ""
            filler = w.rng.choice(texts("prose", "filler")) + "，" if w.chance(0.7) else ""
            if rows and w.chance(0.35):
                sentences.append(opening + filler + spend_and_claim(w, d, rows.pop()))
            else:
                sentences.append(opening + filler + claims(w, d, w.rng.randint(1, 3)))
        body = w.pick("；", "。", "；").join(sentences) + "。"
        if headed:
            o.heading(1, lead + w.pick("", "。"))
            o.say(body)
        else:
            o.say(mark(o.style, 2, at + 1) + lead + "。" + body)


def score(w: Writer) -> str:
    """The self-evaluation's result, a claim each clause."""
    points = w.rng.randint(850, 1000)
    text = str(points // 10) if points % 10 == 0 else f"{points // 10}.{points % 10}"
    grade = "优" if points >= 900 else "良"
    return expand(w.rng.choice(texts("prose", "score")), w.rng, lambda name: {"p": text, "g": grade, "我": w.own, "Y": str(w.year)}[name])


def problems(w: Writer, d: Department, o: Outline) -> None:
    """Problems and what is to be done: prose without facts, with projects now and then."""
    o.heading(0, w.pick("存在的问题及原因分析", "存在的主要问题", "存在的问题", "存在问题和改进措施"))
    lines = [*d.topic["problems"], *w.rng.sample(texts("prose", "problem"), k=2)]
    w.rng.shuffle(lines)
    for at, text in enumerate(lines[: w.rng.randint(2, 4)]):
        o.say(mark(o.style, 1, at + 1) + say(w, text, None, _project(w)) + "。")
    o.heading(0, w.pick("下一步改进措施", "下一步工作打算", "改进措施和有关建议", "有关建议"))
    for at, text in enumerate(w.rng.sample(texts("prose", "measure"), k=w.rng.randint(2, 4))):
        o.say(mark(o.style, 1, at + 1) + say(w, text, None, _project(w)) + "。")


def _project(w: Writer) -> Slots:
    built = [p for p in w.projects if p.topic in ("works", "systems")] or w.projects
    return {
        "P": lambda: w.name(w.rng.choice(w.projects)),
        "W": lambda: w.name(w.rng.choice(built)),
        "n": str(w.rng.randint(2, 30)),
        "g": str(w.rng.randint(85, 98)),
    }


def glossary(w: Writer, o: Outline) -> None:
    """名词解释: nothing is marked but sums."""
    o.part(w.pick("第四部分 名词解释", "名词解释", "第四部分  名词解释"))
    chosen = w.rng.sample(texts("prose", "glossary"), k=w.rng.randint(2, 5))
    o.say(*(mark(o.style, 0, n + 1) + text for n, text in enumerate(chosen)))
