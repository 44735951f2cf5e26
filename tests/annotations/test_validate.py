"""What is found in marked reports, and that the shipped ones are free of errors and split by writer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from textwrap import wrap

import pytest
from fiscalzh.annotations.markup import parse, render
from fiscalzh.annotations.report import load_marked
from fiscalzh.annotations.span import Span
from fiscalzh.annotations.validate import Finding, validate
from fiscalzh.corpus.document import Section
from fiscalzh.corpus.library import REPORTS, SPLITS, written

_STYLES = sorted({path.parent for path in REPORTS.rglob("*.txt")})
_SHARED = 0.01  # of the test reports' clauses; 14 of 1871 when last measured: set phrases of the forms, titles and coincidences
_ITEM_PATH = re.compile(r"[（(][类款项][）)]")


def _found(marked: str, message: str) -> list[Finding]:
    return [f for f in validate(parse(marked)) if message in f.message]


_ERRORS = [
    ("two mentions overlap", "{a1|办公{p1|经费}}{m a1.actual|1元}", "{a1|办公}{p1|经费}{m a1.actual|1元}"),
    ("two mentions overlap", "{a1|办公费{m a1.actual|1元}}", "{c|{a1|办公费}增长{r|1%}}"),
    ("two claims overlap", "{c|办结{c 3件|3件}}", "{c 3件|办结3件}，{c 4件|4件}"),
    ("AMOUNT begins or ends with a space", "{a1|费}{m a1.actual| 1元}", "{a1|费} {m a1.actual|1 元}"),
    ("ACCOUNT begins or ends with a space", "{a1|费 }{m a1.actual|1元}", "{a1|费} {m a1.actual|1元}"),
    ("CLAIM begins or ends with a space", "{c 3件|\u3000办结3件}", "\u3000{c 3件|办结3件}"),
    ("an AMOUNT is a number with its unit", "{a1|费}{m a1.actual|约1元}", "{a1|费}约{m a1.actual|1元}"),
    ("an AMOUNT is a number with its unit", "{a1|费}{m a1.actual|共计}", "{a1|费}{m a1.actual|0}"),
    ("a RATIO has its percent sign inside", "{a1|费}{r a1.rate|30}%", "{a1|费}{r a1.rate|30%}"),
    ("a RATIO has its percent sign inside", "{a1|费}{r a1.rate|百分}之五", "{a1|费}{r a1.rate|百分之五}"),
    ("this one holds a sentence end", "{c|办结三件。好评多}", "{c|办结三件}。好评多"),
    ("this one holds a sentence end", "{c|办结三件；好评多}", "{c|办结三件}；好评多"),
    ("this one holds a sentence end", "{c|办结\n三件}", "{c|办结三件}\n"),
    ("a figure inside a CLAIM gives no fact", "{a1|费}{c|节约{m a1.actual|1元}}", "{a1|费}{m a1.actual|1元}，{c|节约{m|1元}}"),
]
_LOOKS = [
    ("PROJECT is followed by 项目", "{p1|甲河}项目", "{p1|甲河项目}完工"),
    ("ACCOUNT is followed by 支出", "{a1|基本}支出{m a1.actual|1元}", "{a1|基本支出}{m a1.actual|1元}"),
    ("ACCOUNT is followed by 费", "{a1|招待}费{m a1.actual|1元}", "{a1|招待}费预算{m a1.budget|1元}"),
    ("a CLAIM begins inside a clause", "共{c 3件|办结3件}", "，{c 3件|办结3件}"),
    ("a CLAIM begins inside a clause", "今年{c 3件|办结3件}", "一是{c 3件|办结3件}；1.{c 4件|办结4件}；（2）{c 5件|办结5件}；①{c 6件|办结6件}"),
    ("a CLAIM ends inside a clause", "{c 3件|办结3件}以上", "{c 3件|办结3件}：好"),
    ("this one holds a comma", "{c|办结三件，好评多}", "{c|办结1,003件（含旧件，下同）}"),
    ("a list marker stays outside the CLAIM", "{c 3件|一是办结3件}", "一是{c 3件|办结3件}"),
    ("a list marker stays outside the CLAIM", "{c 3件|1.办结3件}", "{c|1.5倍于上年}"),
    ("looks like an unmarked AMOUNT", "罚款18,928.19万元", "{a1|罚款}{m a1.actual|18,928.19万元}"),
    ("looks like an unmarked AMOUNT", "罚款6900余万元", "罚款6900余人"),
    ("looks like an unmarked AMOUNT", "罚款三十万元", "2021年元旦"),
    ("looks like an unmarked AMOUNT", "结余491万，", "受益491万人"),
    ("looks like an unmarked RATIO", "完成率30.4 %", "{a1|费}完成率{r a1.rate|30.4 %}"),
    ("looks like an unmarked RATIO", "完成百分之九十", "完成九十"),
    ("a share names its base", "{a1|费}占{r a1.share|3%}", "{a1|费}占{a2|支出}{r a1.share/a2|3%}"),
    ("AMOUNT without a fact", "单价{m|50万元}以上", "{c|节约{m|50万元}}"),
    ("RATIO without a fact", "不低于{r|50%}", "{c|好评{r|50%}}"),
    ("an ACCOUNT that carries no figure", "包括{a1|津贴}", "{a1|津贴}{m a1.actual|1元}"),
    ("an ACCOUNT that carries no figure", "{a1|费}占{a2|支出}{r a1.rate|3%}", "{a1|费}占{a2|支出}{r a1.share/a2|3%}"),
    ("an ACCOUNT that carries no figure", "{a1|津贴}{m a1.actual|1元}，{a2|补贴}", "{a1|津贴}{m a1.actual|1元}，{a1|津贴}"),
]


@pytest.mark.parametrize(("message", "bad", "good", "error"), [(*c, True) for c in _ERRORS] + [(*c, False) for c in _LOOKS])
def test_every_finding_is_found_where_it_is_and_only_there(message: str, bad: str, good: str, error: bool) -> None:
    found = _found(bad, message)
    assert [f.error for f in found] == [error]
    assert _found(good, message) == []


def test_a_claim_goes_on_over_the_lines_of_a_page() -> None:
    page = (
        "本单位全年围绕防汛和供水两件大事安排工作，加固了沿河的旧堤段，更换了老化的水泵和闸门，补齐了两处雨量站的设备，疏通排水沟渠，"
        "清理河道的淤积，又为三个乡镇的水厂换装净水设备，水质有了明显的改善。往后还将继续加强巡查，把隐患排除在汛期到来之前，确保安全。"
    )
    wrapped = "\n".join(wrap(page, 26))
    start, end, line = wrapped.index("又为"), wrapped.index("，水质"), wrapped.rindex("\n", 0, wrapped.index("，水质")) + 1
    assert start < line
    assert validate(parse(render(wrapped, (Span(start, end, "CLAIM"),)))) == []
    assert [f.message for f in validate(parse(render(wrapped, (Span(line, end, "CLAIM"),))))] == ["a CLAIM begins inside a clause"]


@pytest.mark.parametrize(
    "amount", ["491万", "5.85个亿", "977996.00元", "6900余万元", "0", "-3.2万元", "18,928.19 万元", "１２万元", "一百二十万元", "3万美元"]
)
def test_amounts_as_the_contract_has_them_are_amounts(amount: str) -> None:
    assert _found(f"{{a1|费}}{{m a1.actual|{amount}}}", "an AMOUNT is") == []


@pytest.mark.parametrize("ratio", ["30.49%", "100％", "百分之五", "-18.19%"])
def test_ratios_as_the_contract_has_them_are_ratios(ratio: str) -> None:
    assert _found(f"{{a1|费}}{{r a1.rate|{ratio}}}", "a RATIO has") == []


@pytest.mark.parametrize(("kind", "word"), [("p1", "平台"), ("p1", "工程"), ("p1", "APP"), ("p1", "专项资金"), ("a1", "收入"), ("a1", "经费")])
def test_words_that_belong_to_names(kind: str, word: str) -> None:
    assert len(_found(f"{{{kind}|甲乙}}{word}{{m {kind}.actual|1元}}", f"is followed by {word}: part of the name?")) == 1


def test_findings_are_in_order_of_the_text_and_show_their_place() -> None:
    text = "甲\n罚款3万元。\n{c|办结三件。好}"
    marked = parse(text)
    findings = validate(marked)
    assert [f.start for f in findings] == sorted(f.start for f in findings)
    assert findings[0].show(marked.text) == "look : plain line 2: looks like an unmarked AMOUNT: …甲⏎罚款3万元。⏎办结三件。好…"
    assert findings[-1].show(marked.text).startswith("error: plain line 3: a CLAIM is one clause")


def test_a_clean_report_has_no_findings() -> None:
    text = "一、决算\n{a1|收入合计}{m a1.actual|10.5万元}，比上年增加{m a1.yoy_change|0.5万元}，增长{r a1.yoy_rate|5%}。\n一是{c 3件|办结案件3件}。\n"
    assert validate(parse(text)) == []


def _name(path: Path) -> str:
    return str(path.relative_to(REPORTS))


def test_there_are_reports() -> None:
    assert len(_STYLES) >= 30


@pytest.mark.parametrize("folder", _STYLES, ids=_name)
def test_shipped_reports_parse_and_have_no_errors(folder: Path) -> None:
    problems = []
    for path in sorted(folder.glob("*.txt")):
        report = load_marked(path)
        assert report.spans, f"{path} has no spans"
        assert report.document.meta.fiscal_year, f"{path} has no fiscal year"
        marked = parse(path.read_text(encoding="utf-8"))
        problems += [f"{_name(path)}: {f.show(marked.text)}" for f in validate(marked) if f.error]
    assert not problems, "\n".join(problems)


def test_every_writer_is_in_exactly_one_split() -> None:
    writers = sorted(path.name for path in REPORTS.iterdir() if path.is_dir())
    assert sorted(writer for split in SPLITS.values() for writer in split) == writers


def test_splits_hold_every_report_once() -> None:
    paths = [path for split in SPLITS for path in written(split)]
    assert len(paths) == len(set(paths))
    assert {p.relative_to(REPORTS).parts[0] for p in written("test")} == set(SPLITS["test"])
    with pytest.raises(KeyError, match="'all'; there are train, dev, test"):
        written("all")


def _headings(sections: Iterable[Section]) -> set[str]:
    return {s.heading for s in sections} | {h for s in sections for h in _headings(s.children)}


@cache
def _clauses(split: str) -> dict[str, str]:
    """The clauses of 15 characters and more of a split's reports, headings and paths of accounts left out, with their report."""
    clauses = {}
    for path in written(split):
        document = load_marked(path).document
        headings = "\n".join(_headings(document.sections))
        for clause in (c.strip() for c in re.split(r"[，,；;。：:！？\n]", document.text)):
            if len(clause) >= 15 and not _ITEM_PATH.search(clause) and clause not in headings:
                clauses[clause] = _name(path)
    return clauses


@pytest.mark.parametrize("held_out", ["dev", "test"])
def test_held_out_reports_are_in_words_of_their_own(held_out: str) -> None:
    train, other = _clauses("train"), _clauses(held_out)
    shared = sorted(train.keys() & other.keys())
    offenders = "\n".join(f"{clause}: {train[clause]} and {other[clause]}" for clause in shared)
    assert len(other) > 400
    assert len(shared) <= _SHARED * len(other), offenders
