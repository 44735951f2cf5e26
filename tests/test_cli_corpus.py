"""The verbs about annotations and the corpus, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fiscalzh.annotations.converters.files import load
from fiscalzh.annotations.report import load_reports
from fiscalzh.corpus.library import SAMPLES, SPLITS, written
from typer.testing import CliRunner

from fiscalzh.cli import app

MARKED = "{a1|公务接待费}支出决算为{m a1.actual|4.50万元}，{c 12座|加固水库12座}。\n"
RUNNER = CliRunner()


def _run(*words: str | Path, status: int = 0) -> str:
    result = RUNNER.invoke(app, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(f"---\nfiscal_year: 2021\n---\n\n{MARKED}", encoding="utf-8")
    return path


def test_validate_passes_and_fails(marked: Path) -> None:
    assert "0 errors" in _run("annotations", "validate", marked)
    marked.write_text("{a1|公务接待费}支出决算为{m a1.actual|4.50万元 }。", encoding="utf-8")
    assert "begins or ends with a space" in _run("annotations", "validate", marked, status=1)


@pytest.mark.parametrize("name", ["brat", "doccano", "label-studio", "conll", "spacy", "gold"])
def test_convert_keeps_the_spans(marked: Path, tmp_path: Path, name: str) -> None:
    output = tmp_path / ("out" if name in ("brat", "gold") else {"conll": "o.conll", "spacy": "o.spacy", "doccano": "o.jsonl"}.get(name, "o.json"))
    assert "1 documents, 3 spans, 1 facts" in _run("annotations", "convert", marked, "--to", name, "-o", output)
    (back,) = load([output])
    assert [(s.label, s.of(back.text)) for s in back.spans] == [("ACCOUNT", "公务接待费"), ("AMOUNT", "4.50万元"), ("CLAIM", "加固水库12座")]


def test_convert_names_the_formats_there_are(marked: Path, tmp_path: Path) -> None:
    assert "label-studio" in _run("annotations", "convert", marked, "--to", "xml", "-o", tmp_path / "x", status=2)


def test_a_text_agrees_with_itself(marked: Path) -> None:
    output = _run("annotations", "agree", marked, marked)
    assert "1 documents" in output
    (line,) = [line for line in output.splitlines() if line.startswith("ALL")]
    assert line.split()[1] == "1.000"


def test_stats_counts(marked: Path) -> None:
    output = _run("annotations", "stats", marked)
    assert "1 documents" in output
    assert [line.split()[1] for line in output.splitlines() if line.startswith("ACCOUNT")] == ["1"]


def test_suggestions_can_be_trained_on(tmp_path: Path) -> None:
    output = tmp_path / "gold"
    new = SAMPLES / "final-accounts.txt", SAMPLES / "budget-execution.pdf"
    assert "2 reports" in _run("annotations", "suggest", *new, "--to", "gold", "-o", output)
    reports = load_reports([output])
    assert len(reports) == 2
    assert all(report.spans and report.facts for report in reports)


def test_generated_reports_are_the_same_every_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        _run("corpus", "generate", "3", "-o", tmp_path / folder, "--contradictions", "1")
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()} for folder in ("a", "b"))
    assert first == second
    planted = [json.loads(line) for line in first["contradictions.jsonl"].decode().splitlines()]
    texts = {report.document.source: report.document.text for report in load_reports([tmp_path / "a"])}
    assert planted
    for one in planted:
        text = texts[str(tmp_path / "a" / one["report"])]
        assert text[one["start"] : one["start"] + len(one["text"])] == one["text"]


def test_no_writer_is_in_two_splits() -> None:
    writers = [writer for split in SPLITS.values() for writer in split]
    assert len(writers) == len(set(writers))
    assert all(written(split) for split in SPLITS)


def test_corpus_stats_finds_a_shared_sentence(tmp_path: Path) -> None:
    sentence = max(load_reports(written("test")[:1])[0].document.text.split("。"), key=len).strip()
    (tmp_path / "real.txt").write_text(f"开头。{sentence}。结尾。", encoding="utf-8")
    assert "also stand in" in _run("corpus", "stats", "--against", tmp_path, status=1)


def test_corpus_score_prints_every_label() -> None:
    lines = _run("corpus", "score", "--split", "dev").splitlines()
    scores = {line[:22].strip(): float(line.split()[-3]) for line in lines[2:]}
    assert {"span AMOUNT", "span CLAIM", "span ALL", "value found", "fact strict"} <= scores.keys()
    assert scores["span AMOUNT"] > 0.98
    assert scores["value found"] > 0.95
    assert "no split" in _run("corpus", "score", "--split", "other", status=2)


def test_codes_are_scored() -> None:
    out = _run("corpus", "codes", "--split", "test")
    for words in ("error put in", "mark left out", "way", "typo", "pairs of names", "PROJECT"):
        assert words in out
    assert "no split 'zz'" in _run("corpus", "codes", "--split", "zz", status=2)
