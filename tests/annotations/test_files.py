"""The model, and what the verbs of the command line do with paths."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.converters import (
    FORMATS,
    Annotation,
    Claim,
    ConversionError,
    Fact,
    convert,
    format_of,
    from_gold,
    load,
    to_gold,
    to_marked,
    validate_paths,
)
from fiscalzh.annotations.markup import parse
from fiscalzh.annotations.span import Span
from fiscalzh.annotations.validate import validate

_MARKED = (
    "---\nunit: 青石县林业局\nfiscal_year: 2021\n---\n\n"
    "{a1|收入合计}{m a1.actual^全县|18.19万元}，比上年减少{m a1.yoy_change-|5万元}；"
    "{a2|基本支出}占{a1|收入合计}的{r a2.share/a1|5%}。\n"
    "一是{c 3人|培训3人}。\n"
)
_VALUES = {"18.19万元": Decimal("181900"), "5万元": Decimal("50000"), "5%": Decimal(5)}


def _figure(text: str, _: str) -> Decimal:
    return _VALUES[text]


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "one.txt"
    path.parent.mkdir()
    path.write_text(_MARKED, encoding="utf-8")
    return path


def test_marked_texts_load_with_their_values(marked: Path) -> None:
    (read,) = load([marked], _figure)
    assert [(f.measure, f.value, f.unit, f.subject, f.period, f.base, f.scope) for f in read.facts] == [
        ("actual", "181900", "CNY", "收入合计", 2021, None, "全县"),
        ("yoy_change", "-50000", "CNY", "收入合计", 2021, None, None),
        ("share", "5", "%", "基本支出", 2021, "收入合计", None),
    ]
    assert [(claim.span.of(read.text), claim.values) for claim in read.claims] == [("培训3人", (("3", "人"),))]
    assert load([marked.parent])[0].facts[0].value is None


@pytest.mark.parametrize("name", FORMATS)
def test_conversion_says_what_is_lost(name: str, marked: Path, tmp_path: Path) -> None:
    if name in ("spacy", "datasets"):
        pytest.importorskip(name)
    output = tmp_path / "new" / ("out" if FORMATS[name].folder else f"out{FORMATS[name].suffix}")
    done = convert([marked.parent], name, output, _figure)
    assert (done.documents, done.spans, done.facts, done.output) == (1, 7, 3, output)
    assert done.lost == (("facts: 3", "values of claims: 1") if name == "conll" else ())
    assert format_of(output) is FORMATS[name]
    (there,) = load([output])
    assert there.spans == load([marked])[0].spans


def test_scores_that_are_lost_are_counted(tmp_path: Path) -> None:
    FORMATS["brat"].write([Annotation("收入", (Span(0, 2, "ACCOUNT", 0.5),))], tmp_path / "x")
    assert convert([tmp_path / "x"], "doccano", tmp_path / "x.jsonl").lost == ("scores: 1",)


@pytest.mark.parametrize(("name", "package"), [("spacy", "spacy.tokens"), ("datasets", "datasets")])
def test_a_missing_package_is_named(name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConversionError, match=f"this format needs the package {name}"):
        FORMATS[name].write([Annotation("收入")], tmp_path / f"x{FORMATS[name].suffix}")


@pytest.mark.parametrize(
    ("paths", "to", "expected"),
    [
        (["none.json"], "gold", "none.json: no such file or folder: check the path"),
        (["x.doc"], "gold", "no format ends in '.doc'"),
        (["folder"], "gold", "expected a folder of .ann, .parquet, .json or marked .txt files"),
        ([], "gold", "nothing to write"),
        (["bad.txt"], "word", "word: no format of that name: use one of brat, doccano"),
        (["bad.txt"], "gold", "bad.txt: line 1: this tag is never closed"),
    ],
)
def test_what_cannot_be_converted(paths: list[str], to: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "x.doc").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.txt").write_text("{a1|收入", encoding="utf-8")
    with pytest.raises(ConversionError) as caught:
        convert([tmp_path / path for path in paths], to, tmp_path / "out")
    assert expected in str(caught.value)
    assert str(caught.value).count("bad.txt") <= 1


def test_findings_are_the_same_in_every_format(marked: Path, tmp_path: Path) -> None:
    marked.write_text(_MARKED + "{a9|奖金} 另有3万元。\n", encoding="utf-8")
    expected = [found.finding for found in validate_paths([marked])]
    assert len(expected) >= 2
    for name in ("brat", "doccano", "gold"):
        output = tmp_path / ("out" if FORMATS[name].folder else "out.jsonl")
        convert([marked], name, output, _figure)
        assert [found.finding for found in validate_paths([output])] == expected


def test_findings_are_shown_with_their_file(marked: Path) -> None:
    marked.write_text("决算{p|系统}平台\n", encoding="utf-8")
    bad = marked.with_name("zz.txt")
    bad.write_text("{p|系统", encoding="utf-8")
    shown = [found.show() for found in validate_paths([marked.parent, marked.with_name("none.spacy")])]
    assert shown[0].startswith(f"{marked}: look : plain line 1: PROJECT is followed by 平台")
    assert shown[1].startswith(f"{bad}: error: line 1: this tag is never closed")
    assert shown[2].endswith("none.spacy: error: no such file or folder: check the path")


def test_markup_and_annotation_find_the_same(marked: Path) -> None:
    plain = parse(_MARKED)
    assert validate(to_marked(load([marked], _figure)[0])) == validate(plain)


def test_gold_and_annotation_are_the_same(marked: Path) -> None:
    (read,) = load([marked], _figure)
    gold = to_gold(read)
    assert [span.id for span in gold.spans] == [f"T{n}" for n in range(1, 8)]
    assert (gold.claims[0].text, gold.claims[0].values[0].unit) == ("培训3人", "人")
    assert from_gold(gold, read.text) == read
    assert to_gold(from_gold(gold, read.text)) == gold


_AMOUNT, _ACCOUNT, _CLAIM = Span(2, 5, "AMOUNT"), Span(0, 2, "ACCOUNT"), Span(0, 5, "CLAIM")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"spans": (Span(0, 9, "CLAIM"),)}, "ends behind the text of 5 characters"),
        ({"spans": (Span(0, 2, "X"),)}, "unknown label 'X'"),
        ({"spans": (_CLAIM, replace(_CLAIM, score=0.5))}, "stands twice"),
        ({"spans": (_AMOUNT,), "facts": (Fact(_AMOUNT, _ACCOUNT, "actual", ""),)}, "fact actual speaks of ACCOUNT"),
        ({"claims": (Claim(_CLAIM, (("1", "个"),)),)}, "claim speaks of CLAIM"),
        ({"text": "\ud800"}, "half a surrogate pair"),
    ],
)
def test_annotations_that_cannot_be(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        Annotation(**{"text": "收入5万元", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value_span": _ACCOUNT}, "got ACCOUNT to ACCOUNT: turn or remove it"),
        ({"measure": "paid"}, "no measure 'paid': use one of"),
        ({"value": "5万"}, "plain decimal"),
        ({"value": "NaN"}, "plain decimal"),
    ],
)
def test_facts_that_cannot_be(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        Fact(**{"value_span": _AMOUNT, "subject_span": _ACCOUNT, "measure": "actual", "subject": "", **fields})
