"""Reports in inline markup, on both sides of a comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fiscalzh.annotations.converters.model import from_report, to_gold
from fiscalzh.annotations.gold import Gold
from fiscalzh.annotations.report import from_markup
from fiscalzh.eval.gold import GoldReport
from fiscalzh.eval.outputs import Case, cases_of
from fiscalzh.extract.figures import read_value

MakeGold = Callable[..., GoldReport]
MakeCase = Callable[..., Case]
HEADER = "---\nfiscal_year: 2021\nreport_type: final_accounts\n---\n\n"


@pytest.fixture
def make_gold() -> MakeGold:
    """A gold report from inline markup."""

    def make(marked: str, name: str = "r1", **changes: Any) -> GoldReport:
        report = from_markup(HEADER + marked, f"{name}.txt")
        gold = to_gold(from_report(report, read_value)).model_copy(update={"source": f"{name}.txt", **changes})
        return GoldReport(name, gold, report.document)

    return make


@pytest.fixture
def make_case(make_gold: MakeGold) -> MakeCase:
    """A case from two markups of one text: what is right, and what was made of it."""

    def make(gold: str, predicted: str, name: str = "r1", **changes: Any) -> Case:
        theirs, mine = make_gold(gold, name, **changes), make_gold(predicted, name)
        assert theirs.document is not None
        assert mine.document is not None
        assert theirs.document.text == mine.document.text
        (case,) = cases_of([theirs], [as_output(mine.gold)])
        return case

    return make


def as_output(gold: Gold) -> dict[str, Any]:
    """A gold file as a line of an output."""
    data: dict[str, Any] = json.loads(gold.model_dump_json(exclude_none=True))
    return data | {"facts": [fact | {"id": f"f{number}"} for number, fact in enumerate(data["facts"], start=1)]}


@pytest.fixture
def to_output() -> Callable[[Gold], dict[str, Any]]:
    return as_output
