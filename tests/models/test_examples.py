"""Annotated reports as windows of features and tags."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from fiscalzh.annotations.labels import FISCAL
from fiscalzh.annotations.markup import parse
from fiscalzh.annotations.span import Span
from fiscalzh.corpus import from_text
from fiscalzh.corpus.document import Document
from fiscalzh.models.examples import Example, Piece, breaks_of, by_length, make_example, pieces
from fiscalzh.models.tags import TagSet
from fiscalzh.models.tokenizer import CharTokenizer
from fiscalzh.models.windows import CONTEXT

_TOKENIZER = CharTokenizer("办公费支出万元，。\n", ["支出", "万元"])


def _example(text: str, spans: list[Span]) -> Example:
    return make_example(from_text(text), spans, _TOKENIZER, FISCAL)


def _spans(example: Example) -> set[tuple[str, str]]:
    """The label and the shadow's words of every span."""
    return {
        (label, example.shadow.text[example.tokens.starts[start] : example.tokens.ends[end - 1]])
        for spans in example.spans.values()
        for start, end, label in spans
    }


def _span(text: str, words: str, label: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words), label)


def test_spans_become_tags_of_their_layers() -> None:
    marked = parse("{a|办公费}支出{m|18,928.19万元}，{c|{p|甲工程}惠及{r|3.5%}}。")
    example = _example(marked.text, list(marked.spans))
    assert _spans(example) == {
        ("ACCOUNT", "办公费"), ("AMOUNT", "18,928.19万元"), ("PROJECT", "甲工程"), ("RATIO", "3.5%"), ("CLAIM", "甲工程惠及3.5%"),
    }  # fmt: skip
    assert [[label for _, _, label in spans] for spans in example.spans.values()] == [["ACCOUNT", "AMOUNT", "PROJECT", "RATIO"], ["CLAIM"]]


