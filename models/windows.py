"""A tokenised report as windows: whole paragraphs packed together, each window read under its headings.

Nothing is truncated: what does not fit goes into the next window. A window begins with a context that is read but not
tagged (the headings, and the text just before a cut inside a paragraph), so the same words can mean different things under
主要职责 and under 支出情况.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..corpus.document import Document
from ..corpus.shadow import Shadow
from .tokenizer import CharTokenizer, Ints, Tokens

HEADING_CHARS, HEADINGS = 12, 3  # of each heading, and the innermost ones: enough to tell what a section is about
TAIL_TOKENS = 32
CONTEXT = HEADINGS * (HEADING_CHARS + 1) + TAIL_TOKENS  # tokens a context may take
_PARAGRAPH_ENDS, SENTENCE_ENDS, _CLAUSE_ENDS, _ITEM_ENDS = _BREAKS = "\n", "。；！？", "，：", "、"

Piece = tuple[int, int, bool]  # token range, and whether it begins inside a paragraph


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `start:end` of a text (half open), to be read behind `context`, an (n, 4) array of features."""

    start: int
    end: int
    context: Ints

    @property
    def length(self) -> int:
        return len(self.context) + self.end - self.start


def heading_context(document: Document, offset: int) -> str:
    """The headings an offset of the document stands under, shortened, innermost last."""
    return "".join(heading[:HEADING_CHARS] + "\n" for heading in document.headings_at(offset)[-HEADINGS:])


def cut(text: str, tokens: Tokens, limit: int, context_at: Callable[[int], str], tokenizer: CharTokenizer) -> list[Window]:
    """Windows that together cover every token once.

    Args:
        text: the text the tokens were made of.
        limit: tokens a window holds at most, context included.
        context_at: character offset to the words the model should read first.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)[tokens.starts]
    breaks = {marks: np.flatnonzero(np.isin(codes, [ord(mark) for mark in marks])) + 1 for marks in _BREAKS}
    budget = limit - CONTEXT
    if budget < CONTEXT:
        raise ValueError(f"a window needs room for text beside its context: expected a limit of at least {2 * CONTEXT} tokens, got {limit}")
    windows = []
    for start, end, broken in _pack(_paragraphs(breaks, len(tokens), budget), budget):
        context = tokenizer.encode(context_at(int(tokens.starts[start]))).features
        if broken:
            context = np.concatenate([context, tokens.features[max(0, start - TAIL_TOKENS) : start]])
        windows.append(Window(start, end, context))
    return windows


def cut_document(document: Document, shadow: Shadow, tokens: Tokens, limit: int, tokenizer: CharTokenizer) -> list[Window]:
    """`cut` for a document's shadow text, with its headings as context."""
    return cut(shadow.text, tokens, limit, lambda at: heading_context(document, int(shadow.offsets[at])), tokenizer)


def _pack(pieces: Iterator[Piece], budget: int) -> Iterator[Piece]:
    """Join neighbours while they fit; a piece from inside a paragraph starts a window of its own."""
    current: Piece | None = None
    for start, end, broken in pieces:
        if current is not None and not broken and end - current[0] <= budget:
            current = (current[0], end, current[2])
            continue
        if current is not None:
            yield current
        current = (start, end, broken)
    if current is not None:
        yield current


def _paragraphs(breaks: dict[str, Ints], length: int, budget: int) -> Iterator[Piece]:
    """Paragraphs; one that is too long is cut behind a sentence, else behind a clause, else where the budget ends."""
    start = 0
    for end in dict.fromkeys([*breaks[_PARAGRAPH_ENDS].tolist(), length]):
        at = start
        while end - at > budget:
            stop = at + budget
            for marks in (SENTENCE_ENDS, _CLAUSE_ENDS, _ITEM_ENDS):
                inside = breaks[marks][np.searchsorted(breaks[marks], stop, side="right") - 1 :][:1]
                least = at if marks is SENTENCE_ENDS else at + budget // 2
                if len(inside) and least < inside[0] <= stop:
                    stop = int(inside[0])
                    break
            yield at, stop, at > start
            at = stop
        if end > at:
            yield at, end, at > start
        start = end


def to_token_span(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Character offsets to token numbers, half open; a token cut by a border is taken whole."""
    first = int(np.searchsorted(tokens.starts, start, side="right")) - 1
    return first, int(np.searchsorted(tokens.starts, end, side="left"))
