"""Reports of a whole region: budget execution with next year's draft, and the audit report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from .accounts import project_slots
from .figures import ZERO, hanzi, percent, snap
from .grammar import expand, texts
from .names import count, money_text, percent_words
from .outline import Outline, mark
from .phrases import Extra, Slots, line, say
from .records import amount
from .region_records import BOOKS, Book, Finances
from .writer import Row, Writer


def slots(w: Writer, f: Finances) -> Slots:
    """Slots about the report as a whole."""
    level = f.where.level
    return {"R": f.where.name, "G": level, "V": level, "B": f.where.own}


def write(w: Writer, f: Finances) -> Outline:
    """The report to the people's congress."""
    o = Outline(w.style)
    o.say(line(w, "region", "open.budget_execution", None, slots(w, f)))
    o.heading(0, f"{w.year}年{w.pick('财政预算执行情况', '预算执行情况', '全' + f.where.level + '财政收支情况')}")
    by_name: dict[str, list[Book]] = {}
    for book in f.books:
        by_name.setdefault(book.name, []).append(book)
    for name in BOOKS:
        o.heading(1, name + w.pick("", "执行情况", "收支情况", "收支执行情况"))
        for book in by_name[name]:
            if len(by_name[name]) > 1:
                o.heading(2, f"{book.level}{w.pick('情况', '一般公共预算', '')}。")
            _book(w, f, book, o)
    _debt(w, f, o)
    _work(w, f, o)
    if w.chance(0.7):
        o.heading(0, f"{w.year + 1}年{w.pick('财政预算草案', '预算草案', '预算安排情况')}")
        _draft(w, f, o)
    if w.chance(0.6):
        o.heading(0, f"{w.year + 1}年{w.pick('财政工作措施', '主要任务', '重点工作')}")
        o.say("；".join(f"{hanzi(n + 1)}是{t}" for n, t in enumerate(w.rng.sample(texts("region", "trouble.tasks"), k=4))) + "。")
    return o


def growth(w: Writer, row: Row) -> str:
    """增长 or 下降 of a row."""
    change = row.change
    key = "flat" if change == ZERO else "up" if change > 0 else "down"
    if key == "down" and w.style.falls != "word" and w.chance(0.6):
        key = "minus"
    spent = row.names[0].endswith("支出")
    return say(w, w.rng.choice([t for t in texts("region", f"yoy.{key}") if not (spent and "收<" in t)]), row)


def _why(w: Writer, row: Row) -> str:
    past = w.rng.choice(w.past)
    key = "up" if row.change >= 0 else "down"
    extra: Extra = {
        "P": lambda: w.name(w.rng.choice(w.projects)),
        "O": lambda: w.name(past),
        "o.last": lambda: w.amount(past, "budget", past.v["last"], w.year - 1),
    }
    return say(w, w.rng.choice(texts("region", f"why.{key}")), None, extra)


def _grown(w: Writer, row: Row, key: str, whole: Row | None = None) -> str:
    extra: Slots = {"yoy": lambda: growth(w, row), "why": lambda: _why(w, row)}
    if whole is not None:
        extra["share"] = lambda: w.share(row, whole)
    templates = [t for t in texts("region", key) if whole is not None or "<share>" not in t]
    return say(w, w.rng.choice(templates), row, extra)


def _book(w: Writer, f: Finances, book: Book, o: Outline) -> None:
    first = _grown(w, book.income, "revenue.main")
    if book.sources and w.chance(0.8):
        first += w.pick("。其中：", "，其中：") + w.pick("；", "；", "，").join(
            _grown(w, r, "revenue.item", r.whole) for r in book.sources[: w.rng.randint(2, 7)]
        )
    second = _grown(w, book.spending, "revenue.main")
    o.say(first + w.pick("。", "。", "；") + second + "。")
    if book.items and w.chance(0.85):
        if w.chance(0.25):
            _together(w, book, o)
        elif w.chance(0.5):
            o.say(
                w.pick("重点支出完成情况：", "主要支出项目执行情况如下：", "从支出科目看，")
                + "；".join(_grown(w, r, "revenue.item", book.spending) for r in book.items)
                + "。"
            )
        else:
            o.say(*(w.pick("——", "——") + _grown(w, r, "revenue.item", book.spending) + "。" for r in book.items))
    if w.chance(0.7):
        _balanced(w, book, o)


def _together(w: Writer, book: Book, o: Outline) -> None:
    rows = book.items[:4]
    text = "、".join(w.name(r) for r in rows) + w.pick("分别完成", "分别为", "支出分别为") + "、".join(w.amount(r, "actual", r.now) for r in rows)
    if all(r.change > 0 for r in rows):
        text += "，分别增长" + "、".join(w.rate(r, "yoy_rate", r.change, r.v["last"]) for r in rows)
    o.say(text.replace("}支出分别", "}分别") + "。")


