"""The simple linkers ours is measured against, and what is measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.eval.contest import Contest, contest_json, contest_table
from fiscalzh.eval.extraction import extracted, linked, tagged_and_linked
from fiscalzh.eval.gold import GoldReport
from fiscalzh.eval.linkers import BASELINES, OURS, keyword_measure, linkers
from fiscalzh.eval.linking import LINKING, linking_contest, whole_contest
from fiscalzh.eval.scores import score_cases
from fiscalzh.eval.spans import Score
from fiscalzh.extract.linking.prepare import reading_of
from fiscalzh.extract.pipeline import Extractor, load_choices
from fiscalzh.models.baselines.registry import make

MakeGold = Callable[..., GoldReport]


@pytest.mark.parametrize(
    ("marked", "measure", "decrease"),
    [
        ("{a1|会议费}支出决算为{m|3万元}。", "actual", False),
        ("{a1|会议费}年初预算为{m|3万元}。", "initial_budget", False),
        ("{a1|会议费}比上年减少{m|3万元}。", "yoy_change", True),
        ("{a1|会议费}比上年增加{m|3万元}。", "yoy_change", False),
        ("{a1|会议费}较预算减少{m|3万元}。", "budget_variance", True),
        ("{a1|会议费}年末结余{m|3万元}。", "balance", False),
        ("{a1|会议费}占{r|3%}。", "share", False),
        ("{a1|会议费}同比下降{r|3%}。", "yoy_rate", True),
        ("{a1|会议费}完成年初预算的{r|3%}。", "completion_rate", False),
        ("{a1|会议费}{r|3%}。", "rate", False),
    ],
)
def test_measures_by_keywords(make_gold: MakeGold, marked: str, measure: str, decrease: bool) -> None:
    report = make_gold(marked)
    assert report.document is not None
    reading, _ = reading_of(report.document, shadow_of(report.document), report.gold.by_id().values())
    (figure,) = reading.figures()
    assert keyword_measure(reading, figure) == (measure, decrease)


def test_subjects_of_the_two_simple_linkers(make_gold: MakeGold) -> None:
    """The nearest name may stand behind its figure; the last mentioned never does."""
    report = make_gold("2021年{a1|会议费}的情况如下：全年支出{m a2.actual|3万元}{a2|培训费}，占{a3|支出合计}的{r a2.share/a3|5%}。\n")
    found = {}
    for name, linker in BASELINES.items():
        (case,) = linked([report], linker)
        found[name] = [(fact.words, fact.base) for fact in case.predicted.facts]
        assert score_cases([case]).micro("value found") == Score(2, 2, 2)
    assert found == {"nearest name": [("培训费", ""), ("培训费", "支出合计")], "last-mentioned name": [("会议费", ""), ("培训费", "支出合计")]}


def test_a_figure_without_any_name_gives_no_fact(make_gold: MakeGold) -> None:
    for linker in BASELINES.values():
        (case,) = linked([make_gold("支出{m|3万元}。\n")], linker)
        assert case.predicted.facts == ()


def test_ours_comes_first_and_is_compared_with_each(make_gold: MakeGold) -> None:
    reports = [make_gold("2021年{a1|会议费}支出{m a1.actual|3万元}，比上年减少{m a1.yoy_change-|1万元}。\n", f"r{n}") for n in range(2)]
    contest = linking_contest("own", reports, load_choices(), print)
    assert list(contest.scores) == [OURS, *BASELINES] == list(linkers(load_choices()))
    table = contest_table([contest], LINKING).splitlines()
    assert len(table) == 2 + len(contest.scores)
    assert all("own, n = 2" in line for line in table[2:])
    data = contest_json(contest)
    assert data["systems"][OURS]["less_than_ours"] == []
    assert data["systems"]["nearest name"]["less_than_ours"]


def test_whole_systems(make_gold: MakeGold) -> None:
    reports = [make_gold("2021年{a1|公务接待费}支出{m a1.actual|3万元}。\n")]
    ours = extracted(reports, Extractor())
    contest = whole_contest("own", reports, ours, load_choices(), {"rules": make("rules")}, print)
    assert list(contest.scores) == ["fiscalzh", "rules + our linker", "rules + nearest name", "rules + last-mentioned name"]
    assert isinstance(contest, Contest)
    assert all(scores.micro("value found").right == 1 for scores in contest.scores.values())


def test_what_the_header_says_no_system_is_told(make_gold: MakeGold) -> None:
    """The year of the fact is that of the gold's header, which the text does not name."""
    report = make_gold("{a1|公务接待费}支出{m a1.actual|3万元}。\n")
    assert report.document is not None
    spans = [Span(span.start, span.end, span.label) for span in report.gold.by_id().values()]
    extract = tagged_and_linked(lambda _: spans, BASELINES["nearest name"])
    assert [fact.period for fact in extract(report.document).facts] == [2021]
    (case,) = extracted([report], extract)
    assert [fact.period for fact in case.predicted.facts] == [None]


def test_a_report_that_is_not_at_hand_is_named() -> None:
    from fiscalzh.annotations.gold import Gold

    with pytest.raises(ValueError, match="r1: the report is not beside"):
        linked([GoldReport("r1", Gold(sha256="", spans=()), None)], BASELINES["nearest name"])
