"""Which fiscal year a figure speaks of: rules, tested exactly. The report is of 2021."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fiscalzh.annotations.markup import Marked
from fiscalzh.annotations.span import Span
from fiscalzh.extract.linking.periods import period_of
from fiscalzh.extract.linking.reading import Reading

ReadMarked = Callable[..., tuple[Marked, Reading, dict[Span, Span]]]
OWN = 2021

# marked sentence; `@year` where the fact speaks of another year than the report's own
PERIODS = [
    # the report's own year
    "{a1|公务接待费}支出决算为{m a1.actual|4.50万元}。",
    "2021年度{a1|公务接待费}支出{m a1.actual|4.50万元}。",
    # a year in the clause
    "2020年{a1|公务接待费}支出{m a1.actual@2020|4.50万元}。",
    "{a1|公务接待费}2019年决算数为{m a1.actual@2019|4.50万元}，2021年决算数为{m a1.actual@2021|3万元}。",
    "2022年{a1|项目支出}预算安排{m a1.budget@2022|30万元}。",
    # a year is behind the figure before it
    "2020年{a1|甲费}{m a1.actual@2020|5万元}、2021年{a1|甲费}{m a1.actual|6万元}。",
    # what is compared is of this year, what it is compared with is not
    "{a1|公务接待费}比2020年减少{m a1.yoy_change-|1万元}，下降{r a1.yoy_rate-|5%}。",
    "与2020年相比，{a1|支出合计}增加{m a1.yoy_change|1万元}。",
    "{a1|公务接待费}{m a1.actual|4万元}，较2020年{m a1.actual@2020|5万元}减少{m a1.yoy_change-|1万元}。",
    "{a1|公务接待费}支出{m a1.actual|4万元}，与上年{m a1.actual@2020|5万元}相比减少{m a1.yoy_change-|1万元}。",
    "{a1|公务接待费}较上年增加{m a1.yoy_change|1万元}。",
    # last year by words
    "上年{a1|结转资金}{m a1.balance@2020|3万元}。",
    "去年{a1|项目支出}{m a1.actual@2020|3万元}。",
    "收入含{a1|上年结转和结余}{m a1.balance@2020|3万元}。",
    "收入含{a1|年初财政拨款结转}{m a1.balance@2020|3万元}。",
    "{a1|年末结转和结余}{m a1.balance|3万元}。",
    # dates and ranges are no periods
    "2020年12月30日收到{a1|专项资金}{m a1.actual|3万元}。",
    "截至2022年3月，{a1|专项资金}支付{m a1.actual|3万元}。",
    "2019—2023年{a1|专项资金}共{m a1.budget|3万元}。",
    "自2018年以来{a1|专项资金}到位{m a1.actual|3万元}。",
    "2020年底{a1|专项资金}余额{m a1.balance@2020|3万元}。",
    # at the head of the sentence
    "2022年，为保障运转，{a1|公用经费}安排{m a1.budget@2022|3万元}，占{a2|支出}的{r a1.share/a2@2022|5%}。",
    "为保障运转，单位于会上通报2020年情况，{a1|公用经费}支出{m a1.actual|3万元}。",
    # the heading above
    "二、2022年预算安排情况\n{a1|公用经费}安排{m a1.budget@2022|3万元}。",
    "二、2022年预算安排情况\n（一）总体情况\n{a1|公用经费}安排{m a1.budget@2022|3万元}。\n三、其他情况\n{a1|公用经费}支出{m a1.actual|2万元}。",
    # an average over years has no period
    "{a1|税收收入}年平均增长{r a1.rate|5%}。",
]


def _subjects(parsed: Marked, moved: dict[Span, Span]) -> list[tuple[Span, Span, str, int | None]]:
    return [(moved[f.value], moved[f.subject], f.measure, f.period) for f in parsed.facts]


@pytest.mark.parametrize("marked", PERIODS)
def test_periods(read_marked: ReadMarked, marked: str) -> None:
    parsed, reading, moved = read_marked(marked, OWN)
    average = "平均" in marked
    found = [period_of(reading, figure, subject, measure) for figure, subject, measure, _ in _subjects(parsed, moved)]
    assert found == [None if average else period or OWN for *_, period in _subjects(parsed, moved)]


@pytest.mark.parametrize("words", ["根据2019年文件安排", "按2019年标准安排"])
def test_the_year_of_a_document_is_no_period(read_marked: ReadMarked, words: str) -> None:
    parsed, reading, moved = read_marked(f"{words}{{a1|专项资金}}{{m a1.budget|3万元}}。", OWN)
    figure, subject, measure, _ = _subjects(parsed, moved)[0]
    assert period_of(reading, figure, subject, measure) == OWN


def test_a_year_is_carried_on_for_the_same_subject_unless_compared(read_marked: ReadMarked) -> None:
    parsed, reading, moved = read_marked("{a1|甲费}预算{m a1.budget|5万元}，支出{m a1.actual|4万元}，完成{r a1.completion_rate|80%}。", OWN)
    _, (figure, subject, measure, _), (rate, _, compared, _) = _subjects(parsed, moved)
    assert period_of(reading, figure, subject, measure, carried=2019) == 2019
    assert period_of(reading, rate, subject, compared, carried=2019) == OWN


def test_words_go_before_what_is_carried(read_marked: ReadMarked) -> None:
    parsed, reading, moved = read_marked("{a1|甲费}2020年支出{m a1.actual|4万元}。", OWN)
    figure, subject, measure, _ = _subjects(parsed, moved)[0]
    assert period_of(reading, figure, subject, measure, carried=2018) == 2020


@pytest.mark.parametrize(("kind", "period"), [("budget_execution", 2022), ("final_accounts", OWN)])
def test_in_a_report_of_a_region_a_year_speaks_for_the_sentences_behind_it(read_marked: ReadMarked, kind: str, period: int) -> None:
    words = "2022年{a1|收入预算}安排{m a1.budget@2022|5亿元}。{a2|支出预算}安排{m a2.budget@2022|5亿元}。"
    parsed, reading, moved = read_marked(words, OWN)
    figure, subject, measure, _ = _subjects(parsed, moved)[1]
    assert period_of(replace(reading, report_type=kind), figure, subject, measure) == period


@pytest.mark.parametrize(("marked", "period"), [("{a1|甲费}支出{m a1.actual|4万元}。", None), ("2020年{a1|甲费}支出{m a1.actual|4万元}。", 2020)])
def test_a_report_of_no_known_year(read_marked: ReadMarked, marked: str, period: int | None) -> None:
    parsed, reading, moved = read_marked(marked, None)
    figure, subject, measure, _ = _subjects(parsed, moved)[0]
    assert period_of(reading, figure, subject, measure) == period