def _balanced(w: Writer, book: Book, o: Outline) -> None:
    """What comes in beside the income, what goes out beside the spending, and what is left."""
    income, spending, carry = book.income_total, book.spending_total, book.carry
    assert income is not None
    assert spending is not None
    assert carry is not None

    def figure(row: Row) -> str:
        measure, year = ("balance", w.year - 1) if row.names[0].startswith("上年") else ("balance", w.year) if row is carry else ("actual", w.year)
        return w.name(row) + w.amount(row, measure, row.now, year)

    def side(row: Row, others: Sequence[Row], whole: Row, balanced: bool = False) -> str:
        extra = {
            "list": lambda: "、".join(figure(r) for r in others),
            "T": lambda: w.name(whole),
            "total": lambda: w.amount(whole, "actual", whole.now, balanced=balanced),
        }
        return line(w, "region", "balance.lead", row, extra)

    text = side(book.income, book.added, income)
    if carry.now > ZERO and w.chance(0.5):
        said = w.pick("收支平衡。", "")
        text += side(book.spending, [*book.used, carry], spending, bool(said)) + said
    elif book.used:
        text += side(book.spending, book.used, Row("a", (spending.names[0],), {"now": spending.now - carry.now}, scope=spending.scope))
        if carry.now > ZERO:
            text += w.pick("收支相抵，", "收支相抵后，") + figure(carry) + "。"
    o.say(text)


def _debt(w: Writer, f: Finances, o: Outline) -> None:
    o.heading(1, w.pick("地方政府债务情况", "政府债务情况", "债务管理情况"))
    debt = f.debt
    for key, measure in (("limit", "budget"), ("owed", "balance")):
        extra = dict(slots(w, f)) | {"now": lambda r=debt[key], m=measure: w.amount(r, m, r.now)}
        for part in "ab":
            row = debt[f"{key}_{part}"]
            extra |= {f"{part}.S": lambda r=row: w.name(r), f"{part}.now": lambda r=row, m=measure: w.part(r, m, r.now)}  # type: ignore[misc]
        o.say(line(w, "region", f"debt.{key}", debt[key], extra))
    built = [p for p in w.projects if p.topic == "works"]
    chosen = w.rng.sample(built if len(built) > 2 else w.projects, k=3)
    o.say(line(w, "region", "debt.fresh", f.fresh, {"list": lambda: "、".join(w.name(r) for r in chosen)}))


def region_claim(w: Writer, key: str) -> str:
    """A marked claim from a list of the region's table."""
    counts: list[str] = []

    def slot(name: str) -> str:
        kind, _, span = name.partition(":")
        low, _, high = span.partition("-")
        if kind == "r":
            return "{r|" + percent_words(w, Decimal(low), Decimal(high)) + "}"
        if kind == "m":
            return "{m|" + money_text(w, int(low), int(high)) + "}"
        if kind == "k":
            place = w.rng.randint(1, 9)
            counts.append(str(place))
            return hanzi(place)
        return count(w, int(low), int(high), kind[1:], counts)

    template = w.freshest(texts("region", key))
    body = expand(template, w.rng, slot)
    return f"{{c {' '.join(counts)}|{body}}}" if counts else f"{{c|{body}}}"


def _policy(w: Writer, row: Row) -> str:
    extra: Extra = {
        "P": lambda: w.name(row),
        "now": lambda: w.amount(row, "actual", row.now),
        "plan": lambda: w.amount(row, "budget", row.v["budget"]),
    }
    return say(w, w.rng.choice(texts("region", "spend.policy")), row, extra)


def _work(w: Writer, f: Finances, o: Outline) -> None:
    o.heading(0, w.pick("主要财政工作情况", f"{w.year}年主要工作", "落实人大决议和财政工作情况"))
    rows = list(w.projects)
    for topic in w.rng.sample(texts("region", "spend.topics"), k=w.rng.randint(3, 6)):
        sentences = []
        for _ in range(w.rng.randint(2, 4)):
            clauses = [w.rng.choice(texts("region", "spend.plain"))] if w.chance(0.35) else []
            if rows and w.chance(0.75):
                clauses.append(_policy(w, rows.pop()))
            clauses += [region_claim(w, "spend.claims") for _ in range(w.rng.randint(0 if clauses else 1, 2))]
            sentences.append("，".join(clauses))
        o.heading(1, topic + "。" + w.pick("；", "；", "。").join(sentences) + "。")
    o.say(w.pick("存在的困难和问题：", "同时也要看到，") + "；".join(w.rng.sample(texts("region", "trouble.any"), k=3)) + "。")


