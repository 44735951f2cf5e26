"""The pages in a real browser: marks, clicks, filters, keyboard, contrast, speed.

`visit` (conftest) fails a test whose page writes to the console, opens a dialog or asks for anything but itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pages.batch import batch_view
from fiscalzh.extract.pages.html import render_batch, render_report
from fiscalzh.extract.pages.notebook import Rendered
from fiscalzh.extract.pages.outputs import Failure, Output
from fiscalzh.extract.pages.view import report_view
from fiscalzh.extract.writers import to_json

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
ROWS = "#figures-table tbody tr:not([hidden])"


def _expect(locator: Any) -> Any:
    """Waits for a locator. `wait_for_function` would have to evaluate code, which the pages forbid."""
    from playwright.sync_api import expect

    return expect(locator)


@pytest.fixture
def page(visit: Visit, report: Extraction) -> Any:
    return visit(render_report(report_view(report)))


@pytest.fixture
def batch(report: Extraction, hostile: Extraction) -> str:
    check = {"rule": "completion_rate", "severity": "error", "message": "…"}
    outputs = [Output.model_validate(to_json(report, {}) | {"checks": [check]}), Output.model_validate(to_json(hostile, {}))]
    failure = Failure.model_validate({"source": "b.pdf", "error": {"type": "corrupt", "message": "no PDF"}})
    return render_batch(batch_view("out.jsonl", [*outputs, failure], lambda number, _: (f"pages/{number}.html", None)))


def _texts(page: Any, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_text_contents()]


def _column(page: Any, name: str) -> list[str]:
    """The visible cells of a column of the figures."""
    at = page.evaluate(f"document.querySelector('#figures-table th[data-name={name}]').cellIndex") + 1
    return _texts(page, f"{ROWS} > :nth-child({at})")


def _focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent"))


@pytest.mark.parametrize("kind", ["report", "hostile"])
def test_marks_stand_over_their_characters(visit: Visit, request: pytest.FixtureRequest, kind: str) -> None:
    extraction: Extraction = request.getfixturevalue(kind)
    text = extraction.document.text
    page = visit(render_report(report_view(extraction)))
    pieces = page.evaluate("[...document.querySelectorAll('article [data-start]')].map(e => [e.textContent, +e.dataset.start, +e.dataset.end])")
    assert [(found, start) for found, start, end in pieces if found != text[start:end]] == []
    marks = page.evaluate("[...document.querySelectorAll('article .m:not([data-label=FINDING])')].map(e => [+e.dataset.start, +e.dataset.end])")
    covered = {at for start, end in marks for at in range(start, end)}
    assert covered == {at for span in extraction.spans if span.label != "CLAIM" for at in range(span.start, span.end)}


def test_nothing_hostile_runs(visit: Visit, hostile: Extraction, batch: str) -> None:
    for html in (render_report(report_view(hostile)), batch):
        page = visit(html)
        for button in page.locator("[role=tab], [data-language]").all():
            button.click()
        for link in page.locator("article a:visible").all():
            link.focus()
        assert page.evaluate("typeof pwned") == "undefined"
        assert page.locator("script").count() == 2


def test_a_figure_leads_to_its_place_and_back(page: Any) -> None:
    figure = page.locator("#figures-table a.go", has_text="4.50")
    figure.click()
    assert page.locator(".here").text_content() == "4.50万元"
    assert _focused(page) == page.locator(".here").get_attribute("id")
    page.keyboard.press("Enter")
    assert page.locator("tr.here").text_content() == figure.locator("xpath=ancestor::tr").text_content()
    assert _focused(page) == "4.50"


def test_a_subject_leads_back_to_the_row_it_was_left_from(page: Any) -> None:
    row = page.locator("#figures-table tr", has_text="完成率")
    row.locator("th a").click()
    assert page.locator(".here").text_content() == "公务接待费"
    page.locator(".here").click()
    assert page.locator("tr.here").get_attribute("id") == row.get_attribute("id")


def test_claims_and_findings_lead_to_their_places_and_back(page: Any) -> None:
    page.locator("#tab-claims").click()
    page.locator("#claims-table a", has_text="巡护").click()
    assert page.locator(".here").text_content() == "巡护里程1200公里"
    page.locator("#tab-figures").click()
    page.locator(".claim", has_text="巡护").click()
    assert page.locator("#tab-claims").get_attribute("aria-selected") == "true"
    page.locator("#tab-findings").click()
    page.locator("#findings-table td a").nth(1).click()
    assert page.locator(".here").text_content() == "与上年相比"
    page.locator(".here").click()
    assert page.locator("tr.here th").text_content() == "完成率应为89%"


def test_hovering_and_focus_say_what_a_figure_is(page: Any) -> None:
    tip = page.locator("#tip")
    mark = page.locator("article .m", has_text="90.00%")
    mark.hover()
    said = tip.inner_text()
    assert [word for word in ("比率", "公务接待费", "完成率", "90%", "2021", "完成率应为89%") if word not in said] == []
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    mark.focus()
    assert tip.is_visible()
    assert mark.get_attribute("aria-describedby") == "tip"
    page.locator("h1").hover()
    assert tip.is_visible()
    page.locator("#search").focus()
    assert tip.is_hidden()


def test_filters_show_what_they_name(page: Any) -> None:
    everything = len(_texts(page, ROWS))
    page.locator("select[data-filter=measure]").select_option("share")
    assert _texts(page, f"{ROWS} th") == ["基本支出", "项目支出"]
    assert page.locator("[data-count=figures]").text_content() == f"2/{everything}"
    assert _texts(page, "article .m:not(.off)") == ["基本支出", "60.00%", "项目支出", "40.00%"]
    page.locator("select[data-filter=record]").select_option(label="基本支出")
    assert _texts(page, f"{ROWS} th") == ["基本支出"]
    page.locator("button[type=reset]").click()
    _expect(page.locator(ROWS)).to_have_count(everything)
    assert _texts(page, "article .off") == []
    page.locator("input[data-label=RATIO]").uncheck()
    assert not any("%" in text for text in _texts(page, f"{ROWS} td.n"))
    assert set(_texts(page, "article .m.off")) == {"60.00%", "40.00%", "90.00%"}


def test_low_scores_can_be_singled_out(visit: Visit, hostile: Extraction, report: Extraction) -> None:
    page = visit(render_report(report_view(hostile)))
    page.locator("select[data-filter=below]").select_option("0.7")
    assert len(_texts(page, ROWS)) == 2
    page = visit(render_report(report_view(report)))
    page.locator("select[data-filter=below]").select_option("0.5")
    low = sum(fact.score is not None and fact.score < 0.5 for fact in report.facts)
    assert len(_texts(page, ROWS)) == low < len(report.facts)


def test_search_finds_rows_and_places_also_over_line_ends(page: Any) -> None:
    page.locator("#search").fill("公务接待")
    assert set(_texts(page, f"{ROWS} th")) == {"公务接待费"}
    assert page.evaluate("[...CSS.highlights.get('hit')].map(String)") == ["公务接待"]
    page.locator("#search").fill("0.20万元")
    assert page.evaluate("[...CSS.highlights.get('hit')].map(String)") == ["0.20\n万元"]
    page.keyboard.press("Enter")
    assert page.evaluate("[...CSS.highlights.get('now')].length") == 1
    page.locator("#search").fill("(.*")
    assert page.evaluate("CSS.highlights.size") == 1
    assert len(_texts(page, ROWS)) == 0


def test_a_row_that_a_filter_hides_is_shown_when_it_is_asked_for(page: Any) -> None:
    page.locator("#search").fill("基本支出")
    page.locator("article .m", has_text="4.50万元").click()
    assert page.locator("tr.here").is_visible()
    assert page.locator("#search").input_value() == ""


def test_columns_sort_by_number_and_by_name(page: Any) -> None:
    page.locator("#figures-table th[data-name=wan] button").click()
    sums = [float(text) for text in _column(page, "wan") if text]
    assert sums == sorted(sums)
    assert len(sums) > 3
    page.locator("#figures-table th[data-name=wan] button").click()
    assert [float(text) for text in _column(page, "wan") if text] == sums[::-1]
    assert page.locator("#figures-table [aria-sort=descending]").count() == 1
    page.locator("#figures-table th[data-name=subject] button").click()
    names = _texts(page, f"{ROWS} th")
    assert names == sorted(names, key=["公务接待费", "基本支出", "项目支出", "支出合计"].index)


def test_a_table_is_copied_as_csv_without_formulas(visit: Visit, hostile: Extraction, report: Extraction) -> None:
    page = visit(render_report(report_view(report)), permissions=["clipboard-read", "clipboard-write"])
    page.locator("#search").fill("公务接待费")
    page.locator("#figures .copy").click()
    _expect(page.locator("#said")).to_have_text("已复制可见各行")
    rows = list(csv.DictReader(io.StringIO(page.evaluate("navigator.clipboard.readText()"))))
    assert {row["主体"] for row in rows} == {"公务接待费"}
    assert ("同比增减额", "-0.2", "-2000") in {(row["指标"], row["万元"], row["元 / %"]) for row in rows}
    assert "90%" in {row["元 / %"] for row in rows}
    page.evaluate("document.querySelector('#figures-table tbody th').textContent = '=1+1'")
    page.evaluate("document.querySelectorAll('#figures-table tbody th').forEach((e, n) => { e.textContent = '=+-@'[n % 4] + 'cmd,\"x\"'; })")
    page.locator("button[type=reset]").click()
    page.locator("#figures .copy").click()
    page.wait_for_timeout(50)
    cells = [row[0] for row in csv.reader(io.StringIO(page.evaluate("navigator.clipboard.readText()")))][1:]
    assert {cell[:2] for cell in cells} == {"'=", "'+", "'-", "'@"}
    assert all(cell.endswith('cmd,"x"') for cell in cells)


def test_copying_works_in_the_frame_of_a_notebook(visit: Visit, report: Extraction) -> None:
    outer = visit(f"<!doctype html><title>notebook</title>{Rendered(render_report(report_view(report)))._repr_html_()}")
    frame = outer.frame_locator("iframe")
    frame.locator("#figures .copy").click()
    frame.locator("#said", has_text="已复制").wait_for(state="attached")
    frame.locator("#figures-table a.go", has_text="4.50").click()
    assert frame.locator(".here").text_content() == "4.50万元"


def test_the_interface_speaks_both_languages(page: Any) -> None:
    page.locator("[data-language=en]").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#tab-findings").inner_text().startswith("Findings")
    assert page.locator("#search").get_attribute("placeholder") == "subject, sum, words…"
    assert page.locator("#filters").get_attribute("aria-label") == "Filters"
    assert "share" in _column(page, "measure")
    page.locator("#search").fill("completion")
    assert _column(page, "measure") == ["completion rate"]
    page.locator("[data-language=zh]").click()
    assert page.locator("#tab-findings").inner_text().startswith("疑点")


_STOP = "(e => e.id || e.dataset.label || e.dataset.filter || e.dataset.language || e.className || e.type)(document.activeElement)"


def test_the_keyboard_reaches_everything(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.locator(".skip").first.bounding_box()["y"] >= 0
    stops = []
    for _ in range(40):
        stops.append(
            page.evaluate("(e => e.id || e.dataset.label || e.dataset.filter || e.dataset.language || e.className || e.type)(document.activeElement)")
        )
        page.keyboard.press("Tab")
    for stop in ("zh", "en", "search", "CLAIM", "measure", "record", "below", "reset", "text", "s1", "data", "tab-figures", "copy"):
        assert stop in stops, stop
    assert stops.index("search") < stops.index("s1") < stops.index("tab-figures")
    page.locator("#s1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert _focused(page) == "s3"
    page.keyboard.press("Home")
    assert _focused(page) == "s1"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.label") == "AMOUNT"
    page.locator("#tab-figures").focus()
    for tab in ("records", "claims", "findings", "charts"):
        page.keyboard.press("ArrowRight")
        assert page.locator(f"#{tab}").is_visible()
        assert _focused(page) == f"tab-{tab}"


def test_without_scripts_everything_is_there(browser: Any, visit: Visit, report: Extraction) -> None:
    page = visit(render_report(report_view(report)), java_script_enabled=False)
    for panel in ("figures", "records", "claims", "findings", "charts"):
        assert page.locator(f"#{panel} h3").is_visible()
    assert page.locator("[role=tablist]").is_hidden()
    page.locator("#figures-table a.go").first.click()
    assert page.url.endswith(f"#{page.locator('#figures-table a.go').first.get_attribute('href')[1:]}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["report", "batch"])
def test_colours_names_and_landmarks_pass_wcag(visit: Visit, report: Extraction, batch: str, kind: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python, of the extra `test`").Axe()
    page = visit(render_report(report_view(report)) if kind == "report" else batch, color_scheme=scheme)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
    if kind == "report":
        page.evaluate("document.querySelectorAll('.panel').forEach((panel) => { panel.hidden = false; })")
        page.locator("article .m", has_text="90.00%").hover()
    found = axe.run(page, options=options).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"][:3]]) for v in found] == []


def test_print_shows_the_text_and_every_table_and_no_controls(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for selector in ("article", "#figures-table", "#records-table", "#claims-table", "#findings-table", "#bars-table"):
        assert page.locator(selector).is_visible(), selector
    for selector in ("#filters", ".switch", "[role=tablist]", ".skip"):
        assert page.locator(selector).first.is_hidden(), selector
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()") == "#fff"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) >= 2


def test_a_narrow_window_scrolls_only_down(visit: Visit, report: Extraction, batch: str) -> None:
    for html in (render_report(report_view(report)), batch):
        page = visit(html)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_batch_filters_and_links(visit: Visit, batch: str) -> None:
    page = visit(batch)
    reports = "#reports-table tbody tr:not([hidden])"
    assert [link.get_attribute("href") for link in page.locator("#reports-table a").all()] == ["pages/1.html", "pages/2.html"]
    page.locator("select[data-filter=rules]").select_option("completion_rate")
    assert len(_texts(page, reports)) == 1
    assert page.locator("[data-count=reports]").text_content() == "1/2"
    page.locator("button[type=reset]").click()
    page.locator("#search").fill("no pdf")
    assert _texts(page, "#failures-table tbody tr:not([hidden]) td") == ["corrupt", "no PDF"]


_MEASURE = """async (act) => {
  const before = performance.now();
  new Function(act)();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - before;
}"""
_LOADED = """() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,
  performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd]"""
_FILTERS = {
    "search": "search.value = '支出'; search.dispatchEvent(new Event('input', {bubbles: true}));",
    "label": "document.querySelector('input[data-label=RATIO]').click();",
    "measure": "const s = document.querySelector('[data-filter=measure]'); s.value = 'share'; s.dispatchEvent(new Event('input', {bubbles: true}));",
}


def test_a_long_report_opens_and_filters(visit: Visit, long_report: Extraction) -> None:
    """`pytest -s -k a_long_report` prints how long opening and filtering take, the page's processor time in brackets."""
    page = visit(render_report(report_view(long_report)))
    paint, ready = page.evaluate(_LOADED)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def used() -> float:
        metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
        return 1000 * float(metrics["TaskDuration"])

    shown, said = [len(_texts(page, ROWS))], [f"first paint {paint:.0f} ms, ready {ready:.0f} ms"]
    for name, act in _FILTERS.items():
        before = used()
        said.append(f"{name} {page.evaluate(_MEASURE, act):.0f} ms ({used() - before:.0f})")
        shown.append(len(_texts(page, ROWS)))
    print(f"\n{len(long_report.document.text)} characters, {len(long_report.spans)} spans, {len(long_report.facts)} facts: {', '.join(said)}")
    assert shown[0] == len(long_report.facts)
    assert shown[0] > shown[1] > shown[-1]
