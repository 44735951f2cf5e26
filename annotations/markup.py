"""Inline markup: a report, its spans and its facts in one text that a person can write and read.

`{a1|收入合计}为{m a1.actual|18.19万元}` is the text 收入合计为18.19万元 with an ACCOUNT, an AMOUNT and the fact between them.
The tags are described in GUIDELINES.md. A file may begin with a header between two `---` lines (`key: value`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Final

from .labels import MEASURES, RATIO_MEASURES, SIGNED
from .span import Span

KINDS: Final = {"a": "ACCOUNT", "p": "PROJECT", "m": "AMOUNT", "r": "RATIO", "c": "CLAIM"}
_TAG = re.compile(r"(?P<kind>[apmrc])(?P<id>\d*)(?: (?P<rest>.*))?\Z", re.S)
_FACT = re.compile(
    r"(?P<subject>[ap]\d+)\.(?P<measure>[a-z_]+)(?P<sign>-?)"
    r"(?:/(?P<base>[ap]\d+))?(?:@(?P<period>\d{4}))?(?P<scope>(?:\^[^\^/@\s]+)*)\Z"
)
_COUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<scale>[万亿]?)(?P<unit>\D*)\Z")
_SCALES: Final = {"": 1, "万": 10_000, "亿": 100_000_000}
_SIGN = re.compile(r"[{}|]")
_HEADER = re.compile(r"---\n(?P<header>.*?)\n---\n\n?", re.S)


class MarkupError(ValueError):
    """The markup at `offset` of the marked text is not well formed."""

    def __init__(self, message: str, marked: str, offset: int) -> None:
        super().__init__(message, marked, offset)  # all three, so that the error survives pickling in a batch run
        self.message, self.line = message, marked.count("\n", 0, offset) + 1
        self.near = marked[max(0, offset - 12) : offset + 24]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}, near {self.near!r}"


@dataclass(frozen=True, slots=True)
class MarkedFact:
    """A fact as marked: spans instead of values; the value is read off `value` by a grammar of figures."""

    value: Span
    subject: Span
    subject_id: str
    measure: str
    decrease: bool = False
    base: Span | None = None
    period: int | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedClaim:
    """A claim with its counts as (number, unit word); sums and percentages inside are spans of their own."""

    span: Span
    counts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A parsed markup: the plain text and what was marked in it.

    `names` lists for each subject id the distinct mentions in order; `header` is the file's header.
    """

    text: str
    spans: tuple[Span, ...]
    facts: tuple[MarkedFact, ...]
    claims: tuple[MarkedClaim, ...]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    kind: str
    ident: str
    rest: str
    start: int
    offset: int


