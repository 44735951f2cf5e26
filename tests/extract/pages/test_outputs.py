"""Batches come back in as they were written, and what is none says where and why."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pages.outputs import Failure, Output, read_batch, to_extraction
from fiscalzh.extract.writers import error_json, to_json

import fiscalzh

REPORT = SAMPLES / "final-accounts.txt"


@pytest.fixture(scope="module")
def extraction() -> Extraction:
    return fiscalzh.extract_report(REPORT)


@pytest.fixture
def batch(extraction: Extraction, tmp_path: Path) -> Path:
    path = tmp_path / "out.jsonl"
    lines = [to_json(extraction, {"version": "1", "model": "shipped"}), error_json("broken.pdf", ValueError("no text in it"))]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def test_what_was_written_comes_back(batch: Path, extraction: Extraction) -> None:
    output, failure = read_batch(batch)
    assert isinstance(output, Output)
    again = to_extraction(output, extraction.document)
    for field in fields(Extraction):
        assert getattr(again, field.name) == getattr(extraction, field.name), field.name
    assert failure == Failure.model_validate({"source": "broken.pdf", "error": {"type": "ValueError", "message": "no text in it"}})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "object 3: EOF"),
        ("[]", "object 3: object: Input should be"),
        ('{"doc_id": "x"}', "object 3: doc_id: String should match"),
        ('{"source": "a", "error": "no"}', "object 3: error: Input should be"),
        ("\udcff", "object 3: expected value"),
    ],
)
def test_an_object_that_is_none_is_named(batch: Path, line: str, words: str) -> None:
    with batch.open("ab") as file:
        file.write(line.encode("utf-8", "surrogateescape"))
    rows = read_batch(batch)
    with pytest.raises(ValueError, match="expected what `fiscalzh extract -o` writes") as caught:
        list(rows)
    assert words in str(caught.value)


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a batch ends in \.jsonl"):
        next(read_batch(tmp_path / "out.json"))


def _changed(batch: Path, **changes: Any) -> Output:
    data = json.loads(batch.read_text(encoding="utf-8").splitlines()[0])
    return Output.model_validate(data | changes)


def test_a_span_outside_the_text_is_refused(batch: Path, extraction: Extraction) -> None:
    output = _changed(batch, spans=[{"id": "s1", "label": "AMOUNT", "start": 0, "end": 999_999}])
    with pytest.raises(ValueError, match="a span lies outside"):
        to_extraction(output, extraction.document)


def test_a_name_that_leads_nowhere_is_refused(batch: Path, extraction: Extraction) -> None:
    with pytest.raises(ValueError, match="'f999' is named, but not there"):
        to_extraction(_changed(batch, records=[{"kind": "account", "subject": "支出", "facts": ["f999"]}]), extraction.document)


def test_parquet_comes_back_as_the_lines_do(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from fiscalzh.extract.runs.run import Recipe, run

    (tmp_path / "broken.txt").write_bytes(b"\x00\x01\x02" * 50)
    for format in ("jsonl", "parquet"):
        run([REPORT, tmp_path / "broken.txt"], tmp_path / f"out.{format}", Recipe(format))
    lines, tables = (list(read_batch(tmp_path / f"out.{format}")) for format in ("jsonl", "parquet"))
    assert [type(row) for row in tables] == [type(row) for row in lines]
    for line, table in zip(lines, tables, strict=True):
        if isinstance(line, Output) and isinstance(table, Output):
            assert (table.facts, table.claims, table.records, table.meta) == (line.facts, line.claims, line.records, line.meta)
            assert [(span.id, span.start, span.end, span.label) for span in table.spans] == [(s.id, s.start, s.end, s.label) for s in line.spans]
