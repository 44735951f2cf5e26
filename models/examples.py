"""Annotated reports as what the tagger learns from: windows of token features with their tags."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..annotations.labels import LabelScheme
from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.fold import fold
from ..corpus.shadow import Shadow, shadow_of
from .tags import TagSet
from .tokenizer import CharTokenizer, Ints, Tokens
from .windows import SENTENCE_ENDS, cut_document, to_token_span


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised report with its spans as token ranges (start, end, label), sorted, for each layer."""

    document: Document
    shadow: Shadow
    tokens: Tokens
    spans: dict[str, list[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One window: (n, 4) features, of which the first `context` are only read, and the tags of the others."""

    features: Ints
    context: int
    tags: dict[str, Ints]


def make_example(document: Document, spans: Iterable[Span], tokenizer: CharTokenizer, scheme: LabelScheme) -> Example:
    """Align spans, given in offsets of the document's text, with the tokens of its shadow text.

    Spans that lie in no token (inside a table, say) are left out; where two of a layer overlap, the longer one stays.
    """
    shadow = shadow_of(document)
    tokens = tokenizer.encode(shadow.text)
    layers = {}
    chosen = sorted(spans, key=lambda s: s.start - s.end)
    for name, labels in scheme.layers:
        taken = np.zeros(len(tokens), dtype=bool)
        placed = []
        for span in (s for s in chosen if s.label in labels):
            start, end = shadow.from_source(span.start, span.end)
            first, last = to_token_span(tokens, start, end) if start < end else (0, 0)
            if first < last and not taken[first:last].any():
                taken[first:last] = True
                placed.append((first, last, span.label))
        layers[name] = sorted(placed)
    return Example(document, shadow, tokens, layers)


def breaks_of(spans: Iterable[str]) -> str:
    """The sentence ends that none of the spans holds, given as their texts, in whatever form these have them."""
    return "".join(sorted(set(SENTENCE_ENDS).difference(*map(fold, spans))))


def pieces(examples: Iterable[Example], tokenizer: CharTokenizer, scheme: LabelScheme, limit: int) -> Iterator[Piece]:
    """Cut examples into windows of at most `limit` tokens. A span that a cut divides is left out: no tag sequence has half of it."""
    tagsets = {name: TagSet(labels) for name, labels in scheme.layers}
    for example in examples:
        for window in cut_document(example.document, example.shadow, example.tokens, limit, tokenizer):
            tags = {}
            for name, spans in example.spans.items():
                inside = spans[bisect_left(spans, (window.start,)) : bisect_left(spans, (window.end,))]
                moved = [(start - window.start, end - window.start, label) for start, end, label in inside if end <= window.end]
                tags[name] = tagsets[name].encode(window.end - window.start, moved)
            features = np.concatenate([window.context, example.tokens.features[window.start : window.end]])
            yield Piece(features, len(window.context), tags)


def by_length(items: Sequence[Piece], tokens: int, rng: np.random.Generator | None = None) -> list[list[Piece]]:
    """Batches of pieces of similar length with at most `tokens` tokens each, padding counted; shuffled with `rng`."""
    noise = rng.random(len(items)) * 24 if rng is not None else np.zeros(len(items))
    order = sorted(range(len(items)), key=lambda i: len(items[i].features) + noise[i])
    batches: list[list[Piece]] = []
    longest = 0
    for item in (items[i] for i in order):
        longest = max(longest, len(item.features))
        if not batches or longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
            longest = len(item.features)
        batches[-1].append(item)
    if rng is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches
