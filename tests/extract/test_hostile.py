"""Texts that no report has: figures read exactly or not at all, extraction that ends and points into the text, cells that do not run."""

from __future__ import annotations

import csv
import io
import json
import time
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import openpyxl
import pytest
from damage import attempt, texts
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.read import from_text
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.extract.accounts.resolver import resolve
from fiscalzh.extract.counts import claim_values
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.figures import FigureError, fold, plain, read_amount, read_figure, read_number, read_ratio
from fiscalzh.extract.pipeline import Extractor
from fiscalzh.extract.writers import error_json, make_writer, to_json
from hypothesis import given
from hypothesis import strategies as st

_DIGITS = st.from_regex(r"[0-9]{1,40}(\.[0-9]{1,40})?", fullmatch=True)
_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万亿": 10**12}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@given(texts(12))
def test_any_text_is_a_finite_figure_or_none(text: str) -> None:
    for read in (read_amount, read_ratio):
        figure = attempt(partial(read, text), FigureError)
        if isinstance(figure, Exception):
            assert "\n" not in str(figure)
            continue
        assert figure.number.is_finite()
        assert figure.step > 0
        assert Decimal(plain(figure.number)) == figure.number
    with suppress(FigureError):
        assert read_number(text).is_finite()


@given(_DIGITS, st.sampled_from(sorted(_SCALES)))
def test_sums_are_exact_or_refused(digits: str, scale: str) -> None:
    try:
        assert Fraction(read_amount(f"{digits}{scale}元").number) == Fraction(digits) * _SCALES[scale]
        assert Fraction(read_ratio(f"-{digits}%").number) == -Fraction(digits)
    except FigureError:
        assert len(digits) + len(str(_SCALES[scale])) > 28


@given(texts(30), st.data())
def test_counts_of_any_clause_stand_in_it(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    mentions = [Span(a, b, data.draw(st.sampled_from(["AMOUNT", "RATIO"]))) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    for value in claim_values(text, mentions):
        assert value.number.is_finite()
        assert fold(value.text) in fold(text)


@given(texts(12), st.none() | st.integers(-1, 9999), st.lists(texts(6), max_size=2).map(tuple))
def test_any_words_are_an_account_or_none(name: str, year: int | None, context: tuple[str, ...]) -> None:
    found = resolve(name, year, context)
    assert found is None or (found.name and (found.code is None) == (found.level is None))


def _sound(extraction: Extraction) -> None:
    """What every extraction owes to any text."""
    document, spans = extraction.document, set(extraction.spans)
    shadow = shadow_of(document)
    assert all(span.end <= len(document.text) and span.of(document.text).strip() for span in spans)
    assert len(spans) == len(extraction.spans)
    for fact in extraction.facts:
        assert {fact.value_span, fact.subject_span} <= spans
        start, end = shadow.from_source(fact.value_span.start, fact.value_span.end)
        assert read_figure(shadow.text[start:end], fact.value_span.label).number.copy_abs() == fact.value.copy_abs()
        assert fact.score is None or 0 <= fact.score <= 1
    assert all(claim.span in spans and claim.text == claim.span.of(document.text) for claim in extraction.claims)
    assert sorted(n for record in extraction.records for n in record.facts) == list(range(len(extraction.facts)))
    assert all(0 <= start < end <= len(document.text) for finding in extraction.checks for start, end in finding.places)
    assert all(0 <= n < len(extraction.facts) for finding in extraction.checks for n in finding.facts)


@given(text=texts())
def test_any_text_is_extracted(extractor: Extractor, text: str) -> None:
    extraction = extractor(from_text(text))
    assert extraction.document.text == text
    _sound(extraction)
    data = to_json(extraction, extractor.pipeline)
    assert json.loads(json.dumps(data, ensure_ascii=False).encode()) == data


def _written(format: str, pairs: list[tuple[dict[str, Any], Extraction | None]]) -> bytes:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    writer = make_writer(format, file)
    for data, extraction in pairs:
        writer.write(data, extraction)
    writer.close()
    file.flush()
    return raw.getvalue()


@given(text=texts(), source=texts(6), message=texts(6))
def test_any_text_is_written(extractor: Extractor, text: str, source: str, message: str) -> None:
    extraction = extractor(from_text(text, source))
    failed = error_json(source, ValueError(message))
    pairs = [(to_json(extraction, extractor.pipeline), extraction), (failed, None)]
    lines = _written("jsonl", pairs).decode().removesuffix("\n").split("\n")
    assert [json.loads(line) for line in lines] == [data for data, _ in pairs]
    for format, count in (("csv", len(extraction.facts)), ("wide", len(extraction.records))):
        rows = list(csv.DictReader(io.StringIO(_written(format, pairs).decode(), newline="")))
        assert len(rows) == count + 1
        assert None not in {key for row in rows for key in row}
        assert not [cell for row in rows for name, cell in row.items() if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and not _is_number(cell)]
    assert _written("table", pairs)
    book = openpyxl.load_workbook(io.BytesIO(_written("xlsx", pairs)))
    assert book["facts"].max_row == len(extraction.facts) + 1
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def _is_number(cell: str) -> bool:
    try:
        return Decimal(cell).is_finite()
    except ArithmeticError:
        return False


_ENDLESS = {
    "digits": "9", "scales": "亿", "numerals": "一", "commas": "1,", "percent": "百分之", "ranks": "第十", "points": "1.0", "measures": "个",
    "zeros": "零", "brackets": "（", "quotes": "“绿道工程", "names": "公务接待费、", "paths": "支出-",
    "prose": "新建步道12公里，公务接待费支出决算为4.50万元，",
}  # fmt: skip


@pytest.mark.parametrize("piece", _ENDLESS.values(), ids=_ENDLESS)
def test_endless_texts(extractor: Extractor, piece: str) -> None:
    """The time grows with the length and not with its square: no file without line ends or with a long number stops a run."""
    begin = time.process_time()
    text = piece * (100_000 // len(piece))
    for read in (read_amount, read_ratio, read_number):
        with suppress(FigureError):
            read(f"{text}元")
    claim_values(text[:20_000], [])
    resolve(text[:2_000])
    assert time.process_time() - begin < 5
    _sound(extractor(from_text(f"公务接待费支出决算为{text[:6_000]}，完成预算的90.00%。")))
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("written", ["1" + "亿" * 4, "十" * 70 + "元", "9" * 29 + "元", "0." + "1" * 30 + "%", "1" * 5_000 + "元"])
def test_what_no_decimal_holds_exactly_is_no_figure(written: str) -> None:
    with pytest.raises(FigureError) as caught:
        read_ratio(written) if written.endswith("%") else read_amount(written)
    assert len(str(caught.value)) < 200


def test_a_rank_that_is_no_number_is_passed_over() -> None:
    """It was an error once, which cost the whole report."""
    (value,) = claim_values("位列第十十名，建成3个项目", [])
    assert value.text == "3个"
