"""Damaged annotation files: an annotation that fits its text, or an error that names the file; never anything else."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest
import spacy
from damage import attempt, damaged, damaged_lines, damaged_value, texts
from fiscalzh.annotations.converters import FORMATS, Annotation, ConversionError, from_report, load, validate_paths
from fiscalzh.annotations.converters.sentences import has_own_labels, read_sentences
from fiscalzh.annotations.gold import Gold, GoldError, read_gold
from fiscalzh.annotations.markup import Marked, MarkupError, parse
from fiscalzh.annotations.report import from_markup, load_reports
from fiscalzh.annotations.validate import validate
from fiscalzh.corpus.errors import ReadError
from fiscalzh.extract.figures import read_value
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span

MARKED = """---
unit: 青石县林业局
fiscal_year: 2021
---
一、支出情况
{a1|公务接待费}支出决算为{m a1.actual|4.50万元}，完成预算的{r a1.completion_rate|90.00%}，比上年减少{m a1.yoy_change-@2020|0.20万元}。
{c 12公里|{p1|绿道工程}新建步道12公里，支出{m p1.actual|3万元}}。
"""
FILES = {
    "brat": "a.ann",
    "doccano": "a.jsonl",
    "label-studio": "a.json",
    "conll": "a.conll",
    "spacy": "a.spacy",
    "datasets": "a.parquet",
    "gold": "a.json",
}
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, bytes]]:
    """The files of a good annotation in a format, by name."""
    annotation = replace(from_report(from_markup(MARKED, "a.txt"), read_value), source="a.txt")

    def files(format: str) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp(format)
        FORMATS[format].write([annotation], folder if FORMATS[format].folder else folder / FILES[format])
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    cache: dict[str, dict[str, bytes]] = {}
    return lambda format: cache.get(format) or cache.setdefault(format, files(format))


def _loaded(path: Path) -> list[Annotation]:
    """What every loader owes to any file."""
    annotations = attempt(lambda: load([path], read_value), ConversionError)
    if isinstance(annotations, Exception):
        assert str(annotations).startswith(str(path.parent))
        assert "\n" not in str(annotations)
        assert len(str(annotations)) < 2_000
        return []
    for annotation in annotations:
        annotation.text.encode()
        assert all(span.end <= len(annotation.text) for span in annotation.spans)
    return annotations


def _written_again(annotations: list[Annotation], folder: Path) -> None:
    """What could be read can be written, or the error says why not."""
    for name in ("doccano", "conll", "brat", "gold") if annotations else ():
        error = attempt(partial(FORMATS[name].write, annotations, folder / f"again-{name}"), ConversionError)
        assert error is None or str(error).startswith(str(folder))


@pytest.mark.parametrize("format", FILES)
@given(rng=RANDOM)
def test_damaged_files(good: Callable[[str], dict[str, bytes]], tmp_path: Path, format: str, rng: Random) -> None:
    files = good(format)
    chosen = rng.choice(sorted(files))
    for name, data in files.items():
        (tmp_path / name).write_bytes(damaged(data, rng) if name == chosen else data)
    annotations = _loaded(tmp_path / FILES[format])
    assert all(located.show() for located in validate_paths([tmp_path / FILES[format]]))
    _written_again(annotations, tmp_path)


@pytest.mark.parametrize("format", FILES)
@given(data=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, format: str, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / FILES[format]).write_bytes(data)
    _loaded(tmp_path / FILES[format])
    _loaded(tmp_path / "a.txt")


@pytest.mark.parametrize("format", ["doccano", "label-studio", "gold"])
@given(rng=RANDOM)
def test_damaged_json(good: Callable[[str], dict[str, bytes]], tmp_path: Path, format: str, rng: Random) -> None:
    files = good(format)
    for name, data in files.items():
        if name == FILES[format]:
            data = json.dumps(damaged_value(json.loads(data), rng)).encode()
        (tmp_path / name).write_bytes(data)
    _written_again(_loaded(tmp_path / FILES[format]), tmp_path)


@given(rng=RANDOM)
def test_damaged_index_of_brat(good: Callable[[str], dict[str, bytes]], tmp_path: Path, rng: Random) -> None:
    for name, data in good("brat").items():
        (tmp_path / name).write_bytes(json.dumps(damaged_value(json.loads(data), rng)).encode() if name.endswith(".json") else data)
    _written_again(_loaded(tmp_path / "a.ann"), tmp_path)


@pytest.mark.parametrize("format", ["brat", "conll"])
@given(rng=RANDOM)
def test_damaged_lines(good: Callable[[str], dict[str, bytes]], tmp_path: Path, format: str, rng: Random) -> None:
    for name, data in good(format).items():
        (tmp_path / name).write_text(damaged_lines(data.decode(), rng) if name == FILES[format] else data.decode(), encoding="utf-8", newline="")
    _written_again(_loaded(tmp_path / FILES[format]), tmp_path)


@given(rng=RANDOM)
def test_damaged_rows_of_datasets(good: Callable[[str], dict[str, bytes]], tmp_path: Path, rng: Random) -> None:
    """Rows that fit the schema and make no sense, and other schemas."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    path.write_bytes(good("datasets")["a.parquet"])
    table = pq.read_table(path)
    rows = damaged_value(table.to_pylist(), rng)
    try:
        changed = pa.Table.from_pylist(rows, schema=table.schema if rng.random() < 0.5 else None)
        pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    except (pa.ArrowException, OverflowError, TypeError, AttributeError, KeyError, UnicodeEncodeError):  # rows that are none
        return
    _written_again(_loaded(path), tmp_path)


