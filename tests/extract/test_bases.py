"""The base of a share: the total that its arithmetic fits, however far back it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.annotations.markup import Marked
from fiscalzh.annotations.span import Span
from fiscalzh.extract.linking.bases import Sums, base_options
from fiscalzh.extract.linking.choice import written_out
from fiscalzh.extract.linking.features import Link
from fiscalzh.extract.linking.reading import Reading

ReadMarked = Callable[..., tuple[Marked, Reading, dict[Span, Span]]]

_HEAD = "{a1|财政拨款支出}{m a1.actual|200万元}，{a2|收入合计}{m a2.actual|300万元}。\n"


def _before(marked: str, read: ReadMarked) -> tuple[Reading, Sums, list[Link], Span, Span]:
    """All but the last figure, a share, noted; and that share with its subject."""
    parsed, reading, moved = read(marked, 2021, "final_accounts")
    *facts, share = parsed.facts
    history = [Link(moved[fact.value], fact.measure, moved[fact.subject]) for fact in facts]
    sums = Sums(reading)
    for link in history:
        sums.note(link)
    return reading, sums, history, moved[share.value], moved[share.subject]


@pytest.mark.parametrize(
    ("part", "percent", "base"),
    [
        ("50万元", "25%", "财政拨款支出"),
        ("50万元", "16.67%", "收入合计"),
        ("50万元", "16.7%", "收入合计"),
        ("50.04万元", "25%", "财政拨款支出"),
        ("50万元", "40%", None),
        ("上千万元", "25%", None),
    ],
)
def test_the_total_that_fits(read_marked: ReadMarked, part: str, percent: str, base: str | None) -> None:
    marked = _HEAD + f"{{a3|教育支出}}{{m a3.actual|{part}}}，占{{r a3.share/a1|{percent}}}。"
    reading, sums, _, share, subject = _before(marked, read_marked)
    assert [reading.name_of(span) for span in sums.fitting(share, subject)] == ([base] if base else [])


def test_a_fitting_total_is_a_candidate_from_far_away(read_marked: ReadMarked) -> None:
    items = "".join(f"{{a{n}|第{n}项支出}}{{m a{n}.actual|{n}万元}}。\n" for n in range(10, 40))
    marked = _HEAD + items + "{a3|教育支出}{m a3.actual|50万元}，占{r a3.share/a1|25%}。"
    reading, sums, history, share, subject = _before(marked, read_marked)
    pool, features = base_options(sums, share, subject, history)
    names = [reading.name_of(span) for span in pool]
    assert "财政拨款支出" in names
    assert "教育支出" not in names
    told = dict(zip(names, map(written_out, features), strict=True))
    assert "fits=0" in told["财政拨款支出"]
    assert "fits=no" in told["第39项支出"]


def test_nothing_to_divide(read_marked: ReadMarked) -> None:
    _, sums, history, share, subject = _before("{a1|教育支出}占{r a1.share/a1|25%}。", read_marked)
    assert base_options(sums, share, subject, history) == ([], [])