def test_every_span_of_toy_reports_is_aligned(make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> None:
    document, spans = make_report(99)
    example = make_example(document, spans, _TOKENIZER, FISCAL)
    assert _spans(example) == {(s.label, s.of(document.text)) for s in spans}


@pytest.mark.parametrize("written", ["18,928. 19 万元", "１８,９２８.１９万元", "18,928.19\u200b万元", "18,928.19\u3000万元"])
def test_what_the_shadow_drops_or_folds_is_aligned(written: str) -> None:
    text = f"本年办公费支出{written}，增加较多。"
    assert _spans(_example(text, [_span(text, written, "AMOUNT")])) == {("AMOUNT", "18,928.19万元")}


def test_soft_line_breaks_are_no_borders() -> None:
    text = "本年度的收入和支出总的来说完成得比较好，办公费支出总额为1234.\n56万元，其中甲类费用占去了很大的一部分，乙类较少。\n"
    example = _example(text, [_span(text, "1234.\n56万元", "AMOUNT"), _span(text, "办公费支出总额为1234.\n56万元", "CLAIM")])
    assert _spans(example) == {("AMOUNT", "1234.56万元"), ("CLAIM", "办公费支出总额为1234.56万元")}


def test_tables_are_left_out() -> None:
    table = "科目\t决算数\t预算数\n办公费\t3.5万元\t4.5万元\n差旅费\t1.5万元\t2.5万元\n印刷费\t7.5万元\t8.5万元\n"
    text = "一、收支情况如下表所示，请参看后面的说明和解释。\n" + table + "办公费支出9.5万元，比上年增加较多，主要是业务增长。\n"
    document = from_text(text)
    assert document.in_table(text.index("3.5万元"))
    spans = [_span(text, "3.5万元", "AMOUNT"), _span(text, "差旅费", "ACCOUNT"), _span(text, "9.5万元", "AMOUNT")]
    assert _spans(_example(text, spans)) == {("AMOUNT", "9.5万元")}


def test_of_two_that_overlap_in_a_layer_the_longer_stays() -> None:
    text = "办公费支出3万元。"
    spans = [Span(0, 3, "ACCOUNT"), Span(0, 5, "PROJECT"), Span(0, 9, "CLAIM"), Span(5, 8, "AMOUNT")]
    assert _spans(_example(text, spans)) == {("PROJECT", "办公费支出"), ("AMOUNT", "3万元"), ("CLAIM", text)}


def test_a_span_inside_a_figure_takes_the_figure() -> None:
    text = "支出1234.5万元"
    assert _spans(_example(text, [Span(4, 10, "AMOUNT")])) == {("AMOUNT", "1234.5万元")}


@pytest.mark.parametrize("limit", [2 * CONTEXT, 200, 400])
def test_pieces_are_the_windows_with_their_tags(limit: int, make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> None:
    examples = [make_example(*make_report(seed), _TOKENIZER, FISCAL) for seed in (1, 2)]
    cut = list(pieces(examples, _TOKENIZER, FISCAL, limit))
    for name, labels in FISCAL.layers:
        expected = [TagSet(labels).encode(len(e.tokens), e.spans[name]) for e in examples]
        assert np.array_equal(np.concatenate([p.tags[name] for p in cut]), np.concatenate(expected))
        assert all(len(p.features) - p.context == len(p.tags[name]) for p in cut)
    own = np.concatenate([p.features[p.context :] for p in cut])
    assert np.array_equal(own, np.concatenate([e.tokens.features for e in examples]))
    assert max(len(p.features) for p in cut) <= limit
    assert any(p.context for p in cut)


def test_a_span_that_a_cut_divides_is_left_out_and_its_neighbours_stay() -> None:
    text = "办" * 60 + "公" * (CONTEXT + 40) + "费" * 20 + "元"
    spans = [Span(0, 30, "ACCOUNT"), Span(65, CONTEXT + 50, "PROJECT"), Span(CONTEXT + 60, CONTEXT + 70, "ACCOUNT"), Span(10, 20, "CLAIM")]
    example = _example(text, spans)
    cut = list(pieces([example], _TOKENIZER, FISCAL, 2 * CONTEXT))
    found, at = [], 0
    for piece in cut:
        for name, labels in FISCAL.layers:
            found += [Span(at + start, at + end, label) for start, end, label in TagSet(labels).decode(piece.tags[name])]
        at += len(piece.features) - piece.context
    assert at == len(text)
    assert sorted(found) == sorted(s for s in spans if s.label != "PROJECT")


def _pieces(lengths: list[int]) -> list[Piece]:
    return [Piece(np.full((n, 4), i), 0, {}) for i, n in enumerate(lengths)]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_batches_hold_every_piece_once_within_their_size(seed: int | None) -> None:
    lengths = np.random.default_rng(0).integers(1, 100, size=200).tolist()
    batches = by_length(_pieces(lengths), 400, None if seed is None else np.random.default_rng(seed))
    assert sorted(int(p.features[0, 0]) for b in batches for p in b) == list(range(200))
    assert all(max(len(p.features) for p in b) * len(b) <= 400 for b in batches)
    assert sum(max(len(p.features) for p in b) * len(b) for b in batches) < 1.35 * sum(lengths)


def test_a_piece_larger_than_a_batch_is_a_batch() -> None:
    assert [len(b) for b in by_length(_pieces([50, 3, 60]), 40)] == [1, 1, 1]
    assert by_length([], 40) == []


def test_batches_are_shuffled_by_the_generator_alone() -> None:
    items = _pieces(np.random.default_rng(0).integers(1, 100, size=200).tolist())
    first, again, other = ([[int(p.features[0, 0]) for p in b] for b in by_length(items, 400, np.random.default_rng(s))] for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_breaks_are_the_sentence_ends_that_no_span_holds() -> None:
    assert breaks_of(["办公费", "水费；电费", "12.5万元"]) == "。！？"
    assert breaks_of(["甲。", "乙！丙", "丁;", "？"]) == ""
