"""Findings about marked reports: what breaks the guidelines, and what probably does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..corpus.shadow import shadow_of
from .labels import FISCAL
from .markup import Marked
from .span import Span

_CLAUSE_EDGES = "，；。：\n "  # in the shadow
_SUM = re.compile(r"(?:-|(?<!\d))\d[\d,.]{0,30}\s?(?:余|多|个)?\s?(?:亿元?|万元|万(?=[，。；、已）)])|元(?![旦素件]))|[一二三四五六七八九十百]+万元")
_PERCENT = re.compile(r"(?:-|(?<!\d))\d[\d,.]{0,30}\s?[%％]|百分之[一二三四五六七八九十百]+")
_AMOUNT = re.compile(
    r"-?[\d,.，０-９．零一二三四五六七八九十百千万亿半几数\s]+(?:余|多|个|来)?\s?(?:亿|万|千|百)*\s?(?:美|港|欧)?(?:元|块|圆)?(?:整)?\Z|0\Z"
)
_TAIL = {
    "PROJECT": re.compile(r"(?:项目|工程|经费|平台|系统|APP|专项资金|补助资金)"),
    "ACCOUNT": re.compile(r"(?:支出|收入|经费|费)(?!预算|决算|执行)"),
}
_MARKER = re.compile(r"(?:[一二三四五六七八九十]是|[(（]?\d{1,2}[)）.、．]|[①-⑳])")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at an offset of the plain text. `error` must be mended, otherwise it is a place to look at."""

    error: bool
    message: str
    start: int
    end: int

    def show(self, text: str) -> str:
        line = text.count("\n", 0, self.start) + 1
        near = text[max(0, self.start - 8) : self.end + 10].replace("\n", "⏎")
        return f"{'error' if self.error else 'look '}: plain line {line}: {self.message}: …{near}…"


def validate(marked: Marked) -> list[Finding]:
    """All findings about one report, in text order."""
    findings = [*_overlaps(marked), *_edges(marked), *_claims(marked), *_unmarked(marked), *_figures(marked)]
    return sorted(findings, key=lambda f: (f.start, f.end))


def _overlaps(marked: Marked) -> Iterator[Finding]:
    for name, labels in FISCAL.layers:
        layer = sorted(s for s in marked.spans if s.label in labels)
        for left, right in pairwise(layer):
            if left.overlaps(right):
                yield Finding(True, f"two {name} overlap", left.start, right.end)


def _edges(marked: Marked) -> Iterator[Finding]:
    for span in marked.spans:
        text = span.of(marked.text)
        if text != text.strip():
            yield Finding(True, f"{span.label} begins or ends with a space", span.start, span.end)
        if span.label == "AMOUNT" and not _AMOUNT.match(text):
            yield Finding(True, "an AMOUNT is a number with its unit (or a bare 0)", span.start, span.end)
        if span.label == "RATIO" and not re.search(r"[%％]\Z|百分之", text):
            yield Finding(True, "a RATIO has its percent sign inside", span.start, span.end)
        tail = _TAIL.get(span.label)
        if tail and (match := tail.match(marked.text, span.end)):
            yield Finding(False, f"{span.label} is followed by {match[0]}: part of the name?", span.start, span.end)


def _claims(marked: Marked) -> Iterator[Finding]:
    shadow = shadow_of(marked.text)  # where a page's line end inside a clause is none
    text = shadow.text
    for claim in marked.claims:
        place = claim.span.start, claim.span.end
        start, end = shadow.from_source(*place)
        if start and text[start - 1] not in _CLAUSE_EDGES + "、）】”" and not _marker_before(text, start):
            yield Finding(False, "a CLAIM begins inside a clause", *place)
        if end < len(text) and text[end] not in _CLAUSE_EDGES:
            yield Finding(False, "a CLAIM ends inside a clause", *place)
        clause = text[start:end]
        if any(c in "；。\n" for c in clause):
            yield Finding(True, "a CLAIM is one clause, this one holds a sentence end", *place)
        elif "，" in _without_brackets(clause):
            yield Finding(False, "a CLAIM is one clause, this one holds a comma", *place)
        if (match := _MARKER.match(clause)) and not clause[match.end() : match.end() + 1].isdigit():
            yield Finding(False, "a list marker stays outside the CLAIM", *place)


def _marker_before(text: str, start: int) -> bool:
    return bool(re.search(r"(?:[一二三四五六七八九十]是|[\d)）.、．①-⑳])\s*\Z", text[max(0, start - 6) : start]))


def _without_brackets(text: str) -> str:
    return re.sub(r"[（(“《「].*?[）)”》」]", "", text)


def _unmarked(marked: Marked) -> Iterator[Finding]:
    for label, pattern in (("AMOUNT", _SUM), ("RATIO", _PERCENT)):
        spans = [s for s in marked.spans if s.label == label]
        for match in pattern.finditer(marked.text):
            found = Span(match.start(), match.end(), label)
            if not any(s.overlaps(found) for s in spans):
                yield Finding(False, f"looks like an unmarked {label}", found.start, found.end)


def _figures(marked: Marked) -> Iterator[Finding]:
    """Figures inside claims give no fact, accounts carry one."""
    claims = [c.span for c in marked.claims]
    used = {f.subject for f in marked.facts} | {f.base for f in marked.facts}
    ids = {f.subject_id for f in marked.facts}
    named = {name for ident in ids for name in marked.names[ident]}
    for fact in marked.facts:
        if any(c.contains(fact.value) for c in claims):
            yield Finding(True, "a figure inside a CLAIM gives no fact", fact.value.start, fact.value.end)
        if fact.measure == "share" and fact.base is None:
            yield Finding(False, "a share names its base: share/a1", fact.value.start, fact.value.end)
    facts = {f.value for f in marked.facts}
    for span in marked.spans:
        if span.label in ("AMOUNT", "RATIO") and span not in facts and not any(c.contains(span) for c in claims):
            yield Finding(False, f"{span.label} without a fact: a threshold or description?", span.start, span.end)
        if span.label == "ACCOUNT" and span not in used and span.of(marked.text) not in named:
            yield Finding(False, "an ACCOUNT that carries no figure", span.start, span.end)
