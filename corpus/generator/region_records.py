"""The record set of a region: four budget books on one or two levels, debts, and policies, in sums that hold exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ..classification import classification
from .figures import ZERO, snap, split
from .grammar import table
from .names import Region, project, region
from .records import planned
from .writer import Row, Writer

BOOKS: Final = ("一般公共预算", "政府性基金预算", "国有资本经营预算", "社会保险基金预算")
_TAXES: Final = ("增值税", "企业所得税", "个人所得税", "资源税", "城市维护建设税", "房产税", "土地增值税", "契税", "耕地占用税", "城镇土地使用税")
_SIZES: Final = {
    "教育支出": 5,
    "社会保障和就业支出": 5,
    "农林水支出": 4,
    "卫生健康支出": 3,
    "一般公共服务支出": 3,
    "城乡社区支出": 2.5,
    "公共安全支出": 2,
    "住房保障支出": 1.5,
    "节能环保支出": 1,
    "交通运输支出": 1.2,
    "科学技术支出": 0.6,
    "文化旅游体育与传媒支出": 0.5,
    "资源勘探工业信息等支出": 0.7,
}


@dataclass(slots=True)
class Book:
    """One budget book on one level: income and spending with their parts, and what balances them."""

    name: str
    level: str
    income: Row
    spending: Row
    sources: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    used: list[Row] = field(default_factory=list)
    carry: Row | None = None
    income_total: Row | None = None
    spending_total: Row | None = None


@dataclass(slots=True)
class Finances:
    """A region's year."""

    where: Region
    books: list[Book]
    debt: dict[str, Row]
    fresh: Row


def finances(w: Writer) -> Finances:
    """Draw a region and its books; the writer learns the policies that money goes to."""
    where = region(w.rng)
    fields = table("fields")
    w.level = where.level
    rows: list[Row] = []
    seen: set[str] = set()
    for _ in range(16):
        row = project(w.rng, where, dict(fields[w.rng.choice(list(fields))]))
        if not seen & set(row.names):
            seen |= set(row.names)
            rows.append(planned(w, row, 200, 30_000))
    for row in rows:
        step = w.step(row.v["budget"])
        draft = max(step, snap(row.v["budget"] * Decimal(w.rng.randint(60, 150)) / 100, step))
        row.v["draft"] = draft
    w.projects, w.past = rows[:-2], rows[-2:]
    for row in w.past:
        row.v = {"last": row.v["budget"]}
    books = [_general(w, where.whole), _simple(w, BOOKS[1], where.whole), _simple(w, BOOKS[2], where.whole), _simple(w, BOOKS[3], where.whole)]
    if w.chance(0.6):
        books.insert(1, _general(w, where.own, books[0]))
    return Finances(
        where,
        books,
        _debt(w, where.whole),
        _row(w, w.pick("新增政府债券", "新增债券资金", "新增专项债券", "新增地方政府债券资金"), w.rng.uniform(2, 60), where.whole),
    )


def _sum(w: Writer, yi: float) -> Decimal:
    step = max(w.style.step, Decimal(10_000))
    return max(step, snap(Decimal(repr(yi)) * 100_000_000, step))


def _row(w: Writer, name: str, yi: float, scope: str) -> Row:
    return _filled(w, Row("a", (name,), scope=scope), _sum(w, yi))


def _filled(w: Writer, row: Row, now: Decimal) -> Row:
    step = max(w.style.step, Decimal(10_000))
    last = now if w.chance(0.04) else max(step, snap(now * Decimal(repr(w.rng.uniform(0.75, 1.25))), step))
    plan = max(step, snap(now * Decimal(repr(w.rng.uniform(0.93, 1.12))), step))
    draft = max(step, snap(now * Decimal(repr(w.rng.uniform(0.92, 1.12))), step))
    row.v = {"now": now, "actual": now, "last": last, "budget": plan, "initial": plan, "draft": draft}
    return row


def _parts(w: Writer, whole: Row, names: list[str], weights: list[float]) -> list[Row]:
    step = max(w.style.step, Decimal(10_000))
    rows = []
    for name, now in zip(names, split(w.rng, whole.now, weights, step), strict=True):
        row = _filled(w, Row("a", (name,), scope=whole.scope, whole=whole), now)
        rows.append(row)
    return [r for r in rows if r.now > ZERO]


def _names(w: Writer, level: str, name: str) -> tuple[str, ...]:
    full = level + name
    return (full, name) if w.chance(0.4) else (full,)


def _general(w: Writer, level: str, above: Book | None = None) -> Book:
    scope = f"{level} {BOOKS[0]}"
    size = 3 * (40 ** w.rng.random())
    most = size * w.rng.uniform(1.3, 4)
    if above is not None:
        size = float(above.income.now) / 1e8 * w.rng.uniform(0.2, 0.6)
        most = float(above.spending.now) / 1e8 * w.rng.uniform(0.2, 0.6)
    local = w.pick("", "", "地方")
    income = _filled(w, Row("a", _names(w, level, f"{local}一般公共预算收入"), scope=scope), _sum(w, size))
    spending = _filled(w, Row("a", _names(w, level, "一般公共预算支出"), scope=scope), _sum(w, most))
    book = Book(BOOKS[0], level, income, spending)
    book.sources = _parts(w, income, ["税收收入", "非税收入"], [w.rng.uniform(1, 4), 1])
    taxes = _parts(w, book.sources[0], [*w.rng.sample(_TAXES, k=4), "其他税收收入"], [w.rng.uniform(0.5, 4) for _ in range(5)])
    book.sources[1:1] = taxes[:-1] if w.chance(0.6) else []
    names = [
        a.name
        for a in classification()
        if a.kind == "function"
        and a.last_year is None
        and len(a.code) == 3
        and "201" <= a.code <= "224"
        and a.code not in ("202", "203", "209", "219", "223")
    ]
    chosen = w.rng.sample(names, k=w.rng.randint(4, 8))
    book.items = _parts(w, spending, [*chosen, "其他各项支出"], [*(_SIZES.get(n, 0.3) * w.rng.uniform(0.7, 1.4) for n in chosen), 3])[:-1]
    _balance(w, book, ("上级补助收入", "债务转贷收入", "调入资金", "动用预算稳定调节基金"), ("上解上级支出", "债务还本支出", "安排预算稳定调节基金"))
    return book


def _simple(w: Writer, name: str, level: str) -> Book:
    scope = f"{level} {name}"
    stem = {BOOKS[1]: w.pick("政府性基金预算", "政府性基金"), BOOKS[2]: "国有资本经营预算", BOOKS[3]: w.pick("社会保险基金", "社会保险基金预算")}[
        name
    ]
    size = {BOOKS[1]: 1.5 * 30 ** w.rng.random(), BOOKS[2]: 0.1 * 30 ** w.rng.random(), BOOKS[3]: 5 * 15 ** w.rng.random()}[name]
    income = _filled(w, Row("a", _names(w, level, stem + "收入"), scope=scope), _sum(w, size))
    spending = _filled(w, Row("a", _names(w, level, stem + "支出"), scope=scope), _sum(w, size * w.rng.uniform(0.6, 0.97)))
    if name == BOOKS[2] and w.chance(0.5):
        spending.names = ("支出",)
    book = Book(name, level, income, spending)
    if name == BOOKS[1]:
        book.sources = [
            r
            for r in _parts(w, income, ["国有土地使用权出让收入", "城市基础设施配套费收入", "其他基金收入"], [6, 1, 0.6])
            if "其他" not in r.names[0]
        ]
        _balance(w, book, ("上级补助收入", "专项债务转贷收入"), ("调出资金", "债务还本支出"))
    else:
        _balance(w, book, (), ("调出资金",) if name == BOOKS[2] else ())
    return book


def _balance(w: Writer, book: Book, added: tuple[str, ...], used: tuple[str, ...]) -> None:
    """Give a book what it takes to balance: everything that comes in goes out or is carried over."""
    scope, step = book.income.scope, max(w.style.step, Decimal(10_000))
    carried = _filled(
        w,
        Row("a", (w.pick("上年结转", "上年结余", "上年结转收入"),), scope=scope),
        snap(book.income.now * Decimal(repr(w.rng.uniform(0.02, 0.2))), step),
    )
    short = book.spending.now - book.income.now - carried.now
    need = max(short, ZERO) + snap(book.income.now * Decimal(repr(w.rng.uniform(0.1, 0.4))), step)
    rows = []
    for name, now in zip(added, split(w.rng, need, [w.rng.uniform(0.5, 4) for _ in added], step) if added else [], strict=True):
        rows.append(_filled(w, Row("a", (name,), scope=scope), now))
    book.added = [r for r in [*rows, carried] if r.now > ZERO]
    total = book.income.now + sum((r.now for r in book.added), ZERO)
    rest = total - book.spending.now
    sums = split(w.rng, rest, [*(w.rng.uniform(0.5, 2) for _ in used), w.rng.uniform(0.5, 2)], step)
    book.used = [_filled(w, Row("a", (n,), scope=scope), s) for n, s in zip(used, sums, strict=False) if s > ZERO]
    left = rest - sum((r.now for r in book.used), ZERO)
    end = "年末滚存结余" if book.name == BOOKS[3] else w.pick("结转下年", "年终结余", "结转下年支出", "年末结转结余")
    book.carry = _filled(w, Row("a", (end,), scope=scope), left)
    book.income_total = Row("a", (w.pick("收入总计", "收入总量"),), {"now": total}, scope=scope)
    book.spending_total = Row("a", (book.income_total.names[0].replace("收入", "支出"),), {"now": total}, scope=scope)


def _debt(w: Writer, level: str) -> dict[str, Row]:
    step = max(w.style.step, Decimal(10_000))
    limit = Row("a", (w.pick("政府债务限额", "地方政府债务限额"),), {"now": _sum(w, w.rng.uniform(20, 500))}, scope=level)
    owed = Row(
        "a",
        (w.pick("政府债务余额", f"{level}政府债务余额", "地方政府债务余额"),),
        {"now": snap(limit.now * Decimal(repr(w.rng.uniform(0.9, 0.995))), step)},
        scope=level,
    )
    found = {"limit": limit, "owed": owed}
    share = w.rng.uniform(0.3, 0.6)
    for key, whole, tail in (("limit", limit, "限额"), ("owed", owed, w.pick("余额", "", "余额"))):
        first = snap(whole.now * Decimal(repr(share)), step)  # the same share of limit and debt: no kind is over its limit
        second = whole.now - first
        found[key + "_a"] = Row("a", ("一般债务" + tail,), {"now": first}, scope=level, whole=whole)
        found[key + "_b"] = Row("a", ("专项债务" + tail,), {"now": second}, scope=level, whole=whole)
    return found
