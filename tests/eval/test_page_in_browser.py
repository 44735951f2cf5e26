"""The page of errors as a browser shows it: what is seen, what the filters do, and that hostile text does nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.eval.errors.collect import errors_of
from fiscalzh.eval.errors.write import write_errors
from fiscalzh.eval.outputs import Case
from fiscalzh.eval.scores import score_cases

MakeCase = Callable[..., Case]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
HOSTILE = """<script>document.title = "taken"</script>'"><img src=x onerror='document.title = "taken"'>&amp;平台"""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no chromium with its chromedriver (Debian: chromium, chromium-driver)"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    selenium = pytest.importorskip("selenium.webdriver")
    options = selenium.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(DRIVER, env=os.environ | {"SE_OFFLINE": "true"}))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: Any, make_case: MakeCase, tmp_path: Path) -> Any:
    first = make_case(
        f"{{a1|收入合计}}为{{m a1.actual|100万元}}。建设{{p1|{HOSTILE}}}。\n", f"{{a1|收入合计}}为{{m a1.budget|100万元}}。建设{HOSTILE}。\n", "甲"
    )
    second = make_case("建设{p1|云桥平台}和{p2|数谷工程}。\n", "建设{p1|云桥平}台和数谷工程。\n", '"乙" & <b>')
    cases = [first, second]
    write_errors([error for case in cases for error in errors_of(case)], cases, score_cases(cases), tmp_path / "errors.html")
    browser.get((tmp_path / "errors.html").as_uri())
    return browser


def _shown(page: Any) -> list[str]:
    return [row.text for row in page.find_elements("css selector", "#errors tbody tr") if row.is_displayed()]


def _choose(page: Any, name: str, value: str) -> None:
    select = page.find_element("name", name)
    next(option for option in select.find_elements("tag name", "option") if option.get_attribute("value") == value).click()


def test_errors_are_seen_with_gold_and_predicted_side_by_side(page: Any) -> None:
    assert page.title == "4 errors in 2 reports"
    assert len(_shown(page)) == 4
    row = page.find_element("css selector", '#errors tr[data-kind="wrong border right"]')
    assert [mark.text for mark in row.find_elements("css selector", ".gold mark")] == ["云桥平台"]
    assert [mark.text for mark in row.find_elements("css selector", ".predicted mark")] == ["云桥平"]
    gold, predicted = (row.find_element("css selector", f"td.{side}").rect for side in ("gold", "predicted"))
    assert gold["y"] == predicted["y"]
    assert gold["x"] + gold["width"] <= predicted["x"] + 1


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [("kind", "missed", 2), ("label", "PROJECT", 3), ("measure", "actual", 1), ("report", '"乙" & <b>', 2), ("layer", "facts", 1)],
)
def test_filters(page: Any, name: str, value: str, count: int) -> None:
    _choose(page, name, value)
    assert len(_shown(page)) == count
    assert page.find_element("id", "shown").text == str(count)
    _choose(page, name, "")
    assert len(_shown(page)) == 4


def test_filters_together(page: Any) -> None:
    _choose(page, "kind", "missed")
    _choose(page, "report", "甲")
    (row,) = _shown(page)
    assert HOSTILE in row


def test_hostile_text_is_text(page: Any) -> None:
    assert page.title == "4 errors in 2 reports"
    assert page.find_elements("tag name", "img") == []
    assert len(page.find_elements("tag name", "script")) == 1
    assert any(HOSTILE in row for row in _shown(page))


def test_nothing_is_complained_of_or_fetched(page: Any) -> None:
    assert [entry["message"] for entry in page.get_log("browser")] == []
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_nothing_runs_over_the_side(page: Any) -> None:
    page.set_window_size(900, 900)
    assert page.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
