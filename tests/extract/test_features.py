"""What the linker looks at: words, frames and places, never the names and numbers themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.extract.linking.choice import written_out
from fiscalzh.extract.linking.features import Link, copy_features, measure_features
from fiscalzh.extract.linking.ranking import MAX_BEFORE, MAX_BEHIND, Scene, candidate_features, candidates
from fiscalzh.extract.linking.reading import Reading

ReadMarked = Callable[..., tuple[object, Reading, object]]


def _last(reading: Reading) -> Span:
    return reading.figures()[-1]


def _features(scene: Scene, candidate: Span) -> list[str]:
    return written_out(candidate_features(scene, candidate))


def test_masking_leaves_words_only(read_marked: ReadMarked) -> None:
    _, reading, _ = read_marked("{a|公务接待费}支出12次共{m|4.5万元}，{p|甲项目}占{r|3%}。")
    assert reading.masked(0, len(reading.text)) == "A支出0次共M，P占R。"
    assert reading.masked(5, 10) == "支出0次"


@pytest.mark.parametrize(("apart", "named"), [(0, "0"), (1, "1"), (4, "5"), (12, "12"), (13, "20"), (160, "160"), (161, "far")])
def test_distances_are_put_in_steps(read_marked: ReadMarked, apart: int, named: str) -> None:
    _, reading, _ = read_marked(f"{{a|甲费}}{'字' * apart}{{m|5万元}}。")
    figure, pool = reading.figures()[0], list(reading.mentions[:1])
    assert f"before|phrase|distance={named}" in _features(Scene.of(reading, figure, "actual", [], pool), pool[0])


FRAMES = [
    ("{a|甲费}{m|5万元}，与上年相比减少{m|1万元}", "frame=yoy|down|AMOUNT"),
    ("{a|甲费}{m|5万元}，比上年增长{r|1%}", "frame=yoy|up|RATIO"),
    ("{a|甲费}同比增加{m|1万元}", "frame=yoy|up|AMOUNT"),
    ("{a|甲费}{m|5万元}，比年初预算增加{m|1万元}", "frame=budget|up|AMOUNT"),
    ("{a|甲费}{m|5万元}，较预算减少{m|1万元}", "frame=budget|down|AMOUNT"),
    ("{a|甲费}比上年增加{m|5万元}。{a|乙费}{m|1万元}", "frame=no|no|AMOUNT"),
    ("{a|甲费}预算{m|5万元}，调增{m|1万元}", "frame=no|up|AMOUNT"),
]


@pytest.mark.parametrize(("marked", "feature"), FRAMES)
def test_frames_of_comparison(read_marked: ReadMarked, marked: str, feature: str) -> None:
    _, reading, _ = read_marked(marked)
    assert feature in measure_features(reading, _last(reading), [])


@pytest.mark.parametrize("words", ["较2020年减少", "较2020年度减少", "与2020年相比减少", "比2020年减少"])
def test_frames_that_name_the_year(read_marked: ReadMarked, words: str) -> None:
    _, reading, _ = read_marked(f"{{a|甲费}}{{m|5万元}}，{words}{{m|1万元}}")
    assert "frame=yoy|down|AMOUNT" in measure_features(reading, _last(reading), [])


@pytest.mark.parametrize(
    ("marked", "feature"),
    [
        ("{a|甲费}年初预算为{m|5万元}", "gap:年初预算|AMOUNT"),
        ("{a|甲费}支出决算为{m|5万元}", "gap-last:决算|AMOUNT"),
        ("{a|甲费}，占{r|5%}", "left1=RATIO|占"),
        ("{a|甲费}{m|5万元}", "empty-gap=True|AMOUNT|A"),
        ("单价{m|50万元}以上设备", "threshold:单价"),
        ("{a|甲费}{m|5万元}，其中：{a|乙费}{m|1万元}", "within|AMOUNT"),
        ("{m|5万元}", "no-name|AMOUNT|"),
        ("一、绩效情况\n{a|甲费}{m|5万元}", "own-heading:绩效|AMOUNT|False"),
        ("2020年{a|甲费}{m|5万元}", "year=-1|AMOUNT|False"),
        ("{a|甲费}{m|5万元}", "type=final_accounts|AMOUNT"),
    ],
)
def test_words_beside_a_figure(read_marked: ReadMarked, marked: str, feature: str) -> None:
    _, reading, _ = read_marked(marked)
    assert feature in measure_features(reading, _last(reading), [])


def test_names_and_numbers_do_not_tell_the_measure(read_marked: ReadMarked) -> None:
    features = []
    for name, sums in (("青山镇办公维修费", ("4.5万元", "3.12%")), ("白水乡会议办公维修费", ("18,700元", "99％"))):
        _, reading, _ = read_marked(f"{{a|{name}}}支出{{m|{sums[0]}}}，比上年增长{{r|{sums[1]}}}。")
        links = [Link(reading.figures()[0], "actual", reading.mentions[0])]
        features.append((measure_features(reading, _last(reading), links), copy_features(reading, _last(reading), links)))
    assert features[0] == features[1]


def test_candidates_come_from_paragraph_sentence_headings_and_history(read_marked: ReadMarked) -> None:
    _, reading, _ = read_marked(
        "{a|很远的费}{m|9万元}。\n一、{p|标题项目}\n{a|段首费}{m|1万元}。{a|句内费}支出{m|2万元}，{a|后一费}、{a|后二费}、{a|后三费}、{a|后四费}。{a|下句费}无。"
    )
    figure = reading.figures()[2]
    names = [reading.name_of(c) for c in candidates(reading, figure, [])]
    assert names == ["很远的费", "标题项目", "段首费", "句内费", "后一费", "后二费", "后三费"]
    assert len(names) - names.index("句内费") - 1 == MAX_BEHIND


def test_candidates_before_are_bounded_but_hold_the_first_and_the_last_subject(read_marked: ReadMarked) -> None:
    many = "、".join(f"{{a|第{n}费}}" for n in range(30))
    _, reading, _ = read_marked(f"{{a|古老费}}{{m|3万元}}。\n甲。\n\n乙。\n{many}共{{m|5万元}}")
    figure, old = reading.figures()[1], reading.mentions[0]
    names = [reading.name_of(c) for c in candidates(reading, figure, [])]
    assert "第0费" in names
    assert names[-1] == "第29费"
    assert len(names) <= MAX_BEFORE + 3
    assert old in candidates(reading, figure, [Link(reading.figures()[0], "actual", old)])


def test_a_subject_left_out_of_the_mentions_is_a_candidate_like_any_other() -> None:
    spans = [Span(0, 3, "ACCOUNT"), Span(0, 5, "PROJECT"), Span(5, 8, "AMOUNT"), Span(9, 12, "AMOUNT")]
    reading = Reading.of("维修费项目5万元，3万元。", spans)
    first, second = reading.figures()
    history = [Link(first, "budget", spans[1])]
    pool = candidates(reading, second, history)
    assert [reading.key_of(c) for c in pool] == ["维修费", "维修费项目"]
    assert "last-subject=True|near=True|before|item" in _features(Scene.of(reading, second, "actual", history, pool), pool[1])


def test_a_figure_without_a_name_may_go_to_the_topic_or_to_what_the_paragraph_above_begins_with(read_marked: ReadMarked) -> None:
    filler = "".join(f"{{a|第{n}费}}。" for n in range(6))
    marked = f"{{p|雪亮工程}}自评\n甲。\n{{a|整体支出}}{{m|9万元}}，其中{filler}\n该项目年中追加{{m|5万元}}，项目数{{m|3万元}}。"
    _, reading, _ = read_marked(marked)
    first, second, third = reading.figures()
    history = [Link(first, "budget", reading.mentions[1])]
    pool = candidates(reading, second, history)
    assert [reading.name_of(c) for c in pool] == ["雪亮工程", "整体支出", "第4费", "第5费"]
    scene = Scene.of(reading, second, "budget_change", history, pool)
    assert (scene.generic, scene.named, scene.topic, scene.lead) == ("project", False, "雪亮", "整体支出")
    topic, lead, *_ = (_features(scene, c) for c in pool)
    assert "generic=project|topic=True|PROJECT|named=False" in topic
    assert any(f.startswith("lead=True|") for f in lead)
    assert not any(f.startswith("lead=True|") for f in topic)
    assert Scene.of(reading, third, "actual", history, pool).generic == "project"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{a|甲费}、{a|乙费}、{a|丙费}分别为{m|1万元}、{m|2万元}、{m|3万元}。", ["甲费", "乙费", "丙费"]),
        ("{a|总费}{m|9万元}，{a|甲费}和{a|乙费}分别为{m|1万元}和{m|2万元}。", [None, "甲费", "乙费"]),
        ("{a|甲费}、{a|乙费}为{m|1万元}、{m|2万元}。", [None, None]),
    ],
)
def test_respectively_pairs_names_with_figures(read_marked: ReadMarked, marked: str, expected: list[str | None]) -> None:
    _, reading, _ = read_marked(marked)
    found: list[str | None] = []
    for figure in reading.figures():
        pool = candidates(reading, figure, [])
        scene = Scene.of(reading, figure, "actual", [], pool)
        mine = [c for c in pool if any(f.startswith("respectively=yes") for f in _features(scene, c))]
        assert len(mine) <= 1
        found.append(reading.name_of(mine[0]) if mine else None)
    assert found == expected


def test_places_tell_near_from_far(read_marked: ReadMarked) -> None:
    _, reading, _ = read_marked("一、{p|标题项目}\n{a|段费}无。{a|项费}无；{a|句费}，{a|近费}、{a|紧费}支出{m|5万元}，{a|后费}。")
    figure = _last(reading)
    pool = candidates(reading, figure, [])
    scene = Scene.of(reading, figure, "actual", [], pool)
    places = {reading.name_of(c): _features(scene, c)[0] for c in pool}
    assert places == {
        "标题项目": "before|heading",
        "段费": "before|paragraph",
        "项费": "before|sentence",
        "句费": "before|item",
        "近费": "before|clause",
        "紧费": "before|phrase",
        "后费": "behind|item",
    }


def test_what_was_decided_before_is_seen(read_marked: ReadMarked) -> None:
    _, reading, _ = read_marked("{a|甲费}支出{m|5万元}，占{r|3%}；{a|乙费}{m|6万元}。")
    first, _, last = reading.figures()
    history = [Link(first, "actual", reading.mentions[0])]
    assert "previous=actual|AMOUNT|new=True" in measure_features(reading, last, history)
    assert ("actual", "last|AMOUNT|cue=False") in copy_features(reading, last, history)
    assert copy_features(reading, last, [Link(first, "none", None)]) == []
