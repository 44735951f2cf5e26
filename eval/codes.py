"""How sure the resolver of codes is: names with errors put in, of which it is known what they mean.

Two kinds of names are taken as sure: those of the written corpus that the resolver itself finds as whole item paths or by their code,
and the headings of the classification, written in the forms that reports use. Errors are put into both. So this measures how well
errors are borne; that clean names are read right is for tests written by hand. What must not get a code: names of projects, and names
that several headings share.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..annotations.report import AnnotatedReport
from ..corpus.classification import Account, classification
from ..extract.accounts import resolve

HEADINGS: Final = 300  # drawn from the classification
SHARED: Final = ("行政运行", "一般行政管理事务", "机关服务", "事业运行", "其他支出", "信息化建设", "支出", "收入", "合计")
_MARKS: Final = ("类", "款", "项")
_BRACKETS: Final = (("（", "）"), ("(", ")"), ("【", "】"), (" （ ", " ） "))


@dataclass(frozen=True, slots=True)
class Case:
    """A name as a report of that year may write it, and the code it means; None where it must not get one.

    `error` says what was done to the name.
    """

    name: str
    code: str | None
    error: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `cases`, `found` got a code, and `right` got what they should: the right one, or none."""

    cases: int = 0
    found: int = 0
    right: int = 0

    def plus(self, found: bool, right: bool) -> Tally:
        return Tally(self.cases + 1, self.found + found, self.right + right)


def cases(reports: Sequence[AnnotatedReport], seed: int = 13) -> Iterator[Case]:
    """Names of these reports and headings of the classification, each as it is and with one error of every kind."""
    rng = random.Random(seed)
    for case in (*_written_names(reports), *_headings(rng)):
        yield case
        assert case.code is not None
        yield from (Case(name, case.code, error, case.year) for name, error in _misspelt(case.name, rng))
    projects = {s.of(r.document.text).replace("\n", "") for r in reports for s in r.spans if s.label == "PROJECT"}
    yield from (Case(name, None, "project") for name in sorted(projects))
    yield from (Case(name, None, "shared") for name in SHARED)


def _written_names(reports: Sequence[AnnotatedReport]) -> Iterator[Case]:
    """The names of these reports that are whole paths, or carry their code."""
    names = {(s.of(r.document.text).replace("\n", ""), r.document.meta.fiscal_year): None for r in reports for s in r.spans if s.label == "ACCOUNT"}
    for name, year in names:
        sure = resolve(name, year)
        if sure is not None and sure.code is not None and sure.way in ("path", "code"):
            yield Case(name, sure.code, "none", year)


def _headings(rng: random.Random) -> Iterator[Case]:
    items = [a for a in classification() if a.kind == "function" and a.level == 3]
    for item in rng.sample(items, k=HEADINGS):
        yield Case(_written(item, rng), item.code, "none", item.last_year)


def _written(item: Account, rng: random.Random) -> str:
    """A heading in one of the forms that reports use."""
    path = (*item.parents, item.name)
    left, right = rng.choice(_BRACKETS)
    marked = [f"{name}{left}{mark}{right}" for name, mark in zip(path, _MARKS, strict=True)]
    return rng.choice((
        "".join(marked),
        "".join(marked[1:]),
        rng.choice(("-", "—", "→", "/")).join(path),
        " ".join(path),
        f"{item.code}{item.name}",
        f"{item.name}（{item.code}）",
        f"{item.code}{''.join(marked)}",
    ))  # fmt: skip


def _misspelt(name: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The name with one error of every kind that it has room for, and what the error is."""
    if "支出" in name:
        yield name.replace("支出", "", 1), "支出 left out"
    marks = [mark for mark in ("（类）", "（款）", "（项）", "(类)", "(款)", "(项)") if mark in name]
    if marks:
        mark = rng.choice(marks)
        yield name.replace(mark, "", 1), "mark left out"
        yield name.replace(mark, mark * 2, 1), "mark doubled"
        yield name.replace(mark, mark.strip("（）()"), 1), "brackets left out"
    letters = [at for at, character in enumerate(name) if "一" <= character <= "鿿" and character not in "类款项"]
    at, other = rng.choice(letters), rng.choice(letters)
    yield name[:at] + name[at + 1 :], "character left out"
    yield name[:at] + name[at] + name[at:], "character doubled"
    yield name[:at] + name[other] + name[at + 1 :], "character wrong"


def score_codes(all_cases: Sequence[Case]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Tallies by the error put in, and by the way the resolver went with names that mean a heading."""
    errors, ways = defaultdict[str, Tally](Tally), defaultdict[str, Tally](Tally)
    for case in all_cases:
        resolution = resolve(case.name, case.year)
        code = resolution.code if resolution else None
        errors[case.error] = errors[case.error].plus(code is not None, code == case.code)
        if resolution and code and case.code:
            ways[resolution.way] = ways[resolution.way].plus(True, code == case.code)
    return dict(errors), dict(ways)


def table(title: str, tallies: dict[str, Tally]) -> str:
    """The tallies in lines of fixed columns."""
    lines = [f"{title:20}{'cases':>7}{'found':>7}{'right':>7}"]
    return "\n".join([*lines, *(f"{name:20}{t.cases:7}{t.found:7}{t.right:7}" for name, t in tallies.items())])