class _Reader:
    """One pass over the marked text: a stack of open tags, plain text growing beside it."""

    def __init__(self, marked: str, begin: int) -> None:
        self.marked, self.begin = marked, begin
        self.plain: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.spans: list[Span] = []
        self.mentions: dict[str, list[Span]] = {}
        self.figures: list[tuple[Span, str, int]] = []
        self.claims: list[MarkedClaim] = []

    def read(self) -> None:
        at, marked = self.begin, self.marked
        while at < len(marked):
            char = marked[at]
            if char == "{":
                at = self._open(at)
            elif char == "}":
                self._close(at)
                at += 1
            elif char == "|":
                raise MarkupError("a '|' outside a tag's head", marked, at)
            else:
                sign = _SIGN.search(marked, at)
                end = sign.start() if sign else len(marked)
                self.plain.append(marked[at:end])
                self.length += end - at
                at = end
        if self.stack:
            raise MarkupError("this tag is never closed", marked, self.stack[-1].offset)

    def _open(self, at: int) -> int:
        bar = self.marked.find("|", at)
        match = _TAG.match(self.marked[at + 1 : bar]) if bar > 0 else None
        if match is None:
            raise MarkupError("expected a tag such as {a1|…}, {p|…}, {m a1.actual|…}, {r|…} or {c 3个|…}", self.marked, at)
        self.stack.append(_Open(match["kind"], match["id"], (match["rest"] or "").strip(), self.length, at))
        return bar + 1

    def _close(self, at: int) -> None:
        if not self.stack:
            raise MarkupError("a '}' without its '{'", self.marked, at)
        tag = self.stack.pop()
        if tag.start == self.length:
            raise MarkupError("an empty tag", self.marked, tag.offset)
        span = Span(tag.start, self.length, KINDS[tag.kind])
        self.spans.append(span)
        if tag.kind in "ap":
            if tag.rest:
                raise MarkupError("an account or project takes an id and nothing else", self.marked, tag.offset)
            if tag.ident:
                self.mentions.setdefault(tag.kind + tag.ident, []).append(span)
        elif tag.kind in "mr":
            if tag.rest:
                self.figures.append((span, tag.rest, tag.offset))
        else:
            self.claims.append(MarkedClaim(span, tuple(self._count(word, tag.offset) for word in tag.rest.split())))

    def _count(self, word: str, offset: int) -> tuple[str, str]:
        match = _COUNT.match(word)
        if match is None:
            raise MarkupError(f"a claim's count is a plain number with its unit word (187项), got {word!r}", self.marked, offset)
        number = Decimal(match["number"])
        if match["scale"]:
            number *= _SCALES[match["scale"]]
        return format(number.normalize(), "f"), match["unit"]

    def fact(self, span: Span, head: str, offset: int) -> MarkedFact:
        match = _FACT.match(head)
        if match is None:
            raise MarkupError(f"expected a fact such as a1.share/a2@2020^市本级, got {head!r}", self.marked, offset)
        measure = match["measure"]
        if measure not in MEASURES:
            raise MarkupError(f"no measure {measure!r}; there are {', '.join(MEASURES)}", self.marked, offset)
        if (span.label == "RATIO") != (measure in RATIO_MEASURES):
            raise MarkupError(f"measure {measure} does not go with {span.label}", self.marked, offset)
        if match["sign"] and measure not in SIGNED:
            raise MarkupError(f"{measure} has no sign, so no '-' behind it", self.marked, offset)
        return MarkedFact(
            value=span,
            subject=self._mention(match["subject"], span, offset),
            subject_id=match["subject"],
            measure=measure,
            decrease=bool(match["sign"]),
            base=self._mention(match["base"], span, offset) if match["base"] else None,
            period=int(match["period"]) if match["period"] else None,
            scope=match["scope"].lstrip("^").replace("^", " ") or None,
        )

    def _mention(self, ident: str, figure: Span, offset: int) -> Span:
        """The mention of a subject that a figure means: the nearest before it, else the first behind it."""
        mentions = self.mentions.get(ident)
        if not mentions:
            raise MarkupError(f"no mention has the id {ident}", self.marked, offset)
        before = [m for m in mentions if m.start <= figure.start]
        return max(before) if before else min(mentions)


def parse(marked: str) -> Marked:
    """Parse inline markup.

    Raises:
        MarkupError: a tag is malformed, empty, not closed, names no measure, or refers to an id without a mention.
    """
    header: dict[str, str] = {}
    match = _HEADER.match(marked)
    begin = 0
    if match is not None:
        for line in match["header"].splitlines():
            key, _, value = line.partition(":")
            header[key.strip()] = value.strip()
        begin = match.end()
    reader = _Reader(marked, begin)
    reader.read()
    facts = tuple(reader.fact(*figure) for figure in reader.figures)
    text = "".join(reader.plain)
    names = {ident: tuple(dict.fromkeys(span.of(text) for span in sorted(mentions))) for ident, mentions in reader.mentions.items()}
    return Marked(
        text=text,
        spans=tuple(sorted(reader.spans)),
        facts=tuple(sorted(facts, key=lambda f: f.value)),
        claims=tuple(sorted(reader.claims, key=lambda c: c.span)),
        names=names,
        header=header,
    )


def render(text: str, spans: tuple[Span, ...]) -> str:
    """Mark spans in a text, ids and facts left out; `parse(render(text, spans))` gives text and spans back.

    Raises:
        ValueError: two spans cross, or the text holds one of `{|}` or begins like a header: the markup has no way to say that.
    """
    if bad := _SIGN.search(text):
        raise ValueError(f"{bad[0]!r} at offset {bad.start()} is a mark of the markup and cannot stand in its text")
    if _HEADER.match(text):
        raise ValueError("the text begins with what would be read as a header (---)")
    for left, right in combinations(sorted(spans), 2):
        if left.start < right.start < left.end < right.end:
            raise ValueError(f"spans may nest but not cross: {left} and {right}")
    letters = {label: kind for kind, label in KINDS.items()}
    marks: list[tuple[int, int, int, str]] = []
    for span in spans:
        length = span.end - span.start
        marks.append((span.start, 1, -length, "{" + letters[span.label] + "|"))
        marks.append((span.end, 0, length, "}"))
    out, at = [], 0
    for offset, _, _, mark in sorted(marks):
        out.append(text[at:offset] + mark)
        at = offset
    return "".join(out) + text[at:]
