"""The gate: what falls, what is noise, what the record says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fiscalzh.eval.gate import judge, read_record, record_of, verdict_table, write_record
from fiscalzh.eval.gold import GoldReport
from fiscalzh.eval.scores import Scores
from fiscalzh.eval.spans import Score

MakeGold = Callable[..., GoldReport]
REPORTS = tuple(f"r{number}" for number in range(8))


@pytest.fixture
def reports(make_gold: MakeGold) -> list[GoldReport]:
    return [make_gold(f"{{m|{number + 1}元}}\n", name) for number, name in enumerate(REPORTS)]


def _scores(*right: float, of: int = 100) -> Scores:
    return Scores(REPORTS, tuple({"fact strict": Score(one, of, of), "nothing": Score(0, 0, 0)} for one in right))


@pytest.mark.parametrize(
    ("right", "fallen"),
    [
        ([90] * 8, False),
        ([95] * 8, False),
        ([89.5] * 8, True),  # a little, but in every report
        ([90] * 7 + [85], False),  # a little, and in one report
        ([90] * 7 + [70], True),  # in one report, but more than the tolerance
        ([94, 85, 95, 86, 95, 85, 94, 86], False),
    ],
)
def test_what_falls(reports: list[GoldReport], right: list[float], fallen: bool) -> None:
    record = record_of(_scores(*[90] * 8), reports, "m")
    verdicts = {verdict.figure: verdict for verdict in judge(_scores(*right), reports, record)}
    assert verdicts["fact strict"].fallen is fallen
    assert not verdicts["nothing"].fallen


def test_what_has_fallen_is_shown_first(reports: list[GoldReport]) -> None:
    recorded = Scores(REPORTS, tuple({"a": Score(9, 9, 9), "b": Score(9, 9, 9)} for _ in REPORTS))
    now = Scores(REPORTS, tuple({"a": Score(9, 9, 9), "b": Score(5, 9, 9)} for _ in REPORTS))
    verdicts = judge(now, reports, record_of(recorded, reports, "m"))
    assert [verdict.figure for verdict in verdicts] == ["b", "a"]
    assert "fallen" in verdict_table(verdicts).splitlines()[2]


def test_a_figure_that_is_gone_has_fallen(reports: list[GoldReport]) -> None:
    record = record_of(_scores(*[90] * 8), reports, "m")
    gone = Scores(REPORTS, tuple({} for _ in REPORTS))
    assert [verdict.fallen for verdict in judge(gone, reports, record) if verdict.figure == "fact strict"] == [True]


def test_other_reports_or_annotations_are_not_judged(reports: list[GoldReport], make_gold: MakeGold) -> None:
    record = record_of(_scores(*[90] * 8), reports, "m")
    with pytest.raises(ValueError, match="have changed"):
        judge(_scores(*[90] * 8), [*reports[:-1], make_gold("{m|9元}\n", "r7")], record)


def test_a_record_is_read_as_it_was_written(reports: list[GoldReport], tmp_path: Path) -> None:
    record = record_of(_scores(*[90, 1, 2.5, 3, 4, 5, 6, 7]), reports, "m")
    write_record(record, tmp_path / "recorded.json")
    assert read_record(tmp_path / "recorded.json") == record
    assert record.scores().micro("fact strict").right == sum([90, 1, 2.5, 3, 4, 5, 6, 7])


def test_records_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no record"):
        read_record(tmp_path / "recorded.json")
    (tmp_path / "recorded.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="no record of scores"):
        read_record(tmp_path / "recorded.json")
