"""The official classification of expenditure: functional 类/款/项 and departmental economic 类/款, as a table of facts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["function", "economic"]

_LEVELS: Final = {3: 1, 5: 2, 7: 3}


@dataclass(frozen=True, slots=True)
class Account:
    """One heading of the classification.

    `level` is 1 for 类, 2 for 款, 3 for 项; `parents` are the names above it, highest first. A year that is not known for
    certain is None.
    """

    code: str
    name: str
    kind: Kind
    parents: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None

    @property
    def level(self) -> int:
        return _LEVELS[len(self.code)]


@cache
def classification() -> tuple[Account, ...]:
    """All headings, functional ones first, by code."""
    table = (files("fiscalzh.corpus") / "classification.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    names = {(row["kind"], row["code"]): row["name"] for row in rows}
    return tuple(
        Account(
            code=row["code"],
            name=row["name"],
            kind="function" if row["kind"] == "function" else "economic",
            parents=tuple(names[row["kind"], row["code"][:end]] for end in range(3, len(row["code"]), 2)),
            first_year=int(row["first_year"]) if row["first_year"] else None,
            last_year=int(row["last_year"]) if row["last_year"] else None,
        )
        for row in rows
    )