def _draft(w: Writer, f: Finances, o: Outline) -> None:
    year = w.year + 1
    for name in BOOKS:
        books = [b for b in f.books if b.name == name]
        if name != BOOKS[0] and w.chance(0.3):
            continue
        o.heading(
            1,
            name
            + "。"
            + "".join(_drafted(w, r, year) + w.pick("；", "。") for b in books for r in (b.income, b.spending) if len(r.names[0]) > 2).rstrip("；。")
            + "。",
        )
    rows = w.rng.sample(w.projects, k=min(4, len(w.projects)))
    lead = w.pick("重点安排：", "主要支出安排如下：", "重点支出：")
    o.heading(1, lead + w.pick("；", "、").join(w.name(r) + w.amount(r, "budget", r.v["draft"], year) for r in rows) + "。")


def _drafted(w: Writer, row: Row, year: int) -> str:
    draft, change = row.v["draft"], row.v["draft"] - row.now

    def grow() -> str:
        if change == ZERO:
            return "与上年持平"
        return ("增长" if change > 0 else "下降") + w.ratio(row, "yoy_rate", percent(change, row.now, w.style.percent_places), year=year)

    def moved() -> str:
        if change == ZERO:
            return "持平"
        return ("增加" if change >= 0 else "减少") + w.amount(row, "yoy_change", change, year)

    return line(w, "region", "revenue.draft", row, {"draft": lambda: w.amount(row, "budget", draft, year), "grow": grow, "ddy": moved})


def write_audit(w: Writer, f: Finances) -> Outline:
    """The audit report: findings with sums, and claims of what the audit office did."""
    o = Outline(w.style)
    o.say(line(w, "region", "open.audit", None, slots(w, f)))
    o.say("，".join(region_claim(w, "audit.claims") for _ in range(w.rng.randint(3, 6))) + "。")
    subjects = {key: w.rng.sample(texts("region", f"audit.{key}"), k=8) for key in ("incomes", "expenses", "generals", "costs")}
    rows = list(w.projects)
    titles = texts("region", "audit.heads")
    for at, title in enumerate([titles[0], *w.rng.sample(titles[1:], k=w.rng.randint(3, 5))]):
        o.heading(0, title)
        if at == 0:
            book = f.books[0]
            o.say(_grown(w, book.income, "revenue.main") + "；" + _grown(w, book.spending, "revenue.main") + "。审计发现的主要问题：")
        joint = at > 0 and w.chance(0.4)
        found = [_finding(w, subjects, rows) for _ in range(w.rng.randint(3, 6))]
        if joint:
            o.say(w.pick("发现的主要问题：", "审计发现：") + "；".join(f"{hanzi(n + 1)}是{t}" for n, t in enumerate(found)) + "。")
        else:
            o.say(*(mark(o.style, 1, n + 1) + t + "。" for n, t in enumerate(found)))
        if w.chance(0.4):
            o.say("审计期间，" + "，".join(region_claim(w, "audit.claims") for _ in range(2)) + "。")
    o.heading(0, w.pick("审计建议", "加强财政管理的建议"))
    o.say("".join(mark(o.style, 1, n + 1) + t + "。" for n, t in enumerate(w.rng.sample(texts("region", "audit.advice"), k=3))))
    return o


def _finding(w: Writer, subjects: dict[str, list[str]], rows: list[Row]) -> str:
    templates, row = texts("region", "audit.finding"), w.projects[0]
    if rows:
        row = rows.pop()
        templates = [t for t in templates if _apt(t, row)]
    else:  # a project is found fault with once: 多支付 and 挪用 of one are not one sum
        templates = [t for t in templates if "<P>" not in t]
    over = max(w.step(row.v["actual"]), snap(row.v["actual"] / 20, w.step(row.v["actual"])))
    template = w.rng.choice(templates)
    keys = {"<SI>": "incomes", "<SE>": "expenses", "<SG>": "generals", "<SC>": "costs"}
    key = next((name for slot, name in keys.items() if slot in template), "generals")
    own = Row("a", (subjects[key].pop() if subjects[key] else "涉及金额",), {"actual": amount(w, 5, 9000)})
    extra = dict(project_slots(w, row)) | {
        "P": lambda: w.name(row),
        "n": str(w.rng.randint(2, 19)),
        "over": lambda: w.amount(row, "budget_variance", over),
        "sum": lambda: w.amount(own, "actual", own.v["actual"]),
    }
    extra |= dict.fromkeys(("SI", "SE", "SG", "SC"), lambda: w.name(own))
    return say(w, template, row, extra)


def _apt(template: str, row: Row) -> bool:
    """Whether a finding fits a project: works are tendered, funds are handed out."""
    if row.v["balance"] == ZERO and ("<balance>" in template or "<prate>" in template):
        return False
    if "发放<P>" in template or "挪用<P>" in template:
        return row.topic == "funds"
    return row.topic != "funds" or not any(w in template for w in ("招标", "建设内容", "进展缓慢"))
