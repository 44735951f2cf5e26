"""Names taken apart into words, marks and codes."""

from __future__ import annotations

import pytest
from fiscalzh.extract.accounts.words import Words, loose, plain, take_apart

PATH = ("教育支出", "普通教育", "小学教育")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("教育支出（类）普通教育（款）小学教育（项）", Words(PATH, 3)),
        ("教育支出(类)普通教育(款)小学教育(项)", Words(PATH, 3)),
        ("教育支出 （类） 普通教育 （款） 小学教育 （项）", Words(PATH, 3)),
        ("教育支出【类】普通教育【款】小学教育【项】", Words(PATH, 3)),
        ("教育支出（类）（类）普通教育（款）小学教育（项）", Words(PATH, 3)),
        ("教育支出（类）普通教育（款）小学教育", Words(PATH)),
        ("教育支出（类）普通教育（款", Words(PATH[:2], 2)),
        ("教育支出-普通教育-小学教育", Words(PATH)),
        ("教育支出→普通教育→小学教育", Words(PATH)),
        ("教育支出/普通教育/小学教育", Words(PATH)),
        ("教育（类）支出", Words(("教育",), 1)),
        ("小学教育项", Words(("小学教育项",), 3)),
        ("民族工作专项", Words(("民族工作专项",))),
        ("2050202小学教育", Words(("小学教育",), None, "2050202")),
        ("2050202 小学教育（项）", Words(("小学教育",), 3, "2050202")),
        ("205-02-02小学教育", Words(("小学教育",), None, "2050202")),
        ("小学教育（2050202）", Words(("小学教育",), None, "2050202")),
        ("小学教育２０５０２０２", Words(("小学教育",), None, "2050202")),
        ("教育支出（205类）普通教育（02款）小学教育（02项）", Words(PATH, 3, "2050202")),
        ("205教育支出（类）02普通教育（款）02小学教育（项）", Words(PATH, 3, "2050202")),
        ("205（类）教育支出02（款）普通教育02（项）小学教育", Words(PATH, None, "2050202")),
        ("全市教育支出", Words(("教育支出",), None, None, "全市")),
        ("市本级教育支出", Words(("教育支出",), None, None, "市本级")),
        ("2021年教育支出", Words(("2021年教育支出",))),
    ],
)
def test_a_name_taken_apart(name: str, words: Words) -> None:
    found = take_apart(name)
    assert (found.level, found.code, found.government) == (words.level, words.code, words.government)
    if "年" not in name:
        assert found.parts == words.parts


def test_folding() -> None:
    assert plain("“三公”经费（境）、ＡＰＰ") == "三公经费境APP"
    assert loose("社会保障和就业支出") == loose("社会保障与就业") == "社会保障和就业"
    assert loose("老旧小区改造项目") == "老旧小区改造项目"
