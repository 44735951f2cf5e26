"""The pipeline as spaCy components: by entry point, in groups of spans, saved and loaded, one by one or piped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from fiscalzh.annotations.labels import FISCAL
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.pipeline import Extractor
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import fiscalzh

TEXTS = [
    "青石县林业局2021年度部门决算\n公务接待费支出决算为4.50万元，完成预算的90.00%，与上年相比减少0.20万元。\n",
    "",
    "没有任何数字的一句话。",
    "2021年度　公务接待费 支出决算为 4.50 万元，\n完成预算的 90.00 ％。",
    "智慧停车平台建设项目全年预算数300万元，执行数270万元。累计新增车位1200个，群众满意度98%。",
    "𠮷𠮷县2021年支出合计１８，９２８．１９万元。",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return fiscalzh.load()


def _content(doc: Doc) -> tuple[Any, ...]:
    groups = tuple(tuple((s.start_char, s.end_char, s.label_, s.text) for s in doc.spans[key]) for key in ("mentions", "claims"))
    return (*groups, doc._.facts, doc._.records, doc._.fiscal_claims)


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_characters(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert [token.text for token in doc] == list(text)
    assert [token.idx for token in doc] == list(range(len(text)))


@pytest.mark.parametrize("text", TEXTS)
def test_spans_are_grouped_with_their_scores(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert set(doc.spans) == {"mentions", "claims"}
    for key, labels in FISCAL.layers:
        scores = doc.spans[key].attrs["scores"]
        assert len(scores) == len(doc.spans[key])
        assert all(score is None or 0.0 <= score <= 1.0 for score in scores)
        assert {span.label_ for span in doc.spans[key]} <= set(labels)
        assert all(span.text == text[span.start_char : span.end_char] for span in doc.spans[key])


@pytest.mark.parametrize("text", TEXTS)
def test_the_pipeline_gives_what_the_extractor_gives(nlp: Language, text: str) -> None:
    doc = nlp(text)
    extraction = Extractor()(from_text(text))
    assert (doc._.facts, doc._.records, doc._.fiscal_claims) == (list(extraction.facts), list(extraction.records), list(extraction.claims))


def test_facts_of_a_sentence(nlp: Language) -> None:
    doc = nlp(TEXTS[0])
    assert [(f.subject, f.measure, f"{f.value:f}", f.period) for f in doc._.facts] == [
        ("公务接待费", "actual", "45000.00", 2021),
        ("公务接待费", "completion_rate", "90.00", 2021),
        ("公务接待费", "yoy_change", "-2000.00", 2021),
    ]
    assert [r.facts for r in doc._.records] == [(0, 1, 2)]


def test_piped_texts_are_as_one_by_one(nlp: Language) -> None:
    texts = TEXTS * 3
    for batch_size in (1, 4, 100):
        assert [_content(doc) for doc in nlp.pipe(texts, batch_size=batch_size)] == [_content(nlp(text)) for text in texts]


def test_a_document_read_before_is_used(nlp: Language) -> None:
    document = fiscalzh.read(SAMPLES / "budget-execution.pdf")
    doc = nlp.make_doc(document.text)
    doc._.document = document
    doc = nlp(doc)
    assert doc._.document is document
    extraction = Extractor()(document)
    assert doc._.facts == list(extraction.facts)
    assert len(doc._.facts) > 10


def test_a_pipeline_saved_and_loaded_is_the_same(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert loaded.pipe_names == ["fiscal_tagger", "fiscal_linker"]
    assert [_content(loaded(text)) for text in TEXTS] == [_content(nlp(text)) for text in TEXTS]


_FRESH = """
import sys, spacy
assert "fiscalzh" not in sys.modules
nlp = spacy.load(sys.argv[1]) if len(sys.argv) > 1 else spacy.blank("zh")
if len(sys.argv) == 1:
    nlp.add_pipe("fiscal_tagger")
    nlp.add_pipe("fiscal_linker")
doc = nlp("2021年度公务接待费支出决算为4.50万元。")
print([(s.text, s.label_) for s in doc.spans["mentions"]], [f.measure for f in doc._.facts])
"""


@pytest.mark.parametrize("saved", [False, True])
def test_components_are_found_by_entry_point(nlp: Language, tmp_path: Path, saved: bool) -> None:
    arguments = [str(tmp_path / "pipeline")] if saved else []
    if saved:
        nlp.to_disk(tmp_path / "pipeline")
    done = subprocess.run([sys.executable, "-c", _FRESH, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[('公务接待费', 'ACCOUNT'), ('4.50万元', 'AMOUNT')] ['actual']"


def test_tagging_with_the_tokenizer_of_blank_zh_keeps_to_the_text() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("fiscal_tagger")
    nlp.add_pipe("fiscal_linker")
    doc = nlp("2021年度 公务接待费 支出决算为 4.50 万元，完成预算的 90.00% 。")
    assert [s.text for s in doc.spans["mentions"]] == ["公务接待费", "4.50 万元", "90.00%"]


def test_the_linker_links_spans_of_others() -> None:
    nlp = spacy.blank("zh")
    linker = nlp.add_pipe("fiscal_linker")
    doc = nlp.make_doc("公务接待费支出决算为4.50万元。")
    doc.spans["mentions"] = [doc.char_span(0, 5, label="ACCOUNT"), doc.char_span(10, 16, label="AMOUNT")]
    (fact,) = linker(doc)._.facts
    assert (fact.subject, fact.measure, f"{fact.value:f}") == ("公务接待费", "actual", "45000.00")


def test_the_linker_alone_finds_no_names() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("fiscal_linker")
    doc = nlp("公务接待费支出决算为4.50万元。")
    assert doc._.facts == []
    assert [s.text for s in doc.spans["mentions"]] == ["4.50万元"]


@pytest.mark.parametrize("key", ["mentions", "claims"])
def test_displacy_shows_the_spans(nlp: Language, key: str) -> None:
    doc = nlp(TEXTS[4])
    html = displacy.render(doc, style="span", options={"spans_key": key}, jupyter=False)
    assert doc.spans[key]
    assert all(span.label_ in html for span in doc.spans[key])


def test_spans_survive_a_doc_bin(nlp: Language) -> None:
    doc = nlp(TEXTS[0])
    (back,) = DocBin(docs=[doc], store_user_data=False).get_docs(nlp.vocab)
    assert [(s.text, s.label_) for s in back.spans["mentions"]] == [(s.text, s.label_) for s in doc.spans["mentions"]]


def test_a_doc_goes_to_bytes_and_back(nlp: Language) -> None:
    doc = nlp(TEXTS[0])
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes()).text == doc.text


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="fiscalzh train"):
        fiscalzh.load(tmp_path)
