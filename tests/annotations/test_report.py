"""Annotated reports from marked texts, gold files and folders of both."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.report import load_gold, load_marked, load_reports
from fiscalzh.annotations.span import Span
from fiscalzh.corpus import ReadError

_TEXT = "甲县某局2021年度部门决算\n本年办公费支出3万元，比上年减少1万元。\n办理事项187项。\n"


def _span(ident: str, label: str, words: str) -> dict[str, Any]:
    start = _TEXT.index(words)
    return {"id": ident, "label": label, "start": start, "end": start + len(words), "text": words}


def _gold(folder: Path, name: str = "r", source: str | None = "r.txt", **changes: Any) -> Path:
    (folder / f"{name}.txt").write_text(_TEXT, encoding="utf-8")
    fact = {"subject": "办公费", "subject_type": "account", "unit": "CNY", "subject_span": "s1"}
    data: dict[str, Any] = {
        "source": source,
        "sha256": hashlib.sha256(_TEXT.encode()).hexdigest(),
        "fiscal_year": 2020,
        "spans": [
            _span("s3", "AMOUNT", "1万元"),
            _span("s1", "ACCOUNT", "办公费"),
            _span("s2", "AMOUNT", "3万元"),
            _span("s4", "CLAIM", "办理事项187项"),
        ],
        "facts": [
            {**fact, "value_span": "s2", "measure": "actual", "value": "30000", "period": 2021},
            {**fact, "value_span": "s3", "measure": "yoy_change", "value": "-10000", "scope": "市本级"},
            {**fact, "value_span": None, "measure": "balance", "value": "1"},
        ],
        "claims": [{"span": "s4", "text": "办理事项187项", "values": [{"number": "187", "unit": "项"}]}],
    } | changes
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def _marked(folder: Path, name: str = "m.txt", header: str = "fiscal_year: 2019\n") -> Path:
    path = folder / name
    path.write_text(f"---\nunit: 甲县某局\n{header}---\n\n{{a1|办公费}}支出{{m a1.actual|3万元}}，{{c 2次|开会2次}}。\n", encoding="utf-8")
    return path


def test_a_marked_text_is_a_document_with_its_annotation(tmp_path: Path) -> None:
    report = load_marked(_marked(tmp_path, header="fiscal_year: 2019\nreport_type: budget\ntitle: 某局预算\n"))
    meta, text = report.document.meta, report.document.text
    assert text == "办公费支出3万元，开会2次。\n"
    assert (meta.unit, meta.fiscal_year, meta.report_type, meta.title) == ("甲县某局", 2019, "budget", "某局预算")
    assert [s.of(text) for s in report.spans] == ["办公费", "3万元", "开会2次"]
    assert report.facts[0].subject == report.spans[0]
    assert report.claims[0].counts == (("2", "次"),)
    assert report.document.source == str(tmp_path / "m.txt")


def test_what_the_header_leaves_out_is_read_off_the_text(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_text("甲县水利局2021年度部门决算公开\n\n一、概况\n{a1|办公费}支出{m a1.actual|3万元}。\n", encoding="utf-8")
    assert load_marked(path).document.meta.fiscal_year == 2021


def test_a_malformed_marked_text_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_text("甲\n{a1|乙", encoding="utf-8")
    with pytest.raises(ValueError, match=r"m\.txt: line 2: this tag is never closed"):
        load_marked(path)


def test_an_unknown_report_type_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"m\.txt: report_type is one of final_accounts, .*got 'novel'"):
        load_marked(_marked(tmp_path, header="report_type: novel\n"))


def test_a_year_that_is_none_is_named_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"m\.txt: fiscal_year"):
        load_marked(_marked(tmp_path, header="fiscal_year: 二〇一九\n"))


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = _marked(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_marked(path).document.text == "办公费支出3万元，开会2次。\n"


def test_a_gold_file_is_a_document_with_its_annotation(tmp_path: Path) -> None:
    report = load_gold(_gold(tmp_path))
    text = report.document.text
    assert text == _TEXT
    assert [s.of(text) for s in report.spans] == ["办公费", "3万元", "1万元", "办理事项187项"]
    assert report.document.meta.fiscal_year == 2020
    assert [(f.value.of(text), f.measure, f.decrease, f.period, f.scope) for f in report.facts] == [
        ("3万元", "actual", False, 2021, None),
        ("1万元", "yoy_change", True, None, "市本级"),
    ]
    assert {f.subject for f in report.facts} == {report.spans[0]}
    assert [(c.span.of(text), c.counts) for c in report.claims] == [("办理事项187项", (("187", "项"),))]


def test_the_base_of_a_gold_fact_is_the_account_of_that_name(tmp_path: Path) -> None:
    fact = {"subject": "办公费", "subject_type": "account", "unit": "%", "subject_span": "s1", "value_span": "s2", "measure": "share", "value": "3"}
    report = load_gold(_gold(tmp_path, facts=[{**fact, "base": "办公费"}, {**fact, "base": "人员经费"}]))
    assert [f.base for f in report.facts] == [report.spans[0], None]


def test_offsets_of_another_text_are_refused(tmp_path: Path) -> None:
    path = _gold(tmp_path)
    (tmp_path / "r.txt").write_text("注" + _TEXT, encoding="utf-8")
    with pytest.raises(ValueError, match=r"r\.json: span s3 says '1万元', the report has '少1万' there"):
        load_gold(path)


@pytest.mark.parametrize("at", [len(_TEXT) - 2, len(_TEXT) + 5])
def test_offsets_beyond_the_end_are_refused(tmp_path: Path, at: int) -> None:
    with pytest.raises(ValueError, match="span s1 says"):
        load_gold(_gold(tmp_path, spans=[{"id": "s1", "label": "AMOUNT", "start": at, "end": at + 5, "text": "办公费支出"}], facts=[], claims=[]))


def test_a_gold_file_without_its_report_says_so(tmp_path: Path) -> None:
    path = _gold(tmp_path)
    (tmp_path / "r.txt").unlink()
    with pytest.raises(ReadError, match=r"r\.json: its report .*r\.txt: no such file"):
        load_gold(path)
    with pytest.raises(ReadError, match=r"r\.json: its report /nowhere/r\.txt: no such file"):
        load_gold(_gold(tmp_path, source="/nowhere/r.txt"))


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": [{"span": "s9", "text": "x", "values": []}]},
        {
            "facts": [
                {
                    "subject": "x",
                    "subject_type": "account",
                    "unit": "CNY",
                    "subject_span": "s9",
                    "value_span": "s2",
                    "measure": "actual",
                    "value": "1",
                }
            ]
        },
        {
            "facts": [
                {
                    "subject": "x",
                    "subject_type": "account",
                    "unit": "CNY",
                    "subject_span": "s1",
                    "value_span": "s9",
                    "measure": "actual",
                    "value": "1",
                }
            ]
        },
    ],
)
def test_an_id_without_a_span_is_named_with_the_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"r\.json.*s9"):
        load_gold(_gold(tmp_path, **changes))


def test_a_folder_holds_marked_texts_and_gold_with_its_report_once(tmp_path: Path) -> None:
    below = tmp_path / "b"
    below.mkdir()
    _gold(tmp_path)
    _marked(tmp_path, "a.txt")
    _marked(below, "01.txt")
    (tmp_path / "STYLE.md").write_text("no report {", encoding="utf-8")
    reports = load_reports([tmp_path])
    assert [r.document.source for r in reports] == [str(tmp_path / "a.txt"), str(below / "01.txt"), str(tmp_path / "r.txt")]
    assert [len(r.spans) for r in reports] == [3, 3, 4]


def test_a_gold_file_that_does_not_name_its_report_takes_it_too(tmp_path: Path) -> None:
    _gold(tmp_path, source=None)
    assert [len(r.spans) for r in load_reports([tmp_path])] == [4]


def test_files_come_in_the_order_given(tmp_path: Path) -> None:
    second, first = _marked(tmp_path, "a.txt"), _marked(tmp_path, "b.txt")
    assert [r.document.source for r in load_reports([first, str(second)])] == [str(first), str(second)]


def test_nothing_is_loaded_from_nothing(tmp_path: Path) -> None:
    assert load_reports([]) == load_reports([tmp_path]) == []


def test_spans_are_in_document_offsets(tmp_path: Path) -> None:
    report = load_marked(_marked(tmp_path))
    assert report.spans[0] == Span(0, 3, "ACCOUNT")
