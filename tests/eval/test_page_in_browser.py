"""The page of errors as a browser shows it: what is seen, what the filters do, and that hostile text does nothing.

`visit` fails a test whose page writes to the console, opens a dialog or asks for anything but itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.eval.errors.collect import errors_of
from fiscalzh.eval.errors.write import write_errors
from fiscalzh.eval.outputs import Case
from fiscalzh.eval.scores import score_cases

MakeCase = Callable[..., Case]
HOSTILE = """<script>document.title = "taken"</script>'"><img src=x onerror='document.title = "taken"'>&amp;平台"""

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit: Callable[..., Any], make_case: MakeCase, tmp_path: Path) -> Any:
    first = make_case(
        f"{{a1|收入合计}}为{{m a1.actual|100万元}}。建设{{p1|{HOSTILE}}}。\n", f"{{a1|收入合计}}为{{m a1.budget|100万元}}。建设{HOSTILE}。\n", "甲"
    )
    second = make_case("建设{p1|云桥平台}和{p2|数谷工程}。\n", "建设{p1|云桥平}台和数谷工程。\n", '"乙" & <b>')
    cases = [first, second]
    write_errors([error for case in cases for error in errors_of(case)], cases, score_cases(cases), tmp_path / "errors.html")
    return visit((tmp_path / "errors.html").read_text(encoding="utf-8"))


def _shown(page: Any) -> list[str]:
    return [row.inner_text() for row in page.locator("#errors tbody tr").all() if row.is_visible()]


def _choose(page: Any, name: str, value: str) -> None:
    page.locator(f"[name={name}]").select_option(value)


def test_errors_are_seen_with_gold_and_predicted_side_by_side(page: Any) -> None:
    assert page.title() == "4 errors in 2 reports"
    assert len(_shown(page)) == 4
    row = page.locator('#errors tr[data-kind="wrong border right"]')
    assert row.locator(".gold mark").all_inner_texts() == ["云桥平台"]
    assert row.locator(".predicted mark").all_inner_texts() == ["云桥平"]
    gold, predicted = (row.locator(f"td.{side}").bounding_box() for side in ("gold", "predicted"))
    assert gold["y"] == predicted["y"]
    assert gold["x"] + gold["width"] <= predicted["x"] + 1


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [("kind", "missed", 2), ("label", "PROJECT", 3), ("measure", "actual", 1), ("report", '"乙" & <b>', 2), ("layer", "facts", 1)],
)
def test_filters(page: Any, name: str, value: str, count: int) -> None:
    _choose(page, name, value)
    assert len(_shown(page)) == count
    assert page.locator("#shown").inner_text() == str(count)
    _choose(page, name, "")
    assert len(_shown(page)) == 4


def test_filters_together(page: Any) -> None:
    _choose(page, "kind", "missed")
    _choose(page, "report", "甲")
    (row,) = _shown(page)
    assert HOSTILE in row


def test_hostile_text_is_text(page: Any) -> None:
    assert page.title() == "4 errors in 2 reports"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert any(HOSTILE in row for row in _shown(page))


def test_nothing_runs_over_the_side(page: Any) -> None:
    page.set_viewport_size({"width": 900, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