@given(rng=RANDOM)
def test_damaged_docs_of_spacy(good: Callable[[str], dict[str, bytes]], tmp_path: Path, rng: Random) -> None:
    """Below the compression, whose own check sees any other damage."""
    data = zlib.decompress(good("spacy")["a.spacy"])
    (tmp_path / "a.spacy").write_bytes(zlib.compress(damaged(data, rng), 1))
    _written_again(_loaded(tmp_path / "a.spacy"), tmp_path)


@pytest.mark.parametrize("scores", [3, ["x"], [[]], [0.5, 0.5], [2.0]])
def test_scores_of_spacy_that_are_none(tmp_path: Path, scores: object) -> None:
    nlp = spacy.blank("zh")
    doc = Doc(nlp.vocab, words=list("支出4万元"), spaces=[False] * 5)
    doc.spans["mentions"] = [Span(doc, 2, 5, "AMOUNT")]
    doc.spans["mentions"].attrs["scores"] = scores
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    with pytest.raises(ConversionError, match="doc 1"):
        load([tmp_path / "a.spacy"])


@given(rng=RANDOM)
def test_damaged_gold(good: Callable[[str], dict[str, bytes]], tmp_path: Path, rng: Random) -> None:
    for name, data in good("gold").items():
        (tmp_path / name).write_bytes(json.dumps(damaged_value(json.loads(data), rng)).encode() if name == "a.json" else data)
    gold = attempt(lambda: read_gold(tmp_path / "a.json"), GoldError)
    assert isinstance(gold, Gold) or str(gold).startswith(str(tmp_path / "a.json"))
    reports = attempt(lambda: load_reports([tmp_path / "a.json"]), ValueError, ReadError)
    if isinstance(reports, Exception):
        assert str(reports).startswith(str(tmp_path))
        return
    assert all(span.end <= len(report.document.text) for report in reports for span in report.spans)


_MARKS = st.sampled_from(
    ["{a1|", "{p2|", "{m a1.actual|", "{r a1.share/p2@2020^全市|", "{c|", "{c 3个 5万|", "{", "}", "|", "---\n", "fiscal_year: x\n", "4.5万元"]
)


@given(st.lists(_MARKS | texts(3)).map("".join) | st.randoms(use_true_random=False).map(lambda rng: damaged_lines(MARKED, rng)))
def test_any_markup(marked: str) -> None:
    parsed = attempt(lambda: parse(marked), MarkupError)
    if isinstance(parsed, MarkupError):
        assert 1 <= parsed.line <= marked.count("\n") + 1
        assert "\n" not in str(parsed)
        return
    assert isinstance(parsed, Marked)
    assert all(span.end <= len(parsed.text) for span in parsed.spans)
    assert {fact.value for fact in parsed.facts} | {fact.subject for fact in parsed.facts} <= set(parsed.spans)
    read = attempt(lambda: from_markup(marked, "a.txt"), ValueError)
    if isinstance(read, Exception):
        assert str(read).startswith("a.txt")
    else:
        attempt(lambda: from_report(read, read_value), ValueError)


@given(
    st.lists(texts(2) | st.sampled_from(["\n", "\t", " B-ORG\n", " I-ORG\n", " O\n", " S-PER\n", "-DOCSTART- O\n", "# x\n"])).map("".join),
    st.integers(1, 2),
)
def test_any_sentences_with_labels_of_their_own(tmp_path: Path, text: str, layers: int) -> None:
    path = tmp_path / "a.conll"
    path.write_text(text, encoding="utf-8", newline="")
    attempt(lambda: has_own_labels(path), ConversionError)
    sentences = attempt(lambda: read_sentences(path, layers), ConversionError)
    if isinstance(sentences, Exception):
        assert str(sentences).startswith(str(path))
        return
    assert all(span.end <= len(sentence.document.text) for sentence in sentences for span in sentence.spans)


@pytest.mark.parametrize("piece", ["9", "{a|收}", "收入，", "1,", "}{"])
def test_endless_markup(piece: str) -> None:
    begin = time.process_time()
    marked = attempt(lambda: parse(piece * 20_000), MarkupError)
    if isinstance(marked, Marked):
        validate(marked)
    assert time.process_time() - begin < 5
