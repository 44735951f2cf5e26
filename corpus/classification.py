"""The official classification of revenue and expenditure as a table of facts, with the years of each name and what confirms it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, cast

# Functional, departmental economic and governmental economic classification of expenditure; classification of revenue.
Kind: TypeAlias = Literal["function", "economic", "government", "revenue"]
# Code and name together in an official table, or in public data; the name alone in official texts; the code alone; nothing.
Status: TypeAlias = Literal["table", "public", "name", "code", ""]


@dataclass(frozen=True, slots=True)
class Account:
    """One heading of the classification under one of its names; a heading that was renamed has several, the latest last.

    A year that is not known for certain is None. `status` says what confirms the name, see the datasheet.
    """

    code: str
    name: str
    kind: Kind
    first_year: int | None = None
    last_year: int | None = None
    status: Status = ""

    @property
    def level(self) -> int:
        """1 for 类, 2 for 款, 3 for 项."""
        return len(self.code) // 2

    @property
    def parents(self) -> tuple[str, ...]:
        """The names above it in its time, highest first."""
        return tuple(of_year(versions()[self.code[:end]], self.last_year).name for end in range(3, len(self.code), 2))

    def in_force(self, year: int | None) -> bool:
        """Whether a report of that year should use it; without a year, whether it is used still."""
        if year is None:
            return self.last_year is None
        return (self.first_year or year) <= year <= (self.last_year or year)


@cache
def classification() -> tuple[Account, ...]:
    """All headings, functional ones first, by code."""
    return tuple(
        Account(
            code=row["code"],
            name=row["name"],
            kind=cast(Kind, row["kind"]),
            first_year=int(row["first_year"]) if row["first_year"] else None,
            last_year=int(row["last_year"]) if row["last_year"] else None,
            status=cast(Status, row["status"]),
        )
        for row in _table("classification.csv")
    )


@cache
def versions() -> dict[str, tuple[Account, ...]]:
    """For each code its names, the latest last."""
    found = defaultdict[str, list[Account]](list)
    for account in classification():
        found[account.code].append(account)
    return {code: tuple(names) for code, names in found.items()}


def of_year(names: Sequence[Account], year: int | None) -> Account:
    """The name that is in force in a year, or the latest."""
    return next((a for a in reversed(names) if a.in_force(year)), names[-1])


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """Names that reports spell in several ways: sums that have no code (基本支出, “三公”经费), and some headings."""
    return {row["name"]: tuple(filter(None, row["aliases"].split("|"))) for row in _table("spellings.csv")}


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("fiscalzh.corpus") / name).read_text(encoding="utf-8").splitlines()))
