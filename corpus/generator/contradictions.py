"""Planted contradictions: some spots of a report take another text, and each is labelled with its rule and its place."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .noise import pieces
from .writer import CLOSE, OPEN, Alternative

RULES: Final = (
    "yuan_for_wan",
    "rate_mismatch",
    "zero_base",
    "share_sum",
    "parts_sum",
    "wrong_year_base",
    "two_values",
    "leftover",
    "no_percent",
    "no_difference",
    "change_mismatch",
    "unbalanced",
    "direction",
    "balance_mismatch",
)
_SUBJECT: Final = re.compile(r"\{[mr] ([ap]\d+)\.")
_SPOT: Final = re.compile(f"([{chr(OPEN)}-{chr(CLOSE - 1)}])([^{chr(OPEN)}-{chr(CLOSE + 0xFFFD)}]*)([{chr(CLOSE)}-{chr(CLOSE + 0xFFFD)}])")


@dataclass(frozen=True, slots=True)
class Planted:
    """A contradiction that was put into a report.

    `text` is the figure or phrase that is wrong, `start` its offset in the plain text, `occurrence` its number (from 0)
    among the same texts in the plain text.
    """

    rule: str
    text: str
    start: int
    occurrence: int
    explanation: str


def plant(marked: str, spots: Sequence[Sequence[Alternative]], count: int, rng: random.Random) -> tuple[str, dict[int, Alternative]]:
    """Replace `count` spots, of rules as different as there are; the chosen ones keep their private-use brackets, all others lose them.

    No subject gets two, nor a sentence: one slip would hide the other.
    """
    options: dict[str, list[tuple[int, Alternative]]] = {}
    sentences: dict[int, int] = {}
    for at, alternatives in enumerate(spots):
        if chr(OPEN + at) in marked:
            sentences[at] = len(re.findall("[。\n]", marked[: marked.index(chr(OPEN + at))]))
            for alternative in alternatives:
                options.setdefault(alternative.rule, []).append((at, alternative))
    chosen: dict[int, Alternative] = {}
    rules = [r for r in RULES if r in options]
    rng.shuffle(rules)
    turn, subjects = 0, set[str]()
    while rules and len(chosen) < count:
        rule = rules[turn % len(rules)]
        taken = {sentences[at] for at in chosen}
        free = [o for o in options[rule] if sentences[o[0]] not in taken and not subjects & _subjects(o[1])]
        if free:
            at, alternative = rng.choice(free)
            chosen[at] = alternative
            subjects |= _subjects(alternative)
            turn += 1
        else:
            rules.remove(rule)

    def settle(match: re.Match[str]) -> str:
        at = ord(match[1]) - OPEN
        return f"{match[1]}{chosen[at].markup}{match[3]}" if at in chosen else match[2]

    return _SPOT.sub(settle, marked), chosen


def _subjects(alternative: Alternative) -> set[str]:
    return set(_SUBJECT.findall(alternative.markup))


def locate(marked: str, chosen: dict[int, Alternative]) -> tuple[str, tuple[Planted, ...]]:
    """Take the brackets out of a marked text and say where in the plain text the planted texts stand."""
    plain: list[str] = []
    length = 0
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for kind, text in pieces(marked):
        if kind != "text":
            continue
        for char in text:
            code = ord(char)
            if code >= CLOSE:
                ends[code - CLOSE] = length
            elif code >= OPEN:
                starts[code - OPEN] = length
            else:
                plain.append(char)
                length += 1
    whole = "".join(plain)
    found = []
    for at, alternative in chosen.items():
        text = whole[starts[at] : ends[at]]
        found.append(Planted(alternative.rule, text, starts[at], _occurrences(whole, text, starts[at]), alternative.explanation))
    clean = re.sub(f"[{chr(OPEN)}-{chr(CLOSE + 0xFFFD)}]", "", marked)
    return clean, tuple(sorted(found, key=lambda p: p.start))


def _occurrences(whole: str, text: str, start: int) -> int:
    count, at = 0, whole.find(text)
    while 0 <= at < start:
        count += 1
        at = whole.find(text, at + 1)
    return count
