"""CoNLL files with labels of their own: schemes, words, sentences, and what is no such file."""

from __future__ import annotations

from pathlib import Path

import pytest
from fiscalzh.annotations.converters.conll import write_conll
from fiscalzh.annotations.converters.errors import ConversionError
from fiscalzh.annotations.converters.model import Annotation
from fiscalzh.annotations.converters.sentences import has_own_labels, read_sentences
from fiscalzh.annotations.span import Span
from hypothesis import given
from hypothesis import strategies as st

_CHARS = "张小三在北京"
_SCHEMES = {
    "IOB1": "I-PER I-PER I-PER O I-LOC I-LOC",
    "BIO": "B-PER I-PER I-PER O B-LOC I-LOC",
    "BIOES": "B-PER I-PER E-PER O B-LOC E-LOC",
    "BMES": "B-PER M-PER E-PER O B-LOC E-LOC",
}


def _write(tmp_path: Path, *sentences: list[tuple[str, str]], separator: str = "\t", name: str = "x.conll") -> Path:
    path = tmp_path / name
    blocks = ("".join(f"{token}{separator}{tag}\n" for token, tag in rows) for rows in sentences)
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def _marked(path: Path) -> list[list[tuple[str, str]]]:
    return [[(span.label, span.of(sentence.document.text)) for span in sentence.spans] for sentence in read_sentences(path)]


@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("name", ["x.train.conll", "x.char.bmes", "train.txt", "train"])
def test_schemes_are_told_by_their_tags(scheme: str, separator: str, name: str, tmp_path: Path) -> None:
    path = _write(tmp_path, list(zip(_CHARS, _SCHEMES[scheme].split(), strict=True)), separator=separator, name=name)
    assert has_own_labels(path)
    assert _marked(path) == [[("PER", "张小三"), ("LOC", "北京")]]


def test_single_tokens_and_neighbours(tmp_path: Path) -> None:
    bioes = _write(tmp_path, [("王", "S-PER"), ("李", "S-PER"), ("京", "B-LOC"), ("津", "E-LOC"), ("沪", "S-LOC")])
    assert _marked(bioes) == [[("PER", "王"), ("PER", "李"), ("LOC", "京津"), ("LOC", "沪")]]
    bio = _write(tmp_path, [("王", "B-PER"), ("李", "B-PER"), ("京", "B-LOC"), ("津", "I-LOC"), ("沪", "B-LOC")])
    assert _marked(bio) == _marked(bioes)


def test_words_stand_apart_where_letters_meet_and_offsets_stay_right(tmp_path: Path) -> None:
    tokens = ["Ford", "Motor", "公司", "和", "IBM", "2019", "a", "，", "长春"]
    tags = ["B-ORG", "I-ORG", "I-ORG", "O", "B-ORG", "O", "O", "O", "B-LOC"]
    (sentence,) = read_sentences(_write(tmp_path, list(zip(tokens, tags, strict=True))))
    assert sentence.document.text == "Ford Motor公司和IBM 2019 a，长春"
    assert [(s.label, s.of(sentence.document.text)) for s in sentence.spans] == [("ORG", "Ford Motor公司"), ("ORG", "IBM"), ("LOC", "长春")]


def test_letters_that_stand_one_a_line_are_one_word(tmp_path: Path) -> None:
    rows = list(zip("在NBA2019年", ["O", "B-ORG", "I-ORG", "I-ORG", *"OOOOO"], strict=True))
    (sentence,) = read_sentences(_write(tmp_path, rows))
    assert sentence.document.text == "在NBA2019年"
    assert _marked(_write(tmp_path, rows)) == [[("ORG", "NBA")]]


def test_sentences_end_at_blank_lines_and_remember_their_place(tmp_path: Path) -> None:
    path = _write(tmp_path, [("甲", "B-PER")], [("乙", "O"), ("丙", "B-PER")])
    path.write_text("\ufeff-DOCSTART- O\n\n# id 7\n" + path.read_text(encoding="utf-8") + "\n \n\n# O\n丁 O\n", encoding="utf-8")
    sentences = read_sentences(path)
    assert [(s.document.text, s.document.source) for s in sentences] == [("甲", f"{path}:4"), ("乙丙", f"{path}:6"), ("#丁", f"{path}:11")]
    assert [list(s.spans) for s in sentences] == [[Span(0, 1, "PER")], [Span(1, 2, "PER")], []]


def test_columns_between_are_passed_over_and_several_layers_read(tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    path.write_text("北京 NR B-ORG B-LOC\n大学 NN I-ORG O\n", encoding="utf-8")
    assert _marked(path) == [[("LOC", "北京")]]
    (sentence,) = read_sentences(path, 2)
    assert sentence.spans == (Span(0, 2, "LOC"), Span(0, 4, "ORG"))


def test_blanks_may_be_tokens(tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    path.write_text("甲 B-PER\n O\n\u3000 O\n乙 B-PER\n", encoding="utf-8")
    (sentence,) = read_sentences(path)
    assert sentence.document.text == "甲 \u3000乙"
    assert sentence.spans == (Span(0, 1, "PER"), Span(3, 4, "PER"))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("甲 B-PER\n乙\n", "line 2: expected a token and 1 tag, got '乙'"),
        ("甲 B-PER\n乙 X\n", "line 2: expected a tag such as O"),
        ("甲 B-PER\n乙 E-PER\n丙 B-PER\n丁 O\n", "line 4: some spans here end with E or S and some without"),
    ],
)
def test_a_malformed_line_is_named(lines: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ConversionError) as caught:
        read_sentences(path)
    assert f"{path}, {message}" in str(caught.value)


def test_what_has_no_labels_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own.conll"
    write_conll([Annotation("支出1万元。", (Span(2, 5, "AMOUNT"),))], own)
    fiscal = _write(tmp_path, [("0", "B-AMOUNT"), ("元", "I-AMOUNT")], name="fiscal.conll")
    marked = tmp_path / "marked.txt"
    marked.write_text("{a1|办公费}支出{m a1.actual|1.00万元}。\n", encoding="utf-8")
    assert not any(map(has_own_labels, [own, fiscal, marked, tmp_path, tmp_path / "none", "@train"]))


_TOKENS = st.one_of(st.text("甲乙丙，。ABab12", min_size=1, max_size=1), st.sampled_from(["汽车", "Ford", "2019", "A股", "U.S.", "，"]))
_ROWS = st.lists(st.tuples(_TOKENS, st.sampled_from(["O", "PER", "LOC"]), st.booleans()), min_size=1, max_size=20)


@given(_ROWS)
def test_whatever_the_tokens_a_span_is_its_tokens_text(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, bool]]) -> None:
    tagged, before = [], "O"
    expected: list[tuple[str, list[str]]] = []
    for token, label, new in rows:
        begins = new or label != before
        if label != "O" and begins:
            expected.append((label, []))
        if label != "O":
            expected[-1][1].append(token)
        tagged.append((token, label if label == "O" else f"{'B' if begins else 'I'}-{label}"))
        before = label
    path = _write(tmp_path_factory.mktemp("x"), tagged)
    (sentence,) = read_sentences(path)
    found = [(span.label, span.of(sentence.document.text).replace(" ", "")) for span in sentence.spans]
    assert found == [(label, "".join(tokens)) for label, tokens in expected]
    assert sentence.document.text.replace(" ", "") == "".join(token for token, _, _ in rows)
