"""Every format gives back what it holds, whatever the text is made of."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from fiscalzh.annotations.converters import FORMATS, Annotation, Claim, ConversionError, Fact, Format
from fiscalzh.annotations.converters.conll import escape, unescape
from fiscalzh.annotations.labels import MEASURES, MENTIONS
from fiscalzh.annotations.span import Span
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

# What breaks offsets or files: astral characters, combining marks and joiners, widths, blanks and line ends of all
# kinds, and the signs that the formats themselves use.
_PIECES = [
    *"支出决算数为万元（类）“”，。１２％ 12.5%",
    *"𠮷😀é",
    "e\u0301",
    "👨\u200d👩\u200d👧",
    "\u200b",
    *"\u3000\u00a0\t \x85\u2028\u2029\v\f",
    "\r\n",
    "\n",
    "\r",
    "\n\n",
    *"\\#\"{}[]|,;:'",
    "\\n",
    "-DOCSTART-",
    "# ",
]
_EXACT = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
_WORDS = st.text('收支a 😀\\"\n', max_size=4)
_NUMBERS = st.decimals(-(10**12), 10**12, places=2).map(lambda d: format(d, "f"))


@st.composite
def annotated(draw: st.DrawFn, any_character: bool = True) -> Annotation:
    piece = st.sampled_from(_PIECES)
    if any_character:
        piece |= st.characters(exclude_categories=["Cs"])
    # Left alone, hypothesis makes short texts with few spans and hardly a fact.
    least = draw(st.sampled_from([0, 12, 12, 12]))
    text = "".join(draw(st.lists(piece, min_size=least, max_size=40)))
    mentions, claims = draw(_layer(text, MENTIONS)), draw(_layer(text, ("CLAIM",)))
    values = [span for span in mentions if span.label in ("AMOUNT", "RATIO")]
    subjects = [span for span in mentions if span.label in ("ACCOUNT", "PROJECT")]
    facts = draw(st.lists(_fact(values, subjects), min_size=1, max_size=4)) if values and subjects else []
    counts = st.tuples(_NUMBERS, _WORDS)
    return Annotation(
        text=text,
        spans=(*mentions, *claims),
        facts=tuple(facts),
        claims=tuple(Claim(span, tuple(draw(st.lists(counts, max_size=2)))) for span in claims),
        source=draw(st.none() | st.sampled_from(["a.txt", "目录/决算 2021.docx", "<text>"])),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        fiscal_year=draw(st.none() | st.integers(1990, 2030)),
    )


def _layer(text: str, labels: tuple[str, ...]) -> st.SearchStrategy[list[Span]]:
    """Spans of one layer, which may touch but not overlap."""
    score = st.none() | st.floats(0, 1)
    least = min(8, len(text)) if len(labels) > 1 else 0
    edges = st.lists(st.integers(0, len(text)), min_size=least, max_size=12, unique=True).map(sorted)
    return edges.flatmap(
        lambda at: st.tuples(*(st.builds(Span, st.just(a), st.just(b), st.sampled_from(labels), score) for a, b in pairwise(at))).map(
            lambda spans: [span for i, span in enumerate(spans) if i % 3 != 2]
        )
    )


def _fact(values: list[Span], subjects: list[Span]) -> st.SearchStrategy[Fact]:
    return st.builds(
        Fact,
        value_span=st.sampled_from(values),
        subject_span=st.sampled_from(subjects),
        measure=st.sampled_from(MEASURES),
        subject=_WORDS,
        value=st.none() | _NUMBERS,
        period=st.none() | st.integers(1990, 2030),
        base=st.none() | _WORDS,
        scope=st.none() | _WORDS,
        aliases=st.lists(_WORDS, max_size=2).map(tuple),
        line=st.none() | st.integers(0, 999),
    )


def _round(form: Format, written: list[Annotation]) -> list[Annotation]:
    if form.name in ("spacy", "datasets"):
        pytest.importorskip(form.name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("out" if form.folder else f"out{form.suffix}")
        form.write(written, path)
        return form.read(path)


def _held(form: Format, annotation: Annotation) -> Annotation:
    """What the format promises to hold of an annotation."""
    held = annotation if "scores" in form.holds else annotation.without_scores()
    if "facts" not in form.holds:
        held = replace(held, facts=())
    return held if "values of claims" in form.holds else replace(held, claims=())


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "gold"])
@_EXACT
@given(written=st.lists(annotated(), min_size=1, max_size=2))
def test_text_spans_scores_and_facts_come_back(name: str, written: list[Annotation]) -> None:
    form = FORMATS[name]
    assert _round(form, written) == [_held(form, annotation) for annotation in written]


@_EXACT
@given(written=annotated(any_character=False))
def test_gold_comes_back_with_the_origin_of_its_text(written: Annotation) -> None:
    assume(written.text.strip())
    facts = tuple(replace(fact, value=fact.value or "0") for fact in written.facts)
    written = replace(written, facts=facts)
    (read,) = _round(FORMATS["gold"], [written])
    assert replace(read, source=written.source) == written.without_scores()


@pytest.mark.parametrize("name", FORMATS)
def test_layers_nest_and_touch(name: str) -> None:
    text = "完成😀投资𠮷12万元，增长3%\r\n　共5个。"
    spans = (
        Span(0, 16, "CLAIM"),
        Span(0, 5, "PROJECT"),
        Span(5, 9, "AMOUNT"),
        Span(12, 14, "RATIO"),
        Span(9, 10, "ACCOUNT"),
    )
    written = Annotation(text, spans, (Fact(spans[2], spans[1], "actual", "完成😀投资", "120000"),), (Claim(spans[0], (("5", "个"),)),))
    (read,) = _round(FORMATS[name], [written])
    assert (read.text, read.spans) == (text, tuple(sorted(spans)))
    assert read.facts == (written.facts if "facts" in FORMATS[name].holds else ())
    assert read.claims == (written.claims if "values of claims" in FORMATS[name].holds else ())


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if "overlaps in a layer" in form.holds])
def test_overlaps_come_back_where_promised(name: str) -> None:
    written = Annotation("一二三四", (Span(0, 3, "ACCOUNT"), Span(0, 3, "PROJECT"), Span(1, 4, "ACCOUNT")))
    assert _round(FORMATS[name], [written])[0].spans == written.spans


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "gold"])
def test_empty_texts_and_order_come_back(name: str) -> None:
    written = [Annotation(text, source="同名.txt", sha256="0") for text in ("乙", "", "甲", "丙")]
    assert _round(FORMATS[name], written) == written


@given(st.characters(exclude_categories=["Cs"]))
def test_an_escaped_character_is_one_visible_token(char: str) -> None:
    token = escape(char)
    assert unescape(token) == char
    assert token.split() == [token]


_FACT = Fact(Span(2, 5, "AMOUNT"), Span(0, 2, "ACCOUNT"), "actual", "收入")


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Annotation(" \n"), "found an empty file"),
        (Annotation("\ufeff收入"), "byte order mark"),
        (Annotation("收入5万元", (_FACT.value_span, _FACT.subject_span), (_FACT,)), "at 2 has no value"),
    ],
)
def test_gold_refuses_what_would_not_come_back(annotation: Annotation, expected: str, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=expected):
        FORMATS["gold"].write([annotation], tmp_path)
