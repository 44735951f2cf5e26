"""A report's text cut into blocks, and each block into parts that bear at most one mention, one claim and any findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, Literal, TypeAlias

from ...annotations.labels import CLAIMS
from ...annotations.span import Span
from ...corpus.document import Document, Range, Section

Kind: TypeAlias = Literal["heading", "opening", "text", "contents", "row"]
CONTENTS: Final = "目录"


@dataclass(frozen=True, slots=True)
class Part:
    """`text[start:end]`, all of it in the same spans: `mention` and `claim` are numbers into the spans, `findings` into the findings."""

    start: int
    end: int
    text: str
    mention: int | None = None
    claim: int | None = None
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, one that a paragraph opens with, a paragraph, a line of the table of contents or a row of a table.

    `depth` counts headings from 1; `page` is the page that begins here, if one does.
    """

    start: int
    end: int
    kind: Kind
    parts: tuple[Part, ...]
    depth: int = 0
    page: int | None = None

    @property
    def runs(self) -> tuple[tuple[int | None, tuple[Part, ...]], ...]:
        """The parts in a row that belong to one claim, or to none."""
        return tuple((claim, tuple(parts)) for claim, parts in groupby(self.parts, key=lambda part: part.claim))


def lay_out(document: Document, spans: Sequence[Span], findings: Sequence[Sequence[Range]] = ()) -> tuple[Block, ...]:
    """The blocks of a document in order; lines with nothing on them are left out.

    Args:
        spans: mentions and claims.
        findings: for each finding the places it points at.
    """
    text = document.text
    headings = {s.start: (s.heading_end, depth) for s, depth in outline(document.sections)}
    pages = {start: number for number, start in enumerate(document.pages, start=1)}
    layers = _Layers(text, spans, findings)
    blocks = []
    page: int | None = None
    for start, end in pairwise(sorted({0, len(text), *pages, *_borders(document, spans)})):
        page = pages.get(start, page)
        if not text[start:end].strip():
            continue
        heading_end, depth = headings.get(start, (0, 0))
        kind = _kind(document, start, end, heading_end)
        blocks.append(Block(start, end, kind, tuple(layers.parts(start, end)), depth if kind in ("heading", "opening") else 0, page))
        page = None
    return tuple(blocks)


def outline(sections: Sequence[Section], depth: int = 1) -> Iterator[tuple[Section, int]]:
    """All sections in order, each with its depth in the tree; the entries of a table of contents are none."""
    for section in sections:
        yield section, depth
        if section.heading != CONTENTS:
            yield from outline(section.children, depth + 1)


def _kind(document: Document, start: int, end: int, heading_end: int) -> Kind:
    if end <= heading_end:
        return "opening" if document.text[heading_end:].partition("\n")[0].strip() else "heading"
    if document.in_table(start):
        return "row"
    return "contents" if document.headings_at(start)[:1] == (CONTENTS,) else "text"


def _borders(document: Document, spans: Iterable[Span]) -> Iterator[int]:
    """Where blocks begin and end: at headings, tables and line ends, but for line ends that a heading, sentence or span goes on over."""
    within: set[int] = set()
    headings = [(s.start, s.heading_end) for s, _ in outline(document.sections)]
    for start, end in (*document.sentences, *headings, *((span.start, span.end) for span in spans)):
        within.update(_line_ends(document.text, start, end - 1))
    yield from (at + 1 for at in _line_ends(document.text, 0, len(document.text)) if at not in within or document.in_table(at))
    for start, end in (*headings, *document.tables):
        yield from (start, end)


def _line_ends(text: str, start: int, end: int) -> Iterator[int]:
    at = text.find("\n", start, end)
    while at >= 0:
        yield at
        at = text.find("\n", at + 1, end)


class _Layers:
    """For every character the mention, the claim and the findings it lies in."""

    def __init__(self, text: str, spans: Sequence[Span], findings: Sequence[Sequence[Range]]) -> None:
        self.text = text
        self.mentions: list[int | None] = [None] * len(text)
        self.claims: list[int | None] = [None] * len(text)
        self.findings: Mapping[int, tuple[int, ...]] = _places(findings)
        for number, span in enumerate(spans):
            layer = self.claims if span.label in CLAIMS else self.mentions
            layer[span.start : span.end] = [number] * (span.end - span.start)

    def parts(self, start: int, end: int) -> Iterator[Part]:
        for (mention, claim, findings), at in groupby(range(start, end), key=self._of):
            first, *rest = at
            last = rest[-1] if rest else first
            yield Part(first, last + 1, self.text[first : last + 1], mention, claim, findings)

    def _of(self, at: int) -> tuple[int | None, int | None, tuple[int, ...]]:
        return self.mentions[at], self.claims[at], self.findings.get(at, ())


def _places(findings: Sequence[Sequence[Range]]) -> dict[int, tuple[int, ...]]:
    places: dict[int, tuple[int, ...]] = {}
    for number, ranges in enumerate(findings):
        for at in sorted({at for start, end in ranges for at in range(start, end)}):
            places[at] = (*places.get(at, ()), number)
    return places
